package main

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/klauspost/compress/zstd"

	"github.com/outcropdb/outcrop/vec"
)

// seen is a document, or an error, and the position behind it.
type seen struct {
	text string
	to   int64
}

// readAll reads a file from a position on.
func readAll(t *testing.T, name string, from int64, o readOptions) []seen {
	t.Helper()
	if o.format == "" {
		o.format = "auto"
	}
	f := &loadFile{name: name}
	if info, err := os.Stat(name); err == nil {
		f.bytes = info.Size()
	}
	f.state.Position = from
	s, err := f.open(nil, o)
	if err != nil {
		t.Fatalf("%s from %d: %s", name, from, err)
	}
	defer s.close()
	var out []seen
	for {
		doc, err := s.next(nil)
		if err == io.EOF {
			if got := s.read(); got < 0 || got > f.bytes {
				t.Errorf("%s: read %d of %d bytes", name, got, f.bytes)
			}
			return out
		}
		if bad, ok := errors.AsType[*badDocument](err); ok {
			out = append(out, seen{"bad: " + bad.Error(), s.position()})
			continue
		}
		if err != nil {
			t.Fatalf("%s from %d: %s", name, from, err)
		}
		out = append(out, seen{string(vec.AppendJSON(nil, doc)), s.position()})
	}
}

func texts(all []seen) (out []string) {
	for _, s := range all {
		out = append(out, s.text)
	}
	return out
}

// write makes a file, packed as its name says.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var w io.WriteCloser = f
	switch filepath.Ext(name) {
	case ".gz":
		w = gzip.NewWriter(f)
	case ".zst":
		if w, err = zstd.NewWriter(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f.Close() // again, when it is not packed
	return path
}

func TestSources(t *testing.T) {
	dir := t.TempDir()
	docs := []string{`{"a":1}`, `{"b":[1,"}"]}`, `{"c":{"d":null}}`}
	people := "\uFEFFname,age,\n\"A, \"\"B\"\"\nC\",7,\nD,,x\n"
	peopleDocs := []string{`{"name":"A, \"B\"\nC","age":7,"column_3":null}`, `{"name":"D","age":null,"column_3":"x"}`}
	for _, tt := range []struct {
		name, text string
		options    readOptions
		want       []string
	}{
		{"lines.json", docs[0] + "\n" + docs[1] + "\n\n" + docs[2], readOptions{}, docs},
		{"lines.ndjson.gz", "\uFEFF" + docs[0] + "\n" + docs[1] + "\r\n" + docs[2] + "\n", readOptions{}, docs},
		{"adjoining.dump", docs[0] + docs[1] + docs[2], readOptions{}, docs},
		{"pretty.jsonl.zst", "{\n \"a\": 1\n}\n" + docs[1] + "\n{\"c\":\n{\"d\":null}}", readOptions{}, docs},
		{"array.json", "[" + docs[0] + " ,\n" + docs[1] + ", " + docs[2] + "]\n", readOptions{}, docs},
		{"array.json.gz", "\uFEFF [\n" + docs[0] + "," + docs[1] + "," + docs[2] + "\n]", readOptions{}, docs},
		{"empty.json", "", readOptions{}, nil},
		{"empty-array.json", "[]", readOptions{}, nil},
		{"empty.csv", "", readOptions{}, nil},
		{"people.csv", people, readOptions{inferTypes: true}, peopleDocs},
		{"people.csv.gz", people, readOptions{inferTypes: true}, peopleDocs},
		{"strings.csv", "a,b\n1,true\n", readOptions{}, []string{`{"a":"1","b":"true"}`}},
		{"tabs.tsv", "a\tb\n1\tx,y\n2\tz\n", readOptions{inferTypes: true}, []string{`{"a":1,"b":"x,y"}`, `{"a":2,"b":"z"}`}},
		{"semicolons.txt", "a;b\n1;2\n", readOptions{format: "csv", comma: ';', inferTypes: true}, []string{`{"a":1,"b":2}`}},
		{"bad.ndjson", docs[0] + "\n{\"a\":2\n" + docs[1] + "\n", readOptions{}, []string{docs[0], "bad: line 3, column 1: found", docs[1]}},
		{"bad.csv", "a,b\n1,2\n3\n4,\xff\n5,6\n", readOptions{inferTypes: true}, []string{
			`{"a":1,"b":2}`,
			"bad: line 3: the row has 1 fields, the header 2", "bad: line 4: field b is not UTF-8", `{"a":5,"b":6}`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := write(t, dir, tt.name, tt.text)
			all := readAll(t, path, 0, tt.options)
			if !slices.EqualFunc(texts(all), tt.want, strings.HasPrefix) {
				t.Fatalf("got %q, want %q", texts(all), tt.want)
			}
			resumeAnywhere(t, path, all, tt.options)
		})
	}
}

// resumeAnywhere checks that a source opened behind any document goes on as if it had read those before,
// with the same positions, which _ids are made of.
func resumeAnywhere(t *testing.T, path string, all []seen, o readOptions) {
	t.Helper()
	for i, from := range all {
		rest := readAll(t, path, from.to, o)
		want := all[i+1:]
		if !slices.EqualFunc(rest, want, func(a, b seen) bool {
			return a.to == b.to && (a.text == b.text || strings.HasPrefix(a.text, "bad: ") && strings.HasPrefix(b.text, "bad: "))
		}) {
			t.Errorf("from %d: got %v, want %v", from.to, rest, want)
		}
	}
}

func TestParquet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.parquet")
	const rows = 3*vec.BatchRows + 5 // in groups of 2,500: batches end inside of groups
	names := array.NewStringBuilder(memory.DefaultAllocator)
	times := array.NewTimestampBuilder(memory.DefaultAllocator, &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"})
	for n := range rows {
		if n%3 == 0 {
			names.AppendNull()
		} else {
			names.Append(strings.Repeat("n", n%5))
		}
		times.Append(arrow.Timestamp(n))
	}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}},
	}, nil)
	table := array.NewTableFromRecords(schema, []arrow.RecordBatch{array.NewRecordBatch(schema, []arrow.Array{names.NewArray(), times.NewArray()}, rows)})
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := pqarrow.WriteTable(table, f, 2_500, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps()); err != nil {
		t.Fatal(err)
	}
	all := readAll(t, path, 0, readOptions{})
	if len(all) != rows {
		t.Fatalf("got %d rows, want %d", len(all), rows)
	}
	for n, want := range map[int]string{0: `{"name":null,"at":"1970-01-01T00:00:00.000000Z"}`, 4999: `{"name":"nnnn","at":"1970-01-01T00:00:04.999000Z"}`} {
		if all[n] != (seen{want, int64(n + 1)}) {
			t.Errorf("row %d: got %v, want %s", n, all[n], want)
		}
	}
	for _, from := range []int64{1, 2_047, 2_048, 2_499, 2_500, 4_999, 6_000, rows - 1, rows} {
		if rest := readAll(t, path, from, readOptions{}); !slices.Equal(rest, all[from:]) {
			t.Errorf("from row %d: got %d rows, want %d", from, len(rest), len(all[from:]))
		}
	}
}

func TestSourceErrors(t *testing.T) {
	dir := t.TempDir()
	for name, tt := range map[string]struct{ text, want string }{
		"twice.csv":  {"a,a\n1,2\n", "stands twice"},
		"x.parquet":  {"PAR1", "parquet"},
		"fake.gz":    {"", ""},
		"other.json": {"[1,2]", ""},
	} {
		path := write(t, dir, name, tt.text)
		f := &loadFile{name: path}
		s, err := f.open(nil, readOptions{format: "auto"})
		if err == nil {
			s.close()
		}
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
	if _, err := openParquet(&loadFile{name: stdinName}, nil, 0, readOptions{}); err == nil {
		t.Error("Parquet from standard input is no error")
	}
}

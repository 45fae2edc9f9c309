package bench_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/outcropdb/outcrop/bench"
	"github.com/outcropdb/outcrop/bench/workload"
)

// TestParquet writes each table of each workload, reads it back, and compares every value with the document.
func TestParquet(t *testing.T) {
	for _, w := range workload.All() {
		s, err := w.Scale("tiny")
		if err != nil {
			t.Fatal(err)
		}
		for i := range w.Tables {
			table := &w.Tables[i]
			var ndjson, out bytes.Buffer
			if _, _, err := bench.Checksum(&ndjson, table, s.Size, nil); err != nil {
				t.Fatal(err)
			}
			documents := strings.Split(strings.TrimSpace(ndjson.String()), "\n")
			if rows, err := bench.Parquet(&out, table, &ndjson); err != nil || rows != int64(len(documents)) {
				t.Errorf("workload %s, table %s: got %d rows, %v, want %d", w.Name, table.Name, rows, err, len(documents))
				continue
			}
			rows := readParquet(t, out.Bytes())
			if len(rows) != len(documents) {
				t.Errorf("workload %s, table %s: read %d rows of %d", w.Name, table.Name, len(rows), len(documents))
				continue
			}
			for n, document := range documents {
				if err := same(bench.Type{Kind: bench.Struct, Fields: table.Columns}, decode(t, document), rows[n]); err != nil {
					t.Errorf("workload %s, table %s, row %d: %v", w.Name, table.Name, n, err)
					break
				}
			}
		}
	}
}

func readParquet(t *testing.T, content []byte) (rows []any) {
	t.Helper()
	f, err := file.NewParquetReader(bytes.NewReader(content), file.WithReadProps(parquet.NewReaderProperties(memory.DefaultAllocator)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	table, err := r.ReadTable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	batches := array.NewTableReader(table, 0)
	for batches.Next() {
		text, err := batches.RecordBatch().MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, decode(t, string(text)).([]any)...)
	}
	return rows
}

func decode(t *testing.T, text string) (value any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// same compares a document's value with what was read back, as JSON of Arrow's making.
func same(t bench.Type, want, got any) error {
	if want == nil || got == nil {
		if want != got {
			return fmt.Errorf("got %v, want %v", got, want)
		}
		return nil
	}
	switch t.Kind {
	case bench.Struct:
		for _, c := range t.Fields {
			if err := same(c.Type, want.(map[string]any)[c.Name], got.(map[string]any)[c.Name]); err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
		}
		return nil
	case bench.List:
		if len(want.([]any)) != len(got.([]any)) {
			return fmt.Errorf("got %v, want %v", got, want)
		}
		for i, element := range want.([]any) {
			if err := same(*t.Of, element, got.([]any)[i]); err != nil {
				return err
			}
		}
		return nil
	case bench.Any: // JSON text
		d := json.NewDecoder(strings.NewReader(got.(string)))
		d.UseNumber()
		if err := d.Decode(&got); err != nil {
			return err
		}
	case bench.Float64:
		a, _ := want.(json.Number).Float64()
		b, _ := got.(json.Number).Float64()
		want, got = a, b
	case bench.Timestamp:
		a, err := time.Parse(time.RFC3339Nano, want.(string))
		if err != nil {
			return err
		}
		b, err := time.Parse(time.RFC3339Nano, strings.Replace(got.(string), " ", "T", 1))
		if err != nil {
			return err
		}
		want, got = a.UnixMicro(), b.UnixMicro()
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}

func TestParquetRefuses(t *testing.T) {
	table := bench.Table{Name: "t", Columns: []bench.Column{{Name: "a", Type: bench.Type{Kind: bench.Int64}}}}
	for _, document := range []string{`{"a":1.5}`, `{"a":"1"}`, `[1]`, `{"a":`} {
		if _, err := bench.Parquet(&bytes.Buffer{}, &table, strings.NewReader(document)); err == nil || !strings.Contains(err.Error(), "document 1") {
			t.Errorf("%s: got %v, want an error that names the document", document, err)
		}
	}
	if _, err := bench.Parquet(&bytes.Buffer{}, &bench.Table{Name: "t"}, strings.NewReader("{}")); err == nil {
		t.Error("wrote a table without types")
	}
}

package row

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

func object(fields ...any) vec.Value {
	dst, mark := vec.BeginObject(nil)
	for i := 0; i < len(fields); i += 2 {
		dst = fields[i+1].(vec.Value).Append(vec.AppendKey(dst, fields[i].(string)))
	}
	return vec.EndObject(dst, mark)
}

func array(values ...vec.Value) vec.Value {
	dst, mark := vec.BeginArray(nil)
	for _, v := range values {
		dst = v.Append(dst)
	}
	return vec.EndArray(dst, mark, len(values))
}

// everything is documents with all types, shapes that recur, and such as are kept whole.
func everything() []vec.Value {
	all := []vec.Value{
		vec.NullValue(),
		{byte(vec.Undefined)},
		vec.BoolValue(true), vec.IntValue(vec.Int, -1<<63), vec.FloatValue(2.5), vec.StringValue(""),
		vec.StringValue("text"), vec.AppendContent(nil, vec.Bytes, "\x00"), vec.AppendContent(nil, vec.U256, make([]byte, 32)),
		vec.IntValue(vec.Date, 3), vec.IntValue(vec.Time, 4), vec.IntValue(vec.Datetime, 5), vec.IntValue(vec.Timestamp, 6),
		vec.IntValue(vec.MonthInterval, 7), vec.IntValue(vec.MicrosecondInterval, 8), vec.AppendContent(nil, vec.Geography, "{}"),
	}
	docs := []vec.Value{object(), object("a", array(), "b", object())}
	for i, v := range all {
		docs = append(docs, object("v", v, "i", vec.IntValue(vec.Int, int64(i))), object("v", array(all[:i]...), "o", object("", v)))
	}
	deep := vec.IntValue(vec.Int, 1)
	for range maxNesting + 1 {
		deep = array(deep)
	}
	objects := vec.IntValue(vec.Int, 1)
	for range maxNesting + 1 {
		objects = object("in", objects)
	}
	return append(docs, object("deep", deep), object("less", deep.Element(1).Element(1).Element(1)), objects, objects.Field("in"), docs[3])
}

// TestTooManyContents: such a document is kept whole.
func TestTooManyContents(t *testing.T) {
	var many []any
	for i := range maxContents + 1 {
		many = append(many, fmt.Sprint(i), vec.BoolValue(i%3 == 0))
	}
	docs := []vec.Value{object(many...), object(many[2:]...)}
	split, size := splitAll(docs)
	all, err := join(split, len(docs), size)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range docs {
		if got := all.data[all.spans[i][0]:all.spans[i][1]]; !bytes.Equal(got, want) {
			t.Errorf("document %d differs", i)
		}
	}
	b, err := readBlock(split, 0, len(docs), size, noColumns)
	if err != nil {
		t.Fatal(err)
	}
	if first, second := len(b.fields[0]), len(b.fields[1]); first != 1 || second != maxContents {
		t.Errorf("%d and %d contents", first, second)
	}
}

// numbers is a sub-column in which each doc has its own number.
type numbers struct {
	column.Sub
	missing uint32 // but for this one
}

func (n numbers) Read(out *vec.Vector, selection column.Selection) error {
	out.Make(vec.Int, selection.Len())
	for i := range out.I64 {
		out.I64[i] = int64(selection.Doc(i))
		if selection.Doc(i) == n.missing {
			out.SetNull(i)
		}
	}
	return nil
}

// TestContentsOfColumns: what columns hold is not kept, only the first value of a key comes from them, and a
// column that lacks a value is an error.
func TestContentsOfColumns(t *testing.T) {
	number := func(n int) vec.Value { return vec.IntValue(vec.Int, int64(n)) }
	var docs []vec.Value
	for i := range BlockDocs + 10 {
		docs = append(docs, object("a", number(i), "b", object("a", number(-i)), "a", number(-1)), object("x", object("y", number(i)), "a", vec.NullValue()))
	}
	for i := range docs { // the number is that of the document
		if i%2 == 0 {
			docs[i] = object("a", number(i), "b", object("a", number(-i)), "a", number(-1))
		}
	}
	columnA := func(path vec.Path, typ vec.Type) bool { return path.String() == "a" && typ == vec.Int }
	file := written(t, docs, columnA)
	for _, c := range []struct {
		name    string
		columns Columns
		bad     string
	}{
		{name: "all are there", columns: func(vec.Path, vec.Type) column.Sub { return numbers{missing: 1 << 20} }},
		{name: "one value is not", columns: func(vec.Path, vec.Type) column.Sub { return numbers{missing: 6} }, bad: "document 6: column a of type int does not have it"},
		{name: "no column", columns: func(vec.Path, vec.Type) column.Sub { return nil }, bad: "cut short"},
	} {
		cache := NewCache(1 << 20)
		r, err := Open(file, c.columns, cache)
		if err != nil {
			t.Fatal(err)
		}
		failed := ""
		for i, want := range docs {
			got, err := r.Document(uint32(i))
			switch {
			case err != nil:
				failed = err.Error()
			case !bytes.Equal(got, want):
				t.Fatalf("%s: document %d is %v, want %v", c.name, i, got, want)
			}
		}
		if c.bad == "" && failed != "" || !strings.Contains(failed, c.bad) {
			t.Errorf("%s: got %q, want %q", c.name, failed, c.bad)
		}
		if hits, misses := cache.Counts(); c.bad == "" && (misses != 3 || hits != uint64(len(docs)-3)) {
			t.Errorf("%s: %d hits, %d misses of %d", c.name, hits, misses, len(docs))
		}
	}
}

// splitAll is documents taken apart.
func splitAll(docs []vec.Value) (split []byte, size int) {
	var s splitter
	for _, doc := range docs {
		s.add(doc)
		size += len(doc)
	}
	return s.split(nil, len(docs), func([]byte) {}), size
}

// noColumns reads a shape of which columns hold nothing.
func noColumns(shape []byte) (*plan, error) { return readPlan(shape, nil) }

// join puts all documents together, at once and one by one.
func join(split []byte, docs, size int) (*documents, error) {
	b, err := readBlock(split, 0, docs, size, noColumns)
	if err != nil {
		return nil, err
	}
	all, err := b.all()
	if err != nil {
		return nil, err
	}
	for i, span := range all.spans {
		one, err := b.document(i)
		if err != nil {
			return nil, err
		}
		if want := all.data[span[0]:span[1]]; !bytes.Equal(one, want) {
			return nil, fmt.Errorf("document %d: by itself %v, with the others %v", i, one, want)
		}
	}
	return all, nil
}

func TestJoinGivesWhatWasSplit(t *testing.T) {
	docs := everything()
	split, size := splitAll(docs)
	all, err := join(split, len(docs), size)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range docs {
		if got := all.data[all.spans[i][0]:all.spans[i][1]]; !bytes.Equal(got, want) {
			t.Errorf("document %d: got %v, want %v", i, got, want)
		}
	}
	if _, err := join(split, len(docs), size-1); err == nil {
		t.Error("more than the block's size was joined")
	}
	for cut := range split {
		if _, err := join(split[:cut], len(docs), size); err == nil {
			t.Fatalf("%d of %d bytes are enough", cut, len(split))
		}
	}
}

func FuzzJoin(f *testing.F) {
	docs := everything()
	for n := range docs {
		split, size := splitAll(docs[n:min(len(docs), n+5)])
		f.Add(split, uint8(min(len(docs), n+5)-n), uint16(size))
	}
	f.Fuzz(func(t *testing.T, split []byte, docs uint8, size uint16) {
		all, err := join(split, int(docs), int(size))
		if err == nil && len(all.data) != int(size) {
			t.Errorf("%d bytes, want %d", len(all.data), size)
		}
	})
}

package row

import (
	"bytes"
	"testing"

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
	many := make([]vec.Value, maxContents+1)
	for i := range many {
		many[i] = vec.BoolValue(i%3 == 0)
	}
	return append(docs, object("deep", deep), object("less", deep.Element(1).Element(1).Element(1)), object("many", array(many...)), docs[3])
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

func TestJoinGivesWhatWasSplit(t *testing.T) {
	docs := everything()
	split, size := splitAll(docs)
	b, err := join(split, len(docs), size)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range docs {
		if got := b.data[b.offsets[i]:b.offsets[i+1]]; !bytes.Equal(got, want) {
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
		b, err := join(split, int(docs), int(size))
		if err == nil && len(b.data) != int(size) {
			t.Errorf("%d bytes, want %d", len(b.data), size)
		}
	})
}

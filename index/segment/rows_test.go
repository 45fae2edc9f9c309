package segment_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/index/segment"
	"github.com/outcropdb/outcrop/vec"
)

// objectOf is one of keys and values, in their order.
func objectOf(fields ...any) vec.Value {
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

// adversarial are documents whose bytes are easily lost on the way through columns.
func adversarial() documents {
	number := func(n int64) vec.Value { return vec.IntValue(vec.Int, n) }
	nested := func(levels int, v vec.Value) vec.Value {
		for range levels {
			v = objectOf("in", v)
		}
		return v
	}
	wide := []any{}
	for i := range column.MaxPaths + 50 { // the last keys get no columns
		wide = append(wide, fmt.Sprint("wide", i), number(int64(i)))
	}
	u256 := vec.AppendContent(nil, vec.U256, append(make([]byte, 31), 9))
	values := []vec.Value{
		number(0), number(math.MinInt64), number(math.MaxInt64), vec.NullValue(),
		{byte(vec.Undefined)},
		vec.FloatValue(0), vec.FloatValue(math.Copysign(0, -1)), vec.FloatValue(math.NaN()),
		vec.FloatValue(math.Float64frombits(0x7ff8000000000bad)), vec.FloatValue(math.Inf(-1)), vec.FloatValue(5e-324),
		vec.FloatValue(0.1), vec.FloatValue(1.0000000000000002), vec.BoolValue(true), vec.BoolValue(false),
		vec.StringValue(""), vec.StringValue("2024-02-30T25:61:61Z"), vec.StringValue("2024-02-28T23:01:01.000Z"),
		vec.StringValue("2024-02-28T23:01:01Z"), vec.StringValue("007"), vec.StringValue("7"), vec.StringValue("-0"),
		vec.StringValue("123e4567-e89b-12d3-a456-426614174000"), vec.StringValue("123E4567-e89b-12d3-a456-426614174000"),
		vec.StringValue("\x00\xff not UTF-8"), vec.StringValue(strings.Repeat("long ", 40_000)),
		vec.AppendContent(nil, vec.Bytes, "\x00\x01"), u256, vec.IntValue(vec.Date, -1), vec.IntValue(vec.Timestamp, 1<<60),
		vec.IntValue(vec.MonthInterval, 14), vec.AppendContent(nil, vec.Geography, `{"type":"Point","coordinates":[1,2]}`),
		objectOf(), array(), array(vec.NullValue(), array(), objectOf("x", array(number(1)))), objectOf("k", objectOf(), "l", vec.NullValue()),
	}
	var docs documents
	for i, v := range values {
		docs = append(docs, objectOf("v", v), objectOf("n", number(int64(i)), "v", v), objectOf("v", v, "n", number(int64(i))),
			objectOf("o", objectOf("v", v, "w", array(v, v))), objectOf("v", values[len(values)-1-i], "", v))
	}
	docs = append(docs,
		objectOf(),
		objectOf("twice", number(1), "twice", number(2), "n", number(3), "twice", vec.StringValue("three")),
		objectOf("twice", objectOf("a", number(1)), "twice", objectOf("a", number(2), "b", number(3))),
		objectOf("*", number(1), "a.b", number(2), "a", objectOf("b", number(3))),
		nested(column.MaxDepth-1, number(1)), nested(column.MaxDepth, number(2)), nested(column.MaxDepth+30, number(3)),
		objectOf(wide...), objectOf("late", number(1), "v", number(2)))
	return docs
}

// TestDocumentsComeBackExactly: bytes, and so types, nulls, and the order of keys and elements, one by one in any
// order and block by block.
func TestDocumentsComeBackExactly(t *testing.T) {
	random := randomDocuments(8, 2000)
	for name, docs := range map[string]documents{"adversarial": adversarial(), "random": random, "one": random[:1]} {
		s, file, _ := built(t, docs)
		bare, err := segment.Open(file, "bare", row.NewCache(0))
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(4, 4))
		for _, i := range r.Perm(len(docs)) {
			for _, s := range []*segment.Segment{s, bare} {
				if s == bare && i%16 > 0 { // which reads a block each time
					continue
				}
				got, err := s.Document(uint32(i))
				if err != nil {
					t.Fatalf("%s, document %d: %v", name, i, err)
				}
				if !got.Same(docs[i]) {
					t.Errorf("%s, document %d: got %.300v, want %.300v", name, i, got, docs[i])
				}
			}
		}
		s.Verify(func(err error) { t.Error(name, err) })
	}
}

// TestRowsKeepWhatColumnsLack: of documents that columns hold, there is next to nothing in the rows.
func TestRowsKeepWhatColumnsLack(t *testing.T) {
	var docs documents
	size := 0
	for i := range 10_000 {
		doc := objectOf("id", vec.StringValue(fmt.Sprintf("%016x", uint64(i)*0x9e3779b97f4a7c15)), "at", vec.IntValue(vec.Timestamp, int64(i)), "tags", array(vec.IntValue(vec.Int, int64(i))))
		docs = append(docs, doc)
		size += len(doc)
	}
	s, _, _ := built(t, docs)
	if rows := s.Size("rows"); rows*100 > int64(size) {
		t.Errorf("rows are %d bytes of documents of %d", rows, size)
	}
}

func BenchmarkDocument(b *testing.B) {
	docs := randomDocuments(8, 50_000)
	_, file, _ := built(b, docs)
	for name, limit := range map[string]int{"cached": 1 << 30, "read": 0} {
		b.Run(name, func(b *testing.B) {
			s, err := segment.Open(file, "bench", row.NewCache(limit))
			if err != nil {
				b.Fatal(err)
			}
			i := uint32(0)
			for b.Loop() {
				if _, err := s.Document(i % uint32(len(docs))); err != nil {
					b.Fatal(err)
				}
				i += 9777
			}
		})
	}
}

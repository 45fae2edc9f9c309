package column

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// sample is a sub-column to write: one value of its type for each doc, by a generator.
type sample struct {
	name  string
	kind  vec.Type
	value func(r *rand.Rand, i int) vec.Value
}

func text(t vec.Type, s string) vec.Value { return vec.AppendContent(nil, t, s) }

var samples = []sample{
	{"one int", vec.Int, func(*rand.Rand, int) vec.Value { return vec.IntValue(vec.Int, -3) }},
	{"one string", vec.String, func(*rand.Rand, int) vec.Value { return vec.StringValue("same") }},
	{"one bool", vec.Bool, func(*rand.Rand, int) vec.Value { return vec.BoolValue(true) }},
	{"one float", vec.Float, func(*rand.Rand, int) vec.Value { return vec.FloatValue(math.NaN()) }},
	{"one array", vec.Array, func(*rand.Rand, int) vec.Value { return array(vec.StringValue("x")) }},
	{"bools", vec.Bool, func(r *rand.Rand, _ int) vec.Value { return vec.BoolValue(r.IntN(3) == 0) }},
	{"small ints", vec.Int, func(r *rand.Rand, _ int) vec.Value { return vec.IntValue(vec.Int, r.Int64N(100)-50) }},
	{"few far ints", vec.Int, func(r *rand.Rand, _ int) vec.Value { return vec.IntValue(vec.Int, int64(r.IntN(5))<<59) }},
	{"all ints", vec.Int, func(r *rand.Rand, _ int) vec.Value { return vec.IntValue(vec.Int, int64(r.Uint64())) }},
	{"times", vec.Timestamp, func(r *rand.Rand, i int) vec.Value {
		return vec.IntValue(vec.Timestamp, 1_700_000_000_000_000+int64(i)*1000+r.Int64N(500))
	}},
	{"counter", vec.Int, func(r *rand.Rand, i int) vec.Value { return vec.IntValue(vec.Int, int64(i)*7+r.Int64N(7)) }},
	{"whole range", vec.Int, func(r *rand.Rand, i int) vec.Value {
		return vec.IntValue(vec.Int, math.MinInt64+int64(i)<<52+r.Int64N(99))
	}},
	{"ends of the range", vec.Int, func(r *rand.Rand, i int) vec.Value {
		return vec.IntValue(vec.Int, []int64{math.MinInt64, math.MaxInt64}[i&1])
	}},
	{"batches", vec.Timestamp, func(_ *rand.Rand, i int) vec.Value {
		return vec.IntValue(vec.Timestamp, 1_700_000_000_000_000+int64(i/700)*1_234_567)
	}},
	{"floats", vec.Float, func(r *rand.Rand, _ int) vec.Value { return vec.FloatValue(r.NormFloat64()) }},
	{"prices", vec.Float, func(r *rand.Rand, i int) vec.Value {
		return vec.FloatValue(float64(r.IntN(10_000_000)-10_000+i) / []float64{100, 1000, 1}[min(i, 40)%3])
	}},
	{"places", vec.Float, func(r *rand.Rand, _ int) vec.Value {
		return vec.FloatValue(float64(r.IntN(360_000_000)-180_000_000) / 1e6)
	}},
	{"prices and others", vec.Float, func(r *rand.Rand, i int) vec.Value {
		if i%40 == 7 {
			return vec.FloatValue([]float64{math.NaN(), math.Inf(-1), math.Copysign(0, -1), r.NormFloat64()}[r.IntN(4)])
		}
		return vec.FloatValue(float64(r.IntN(1_000_000)) / 100)
	}},
	{"few floats", vec.Float, func(r *rand.Rand, _ int) vec.Value {
		return vec.FloatValue([]float64{0, math.Copysign(0, -1), 1.5, math.Inf(1), math.NaN()}[r.IntN(5)])
	}},
	{"few strings", vec.String, func(r *rand.Rand, _ int) vec.Value { return vec.StringValue(fmt.Sprintf("term-%d", r.IntN(40))) }},
	{"hundreds of strings", vec.String, func(r *rand.Rand, _ int) vec.Value {
		return vec.StringValue(fmt.Sprintf("%x-term", r.IntN(600)*1_234_567))
	}},
	{"hundreds of words", vec.String, func(r *rand.Rand, _ int) vec.Value { return vec.StringValue(strings.Repeat("word ", 1+r.IntN(400))) }},
	{"empty strings", vec.String, func(r *rand.Rand, _ int) vec.Value { return vec.StringValue(strings.Repeat("z", r.IntN(2))) }},
	{"ids", vec.String, func(r *rand.Rand, _ int) vec.Value { return vec.StringValue(fmt.Sprintf("%016x", r.Uint64())) }},
	{"uuids", vec.String, func(r *rand.Rand, _ int) vec.Value { return vec.StringValue(uuid(r)) }},
	{"texts", vec.String, func(r *rand.Rand, i int) vec.Value {
		return vec.StringValue(fmt.Sprint(i) + strings.Repeat(" lorem ipsum", r.IntN(20)))
	}},
	{"bytes", vec.Bytes, func(r *rand.Rand, i int) vec.Value { return text(vec.Bytes, fmt.Sprint("\x00", r.Int())) }},
	{"u256", vec.U256, func(r *rand.Rand, i int) vec.Value { return text(vec.U256, fmt.Sprintf("%032d", r.Int())) }},
	{"arrays", vec.Array, func(r *rand.Rand, i int) vec.Value {
		return array(vec.IntValue(vec.Int, r.Int64()), vec.StringValue(strings.Repeat("a", r.IntN(9))))
	}},
	{"nulls", vec.Null, func(*rand.Rand, int) vec.Value { return vec.NullValue() }},
}

func uuid(r *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.IntN(1<<16), r.IntN(1<<16), r.IntN(1<<16), r.Int64N(1<<48))
}

func array(values ...vec.Value) vec.Value {
	dst, mark := vec.BeginArray(nil)
	for _, v := range values {
		dst = v.Append(dst)
	}
	return vec.EndArray(dst, mark, len(values))
}

// docs of rows in which every doc, or one in so many, has the value.
func (s sample) docs(rows, every int) (docs fixedDocuments, v *Values) {
	r := rand.New(rand.NewPCG(uint64(rows), uint64(every)))
	shredder := NewShredder()
	for i := range rows {
		dst, mark := vec.BeginObject(nil)
		if every == 1 || r.IntN(every) == 0 || i == rows/2 {
			dst = s.value(r, i).Append(vec.AppendKey(dst, "v"))
		}
		docs = append(docs, vec.EndObject(dst, mark))
		if err := shredder.Append(docs[i]); err != nil {
			panic(err)
		}
	}
	return docs, shredder.Publish(docs).Sub(vec.Path{"v"}, s.kind).(*Values)
}

type fixedDocuments []vec.Value

func (d fixedDocuments) Document(doc uint32) (vec.Value, error) { return d[doc], nil }

// stored is v written and opened.
func stored(t testing.TB, v *Values, rows int, e Encoding) *Stored {
	data, _ := encode(nil, newStudy(v), rows, e)
	s, err := Decode(data, v.Kind, rows, v.Count())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryEncodingReadsWhatWasWritten(t *testing.T) {
	used := map[Encoding]bool{}
	for _, s := range samples {
		for _, rows := range []int{1, 63, 2048, 5000} {
			for _, every := range []int{1, 2, 90} {
				docs, v := s.docs(rows, every)
				for e := range encodings {
					if encodings[e].size(newStudy(v)) == math.MaxInt {
						continue
					}
					used[Encoding(e)] = true
					s := stored(t, v, rows, Encoding(e))
					root := &Node{Find: func(string) (*Node, bool) {
						return &Node{Subs: []Sub{s}, Find: nil}, true
					}}
					checkView(t, NewView(root, rows, docs), docs)
				}
			}
		}
	}
	if len(used) != len(encodings)-1 { // keys has tests of its own
		t.Errorf("only %v were used", used)
	}
}

func checkView(t *testing.T, view *View, docs fixedDocuments) {
	t.Helper()
	path := vec.Path{"v"}
	out := new(vec.Vector)
	check := func(selection Selection) {
		t.Helper()
		if err := view.read(out, path, selection); err != nil {
			t.Fatal(err)
		}
		for i := range selection.Len() {
			if got, want := out.Value(i), docs[selection.Doc(i)].At(path); !got.Same(want) {
				t.Fatalf("document %d: got %v, want %v", selection.Doc(i), got, want)
			}
		}
	}
	rows := len(docs)
	check(Selection{From: 0, To: rows})
	for from := 0; from < rows; from += BlockRows {
		check(Selection{From: from, To: min(from+BlockRows, rows)})
	}
	if rows > 64 {
		check(Selection{From: 64, To: rows - 1})
	}
	var some []uint32
	for doc := 0; doc < rows; doc += 1 + doc%7*9 {
		some = append(some, uint32(doc))
	}
	check(Selection{Docs: some})
	check(Selection{Docs: []uint32{uint32(rows / 2)}})
}

func TestZonesNeverSkipAMatch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	skipped := 0
	for _, s := range samples {
		if s.kind == vec.Array || s.kind == vec.Null {
			continue
		}
		const rows = 6000
		for _, every := range []int{1, 3} {
			docs, v := s.docs(rows, every)
			column := stored(t, v, rows, choose(v))
			for range 60 {
				low, high := s.value(r, r.IntN(rows)), s.value(r, r.IntN(rows))
				for _, p := range []vec.Predicate{
					{Op: vec.OpIn, Values: []vec.Value{low}},
					{Op: vec.OpRange, Low: low, High: high, LowOpen: r.IntN(2) == 0, HighOpen: r.IntN(2) == 0},
					{Op: vec.OpRange, Low: low},
				} {
					spans, _ := p.Spans(s.kind)
					for from := 0; from < rows; from += BlockRows {
						to := min(from+BlockRows, rows)
						if !column.Skips(spans, from, to) {
							continue
						}
						skipped++
						for _, doc := range docs[from:to] {
							if x := doc.Field("v"); x != nil && satisfies(p, x) {
								t.Fatalf("%s: %v is skipped by %v", s.name, x, p)
							}
						}
					}
				}
			}
		}
	}
	if skipped < 1000 {
		t.Errorf("only %d blocks were skipped", skipped)
	}
}

func choose(v *Values) Encoding {
	data, _ := Encode(nil, v, int(v.Docs[len(v.Docs)-1])+1)
	return Encoding(data[0])
}

func satisfies(p vec.Predicate, x vec.Value) bool {
	if p.Op == vec.OpIn {
		return vec.Equal(x, p.Values[0])
	}
	if order := vec.Compare(x, p.Low); order < 0 || order == 0 && p.LowOpen {
		return false
	}
	if p.High == nil {
		return true
	}
	order := vec.Compare(x, p.High)
	return order < 0 || order == 0 && !p.HighOpen
}

func TestEncodingIsChosenBySize(t *testing.T) {
	want := map[string]Encoding{
		"one int": constant, "one string": constant, "bools": flags, "small ints": packed, "few far ints": dictionary,
		"all ints": packed, "times": linear, "counter": linear, "batches": runs, "floats": plain, "prices": decimal, "places": decimal, "prices and others": patched, "few floats": dictionary, "few strings": dictionary, "hundreds of strings": termsApart, "hundreds of words": termsApart,
		"ids": spelt, "uuids": uuids, "texts": contents, "arrays": symbolic, "nulls": docsOnly,
	}
	for _, s := range samples {
		if e, ok := want[s.name]; ok {
			_, v := s.docs(5000, 1)
			if got := choose(v); got != e {
				t.Errorf("%s: %s, want %s", s.name, got, e)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	for i, s := range samples {
		for _, every := range []int{1, 2, 90} {
			_, v := s.docs(300, every)
			data, _ := Encode(nil, v, 300)
			f.Add(data, uint8(s.kind), uint16(300), uint16(v.Count()))
			data[(8+i)%len(data)] ^= 0x55
			f.Add(data, uint8(s.kind), uint16(300), uint16(v.Count()))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8, rows, count uint16) {
		data = append(make([]byte, 0, len(data)+8), data...) // from the allocator, and so aligned
		s, err := Decode(data, vec.Type(kind%17), int(rows), int(count))
		if err != nil || !hasData(s.Type()) {
			return
		}
		out := new(vec.Vector)
		_ = s.Read(out, Selection{From: 0, To: int(rows)})
		_ = s.Read(out, Selection{Docs: []uint32{0, uint32(rows) / 2, uint32(rows) - 1}})
		spans, _ := vec.Predicate{Op: vec.OpExists}.Spans(s.Type())
		s.Skips(spans, 0, int(rows))
		s.Docs()
	})
}

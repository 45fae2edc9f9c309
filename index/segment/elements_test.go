package segment_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/memtable"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

func parsed(t testing.TB, text string) vec.Value {
	t.Helper()
	v, err := new(jsonio.Reader).Value(nil, []byte(text))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}

// arraysOf are documents with arrays of all sorts, and one that is too long for the lists.
func arraysOf(t testing.TB) (docs documents) {
	for i := range 300 {
		docs = append(docs, parsed(t, fmt.Sprintf(
			`{"a":[%d,"s%d",%t,null,[1],{"k":{"x":%d,"y":"y%d"}},%d.5],"deep":{"b":["v%d","v%d","w"]}}`,
			i%90, i%50, i%11 == 0, i, i%20, i%4, i, i%7)))
	}
	docs = append(docs, parsed(t, `{"a":"s1","deep":{"b":[]}}`), parsed(t, `{"a":null,"deep":{"b":{"k":1}}}`), parsed(t, `{}`))
	long := strings.Repeat(`"many",`, 5000) + `"s1"`
	return append(docs, parsed(t, `{"a":[`+long+`],"deep":{"b":["v1"]}}`))
}

var elementPredicates = []vec.Predicate{
	{Path: vec.Path{"a"}, Op: vec.OpIn, Values: []vec.Value{vec.IntValue(vec.Int, 7)}},
	{Path: vec.Path{"a"}, Op: vec.OpIn, Values: []vec.Value{vec.FloatValue(2.5), vec.FloatValue(8)}},
	{Path: vec.Path{"a"}, Op: vec.OpIn, Values: []vec.Value{vec.StringValue("s1"), vec.StringValue("none")}},
	{Path: vec.Path{"a"}, Op: vec.OpIn, Values: []vec.Value{vec.BoolValue(true)}},
	{Path: vec.Path{"a"}, Op: vec.OpRange, Low: vec.IntValue(vec.Int, 80), LowOpen: true},
	{Path: vec.Path{"a"}, Op: vec.OpPrefix, Values: []vec.Value{vec.StringValue("s4")}},
	{Path: vec.Path{"a"}, Below: vec.Path{"k", "x"}, Op: vec.OpIn, Values: []vec.Value{vec.IntValue(vec.Int, 123)}},
	{Path: vec.Path{"a"}, Below: vec.Path{"k", "x"}, Op: vec.OpRange, Low: vec.IntValue(vec.Int, 100), High: vec.FloatValue(120.5)},
	{Path: vec.Path{"a"}, Below: vec.Path{"k", "y"}, Op: vec.OpIn, Values: []vec.Value{vec.StringValue("y3")}},
	{Path: vec.Path{"a"}, Below: vec.Path{"k", "none"}, Op: vec.OpIn, Values: []vec.Value{vec.StringValue("y3")}},
	{Path: vec.Path{"deep", "b"}, Op: vec.OpIn, Values: []vec.Value{vec.StringValue("v1")}},
	{Path: vec.Path{"deep", "b"}, Op: vec.OpIn, Values: []vec.Value{vec.StringValue("v290")}},
	{Path: vec.Path{"deep", "b"}, Op: vec.OpPrefix, Values: []vec.Value{vec.StringValue("v29")}},
	{Path: vec.Path{"deep"}, Op: vec.OpIn, Values: []vec.Value{vec.StringValue("v1")}},
	{Path: vec.Path{"nowhere"}, Op: vec.OpIn, Values: []vec.Value{vec.StringValue("v1")}},
}

// having are the docs of which an element meets p, by looking at each.
func having(docs documents, p vec.Predicate) *roaring.Bitmap {
	out := roaring.New()
	for doc, value := range docs {
		array := value.At(p.Path)
		if array.Type() != vec.Array {
			continue
		}
		for e := range array.Elements() {
			if meets(e.At(p.Below), p) {
				out.Add(uint32(doc))
			}
		}
	}
	return out
}

func meets(v vec.Value, p vec.Predicate) bool {
	same := func(w vec.Value) bool {
		return w != nil && (v.Type() == w.Type() || v.Type().IsNumber() && w.Type().IsNumber())
	}
	switch p.Op {
	case vec.OpIn:
		return slices.ContainsFunc(p.Values, func(w vec.Value) bool { return same(w) && vec.Equal(v, w) })
	case vec.OpPrefix:
		return v.Type() == vec.String && strings.HasPrefix(string(v.Content()), string(p.Values[0].Content()))
	}
	if p.Low != nil && (!same(p.Low) || vec.Compare(v, p.Low) < 0 || p.LowOpen && vec.Equal(v, p.Low)) {
		return false
	}
	return p.High == nil || same(p.High) && (vec.Compare(v, p.High) < 0 || !p.HighOpen && vec.Equal(v, p.High))
}

func TestElementsAreFoundInSegmentsAndMemory(t *testing.T) {
	docs := arraysOf(t)
	s, _, _ := built(t, docs)
	m := memtable.New()
	for i, doc := range docs {
		if err := m.Append(uint64(i), doc); err != nil {
			t.Fatal(err)
		}
	}
	view := m.Publish()
	long := uint32(len(docs) - 1)
	for _, p := range elementPredicates {
		p.Each = true
		want := having(docs, p)
		inMemory, exact, err := view.Lookup(p)
		if err != nil || !exact || !inMemory.Equals(want) {
			t.Errorf("memtable, %s: %v %t %v, want %v", p, inMemory, exact, err, want)
		}
		got, exact, err := s.Lookup(p)
		if err != nil || got == nil {
			t.Fatalf("%s: %v, %v", p, got, err)
		}
		if n := s.Estimate(p); n < int(got.GetCardinality()) {
			t.Errorf("%s: estimate %d, found %d", p, n, got.GetCardinality())
		}
		if !exact { // more than is wanted: the document with too many elements, and few others
			got.Remove(long)
			want.Remove(long)
			if got.GetCardinality() > want.GetCardinality()+3 {
				t.Errorf("%s: found %v, want %v", p, got, want)
			}
			got.And(want)
		}
		if !got.Equals(want) {
			t.Errorf("%s: found %v, want %v", p, got, want)
		}
		if s.Skips(p, 0, len(docs)) && !want.IsEmpty() {
			t.Errorf("%s: skipped", p)
		}
	}
}

// Vectors are not searched for one number: they get no list, and are scanned.
func TestFloatsOfVectorsGetNoList(t *testing.T) {
	var docs documents
	for i := range 100 {
		docs = append(docs, parsed(t, fmt.Sprintf(`{"v":[%d.25,1.5,2.5,3.5],"n":[%d]}`, i, i)))
	}
	s, _, _ := built(t, docs)
	p := vec.Predicate{Path: vec.Path{"v"}, Each: true, Op: vec.OpIn, Values: []vec.Value{vec.FloatValue(7.25)}}
	if docs, _, err := s.Lookup(p); docs != nil || err != nil {
		t.Errorf("found %v, %v", docs, err)
	}
	if n := s.Estimate(p); n != 100 {
		t.Errorf("estimate %d", n)
	}
	p.Path = vec.Path{"n"}
	if docs, _, err := s.Lookup(p); err != nil || docs == nil || !docs.IsEmpty() {
		t.Errorf("found %v, %v", docs, err)
	}
}

package inverted

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/vec"
)

// column is a sub-column to index: keys, or contents.
type column struct {
	rows     int
	docs     []uint32
	keys     []int64
	contents []string
}

// columnOf rows where one doc in so many has a value, one of distinct ones.
func columnOf(rows, every, distinct int, contents bool) column {
	r := rand.New(rand.NewPCG(uint64(rows), uint64(distinct)))
	c := column{rows: rows}
	for doc := range rows {
		if r.IntN(every) > 0 && doc > 0 {
			continue
		}
		c.docs = append(c.docs, uint32(doc))
		key := r.Int64N(int64(distinct))
		if contents {
			c.contents = append(c.contents, fmt.Sprintf("value-%06d", key))
		} else {
			c.keys = append(c.keys, (key-int64(distinct)/2)*7)
		}
	}
	return c
}

// terms are the distinct contents, sorted, and which of them each value is.
func (c column) terms() (*vec.Vector, []uint32) {
	distinct := slices.Compact(slices.Sorted(slices.Values(c.contents)))
	terms := new(vec.Vector)
	terms.Reset(vec.String)
	for _, term := range distinct {
		terms.Append(vec.StringValue(term))
	}
	codes := make([]uint32, len(c.contents))
	for i, content := range c.contents {
		code, _ := slices.BinarySearch(distinct, content)
		codes[i] = uint32(code)
	}
	return terms, codes
}

func (c column) hashes() []byte {
	offsets, data := []uint32{0}, []byte(nil)
	for _, content := range c.contents {
		data = append(data, content...)
		offsets = append(offsets, uint32(len(data)))
	}
	return BuildHashes(offsets, data, c.docs, c.rows)
}

func open(t testing.TB, data []byte, rows int, terms *vec.Vector) *Index {
	x, err := Open(data, rows, rows, terms)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// want are the docs whose value is in the span.
func (c column) want(s vec.Span) *roaring.Bitmap {
	out := roaring.New()
	for i, doc := range c.docs {
		if c.keys != nil && s.Low <= c.keys[i] && c.keys[i] <= s.High || c.keys == nil && s.Has([]byte(c.contents[i])) {
			out.Add(doc)
		}
	}
	return out
}

func check(t *testing.T, x *Index, c column, s vec.Span) {
	t.Helper()
	got := roaring.New()
	exact, ok, err := x.Lookup(got, []vec.Span{s})
	if err != nil || !ok {
		t.Fatalf("%s: %+v: ok %t, %v", x, s, ok, err)
	}
	want := c.want(s)
	if exact && !got.Equals(want) || roaring.AndNot(want, got).GetCardinality() > 0 {
		t.Fatalf("%s: %+v: got %v, want %v", x, s, got, want)
	}
	if n, ok := x.Estimate([]vec.Span{s}); !ok || n != int(got.GetCardinality()) {
		t.Fatalf("%s: %+v: estimate %d, found %d", x, s, n, got.GetCardinality())
	}
}

func TestKeysAreFound(t *testing.T) {
	for _, rows := range []int{1, 2, 300, 70_000} {
		for _, distinct := range []int{1, 20, 1 << 40} {
			for _, every := range []int{1, 5} {
				c := columnOf(rows, every, distinct, false)
				data := BuildKeys(c.keys, c.docs, rows, false)
				if data == nil {
					if !slices.IsSorted(c.keys) {
						t.Errorf("%d distinct of %d: no index", distinct, rows)
					}
					continue
				}
				x := open(t, data, rows, nil)
				r := rand.New(rand.NewPCG(3, 3))
				spans := []vec.Span{{Low: math.MinInt64, High: math.MaxInt64}, {Low: math.MaxInt64, High: math.MaxInt64}, {Low: 1, High: 0}}
				for range 30 {
					key, other := c.keys[r.IntN(len(c.keys))], c.keys[r.IntN(len(c.keys))]
					spans = append(spans, vec.Span{Low: key, High: key}, vec.Span{Low: key + 1, High: key + 1},
						vec.Span{Low: min(key, other), High: max(key, other) - 1})
				}
				for _, s := range spans {
					check(t, x, c, s)
				}
			}
		}
	}
}

func TestKindIsChosenByDistinctValues(t *testing.T) {
	many, few := columnOf(5000, 1, 1<<40, false), columnOf(5000, 1, 50, false)
	sorted := slices.Sorted(slices.Values(many.keys))
	for _, c := range []struct {
		name  string
		keys  []int64
		float bool
		want  string
	}{
		{"few ints", few.keys, false, "terms"},
		{"many ints", many.keys, false, "keys"},
		{"few floats", few.keys, true, "terms"},
		{"many floats", many.keys, true, ""},
		{"ascending", sorted, false, ""},
	} {
		got := ""
		if data := BuildKeys(c.keys, many.docs, 5000, c.float); data != nil {
			got = open(t, data, 5000, nil).String()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestContentsAreFound(t *testing.T) {
	for _, rows := range []int{1, 2, 300, 40_000} {
		for _, distinct := range []int{1, 20, 1 << 30} {
			for _, every := range []int{1, 5} {
				c := columnOf(rows, every, distinct, true)
				terms, codes := c.terms()
				byTerm := open(t, BuildTerms(codes, c.docs, rows), rows, terms)
				byHash := open(t, c.hashes(), rows, nil)
				r := rand.New(rand.NewPCG(3, 3))
				for range 30 {
					content := []byte(c.contents[r.IntN(len(c.contents))])
					point := vec.Span{From: content, To: append(bytes.Clone(content), 0)}
					check(t, byTerm, c, point)
					check(t, byHash, c, point)
					none := vec.Span{From: []byte("none"), To: []byte("none\x00")}
					check(t, byTerm, c, none)
					check(t, byHash, c, none)
					prefix := vec.Span{From: content[:9], To: append(bytes.Clone(content[:9]), 0xff)}
					check(t, byTerm, c, prefix)
					check(t, byTerm, c, vec.Span{From: content})
					if _, ok, _ := byHash.Lookup(roaring.New(), []vec.Span{prefix}); ok {
						t.Error("hashes answer for a prefix")
					}
					if _, ok := byHash.Estimate([]vec.Span{prefix}); ok {
						t.Error("hashes estimate a prefix")
					}
				}
			}
		}
	}
}

func TestFloatsAreNotExact(t *testing.T) {
	c := columnOf(1000, 1, 10, false)
	x := open(t, BuildKeys(c.keys, c.docs, 1000, true), 1000, nil)
	if exact, ok, err := x.Lookup(roaring.New(), []vec.Span{{Low: 0, High: math.MaxInt64}}); exact || !ok || err != nil {
		t.Error(exact, ok, err)
	}
}

func TestTermsOfOneDocAreSmall(t *testing.T) {
	const rows = 100_000
	codes, docs := make([]uint32, rows), make([]uint32, rows)
	for i := range codes {
		codes[i], docs[i] = uint32(i), uint32(i)
	}
	if size := len(BuildTerms(codes, docs, rows)); size > rows*4 {
		t.Errorf("%d bytes for %d terms of one doc each", size, rows)
	}
}

func TestOpenNamesALaterKind(t *testing.T) {
	if _, err := Open(appendWord(nil, 77), 10, 10, nil); err == nil || err.Error() != "unknown kind of inverted list 77: the file is of a later version" {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	for _, distinct := range []int{3, 1 << 40} {
		c := columnOf(200, 1, distinct, false)
		f.Add(BuildKeys(c.keys, c.docs, 200, false), int64(-3), int64(30))
		s := columnOf(200, 1, distinct, true)
		_, codes := s.terms()
		f.Add(BuildTerms(codes, s.docs, 200), int64(0), int64(1))
		f.Add(s.hashes(), int64(0), int64(1))
		offsets, data, docs, _ := elementsOf(200, distinct)
		f.Add(BuildContents(offsets, data, docs, 200), int64(0), int64(1))
	}
	texts, _ := BuildTokens(contentsOf("The quick brown fox", "a lazy dog", "The dog, the fox"))
	f.Add(texts, int64(0), int64(1))
	terms := new(vec.Vector)
	for _, text := range []string{"a", "b", "c"} {
		terms.Append(vec.StringValue(text))
	}
	f.Fuzz(func(t *testing.T, data []byte, low, high int64) {
		data = append(make([]byte, 0, len(data)+8), data...) // from the allocator, and so aligned
		x, err := Open(data, 200, 2000, terms)
		if err != nil {
			return
		}
		spans := []vec.Span{{Low: low, High: high, From: []byte("a"), To: []byte("a\x00")}}
		x.Estimate(spans)
		_, _, _ = x.Lookup(roaring.New(), spans)
		terms := []vec.Term{{Text: "dog"}, {Text: "o", Before: true, Further: true}, {Text: "q", Further: true}}
		x.EstimateTerms(terms)
		_, _, _ = x.LookupTerms(terms)
	})
}

package inverted

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/vec"
)

func TestDictionaryFindsTerms(t *testing.T) {
	for _, n := range []int{1, 2, 15, 16, 17, 1000} {
		var terms []string
		for i := range n {
			terms = append(terms, fmt.Sprintf("%sterm-%05d", string("\x00ab\xff"[i%4]), i*7))
		}
		slices.Sort(terms)
		data := appendDictionary(nil, n, func(i int) []byte { return []byte(terms[i]) })
		c := &cursor{data: append(make([]byte, 0, len(data)+8), data...)}
		d, err := openDictionary(c, n)
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		d.each(func(i int, term []byte) {
			if i != at || string(term) != terms[i] {
				t.Fatalf("term %d is %q, want %q", i, term, terms[at])
			}
			at++
		})
		for i, term := range terms {
			for _, around := range []string{term, term[:len(term)-1], term + "\x00", "", "\xff\xff"} {
				want, _ := slices.BinarySearch(terms, around)
				if got := d.from([]byte(around)); got != want {
					t.Fatalf("%d terms: from(%q) is %d, want %d (term %d)", n, around, got, want, i)
				}
			}
		}
	}
}

func TestPostingsReadBack(t *testing.T) {
	const rows = 1 << 20
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 7, 8, 127, 128, 129, 1000, 70_000} {
		for _, step := range []int{1, 3, 40, 5000} {
			var docs []uint32
			for doc := r.IntN(step + 1); len(docs) < n && doc < rows; doc += 1 + r.IntN(step) {
				docs = append(docs, uint32(doc))
			}
			if step == 5000 && n > 1 {
				docs[len(docs)-1] = rows - 1
			}
			posting := appendPosting(nil, docs)
			out := roaring.New()
			got, err := readPosting(out, nil, posting, len(docs), rows)
			if err != nil {
				t.Fatal(err)
			}
			out.AddMany(got)
			if !slices.Equal(out.ToArray(), docs) {
				t.Fatalf("%d docs, steps up to %d: other docs", n, step)
			}
			if _, err := readPosting(roaring.New(), nil, posting[:len(posting)-1], len(docs), rows); err == nil {
				t.Errorf("%d docs, steps up to %d: cut off unnoticed", n, step)
			}
			if _, err := readPosting(roaring.New(), nil, posting, len(docs), int(docs[len(docs)-1])); err == nil {
				t.Errorf("%d docs, steps up to %d: a doc behind the last unnoticed", n, step)
			}
		}
	}
}

// elementsOf are contents of docs that have several each, some twice.
func elementsOf(rows, distinct int) (offsets []uint32, data []byte, docs []uint32, of []string) {
	r := rand.New(rand.NewPCG(uint64(rows), 9))
	offsets = []uint32{0}
	for doc := range rows {
		for range r.IntN(5) {
			term := fmt.Sprintf("element-%d", r.IntN(distinct))
			for range 1 + r.IntN(2) {
				data = append(data, term...)
				offsets, docs, of = append(offsets, uint32(len(data))), append(docs, uint32(doc)), append(of, term)
			}
		}
	}
	return offsets, data, docs, of
}

func TestContentsOfElementsAreFound(t *testing.T) {
	for _, distinct := range []int{1, 50, 1 << 40} {
		const rows = 3000
		offsets, data, docs, of := elementsOf(rows, distinct)
		index := BuildContents(offsets, data, docs, rows)
		x, err := Open(index, rows, len(docs), nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(of); i += 97 {
			want := roaring.New()
			for k, doc := range docs {
				if of[k] == of[i] {
					want.Add(doc)
				}
			}
			got := roaring.New()
			span := []vec.Span{{From: []byte(of[i]), To: append([]byte(of[i]), 0)}}
			exact, ok, err := x.Lookup(got, span)
			if err != nil || !ok || exact && !got.Equals(want) || roaring.AndNot(want, got).GetCardinality() > 0 {
				t.Fatalf("%s %q: %t %t %v, %v, want %v", x, of[i], exact, ok, err, got, want)
			}
			if n, _ := x.Estimate(span); x.String() == "terms" && n != int(want.GetCardinality()) {
				t.Errorf("%q: estimate %d, want %d", of[i], n, want.GetCardinality())
			}
		}
	}
}

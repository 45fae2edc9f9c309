package inverted

import (
	"fmt"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// terms is byTerm: kind; number of terms, and flags; the terms, if the column does not have them: keys, or a
// dictionary; counts less one and sizes of the postings, packed; the postings.
type terms struct {
	keys     []int64     // or
	values   *vec.Vector // the terms, sorted, or
	own      *dictionary
	exact    bool
	rows     int
	before   []uint32 // docs of the terms before each, and behind the last all
	offsets  []uint32 // of the postings
	postings []byte
}

const (
	hasKeys  = 1 << 0
	areFloat = 1 << 1 // keys are of floats: NaN is where SQL's functions may not expect it
	hasTerms = 1 << 2 // a dictionary of contents follows
)

// BuildTerms indexes values that are codes among sorted terms that Open will be given. docs are those of
// the values.
func BuildTerms(codes, docs []uint32, rows int) []byte {
	most := uint32(0)
	for _, code := range codes {
		most = max(most, code)
	}
	return buildTerms(codes, docs, int(most)+1, nil, 0)
}

// buildTerms writes the postings of n terms behind head, which is the terms themselves, if anything.
func buildTerms(codes, docs []uint32, n int, head []byte, flags uint64) []byte {
	// Docs by term: counted, then filed. They stay in order.
	ends := make([]uint32, n+1)
	for _, code := range codes {
		ends[code+1]++
	}
	counts := make([]uint32, n)
	for code := range n {
		counts[code] = ends[code+1] - 1
		ends[code+1] += ends[code]
	}
	filed, next := make([]uint32, len(docs)), append([]uint32(nil), ends[:n]...)
	for i, code := range codes {
		filed[next[code]] = docs[i]
		next[code]++
	}
	var postings []byte
	sizes := make([]uint32, n)
	for code := range n {
		start := len(postings)
		postings = appendPosting(postings, filed[ends[code]:ends[code+1]])
		sizes[code] = uint32(len(postings) - start)
	}
	dst := appendWord(nil, uint64(byTerm))
	dst = append(appendWord(dst, uint64(n)<<8|flags), head...)
	dst = appendPacked(appendPacked(dst, counts), sizes)
	return appendNumbers(appendWord(dst, uint64(len(postings))), postings)
}

func appendPacked(dst []byte, ns []uint32) []byte {
	most := uint32(0)
	for _, n := range ns {
		most = max(most, n)
	}
	width := simd.PackedWidth(uint64(most))
	words := make([]uint64, simd.PackedWords(len(ns), width))
	simd.PackUint32(words, ns, width)
	return appendNumbers(appendWord(dst, uint64(width)), words)
}

// packedSums are the sums of the numbers before each of n, plus each for each, and at the end of all.
func packedSums(c *cursor, n int, each uint32) []uint32 {
	width := c.word()
	if width > 32 || n > len(c.data)*8 && width > 0 {
		c.err, c.data = errShort, nil
		return nil
	}
	words := numbers[uint64](c, simd.PackedWords(n, int(width)))
	if c.err != nil {
		return nil
	}
	sums := make([]uint32, n+1)
	simd.UnpackUint32(sums[1:], words, 0, int(width))
	at := uint64(0)
	for i := range n {
		if at += uint64(sums[i+1]) + uint64(each); at > 1<<32-1 {
			c.err = errShort
			return nil
		}
		sums[i+1] = uint32(at)
	}
	return sums
}

func openTerms(c *cursor, s shape) (lists, error) {
	head := c.word()
	n, flags := int(head>>8), head&0xff
	t := &terms{values: s.terms, rows: s.rows, exact: flags&areFloat == 0}
	if c.err != nil || n > s.values {
		return nil, errShort
	}
	switch values := s.terms; {
	case flags&hasKeys != 0:
		t.keys = numbers[int64](c, n)
	case flags&hasTerms != 0:
		var err error
		if t.own, err = openDictionary(c, n); err != nil {
			return nil, err
		}
	case values == nil || values.Rows != n:
		return nil, fmt.Errorf("%d terms, but the column has others", n)
	}
	if c.err != nil {
		return nil, c.err
	}
	t.before, t.offsets = packedSums(c, n, 1), packedSums(c, n, 0)
	t.postings = numbers[byte](c, int(c.word()))
	if c.err == nil && int(t.offsets[n]) != len(t.postings) {
		return nil, fmt.Errorf("postings are %d bytes, want %d", len(t.postings), t.offsets[n])
	}
	return t, nil
}

// find is which terms, low..high-1, are in the span.
func (t *terms) find(s vec.Span) (low, high int) {
	switch {
	case t.own != nil:
		return t.own.within(s)
	case t.keys == nil:
		return t.values.Within(s)
	}
	low = sort.Search(len(t.keys), func(i int) bool { return t.keys[i] >= s.Low })
	return low, low + sort.Search(len(t.keys)-low, func(i int) bool { return t.keys[low+i] > s.High })
}

func (t *terms) count(s vec.Span) (int, bool) {
	low, high := t.find(s)
	return int(t.before[high] - t.before[low]), true
}

func (t *terms) add(out *roaring.Bitmap, s vec.Span) (exact, ok bool, err error) {
	low, high := t.find(s)
	var docs []uint32
	for code := low; code < high; code++ {
		if docs, err = t.read(out, docs, code); err != nil {
			return false, true, err
		}
	}
	addDocs(out, docs, t.rows)
	return t.exact, true, nil
}

// read adds the docs of a term: to docs, or if its posting is a bitmap to out.
func (t *terms) read(out *roaring.Bitmap, docs []uint32, code int) ([]uint32, error) {
	posting, n := t.postings[t.offsets[code]:t.offsets[code+1]], int(t.before[code+1]-t.before[code])
	docs, err := readPosting(out, docs, posting, n, t.rows)
	if err != nil {
		return docs, fmt.Errorf("posting of term %d: %w", code, err)
	}
	return docs, nil
}

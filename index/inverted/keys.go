package inverted

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

const (
	// fewTerms is the share of distinct keys, one in so many, up to which each gets a posting.
	fewTerms = 4
	// keysBlock is the number of keys that are packed by their difference from the least.
	keysBlock = 256
	// denseFrom is the share of docs, one in so many, from which a result is collected in a bitmap that is
	// not compressed.
	denseFrom = 32
)

// pair is a value and its doc.
type pair struct {
	key int64
	doc uint32
}

// BuildKeys indexes values of fixed width by their keys, as vec.Key has it; docs are theirs. It returns
// nil, no index, where one would not earn its place: for floats that are mostly distinct, which are hardly
// ever looked up, and for values that ascend with the docs, which zone maps find.
func BuildKeys(keys []int64, docs []uint32, rows int, float bool) []byte {
	pairs := pairsOf(keys, docs)
	ascending := slices.IsSorted(keys)
	if !ascending {
		slices.SortFunc(pairs, compare)
	}
	switch {
	case fewKeys(pairs):
		return buildKeyTerms(pairs, float)
	case float || ascending:
		return nil
	}
	return buildKeys(pairs, rows)
}

// BuildElementKeys is BuildKeys for elements of arrays: a doc may have several, in any order, and no zone map
// knows them.
func BuildElementKeys(keys []int64, docs []uint32, rows int, float bool) []byte {
	pairs := pairsOf(keys, docs)
	slices.SortFunc(pairs, compare)
	pairs = slices.Compact(pairs)
	if float || fewKeys(pairs) {
		return buildKeyTerms(pairs, float)
	}
	return buildKeys(pairs, rows)
}

func pairsOf(keys []int64, docs []uint32) []pair {
	pairs := make([]pair, len(keys))
	for i, key := range keys {
		pairs[i] = pair{key, docs[i]}
	}
	return pairs
}

func compare(a, b pair) int {
	if a.key != b.key {
		return cmp.Compare(a.key, b.key)
	}
	return cmp.Compare(a.doc, b.doc)
}

// fewKeys tells that sorted pairs have so few keys that each gets a posting.
func fewKeys(pairs []pair) bool {
	terms := 0
	for i := range pairs {
		if i == 0 || pairs[i].key != pairs[i-1].key {
			terms++
		}
	}
	return terms <= 1+len(pairs)/fewTerms
}

func buildKeyTerms(pairs []pair, float bool) []byte {
	var keys []int64
	codes, docs := make([]uint32, len(pairs)), make([]uint32, len(pairs))
	for i, p := range pairs {
		if i == 0 || p.key != pairs[i-1].key {
			keys = append(keys, p.key)
		}
		codes[i], docs[i] = uint32(len(keys)-1), p.doc
	}
	flags := uint64(hasKeys)
	if float {
		flags |= areFloat
	}
	return buildTerms(codes, docs, len(keys), appendNumbers(nil, keys), flags)
}

// ordered is byKey: kind; number of values; the least and the greatest key of each block; the docs,
// packed; the keys, packed by block.
type ordered struct {
	total     int
	low, high []int64
	width     int // of docs
	docs      []uint64
	starts    []int // first word of each block
	keys      []uint64
	rows      int
}

func buildKeys(pairs []pair, rows int) []byte {
	var low, high []int64
	var packed []uint64
	docs := make([]uint32, len(pairs))
	for from := 0; from < len(pairs); from += keysBlock {
		part := pairs[from:min(from+keysBlock, len(pairs))]
		keys := make([]int64, len(part))
		for i, p := range part {
			keys[i], docs[from+i] = p.key, p.doc
		}
		least, most := keys[0], keys[len(keys)-1]
		low, high = append(low, least), append(high, most)
		width := bits.Len64(uint64(most - least))
		words := make([]uint64, simd.PackedWords(len(keys), width))
		simd.PackInt64(words, keys, least, width)
		packed = append(packed, words...)
	}
	width := simd.PackedWidth(uint64(rows - 1))
	words := make([]uint64, simd.PackedWords(len(docs), width))
	simd.PackUint32(words, docs, width)
	dst := appendWord(appendWord(nil, uint64(byKey)), uint64(len(pairs)))
	dst = appendNumbers(appendNumbers(dst, low), high)
	return appendNumbers(appendNumbers(dst, words), packed)
}

func openKeys(c *cursor, s shape) (lists, error) {
	n := int(c.word())
	if n < 1 || n > s.values {
		return nil, errShort
	}
	o := &ordered{total: n, width: simd.PackedWidth(uint64(s.rows - 1)), rows: s.rows}
	blocks := (n + keysBlock - 1) / keysBlock
	o.low, o.high = numbers[int64](c, blocks), numbers[int64](c, blocks)
	o.docs = numbers[uint64](c, simd.PackedWords(n, o.width))
	if c.err != nil {
		return nil, c.err
	}
	words := 0
	for block := range o.low {
		o.starts = append(o.starts, words)
		words += simd.PackedWords(min(keysBlock, n-block*keysBlock), o.keyWidth(block))
	}
	o.keys = numbers[uint64](c, words)
	return o, c.err
}

func (o *ordered) keyWidth(block int) int { return bits.Len64(uint64(o.high[block] - o.low[block])) }

// before is the number of keys below key.
func (o *ordered) before(key int64) int {
	block := sort.Search(len(o.high), func(i int) bool { return o.high[i] >= key })
	if block == len(o.high) {
		return o.total
	}
	from, width := block*keysBlock, o.keyWidth(block)
	words := o.keys[o.starts[block]:]
	return from + sort.Search(min(keysBlock, o.total-from), func(i int) bool {
		return o.low[block]+int64(simd.PackedAt(words, i, width)) >= key
	})
}

func (o *ordered) find(s vec.Span) (from, to int) {
	from, to = o.before(s.Low), o.total
	if s.High+1 > s.High {
		to = o.before(s.High + 1)
	}
	return from, max(from, to)
}

func (o *ordered) count(s vec.Span) (int, bool) {
	from, to := o.find(s)
	return to - from, true
}

func (o *ordered) add(out *roaring.Bitmap, s vec.Span) (exact, ok bool, err error) {
	from, to := o.find(s)
	docs := make([]uint32, to-from)
	simd.UnpackUint32(docs, o.docs, from, o.width)
	addDocs(out, docs, o.rows)
	return true, true, nil
}

// addDocs adds docs, in any order, all below the power of two above rows.
func addDocs(out *roaring.Bitmap, docs []uint32, rows int) {
	if len(docs) < rows/denseFrom {
		out.AddMany(docs)
		return
	}
	words := make([]uint64, simd.Words(1<<simd.PackedWidth(uint64(rows-1))))
	for _, doc := range docs {
		simd.Set(words, int(doc))
	}
	out.Or(roaring.FromDense(words, false))
}

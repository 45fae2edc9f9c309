package inverted

import (
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/cespare/xxhash/v2"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

const (
	// bucketValues is about the number of values that share a bucket.
	bucketValues = 16
	// tagBits of the hash, behind those that choose the bucket, are kept: of the others in its bucket, one
	// value in 1,024 is found wrongly, and filtered out by the caller.
	tagBits = 10
)

// hashes is byHash: kind; number of values; where each bucket begins; by bucket, of each value the tag, and
// its doc, both packed. It answers for single values alone, and finds now and then a doc too many.
type hashes struct {
	starts []uint32
	shift  int // the bucket is the hash's bits from here on
	tags   []uint64
	docs   []uint64
	width  int // of docs
}

// BuildHashes indexes contents, given as in a Vector; docs are theirs.
func BuildHashes(offsets []uint32, data []byte, docs []uint32, rows int) []byte {
	shift := bucketShift(len(docs))
	hashes := make([]uint64, len(docs))
	starts := make([]uint32, buckets(len(docs))+1)
	for i := range docs {
		hashes[i] = xxhash.Sum64(data[offsets[i]:offsets[i+1]])
		starts[hashes[i]>>shift+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	next := slices.Clone(starts)
	tags, sorted := make([]uint32, len(docs)), make([]uint32, len(docs))
	for i, hash := range hashes {
		at := &next[hash>>shift]
		tags[*at], sorted[*at] = tagOf(hash, shift), docs[i]
		*at++
	}
	width := simd.PackedWidth(uint64(rows - 1))
	dst := appendWord(appendWord(nil, uint64(byHash)), uint64(len(docs)))
	dst = appendNumbers(dst, starts)
	for _, part := range []struct {
		ns    []uint32
		width int
	}{{tags, tagBits}, {sorted, width}} {
		words := make([]uint64, simd.PackedWords(len(part.ns), part.width))
		simd.PackUint32(words, part.ns, part.width)
		dst = appendNumbers(dst, words)
	}
	return dst
}

// buckets is their number for n values: a power of two, at least 2.
func buckets(n int) int { return 1 << bits.Len(uint(n/bucketValues|1)) }

func bucketShift(n int) int { return 64 - bits.Len(uint(n/bucketValues|1)) }

func tagOf(hash uint64, shift int) uint32 {
	return uint32(hash>>(shift-tagBits)) & (1<<tagBits - 1)
}

func openHashes(c *cursor, s shape) (lists, error) {
	n := int(c.word())
	if n < 1 || n > s.values {
		return nil, errShort
	}
	h := &hashes{shift: bucketShift(n), width: simd.PackedWidth(uint64(s.rows - 1))}
	h.starts = numbers[uint32](c, buckets(n)+1)
	h.tags = numbers[uint64](c, simd.PackedWords(n, tagBits))
	h.docs = numbers[uint64](c, simd.PackedWords(n, h.width))
	for i, start := range h.starts {
		if int(start) > n || i > 0 && start < h.starts[i-1] {
			return nil, errShort
		}
	}
	return h, c.err
}

// each calls f with the docs whose value may be content.
func (h *hashes) each(content []byte, f func(doc uint32)) {
	hash := xxhash.Sum64(content)
	bucket, tag := hash>>h.shift, uint64(tagOf(hash, h.shift))
	for i := int(h.starts[bucket]); i < int(h.starts[bucket+1]); i++ {
		if simd.PackedAt(h.tags, i, tagBits) == tag {
			f(uint32(simd.PackedAt(h.docs, i, h.width)))
		}
	}
}

func (h *hashes) count(s vec.Span) (n int, ok bool) {
	content, ok := s.Point()
	if ok {
		h.each(content, func(uint32) { n++ })
	}
	return n, ok
}

func (h *hashes) add(out *roaring.Bitmap, s vec.Span) (exact, ok bool, err error) {
	content, ok := s.Point()
	if ok {
		h.each(content, out.Add)
	}
	return false, ok, nil
}

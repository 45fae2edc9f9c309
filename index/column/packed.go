package column

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// integers are packed: each block's as differences from its least, in as few bits as the block needs.
type integers struct {
	zones  zones
	starts []int // first word of each block
	words  []uint64
}

func integerZones(ns []int64) zones { return zonesOf(len(ns), func(i int) int64 { return ns[i] }) }

// width is the number of bits that a value of the block takes.
func (z zones) width(block int) int { return bits.Len64(uint64(z.high[block] - z.low[block])) }

func sizeIntegers(ns []int64) int {
	z := integerZones(ns)
	size := 16 * len(z.low)
	for block := range z.low {
		size += 8 * simd.PackedWords(min(BlockRows, len(ns)-block*BlockRows), z.width(block))
	}
	return size
}

func writeIntegers(dst []byte, ns []int64) []byte {
	z := integerZones(ns)
	dst = z.write(dst)
	for block := range z.low {
		part := ns[block*BlockRows : min((block+1)*BlockRows, len(ns))]
		words := make([]uint64, simd.PackedWords(len(part), z.width(block)))
		simd.PackInt64(words, part, z.low[block], z.width(block))
		dst = appendNumbers(dst, words)
	}
	return dst
}

func openIntegers(c *cursor, count int) (v integers, err error) {
	if v.zones = openZones(c, count); c.err != nil {
		return v, c.err
	}
	words := 0
	for block := range v.zones.low {
		v.starts = append(v.starts, words)
		words += simd.PackedWords(min(BlockRows, count-block*BlockRows), v.zones.width(block))
	}
	v.words = c.words(words)
	return v, c.err
}

// unpack writes the values from from on to out.
func (v *integers) unpack(out []int64, from int) {
	for to := from + len(out); from < to; {
		block := from / BlockRows
		n := min(to, (block+1)*BlockRows) - from
		simd.UnpackInt64(out[:n], v.words[v.starts[block]:], from-block*BlockRows, v.zones.low[block], v.zones.width(block))
		out, from = out[n:], from+n
	}
}

// pick writes the values of the given ranks to out.
func (v *integers) pick(out []int64, ranks []uint32) {
	for i, rank := range ranks {
		block := int(rank) / BlockRows
		out[i] = v.zones.low[block] +
			int64(simd.PackedAt(v.words[v.starts[block]:], int(rank)%BlockRows, v.zones.width(block)))
	}
}

// packedValues is packed.
type packedValues struct {
	t vec.Type
	integers
}

func sizePacked(v *study) int {
	if v.Kind.Layout() != vec.Int64s {
		return math.MaxInt
	}
	return sizeIntegers(v.Ints)
}

func writePacked(dst []byte, v *study) []byte { return writeIntegers(dst, v.Ints) }

func openPacked(c *cursor, t vec.Type, count int) (values, error) {
	if t.Layout() != vec.Int64s {
		return nil, fmt.Errorf("packed integers of type %s", t)
	}
	ns, err := openIntegers(c, count)
	return &packedValues{t, ns}, err
}

func (v *packedValues) read(out *vec.Vector, from, to int) error {
	out.Make(v.t, to-from)
	v.unpack(out.I64, from)
	return nil
}

func (v *packedValues) gather(out *vec.Vector, ranks []uint32) error {
	out.Make(v.t, len(ranks))
	v.pick(out.I64, ranks)
	return nil
}

func (v *packedValues) overlaps(spans []vec.Span, from, to int) bool {
	return v.zones.overlaps(spans, from, to)
}

func (v *packedValues) terms() *vec.Vector { return nil }

package column

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

const (
	// maxSlope bounds a block's slope, in 2^-simd.RampShift a value, so that a block's line does not leave 64 bits.
	maxSlope = 1 << 52
	// slopeBits of a word are the slope, those above the width.
	slopeBits = 56
	// linearBeats is the share of its size, in percent, to which a line has to bring integers: it takes an
	// addition more to read them, and what they are compared with is not on the line.
	linearBeats = 85
)

// lines are integers as differences from a line through each block's first and last: times and counters that
// ascend steadily are close to it, and any is read without those before it. All in 64 bits, which wrap around.
type lines struct {
	zones  zones
	bases  []int64
	slopes []uint64 // and widths
	starts []int
	words  []uint64
}

// lineOf is the slope of a block's line, the least difference from it, and the width of differences.
func lineOf(ns []int64) (slope uint64, base int64, width int) {
	if last := len(ns) - 1; last > 0 && ns[last] > ns[0] {
		if rise := uint64(ns[last] - ns[0]); rise>>(64-simd.RampShift) == 0 {
			slope = min(rise<<simd.RampShift/uint64(last), maxSlope)
		}
	}
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for i, n := range ns {
		n -= int64(uint64(i) * slope >> simd.RampShift)
		least, most = min(least, n), max(most, n)
	}
	return slope, least, bits.Len64(uint64(most - least))
}

// sizeLines is about what ns take as lines: math.MaxInt if that does not pay.
func sizeLines(ns []int64) int {
	size := 0
	for from := 0; from < len(ns); from += BlockRows {
		part := ns[from:min(from+BlockRows, len(ns))]
		_, _, width := lineOf(part)
		size += 32 + 8*simd.PackedWords(len(part), width)
	}
	if size*100 > sizeIntegers(ns)*linearBeats {
		return math.MaxInt
	}
	return size
}

// Zones, the least difference of each block, the slopes with widths above slopeBits, and the differences.
func writeLines(dst []byte, ns []int64) []byte {
	dst = integerZones(ns).write(dst)
	var bases []int64
	var slopes []uint64
	var words []uint64
	for from := 0; from < len(ns); from += BlockRows {
		part := ns[from:min(from+BlockRows, len(ns))]
		slope, base, width := lineOf(part)
		bases, slopes = append(bases, base), append(slopes, slope|uint64(width)<<slopeBits)
		differences := make([]int64, len(part))
		for i, n := range part {
			differences[i] = n - int64(uint64(i)*slope>>simd.RampShift)
		}
		packed := make([]uint64, simd.PackedWords(len(part), width))
		simd.PackInt64(packed, differences, base, width)
		words = append(words, packed...)
	}
	return appendNumbers(appendNumbers(appendNumbers(dst, bases), slopes), words)
}

func openLines(c *cursor, count int) (lines, error) {
	v := lines{zones: openZones(c, count)}
	v.bases, v.slopes = numbers[int64](c, blocksOf(count)), c.words(blocksOf(count))
	words := 0
	for block, slope := range v.slopes {
		if slope&(1<<slopeBits-1) > maxSlope || slope>>slopeBits > 64 {
			return v, fmt.Errorf("a line that rises by %d, and differences of %d bits", slope&(1<<slopeBits-1), slope>>slopeBits)
		}
		v.starts = append(v.starts, words)
		words += simd.PackedWords(min(BlockRows, count-block*BlockRows), int(slope>>slopeBits))
	}
	v.words = c.words(words)
	return v, c.err
}

// line is the slope and the width of a block.
func (v *lines) line(block int) (slope uint64, width int) {
	return v.slopes[block] & (1<<slopeBits - 1), int(v.slopes[block] >> slopeBits)
}

// unpack writes the values from from on to out.
func (v *lines) unpack(out []int64, from int) {
	for to := from + len(out); from < to; {
		block := from / BlockRows
		at, n := from-block*BlockRows, min(to, (block+1)*BlockRows)-from
		slope, width := v.line(block)
		simd.UnpackInt64(out[:n], v.words[v.starts[block]:], at, v.bases[block], width)
		simd.AddRamp(out[:n], at, slope)
		out, from = out[n:], from+n
	}
}

// pick writes the values of the given ranks to out.
func (v *lines) pick(out []int64, ranks []uint32) {
	for i, rank := range ranks {
		block, at := int(rank)/BlockRows, int(rank)%BlockRows
		slope, width := v.line(block)
		out[i] = v.bases[block] + int64(uint64(at)*slope>>simd.RampShift) +
			int64(simd.PackedAt(v.words[v.starts[block]:], at, width))
	}
}

// linearValues is linear.
type linearValues struct {
	t vec.Type
	lines
}

func sizeLinear(v *study) int {
	if v.Kind.Layout() != vec.Int64s {
		return math.MaxInt
	}
	return sizeLines(v.Ints)
}

func writeLinear(dst []byte, v *study) []byte { return writeLines(dst, v.Ints) }

func openLinear(c *cursor, t vec.Type, count int) (values, error) {
	if t.Layout() != vec.Int64s {
		return nil, fmt.Errorf("linear integers of type %s", t)
	}
	ns, err := openLines(c, count)
	return &linearValues{t, ns}, err
}

func (v *linearValues) read(out *vec.Vector, from, to int) error {
	out.Make(v.t, to-from)
	v.unpack(out.I64, from)
	return nil
}

func (v *linearValues) gather(out *vec.Vector, ranks []uint32) error {
	out.Make(v.t, len(ranks))
	v.pick(out.I64, ranks)
	return nil
}

func (v *linearValues) overlaps(spans []vec.Span, from, to int) bool {
	return v.zones.overlaps(spans, from, to)
}

func (v *linearValues) terms() *vec.Vector { return nil }

package column

import (
	"fmt"
	"math"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// blocksOf is the number of blocks of count values.
func blocksOf(count int) int { return (count + BlockRows - 1) / BlockRows }

// zones are the least and the greatest key of each block.
type zones struct{ low, high []int64 }

// zonesOf computes the zones of keys.
func zonesOf(count int, key func(int) int64) zones {
	var z zones
	for from := 0; from < count; from += BlockRows {
		low, high := int64(math.MaxInt64), int64(math.MinInt64)
		for i := from; i < min(from+BlockRows, count); i++ {
			low, high = min(low, key(i)), max(high, key(i))
		}
		z.low, z.high = append(z.low, low), append(z.high, high)
	}
	return z
}

func (z zones) write(dst []byte) []byte { return appendNumbers(appendNumbers(dst, z.low), z.high) }

func openZones(c *cursor, count int) zones {
	n := blocksOf(count)
	return zones{numbers[int64](c, n), numbers[int64](c, n)}
}

// overlaps tells whether a value from..to-1 may have its key in one of the spans.
func (z zones) overlaps(spans []vec.Span, from, to int) bool {
	for block := from / BlockRows; block <= (to-1)/BlockRows; block++ {
		for _, s := range spans {
			if s.Low <= z.high[block] && s.High >= z.low[block] {
				return true
			}
		}
	}
	return false
}

// noValues is docsOnly.
type noValues struct{ t vec.Type }

func sizeDocsOnly(v *study) int {
	if hasData(v.Kind) || v.rest != nil {
		return math.MaxInt
	}
	return 0
}

func writeDocsOnly(dst []byte, _ *study) []byte { return dst }

func openDocsOnly(_ *cursor, t vec.Type, _ int) (values, error) {
	if hasData(t) {
		return nil, fmt.Errorf("there are no values of type %s", t)
	}
	return noValues{t}, nil
}

func (v noValues) read(*vec.Vector, int, int) error {
	panic("bug: a sub-column of type " + v.t.String() + " has no values")
}
func (v noValues) gather(*vec.Vector, []uint32) error { return v.read(nil, 0, 0) }
func (v noValues) overlaps([]vec.Span, int, int) bool { return true }
func (v noValues) terms() *vec.Vector                 { return nil }

// flagValues is flags.
type flagValues struct{ words []uint64 }

func sizeFlags(v *study) int {
	if v.Kind != vec.Bool {
		return math.MaxInt
	}
	return 8 * simd.Words(v.Count())
}

func writeFlags(dst []byte, v *study) []byte {
	words := make([]uint64, simd.Words(v.Count()))
	for i, b := range v.Bools {
		if b {
			simd.Set(words, i)
		}
	}
	return appendNumbers(dst, words)
}

func openFlags(c *cursor, t vec.Type, count int) (values, error) {
	if t != vec.Bool {
		return nil, fmt.Errorf("bits of type %s", t)
	}
	return flagValues{c.words(simd.Words(count))}, nil
}

func (v flagValues) read(out *vec.Vector, from, to int) error {
	out.Make(vec.Bool, to-from)
	clear(out.Bits)
	simd.CopyBits(out.Bits, 0, v.words, from, to-from)
	return nil
}

func (v flagValues) gather(out *vec.Vector, ranks []uint32) error {
	out.Make(vec.Bool, len(ranks))
	clear(out.Bits)
	for i, rank := range ranks {
		if simd.Get(v.words, int(rank)) {
			simd.Set(out.Bits, i)
		}
	}
	return nil
}

func (v flagValues) overlaps(spans []vec.Span, from, to int) bool {
	set := simd.CountRange(v.words, from, to)
	for _, s := range spans {
		if s.Low <= 0 && s.High >= 0 && set < to-from || s.Low <= 1 && s.High >= 1 && set > 0 {
			return true
		}
	}
	return false
}

func (v flagValues) terms() *vec.Vector { return nil }

// plainValues is plain.
type plainValues struct {
	zones  zones // of keys
	floats []float64
}

func sizePlain(v *study) int {
	if v.Kind != vec.Float {
		return math.MaxInt
	}
	return 8*v.Count() + 16*blocksOf(v.Count())
}

func writePlain(dst []byte, v *study) []byte {
	dst = zonesOf(v.Count(), func(i int) int64 { return vec.Key(v.Floats[i]) }).write(dst)
	return appendNumbers(dst, v.Floats)
}

func openPlain(c *cursor, t vec.Type, count int) (values, error) {
	if t != vec.Float {
		return nil, fmt.Errorf("plain floats of type %s", t)
	}
	return &plainValues{zones: openZones(c, count), floats: numbers[float64](c, count)}, nil
}

func (v *plainValues) read(out *vec.Vector, from, to int) error {
	out.Reset(vec.Float)
	out.Rows, out.F64 = to-from, v.floats[from:to:to]
	out.Alias()
	return nil
}

func (v *plainValues) gather(out *vec.Vector, ranks []uint32) error {
	out.Make(vec.Float, len(ranks))
	simd.Take(out.F64, v.floats, ranks)
	return nil
}

func (v *plainValues) overlaps(spans []vec.Span, from, to int) bool {
	return v.zones.overlaps(spans, from, to)
}

func (v *plainValues) terms() *vec.Vector { return nil }

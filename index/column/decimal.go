package column

import (
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// Floats that people write, prices, shares, places, have few decimals: they are integers, divided by a
// power of ten. The division rounds correctly, so that it gives back each float that it was checked with.
const (
	maxDecimals = 9
	// decimalSample is the number of values that are tried before all are.
	decimalSample = 32
)

var powersOfTen = [maxDecimals + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// decimals finds how many decimals the floats have, and the integers; false if they are no such floats.
func decimals(floats []float64) (exponent int, ns []int64, ok bool) {
	for _, f := range floats[:min(decimalSample, len(floats))] {
		for ; ; exponent++ {
			if exponent > maxDecimals {
				return 0, nil, false
			}
			if _, ok := scaled(f, exponent); ok {
				break
			}
		}
	}
	ns = make([]int64, len(floats))
	for i := 0; i < len(floats); i++ {
		n, ok := scaled(floats[i], exponent)
		if !ok {
			if exponent++; exponent > maxDecimals {
				return 0, nil, false
			}
			i = -1 // anew, with one decimal more
			continue
		}
		ns[i] = n
	}
	return exponent, ns, true
}

// scaled is the integer that gives f when it is divided by the power of ten.
func scaled(f float64, exponent int) (int64, bool) {
	x := math.RoundToEven(f * powersOfTen[exponent])
	if !(math.Abs(x) < 1<<53) {
		return 0, false
	}
	n := int64(x)
	return n, math.Float64bits(float64(n)/powersOfTen[exponent]) == math.Float64bits(f)
}

// asDecimal is what decimals has found.
type asDecimal struct {
	exponent int
	ns       []int64
	ok       bool
}

// asDecimals asks decimals once.
func (v *study) asDecimals() *asDecimal {
	if v.decimals == nil {
		exponent, ns, ok := decimals(v.Floats)
		v.decimals = &asDecimal{exponent, ns, ok}
	}
	return v.decimals
}

// decimalValues is decimal.
type decimalValues struct {
	integers
	zones zones // of the floats' keys
	power float64
}

func sizeDecimal(v *study) int {
	if v.Kind != vec.Float {
		return math.MaxInt
	}
	d := v.asDecimals()
	if !d.ok {
		return math.MaxInt
	}
	return sizeIntegers(d.ns)
}

func writeDecimal(dst []byte, v *study) []byte {
	d := v.asDecimals()
	return writeIntegers(appendWord(dst, uint64(d.exponent)), d.ns)
}

func openDecimal(c *cursor, t vec.Type, count int) (values, error) {
	exponent := c.word()
	if t != vec.Float || exponent > maxDecimals {
		return nil, fmt.Errorf("%d decimals of type %s", exponent, t)
	}
	ns, err := openIntegers(c, count)
	if err != nil {
		return nil, err
	}
	v := &decimalValues{integers: ns, power: powersOfTen[exponent]}
	for block := range ns.zones.low {
		v.zones.low = append(v.zones.low, vec.Key(float64(ns.zones.low[block])/v.power))
		v.zones.high = append(v.zones.high, vec.Key(float64(ns.zones.high[block])/v.power))
	}
	return v, nil
}

// divide makes out the floats of the integers in out.I64, which it leaves empty.
func (v *decimalValues) divide(out *vec.Vector) {
	simd.Int64ToFloat64(out.F64, out.I64)
	simd.DivConstFloat64(out.F64, out.F64, v.power)
	out.I64 = out.I64[:0]
}

func (v *decimalValues) read(out *vec.Vector, from, to int) error {
	out.Make(vec.Float, to-from)
	out.I64 = slices.Grow(out.I64[:0], to-from)[:to-from]
	v.unpack(out.I64, from)
	v.divide(out)
	return nil
}

func (v *decimalValues) gather(out *vec.Vector, ranks []uint32) error {
	out.Make(vec.Float, len(ranks))
	out.I64 = slices.Grow(out.I64[:0], len(ranks))[:len(ranks)]
	v.pick(out.I64, ranks)
	v.divide(out)
	return nil
}

func (v *decimalValues) overlaps(spans []vec.Span, from, to int) bool {
	return v.zones.overlaps(spans, from, to)
}

func (v *decimalValues) terms() *vec.Vector { return nil }

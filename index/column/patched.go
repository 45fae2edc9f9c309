package column

import (
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// Most floats of a field have few decimals, and some have not: means, NaN, what was computed. They are written
// beside the others, as in ALP (A. Afroozeh, L. Kuffo, P. Boncz: "ALP: Adaptive Lossless floating-Point
// Compression", SIGMOD 2024).

const (
	// patchSample is the number of floats from which the number of decimals is found.
	patchSample = 256
	// maxPatches is the share of floats, one in so many, that may be written beside the others.
	maxPatches = 16
)

// decimalsBut finds how many decimals nearly all floats have, the integers, and the ranks of the others, in whose
// places the integer before is; false if these are too many.
func decimalsBut(floats []float64) (exponent int, ns []int64, others []uint32, ok bool) {
	var fits [maxDecimals + 1]int
	step := max(1, len(floats)/patchSample)
	for i := 0; i < len(floats); i += step {
		for e := range fits {
			if _, ok := scaled(floats[i], e); ok {
				fits[e]++
			}
		}
	}
	for e, n := range fits {
		if n > fits[exponent] {
			exponent = e
		}
	}
	if tried := (len(floats) + step - 1) / step; (tried-fits[exponent])*maxPatches > 2*tried { // all will tell
		return 0, nil, nil, false
	}
	ns = make([]int64, len(floats))
	for i, f := range floats {
		n, ok := scaled(f, exponent)
		if !ok {
			if others = append(others, uint32(i)); len(others)*maxPatches > len(floats) {
				return 0, nil, nil, false
			}
			n = ns[max(i-1, 0)]
		}
		ns[i] = n
	}
	return exponent, ns, others, true
}

// patchedValues is patched.
type patchedValues struct {
	decimalValues
	ranks  []uint32 // of others
	others []float64
}

func sizePatched(v *study) int {
	if v.Kind != vec.Float || v.asDecimals().ok {
		return math.MaxInt
	}
	_, ns, others, ok := decimalsBut(v.Floats)
	if !ok {
		return math.MaxInt
	}
	return 16 + 12*len(others) + 16*blocksOf(len(ns)) + sizeIntegers(ns)
}

// The decimals, the number of others, their ranks, u32, and they; the zones of floats; and the integers, as packed.
func writePatched(dst []byte, v *study) []byte {
	exponent, ns, ranks, _ := decimalsBut(v.Floats)
	others := make([]float64, len(ranks))
	simd.Take(others, v.Floats, ranks)
	dst = appendWord(appendWord(dst, uint64(exponent)), uint64(len(ranks)))
	dst = appendNumbers(appendNumbers(dst, ranks), others)
	dst = zonesOf(v.Count(), func(i int) int64 { return vec.Key(v.Floats[i]) }).write(dst)
	return writeIntegers(dst, ns)
}

func openPatched(c *cursor, t vec.Type, count int) (values, error) {
	exponent, n := c.word(), c.word()
	if t != vec.Float || exponent > maxDecimals || n > uint64(count) {
		return nil, fmt.Errorf("%d decimals, but for %d of %d values, of type %s", exponent, n, count, t)
	}
	v := &patchedValues{ranks: numbers[uint32](c, int(n)), others: numbers[float64](c, int(n))}
	for i, rank := range v.ranks {
		if int(rank) >= count || i > 0 && rank <= v.ranks[i-1] {
			return nil, fmt.Errorf("rank %d is out of order or beyond %d", rank, count)
		}
	}
	v.decimalValues.zones = openZones(c, count)
	var err error
	v.integers, err = openIntegers(c, count)
	v.power = powersOfTen[exponent]
	return v, err
}

func (v *patchedValues) read(out *vec.Vector, from, to int) error {
	if err := v.decimalValues.read(out, from, to); err != nil {
		return err
	}
	i, _ := slices.BinarySearch(v.ranks, uint32(from))
	for ; i < len(v.ranks) && int(v.ranks[i]) < to; i++ {
		out.F64[int(v.ranks[i])-from] = v.others[i]
	}
	return nil
}

func (v *patchedValues) gather(out *vec.Vector, ranks []uint32) error {
	if err := v.decimalValues.gather(out, ranks); err != nil {
		return err
	}
	for i, rank := range ranks {
		if at, ok := slices.BinarySearch(v.ranks, rank); ok {
			out.F64[i] = v.others[at]
		}
	}
	return nil
}

package simd

import (
	"math"
	"math/bits"
)

// Int128 is a sum of int64s that cannot overflow, so that it does not depend on their order whether the end result
// does. Its zero value is 0.
type Int128 struct {
	hi int64
	lo uint64
}

// Add is s + t.
func (s Int128) Add(t Int128) Int128 {
	lo, carry := bits.Add64(s.lo, t.lo, 0)
	return Int128{hi: s.hi + t.hi + int64(carry), lo: lo}
}

// AddInt64 is s + x.
func (s Int128) AddInt64(x int64) Int128 { return s.Add(Int128{hi: x >> 63, lo: uint64(x)}) }

// Int64 is s as an int64, and whether it is one; if not, SQL's sum is out of range.
func (s Int128) Int64() (sum int64, ok bool) { return int64(s.lo), s.hi == int64(s.lo)>>63 }

// Float64 is close to s, within one unit in the last place: for averages.
func (s Int128) Float64() float64 {
	if sum, ok := s.Int64(); ok {
		return float64(sum)
	}
	return math.FMA(float64(s.hi), 1<<64, float64(s.lo))
}

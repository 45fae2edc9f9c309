//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"math"
	"simd/archsimd"
)

// In place of a row that is null, a body takes the least and the greatest so far.

func minMaxInt64AVX2(a []int64, validity []uint64) (int64, int64) {
	lane := archsimd.LoadInt64x4(&laneBits)
	least, most := archsimd.BroadcastInt64x4(math.MaxInt64), archsimd.BroadcastInt64x4(math.MinInt64)
	blocks := len(a) / 64
	for i := range blocks {
		block, word := (*[64]int64)(a[i<<6:]), blockWord(validity, i)
		for j := 0; j < 64; j += 4 {
			valid := archsimd.BroadcastInt64x4(int64(word >> j)).And(lane).Equal(lane)
			x := archsimd.LoadInt64x4((*[4]int64)(block[j:]))
			least = x.Merge(least, least.Greater(x).And(valid))
			most = x.Merge(most, x.Greater(most).And(valid))
		}
	}
	var leasts, mosts [4]int64
	least.Store(&leasts)
	most.Store(&mosts)
	archsimd.ClearAVXUpperBits()
	return foldMinMax(leasts[:], mosts[:], a[blocks<<6:], tail(validity, blocks))
}

func minMaxInt64AVX512(a []int64, validity []uint64) (int64, int64) {
	least, most := archsimd.BroadcastInt64x8(math.MaxInt64), archsimd.BroadcastInt64x8(math.MinInt64)
	blocks := len(a) / 64
	for i := range blocks {
		block, word := (*[64]int64)(a[i<<6:]), blockWord(validity, i)
		for j := 0; j < 64; j += 8 {
			valid := archsimd.Mask64x8FromBits(uint8(word >> j))
			x := archsimd.LoadInt64x8((*[8]int64)(block[j:]))
			least = x.Merge(least, valid).Min(least)
			most = x.Merge(most, valid).Max(most)
		}
	}
	var leasts, mosts [8]int64
	least.Store(&leasts)
	most.Store(&mosts)
	archsimd.ClearAVXUpperBits()
	return foldMinMax(leasts[:], mosts[:], a[blocks<<6:], tail(validity, blocks))
}

// foldMinMax brings together what the lanes have found and the last rows.
func foldMinMax(leasts, mosts []int64, rows []int64, validity []uint64) (least, most int64) {
	least, most = minMaxInt64Generic(rows, validity)
	for i := range leasts {
		least, most = min(least, leasts[i]), max(most, mosts[i])
	}
	return least, most
}

// VMINPD and VMAXPD give their second operand if either is NaN, so that least and most are always numbers.

func minMaxFloat64AVX2(a []float64, validity []uint64) (float64, float64, bool) {
	lane := archsimd.LoadInt64x4(&laneBits)
	least, most := archsimd.BroadcastFloat64x4(math.Inf(1)), archsimd.BroadcastFloat64x4(math.Inf(-1))
	nan := archsimd.BroadcastInt64x4(0)
	blocks := len(a) / 64
	for i := range blocks {
		block, word := (*[64]float64)(a[i<<6:]), blockWord(validity, i)
		for j := 0; j < 64; j += 4 {
			valid := archsimd.BroadcastInt64x4(int64(word >> j)).And(lane).Equal(lane)
			x := archsimd.LoadFloat64x4((*[4]float64)(block[j:]))
			least = x.Merge(least, valid).Min(least)
			most = x.Merge(most, valid).Max(most)
			nan = nan.Or(x.IsNaN().And(valid).ToInt64x4())
		}
	}
	var leasts, mosts [4]float64
	least.Store(&leasts)
	most.Store(&mosts)
	anyNaN := !nan.IsZero()
	archsimd.ClearAVXUpperBits()
	return foldMinMaxFloat(leasts[:], mosts[:], anyNaN, a[blocks<<6:], tail(validity, blocks))
}

func minMaxFloat64AVX512(a []float64, validity []uint64) (float64, float64, bool) {
	least, most := archsimd.BroadcastFloat64x8(math.Inf(1)), archsimd.BroadcastFloat64x8(math.Inf(-1))
	var nan uint8
	blocks := len(a) / 64
	for i := range blocks {
		block, word := (*[64]float64)(a[i<<6:]), blockWord(validity, i)
		for j := 0; j < 64; j += 8 {
			valid := archsimd.Mask64x8FromBits(uint8(word >> j))
			x := archsimd.LoadFloat64x8((*[8]float64)(block[j:]))
			least = x.Merge(least, valid).Min(least)
			most = x.Merge(most, valid).Max(most)
			nan |= x.IsNaN().ToBits() & uint8(word>>j)
		}
	}
	var leasts, mosts [8]float64
	least.Store(&leasts)
	most.Store(&mosts)
	archsimd.ClearAVXUpperBits()
	return foldMinMaxFloat(leasts[:], mosts[:], nan != 0, a[blocks<<6:], tail(validity, blocks))
}

func foldMinMaxFloat(leasts, mosts []float64, nan bool, rows []float64, validity []uint64) (float64, float64, bool) {
	least, most, nanInRows := minMaxFloat64Generic(rows, validity)
	for i := range leasts {
		least, most = min(least, leasts[i]), max(most, mosts[i])
	}
	return least, most, nan || nanInRows
}

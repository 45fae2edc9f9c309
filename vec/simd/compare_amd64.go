//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"math"
	"simd/archsimd"
)

var (
	withinInt64 = [levels]func([]uint64, []int64, int64, int64, uint64){
		within[int64], withinInt64AVX2, withinInt64AVX512,
	}
	withinUint32 = [levels]func([]uint64, []uint32, uint32, uint32, uint64){
		within[uint32], withinUint32AVX2, withinUint32AVX512,
	}
	withinFloat64 = [levels]func([]uint64, []float64, float64, float64, uint64){
		within[float64], withinFloat64AVX2, withinFloat64AVX512,
	}
	equalInt64   = columnKernel[int64]{equal[int64], equalInt64AVX2, equalInt64AVX512}
	equalFloat64 = columnKernel[float64]{equal[float64], equalFloat64AVX2, equalFloat64AVX512}
	lessInt64    = columnKernel[int64]{less[int64], lessInt64AVX2, lessInt64AVX512}
	lessFloat64  = columnKernel[float64]{less[float64], lessFloat64AVX2, lessFloat64AVX512}
)

// Each body compares 64 rows to one word of the bitmap and leaves the last rows to the portable body.

func withinInt64AVX2(out []uint64, a []int64, lo, hi int64, flip uint64) {
	least, most := archsimd.BroadcastInt64x4(lo), archsimd.BroadcastInt64x4(hi)
	i := 0
	for ; len(a) >= 64; i++ {
		block := (*[64]int64)(a)
		var word uint64
		for j := 0; j < 64; j += 4 {
			x := archsimd.LoadInt64x4((*[4]int64)(block[j:]))
			word |= uint64(least.Greater(x).Or(x.Greater(most)).ToBits()) << j
		}
		out[i] = word ^ ^flip
		a = a[64:]
	}
	archsimd.ClearAVXUpperBits()
	within(out[i:], a, lo, hi, flip)
}

func withinInt64AVX512(out []uint64, a []int64, lo, hi int64, flip uint64) {
	if lo > hi {
		lo, hi, flip = math.MinInt64, math.MaxInt64, ^flip
	}
	// x is in the range if x - lo, without a sign, is at most its length.
	least, length := archsimd.BroadcastInt64x8(lo), archsimd.BroadcastUint64x8(uint64(hi-lo))
	i := 0
	for ; len(a) >= 64; i++ {
		block := (*[64]int64)(a)
		var word uint64
		for j := 0; j < 64; j += 8 {
			x := archsimd.LoadInt64x8((*[8]int64)(block[j:]))
			word |= uint64(x.Sub(least).AsUint64x8().LessEqual(length).ToBits()) << j
		}
		out[i] = word ^ flip
		a = a[64:]
	}
	archsimd.ClearAVXUpperBits()
	within(out[i:], a, lo, hi, flip)
}

func withinUint32AVX2(out []uint64, a []uint32, lo, hi uint32, flip uint64) {
	if lo > hi {
		lo, hi, flip = 0, math.MaxUint32, ^flip
	}
	least, most := archsimd.BroadcastUint32x8(lo), archsimd.BroadcastUint32x8(hi)
	i := 0
	for ; len(a) >= 64; i++ {
		block := (*[64]uint32)(a)
		var word uint64
		for j := 0; j < 64; j += 8 {
			x := archsimd.LoadUint32x8((*[8]uint32)(block[j:]))
			word |= uint64(x.Max(least).Min(most).Equal(x).ToBits()) << j
		}
		out[i] = word ^ flip
		a = a[64:]
	}
	archsimd.ClearAVXUpperBits()
	within(out[i:], a, lo, hi, flip)
}

func withinUint32AVX512(out []uint64, a []uint32, lo, hi uint32, flip uint64) {
	if lo > hi {
		lo, hi, flip = 0, math.MaxUint32, ^flip
	}
	least, length := archsimd.BroadcastUint32x16(lo), archsimd.BroadcastUint32x16(hi-lo)
	i := 0
	for ; len(a) >= 64; i++ {
		block := (*[64]uint32)(a)
		var word uint64
		for j := 0; j < 64; j += 16 {
			x := archsimd.LoadUint32x16((*[16]uint32)(block[j:]))
			word |= uint64(x.Sub(least).LessEqual(length).ToBits()) << j
		}
		out[i] = word ^ flip
		a = a[64:]
	}
	archsimd.ClearAVXUpperBits()
	within(out[i:], a, lo, hi, flip)
}

func withinFloat64AVX2(out []uint64, a []float64, lo, hi float64, flip uint64) {
	least, most := archsimd.BroadcastFloat64x4(lo), archsimd.BroadcastFloat64x4(hi)
	i := 0
	for ; len(a) >= 64; i++ {
		block := (*[64]float64)(a)
		var word uint64
		for j := 0; j < 64; j += 4 {
			x := archsimd.LoadFloat64x4((*[4]float64)(block[j:]))
			word |= uint64(x.GreaterEqual(least).And(x.LessEqual(most)).ToBits()) << j
		}
		out[i] = word ^ flip
		a = a[64:]
	}
	archsimd.ClearAVXUpperBits()
	within(out[i:], a, lo, hi, flip)
}

func withinFloat64AVX512(out []uint64, a []float64, lo, hi float64, flip uint64) {
	least, most := archsimd.BroadcastFloat64x8(lo), archsimd.BroadcastFloat64x8(hi)
	i := 0
	for ; len(a) >= 64; i++ {
		block := (*[64]float64)(a)
		var word uint64
		for j := 0; j < 64; j += 8 {
			x := archsimd.LoadFloat64x8((*[8]float64)(block[j:]))
			word |= uint64(x.GreaterEqual(least).ToBits()&x.LessEqual(most).ToBits()) << j
		}
		out[i] = word ^ flip
		a = a[64:]
	}
	archsimd.ClearAVXUpperBits()
	within(out[i:], a, lo, hi, flip)
}

//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"simd/archsimd"
)

// Each body compares 64 rows to one word of the bitmap and leaves the last rows to the portable body.

func equalInt64AVX2(out []uint64, a, b []int64, flip uint64) {
	i := 0
	for ; len(a) >= 64; i++ {
		blockA, blockB := (*[64]int64)(a), (*[64]int64)(b)
		var word uint64
		for j := 0; j < 64; j += 4 {
			x, y := archsimd.LoadInt64x4((*[4]int64)(blockA[j:])), archsimd.LoadInt64x4((*[4]int64)(blockB[j:]))
			word |= uint64(x.Equal(y).ToBits()) << j
		}
		out[i] = word ^ flip
		a, b = a[64:], b[64:]
	}
	archsimd.ClearAVXUpperBits()
	equal(out[i:], a, b, flip)
}

func equalInt64AVX512(out []uint64, a, b []int64, flip uint64) {
	i := 0
	for ; len(a) >= 64; i++ {
		blockA, blockB := (*[64]int64)(a), (*[64]int64)(b)
		var word uint64
		for j := 0; j < 64; j += 8 {
			x, y := archsimd.LoadInt64x8((*[8]int64)(blockA[j:])), archsimd.LoadInt64x8((*[8]int64)(blockB[j:]))
			word |= uint64(x.Equal(y).ToBits()) << j
		}
		out[i] = word ^ flip
		a, b = a[64:], b[64:]
	}
	archsimd.ClearAVXUpperBits()
	equal(out[i:], a, b, flip)
}

func lessInt64AVX2(out []uint64, a, b []int64, flip uint64) {
	i := 0
	for ; len(a) >= 64; i++ {
		blockA, blockB := (*[64]int64)(a), (*[64]int64)(b)
		var word uint64
		for j := 0; j < 64; j += 4 {
			x, y := archsimd.LoadInt64x4((*[4]int64)(blockA[j:])), archsimd.LoadInt64x4((*[4]int64)(blockB[j:]))
			word |= uint64(y.Greater(x).ToBits()) << j
		}
		out[i] = word ^ flip
		a, b = a[64:], b[64:]
	}
	archsimd.ClearAVXUpperBits()
	less(out[i:], a, b, flip)
}

func lessInt64AVX512(out []uint64, a, b []int64, flip uint64) {
	i := 0
	for ; len(a) >= 64; i++ {
		blockA, blockB := (*[64]int64)(a), (*[64]int64)(b)
		var word uint64
		for j := 0; j < 64; j += 8 {
			x, y := archsimd.LoadInt64x8((*[8]int64)(blockA[j:])), archsimd.LoadInt64x8((*[8]int64)(blockB[j:]))
			word |= uint64(y.Greater(x).ToBits()) << j
		}
		out[i] = word ^ flip
		a, b = a[64:], b[64:]
	}
	archsimd.ClearAVXUpperBits()
	less(out[i:], a, b, flip)
}

func equalFloat64AVX2(out []uint64, a, b []float64, flip uint64) {
	i := 0
	for ; len(a) >= 64; i++ {
		blockA, blockB := (*[64]float64)(a), (*[64]float64)(b)
		var word uint64
		for j := 0; j < 64; j += 4 {
			x, y := archsimd.LoadFloat64x4((*[4]float64)(blockA[j:])), archsimd.LoadFloat64x4((*[4]float64)(blockB[j:]))
			word |= uint64(x.Equal(y).Or(x.IsNaN().And(y.IsNaN())).ToBits()) << j
		}
		out[i] = word ^ flip
		a, b = a[64:], b[64:]
	}
	archsimd.ClearAVXUpperBits()
	equal(out[i:], a, b, flip)
}

func equalFloat64AVX512(out []uint64, a, b []float64, flip uint64) {
	i := 0
	for ; len(a) >= 64; i++ {
		blockA, blockB := (*[64]float64)(a), (*[64]float64)(b)
		var word uint64
		for j := 0; j < 64; j += 8 {
			x, y := archsimd.LoadFloat64x8((*[8]float64)(blockA[j:])), archsimd.LoadFloat64x8((*[8]float64)(blockB[j:]))
			word |= uint64(x.Equal(y).ToBits()|x.IsNaN().ToBits()&y.IsNaN().ToBits()) << j
		}
		out[i] = word ^ flip
		a, b = a[64:], b[64:]
	}
	archsimd.ClearAVXUpperBits()
	equal(out[i:], a, b, flip)
}

// x is not before y if it is at least y or NaN; a comparison with a NaN is false, so that a NaN y is after any other x.
func lessFloat64AVX2(out []uint64, a, b []float64, flip uint64) {
	i := 0
	for ; len(a) >= 64; i++ {
		blockA, blockB := (*[64]float64)(a), (*[64]float64)(b)
		var word uint64
		for j := 0; j < 64; j += 4 {
			x, y := archsimd.LoadFloat64x4((*[4]float64)(blockA[j:])), archsimd.LoadFloat64x4((*[4]float64)(blockB[j:]))
			word |= uint64(x.GreaterEqual(y).Or(x.IsNaN()).ToBits()) << j
		}
		out[i] = word ^ ^flip
		a, b = a[64:], b[64:]
	}
	archsimd.ClearAVXUpperBits()
	less(out[i:], a, b, flip)
}

// x is not before y if it is at least y or NaN; a comparison with a NaN is false, so that a NaN y is after any other x.
func lessFloat64AVX512(out []uint64, a, b []float64, flip uint64) {
	i := 0
	for ; len(a) >= 64; i++ {
		blockA, blockB := (*[64]float64)(a), (*[64]float64)(b)
		var word uint64
		for j := 0; j < 64; j += 8 {
			x, y := archsimd.LoadFloat64x8((*[8]float64)(blockA[j:])), archsimd.LoadFloat64x8((*[8]float64)(blockB[j:]))
			word |= uint64(x.GreaterEqual(y).ToBits()|x.IsNaN().ToBits()) << j
		}
		out[i] = word ^ ^flip
		a, b = a[64:], b[64:]
	}
	archsimd.ClearAVXUpperBits()
	less(out[i:], a, b, flip)
}

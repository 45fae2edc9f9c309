//go:build goexperiment.simd && amd64 && !go1.27

package simd

import "simd/archsimd"

// AVX2 cannot multiply 64-bit words; putting a product together from three of 32 bits gains nothing.
var (
	hashWords     = [levels]func(out, a []uint64){hashWordsGeneric, hashWordsGeneric, hashWordsAVX512}
	combineHashes = [levels]func(hashes, next []uint64){combineHashesGeneric, combineHashesGeneric, combineHashesAVX512}
)

// Shifts by a constant would load its count anew with an SSE instruction, which waits for AVX registers to be saved.
// So the counts stand in registers.

func hashWordsAVX512(out, a []uint64) {
	mul1, mul2 := archsimd.BroadcastUint64x8(hashMul1), archsimd.BroadcastUint64x8(hashMul2)
	shift1, shift2, shift3 := archsimd.BroadcastUint64x8(30), archsimd.BroadcastUint64x8(27), archsimd.BroadcastUint64x8(31)
	for len(a) >= 8 {
		x := archsimd.LoadUint64x8((*[8]uint64)(a))
		x = x.Xor(x.ShiftRight(shift1)).Mul(mul1)
		x = x.Xor(x.ShiftRight(shift2)).Mul(mul2)
		x.Xor(x.ShiftRight(shift3)).Store((*[8]uint64)(out))
		out, a = out[8:], a[8:]
	}
	archsimd.ClearAVXUpperBits()
	hashWordsGeneric(out, a)
}

func combineHashesAVX512(hashes, next []uint64) {
	mul1, shift := archsimd.BroadcastUint64x8(hashMul1), archsimd.BroadcastUint64x8(31)
	for len(next) >= 8 {
		prev, h := archsimd.LoadUint64x8((*[8]uint64)(hashes)), archsimd.LoadUint64x8((*[8]uint64)(next))
		x := prev.RotateAllLeft(combineTurn).Xor(h).Mul(mul1)
		x.Xor(x.ShiftRight(shift)).Store((*[8]uint64)(hashes))
		hashes, next = hashes[8:], next[8:]
	}
	archsimd.ClearAVXUpperBits()
	combineHashesGeneric(hashes, next)
}

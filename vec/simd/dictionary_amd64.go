//go:build goexperiment.simd && amd64 && !go1.27

package simd

import "simd/archsimd"

var matchCodes = [levels]func(out []uint64, codes []uint32, accept []uint64){
	matchCodesGeneric, matchCodesAVX2, matchCodesAVX512,
}

// The bodies hold the bits of a small dictionary in registers, as words of 32: a permute by code/32 fetches the word of
// each row, and its bit code%32 is tested.

func matchCodesAVX2(out []uint64, codes []uint32, accept []uint64) {
	var words [4]uint64
	if len(accept) > len(words) {
		matchCodesGeneric(out, codes, accept)
		return
	}
	copy(words[:], accept)
	table := archsimd.LoadUint64x4(&words).AsUint32x8()
	toWord, inWord := archsimd.BroadcastUint32x8(5), archsimd.BroadcastUint32x8(31)
	one := archsimd.BroadcastUint32x8(1)
	i := 0
	for ; len(codes) >= 64; i++ {
		block := (*[64]uint32)(codes)
		var word uint64
		for j := 0; j < 64; j += 8 {
			code := archsimd.LoadUint32x8((*[8]uint32)(block[j:]))
			row := table.Permute(code.ShiftRight(toWord)).ShiftRight(code.And(inWord))
			word |= uint64(row.And(one).Equal(one).ToBits()) << j
		}
		out[i] = word
		codes = codes[64:]
	}
	archsimd.ClearAVXUpperBits()
	matchCodesGeneric(out[i:], codes, accept)
}

func matchCodesAVX512(out []uint64, codes []uint32, accept []uint64) {
	var words [16]uint64
	if len(accept) > len(words) {
		matchCodesGeneric(out, codes, accept)
		return
	}
	copy(words[:], accept)
	low := archsimd.LoadUint64x8((*[8]uint64)(words[:8])).AsUint32x16()
	high := archsimd.LoadUint64x8((*[8]uint64)(words[8:])).AsUint32x16()
	toWord, inWord := archsimd.BroadcastUint32x16(5), archsimd.BroadcastUint32x16(31)
	one := archsimd.BroadcastUint32x16(1)
	i := 0
	for ; len(codes) >= 64; i++ {
		block := (*[64]uint32)(codes)
		var word uint64
		for j := 0; j < 64; j += 16 {
			code := archsimd.LoadUint32x16((*[16]uint32)(block[j:]))
			row := low.ConcatPermute(high, code.ShiftRight(toWord)).ShiftRight(code.And(inWord))
			word |= uint64(row.And(one).Equal(one).ToBits()) << j
		}
		out[i] = word
		codes = codes[64:]
	}
	archsimd.ClearAVXUpperBits()
	matchCodesGeneric(out[i:], codes, accept)
}

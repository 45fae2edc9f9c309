//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"math/bits"
	"simd/archsimd"
)

var (
	filter64 = [levels]func([]uint64, []uint64, []uint64) int{filterGeneric[uint64], filter64AVX2, filter64AVX512}
	filter32 = [levels]func([]uint32, []uint32, []uint64) int{filterGeneric[uint32], filter32AVX2, filter32AVX512}
)

// The bodies store whole registers, of which the next store overwrites what was not selected. In place that is safe:
// a store ends at the latest where the load that it comes from did.

// oneByOne reports whether a word of a filter is better left to the portable body: it has few bits or the last rows, or
// there is no room for whole registers.
func oneByOne(word uint64, rows, room int) bool {
	return bits.OnesCount64(word) < sparseWord || rows < 64 || room < 64
}

func filter64AVX2(dst, src, bitmap []uint64) int {
	count := 0
	for i := range Words(len(src)) {
		rows, word := src[i<<6:], wordAt(bitmap, i, len(src))
		if oneByOne(word, len(rows), len(dst)-count) {
			count += filterOneByOne(dst[count:], rows, word)
			continue
		}
		block, room, at := (*[64]uint64)(rows), (*[64]uint64)(dst[count:]), 0
		for j := 0; j < 64; j += 4 {
			index := archsimd.BroadcastUint64x2(setPairs[word&0xf]).AsUint8x16().ExtendLo8ToUint32()
			x := archsimd.LoadUint64x4((*[4]uint64)(block[j:]))
			x.AsUint32x8().Permute(index).AsUint64x4().Store((*[4]uint64)(room[at:]))
			at += bits.OnesCount8(uint8(word & 0xf))
			word >>= 4
		}
		count += at
	}
	archsimd.ClearAVXUpperBits()
	return count
}

func filter64AVX512(dst, src, bitmap []uint64) int {
	count := 0
	for i := range Words(len(src)) {
		rows, word := src[i<<6:], wordAt(bitmap, i, len(src))
		if oneByOne(word, len(rows), len(dst)-count) {
			count += filterOneByOne(dst[count:], rows, word)
			continue
		}
		block, room, at := (*[64]uint64)(rows), (*[64]uint64)(dst[count:]), 0
		for j := 0; j < 64; j += 8 {
			x := archsimd.LoadUint64x8((*[8]uint64)(block[j:]))
			x.Compress(archsimd.Mask64x8FromBits(uint8(word))).Store((*[8]uint64)(room[at:]))
			at += bits.OnesCount8(uint8(word))
			word >>= 8
		}
		count += at
	}
	archsimd.ClearAVXUpperBits()
	return count
}

func filter32AVX2(dst, src []uint32, bitmap []uint64) int {
	count := 0
	for i := range Words(len(src)) {
		rows, word := src[i<<6:], wordAt(bitmap, i, len(src))
		if oneByOne(word, len(rows), len(dst)-count) {
			count += filterOneByOne(dst[count:], rows, word)
			continue
		}
		block, room, at := (*[64]uint32)(rows), (*[64]uint32)(dst[count:]), 0
		for j := 0; j < 64; j += 8 {
			index := archsimd.BroadcastUint64x2(setBits[word&0xff]).AsUint8x16().ExtendLo8ToUint32()
			archsimd.LoadUint32x8((*[8]uint32)(block[j:])).Permute(index).Store((*[8]uint32)(room[at:]))
			at += bits.OnesCount8(uint8(word))
			word >>= 8
		}
		count += at
	}
	archsimd.ClearAVXUpperBits()
	return count
}

func filter32AVX512(dst, src []uint32, bitmap []uint64) int {
	count := 0
	for i := range Words(len(src)) {
		rows, word := src[i<<6:], wordAt(bitmap, i, len(src))
		if oneByOne(word, len(rows), len(dst)-count) {
			count += filterOneByOne(dst[count:], rows, word)
			continue
		}
		block, room, at := (*[64]uint32)(rows), (*[64]uint32)(dst[count:]), 0
		for j := 0; j < 64; j += 16 {
			x := archsimd.LoadUint32x16((*[16]uint32)(block[j:]))
			x.Compress(archsimd.Mask32x16FromBits(uint16(word))).Store((*[16]uint32)(room[at:]))
			at += bits.OnesCount16(uint16(word))
			word >>= 16
		}
		count += at
	}
	archsimd.ClearAVXUpperBits()
	return count
}

// setPairs is setBits of four bits that stand for two each: the halves of a uint64.
var setPairs = func() (table [16]uint64) {
	for b := range table {
		table[b] = setBits[b&1*0b11|b>>1&1*0b1100|b>>2&1*0b110000|b>>3&1*0b11000000]
	}
	return table
}()

//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"math/bits"
	"simd/archsimd"
)

var (
	combineBitmaps = [levels]func(connective, []uint64, []uint64, []uint64){
		combineBitmapsGeneric, combineBitmapsAVX2, combineBitmapsAVX512,
	}
	countWords = [levels]func([]uint64) int{
		countWordsGeneric, countWordsGeneric, countWordsAVX512,
	}
	toSelection = [levels]func([]uint32, []uint64, int) int{
		toSelectionGeneric, toSelectionAVX2, toSelectionAVX512,
	}
)

func combineBitmapsAVX2(op connective, out, a, b []uint64) {
	words := len(out) &^ 3
	switch op {
	case and:
		for i := 0; i < words; i += 4 {
			x, y := archsimd.LoadUint64x4((*[4]uint64)(a[i:])), archsimd.LoadUint64x4((*[4]uint64)(b[i:]))
			x.And(y).Store((*[4]uint64)(out[i:]))
		}
	case or:
		for i := 0; i < words; i += 4 {
			x, y := archsimd.LoadUint64x4((*[4]uint64)(a[i:])), archsimd.LoadUint64x4((*[4]uint64)(b[i:]))
			x.Or(y).Store((*[4]uint64)(out[i:]))
		}
	case andNot:
		for i := 0; i < words; i += 4 {
			x, y := archsimd.LoadUint64x4((*[4]uint64)(a[i:])), archsimd.LoadUint64x4((*[4]uint64)(b[i:]))
			x.AndNot(y).Store((*[4]uint64)(out[i:]))
		}
	}
	archsimd.ClearAVXUpperBits()
	combineBitmapsGeneric(op, out[words:], a[words:], b[words:])
}

func combineBitmapsAVX512(op connective, out, a, b []uint64) {
	words := len(out) &^ 7
	switch op {
	case and:
		for i := 0; i < words; i += 8 {
			x, y := archsimd.LoadUint64x8((*[8]uint64)(a[i:])), archsimd.LoadUint64x8((*[8]uint64)(b[i:]))
			x.And(y).Store((*[8]uint64)(out[i:]))
		}
	case or:
		for i := 0; i < words; i += 8 {
			x, y := archsimd.LoadUint64x8((*[8]uint64)(a[i:])), archsimd.LoadUint64x8((*[8]uint64)(b[i:]))
			x.Or(y).Store((*[8]uint64)(out[i:]))
		}
	case andNot:
		for i := 0; i < words; i += 8 {
			x, y := archsimd.LoadUint64x8((*[8]uint64)(a[i:])), archsimd.LoadUint64x8((*[8]uint64)(b[i:]))
			x.AndNot(y).Store((*[8]uint64)(out[i:]))
		}
	}
	archsimd.ClearAVXUpperBits()
	combineBitmapsGeneric(op, out[words:], a[words:], b[words:])
}

func countWordsAVX512(bitmap []uint64) int {
	// Two counters, so that an addition does not wait for the one before.
	count, other := archsimd.BroadcastUint64x8(0), archsimd.BroadcastUint64x8(0)
	for len(bitmap) >= 16 {
		words := (*[16]uint64)(bitmap)
		count = count.Add(archsimd.LoadUint64x8((*[8]uint64)(words[:8])).OnesCount())
		other = other.Add(archsimd.LoadUint64x8((*[8]uint64)(words[8:])).OnesCount())
		bitmap = bitmap[16:]
	}
	var lanes [8]uint64
	count.Add(other).Store(&lanes)
	archsimd.ClearAVXUpperBits()
	total := countWordsGeneric(bitmap)
	for _, n := range &lanes {
		total += int(n)
	}
	return total
}

// sparseWord is the number of set bits in a word below which they are better handled one by one.
const sparseWord = 8

func toSelectionAVX2(dst []uint32, bitmap []uint64, n int) int {
	count := 0
	for i := range Words(n) {
		word, base := wordAt(bitmap, i, n), uint32(i)<<6
		if bits.OnesCount64(word) < sparseWord || len(dst)-count < 64 {
			count += selectWord(dst[count:], word, base)
			continue
		}
		room := (*[64]uint32)(dst[count:])
		at := 0
		for ; word != 0; word >>= 8 {
			positions := archsimd.BroadcastUint64x2(setBits[word&0xff]).AsUint8x16().ExtendLo8ToUint32()
			positions.Add(archsimd.BroadcastUint32x8(base)).Store((*[8]uint32)(room[at:]))
			at += bits.OnesCount8(uint8(word))
			base += 8
		}
		count += at
	}
	archsimd.ClearAVXUpperBits()
	return count
}

func toSelectionAVX512(dst []uint32, bitmap []uint64, n int) int {
	first := archsimd.LoadUint32x16(&lanes32)
	count := 0
	for i := range Words(n) {
		word, base := wordAt(bitmap, i, n), uint32(i)<<6
		if bits.OnesCount64(word) < sparseWord || len(dst)-count < 64 {
			count += selectWord(dst[count:], word, base)
			continue
		}
		room := (*[64]uint32)(dst[count:])
		at := 0
		for ; word != 0; word >>= 16 {
			positions := first.Add(archsimd.BroadcastUint32x16(base))
			positions.Compress(archsimd.Mask32x16FromBits(uint16(word))).Store((*[16]uint32)(room[at:]))
			at += bits.OnesCount16(uint16(word))
			base += 16
		}
		count += at
	}
	archsimd.ClearAVXUpperBits()
	return count
}

// setBits[b] has the positions of b's set bits in its bytes, lowest first, then zeros: AVX2 has no compress, but it can
// permute by these.
var setBits = func() (table [256]uint64) {
	for b := range table {
		at := 0
		for word := b; word != 0; word &= word - 1 {
			table[b] |= uint64(bits.TrailingZeros(uint(word))) << at
			at += 8
		}
	}
	return table
}()

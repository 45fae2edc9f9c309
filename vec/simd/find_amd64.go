//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"bytes"
	"math/bits"
	"simd/archsimd"
)

var find = [levels]func(haystack, needle []byte, fold bool) int{findGeneric, findAVX2, findAVX512}

// The bodies look for the needle's first and last byte at their distance, a register of positions at a time, and
// compare the whole where both are. To fold, the case bit is set in a byte of the haystack before it is compared with a
// letter; no byte but the letter's two cases becomes the letter by that.

// probe is what a byte of the needle is compared with, and the bits to set before in those of the haystack.
func probe(b byte, fold bool) (value, set byte) {
	if !fold {
		return b, 0
	}
	if b = foldByte(b); b-'a' < 26 {
		return b, caseBit
	}
	return b, 0
}

func findAVX2(haystack, needle []byte, fold bool) int {
	const width = 32
	if len(needle) == 0 || len(needle) == 1 && !fold || len(haystack) < len(needle)-1+width {
		return findShort(haystack, needle, fold)
	}
	last := len(needle) - 1
	value, set := probe(needle[0], fold)
	first, setFirst := archsimd.BroadcastUint8x32(value), archsimd.BroadcastUint8x32(set)
	value, set = probe(needle[last], fold)
	final, setFinal := archsimd.BroadcastUint8x32(value), archsimd.BroadcastUint8x32(set)
	for i, end := 0, len(haystack)-last-width; ; i = min(i+width, end) {
		var hits uint32
		for ; ; i = min(i+width, end) { // the last positions with some before them, once more
			x := archsimd.LoadUint8x32((*[width]byte)(haystack[i:])).Or(setFirst)
			y := archsimd.LoadUint8x32((*[width]byte)(haystack[i+last:])).Or(setFinal)
			if hits = x.Equal(first).And(y.Equal(final)).ToBits(); hits != 0 || i == end {
				break
			}
		}
		for ; hits != 0; hits &= hits - 1 {
			if at := i + bits.TrailingZeros32(hits); matches(haystack[at:], needle, fold) {
				archsimd.ClearAVXUpperBits()
				return at
			}
		}
		if i == end {
			archsimd.ClearAVXUpperBits()
			return -1
		}
	}
}

func findAVX512(haystack, needle []byte, fold bool) int {
	const width = 64
	if len(needle) == 0 || len(needle) == 1 && !fold || len(haystack) < len(needle)-1+width {
		return findShort(haystack, needle, fold)
	}
	last := len(needle) - 1
	value, set := probe(needle[0], fold)
	first, setFirst := archsimd.BroadcastUint8x64(value), archsimd.BroadcastUint8x64(set)
	value, set = probe(needle[last], fold)
	final, setFinal := archsimd.BroadcastUint8x64(value), archsimd.BroadcastUint8x64(set)
	for i, end := 0, len(haystack)-last-width; ; i = min(i+width, end) {
		var hits uint64
		for ; ; i = min(i+width, end) { // the last positions with some before them, once more
			x := archsimd.LoadUint8x64((*[width]byte)(haystack[i:])).Or(setFirst)
			y := archsimd.LoadUint8x64((*[width]byte)(haystack[i+last:])).Or(setFinal)
			if hits = x.Equal(first).ToBits() & y.Equal(final).ToBits(); hits != 0 || i == end {
				break
			}
		}
		for ; hits != 0; hits &= hits - 1 {
			if at := i + bits.TrailingZeros64(hits); matches(haystack[at:], needle, fold) {
				archsimd.ClearAVXUpperBits()
				return at
			}
		}
		if i == end {
			archsimd.ClearAVXUpperBits()
			return -1
		}
	}
}

// findShort is for what does not fill a register, and for single bytes, which the standard library finds as fast.
func findShort(haystack, needle []byte, fold bool) int {
	if fold {
		return findGeneric(haystack, needle, fold)
	}
	return bytes.Index(haystack, needle)
}

package simd

import (
	"math/bits"
	"unsafe"
)

// Value is what columns hold: numbers of four or eight bytes, moved about without being looked at.
type Value interface {
	int32 | uint32 | float32 | int64 | uint64 | float64
}

// Filter copies the values of src whose bits are set to the front of dst, in order, and returns how many there are.
// dst has room for them; what it holds beyond them afterwards is undefined. dst may be src.
func Filter[T Value](dst, src []T, bitmap []uint64) int {
	if unsafe.Sizeof(T(0)) == 8 {
		return filter64[active](cast[uint64](dst), cast[uint64](src), bitmap)
	}
	return filter32[active](cast[uint32](dst), cast[uint32](src), bitmap)
}

// Take writes dst[i] = src[selection[i]] for every i of selection.
func Take[T Value](dst, src []T, selection []uint32) {
	dst = dst[:len(selection)]
	// Four at a time: the loads miss the cache together and the loop's overhead is shared.
	for len(selection) >= 4 {
		s, d := selection[:4], dst[:4]
		a, b, c, e := src[s[0]], src[s[1]], src[s[2]], src[s[3]]
		d[0], d[1], d[2], d[3] = a, b, c, e
		selection, dst = selection[4:], dst[4:]
	}
	for i, row := range selection {
		dst[i] = src[row]
	}
}

// cast is the same memory as values of another type of the same size.
func cast[To, From Value](s []From) []To {
	return unsafe.Slice((*To)(unsafe.Pointer(unsafe.SliceData(s))), len(s))
}

func filterGeneric[T uint32 | uint64](dst, src []T, bitmap []uint64) int {
	count := 0
	for i := range Words(len(src)) {
		count += filterOneByOne(dst[count:], src[i<<6:], wordAt(bitmap, i, len(src)))
	}
	return count
}

// filterOneByOne copies the values of rows whose bits in word are set.
func filterOneByOne[T uint32 | uint64](dst, rows []T, word uint64) int {
	if word == ^uint64(0) {
		return copy(dst[:64], rows)
	}
	count := bits.OnesCount64(word)
	dst = dst[:count]
	for i := range dst {
		dst[i] = rows[bits.TrailingZeros64(word)]
		word &= word - 1
	}
	return count
}

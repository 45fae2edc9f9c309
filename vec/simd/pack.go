package simd

import "math/bits"

// Packed values stand side by side in a []uint64, width bits each, 0 <= width <= 64: value i begins at bit i*width,
// counted from the lowest of word 0, and may go on in the next word.

// PackedWords is the length of n packed values.
func PackedWords(n, width int) int { return (n*width + 63) / 64 }

// PackedWidth is the number of bits that the values 0 to most need.
func PackedWidth(most uint64) int { return bits.Len64(most) }

// PackInt64 packs a[i] - base, which fits in width bits, for every i of a. It writes PackedWords(len(a), width) words.
// The difference is taken modulo 2^64, so that a base and width exist for any range.
func PackInt64(packed []uint64, a []int64, base int64, width int) {
	pack(packed, a, base, width)
}

// PackUint32 packs a[i], which fits in width <= 32 bits, for every i of a. It writes PackedWords(len(a), width) words.
func PackUint32(packed []uint64, a []uint32, width int) {
	pack(packed, a, 0, width)
}

// PackedAt is packed value i.
func PackedAt(packed []uint64, i, width int) uint64 {
	if width == 0 {
		return 0
	}
	at := i * width
	word, from := at>>6, at&63
	x := packed[word] >> from
	if from+width > 64 {
		x |= packed[word+1] << (64 - from)
	}
	return x & low(width)
}

// UnpackInt64 writes base + packed value start+i to out[i], for every i of out.
func UnpackInt64(out []int64, packed []uint64, start int, base int64, width int) {
	unpack64[active](cast[uint64](out), packed, start, uint64(base), width)
}

// UnpackUint32 writes packed value start+i to out[i], for every i of out; width <= 32.
func UnpackUint32(out []uint32, packed []uint64, start, width int) {
	unpack32[active](out, packed, start, width)
}

func pack[T int64 | uint32](packed []uint64, a []T, base T, width int) {
	if width == 0 {
		return
	}
	var word uint64 // bits not yet written
	used, at := 0, 0
	for _, x := range a {
		x := uint64(x - base)
		word |= x << used
		used += width
		if used >= 64 {
			packed[at] = word
			at++
			used -= 64
			word = x >> (width - used) // 0 if x ended with the word
		}
	}
	if used > 0 {
		packed[at] = word
	}
}

func unpackGeneric[T uint32 | uint64](out []T, packed []uint64, start int, base T, width int) {
	if width == 0 || len(out) == 0 {
		for i := range out {
			out[i] = base
		}
		return
	}
	mask := low(width)
	at := start * width
	next, from := at>>6+1, at&63
	word := packed[at>>6] // its bits below from are used up
	for i := range out {
		x := word >> from
		from += width
		if from > 64 {
			word = packed[next]
			next++
			x |= word << (64 + width - from)
			from -= 64
		} else if from == 64 && i+1 < len(out) {
			word = packed[next]
			next++
			from = 0
		}
		out[i] = base + T(x&mask)
	}
}

func unpack32Generic(out []uint32, packed []uint64, start, width int) {
	unpackGeneric(out, packed, start, 0, width)
}

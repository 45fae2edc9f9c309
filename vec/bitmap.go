package vec

import "math/bits"

// Bit i of a bitmap.
func Bit(bitmap []uint64, i int) bool { return bitmap[i>>6]>>(i&63)&1 != 0 }

// SetBit sets bit i of a bitmap, or clears it.
func SetBit(bitmap []uint64, i int, on bool) {
	if on {
		bitmap[i>>6] |= 1 << (i & 63)
	} else {
		bitmap[i>>6] &^= 1 << (i & 63)
	}
}

// fill sets, or clears, all words.
func fill(bitmap []uint64, set bool) {
	var word uint64
	if set {
		word = ^word
	}
	for i := range bitmap {
		bitmap[i] = word
	}
}

// fillRange sets, or clears, n bits from bit from.
func fillRange(bitmap []uint64, from, n int, set bool) {
	for n > 0 {
		k := min(n, 64-from&63)
		mask := ^uint64(0) >> (64 - k) << (from & 63)
		if set {
			bitmap[from>>6] |= mask
		} else {
			bitmap[from>>6] &^= mask
		}
		from, n = from+k, n-k
	}
}

// read64 reads up to 64 bits from bit from; bits behind the bitmap's end are 0.
func read64(bitmap []uint64, from int) uint64 {
	w, shift := from>>6, from&63
	word := bitmap[w] >> shift
	if shift != 0 && w+1 < len(bitmap) {
		word |= bitmap[w+1] << (64 - shift)
	}
	return word
}

// copyBits copies n bits of src, from its bit from, to dst's bit at. The two do not overlap.
func copyBits(dst []uint64, at int, src []uint64, from, n int) {
	for n > 0 {
		k := min(n, 64-at&63)
		mask := ^uint64(0) >> (64 - k)
		word := read64(src, from) & mask
		dst[at>>6] = dst[at>>6]&^(mask<<(at&63)) | word<<(at&63)
		at, from, n = at+k, from+k, n-k
	}
}

// gatherBits writes bit rows[i] of src as bit i of dst, in whole words.
func gatherBits(dst, src []uint64, rows []uint32) {
	for w := range dst {
		var word uint64
		for k, row := range rows[w<<6 : min(len(rows), w<<6+64)] {
			word |= src[row>>6] >> (row & 63) & 1 << k
		}
		dst[w] = word
	}
}

// countBits counts the set bits among the first n.
func countBits(bitmap []uint64, n int) (count int) {
	for w := range n >> 6 {
		count += bits.OnesCount64(bitmap[w])
	}
	if n&63 != 0 {
		count += bits.OnesCount64(bitmap[n>>6] << (64 - n&63))
	}
	return count
}

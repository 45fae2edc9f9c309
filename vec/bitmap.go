package vec

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
	if !set {
		clear(bitmap)
		return
	}
	for i := range bitmap {
		bitmap[i] = ^uint64(0)
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

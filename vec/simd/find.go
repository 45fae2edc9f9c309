package simd

// A column of strings is its bytes side by side and offsets, one more than rows: row i is data[offsets[i]:offsets[i+1]].
// Fold in a name means that the ASCII letters a-z and A-Z are taken for the same; no other characters are.

// Find is the first position of needle in haystack, -1 if there is none. An empty needle is at 0.
func Find(haystack, needle []byte) int { return find[active](haystack, needle) }

// FindFold is the first position in haystack of a string that is needle but for the case of ASCII letters, else -1.
func FindFold(haystack, needle []byte) int { return findFold[active](haystack, needle) }

// FindRows sets bit i of out where row i contains needle and clears it elsewhere.
func FindRows(out []uint64, data []byte, offsets []uint32, needle []byte) {
	findRows(find[active], out, data, offsets, needle)
}

// FindRowsFold sets bit i of out where row i contains needle but for the case of ASCII letters, and clears it elsewhere.
func FindRowsFold(out []uint64, data []byte, offsets []uint32, needle []byte) {
	findRows(findFold[active], out, data, offsets, needle)
}

// findRows searches the bytes of all rows at once and finds the row of each hit: needles are rare and rows short.
func findRows(find func(haystack, needle []byte) int, out []uint64, data []byte, offsets []uint32, needle []byte) {
	rows := len(offsets) - 1
	if rows < 0 {
		return
	}
	clear(out[:Words(rows)])
	if len(needle) == 0 {
		Fill(out, 0, rows, true)
		return
	}
	data = data[:offsets[rows]]
	for row := 0; row < rows; row++ {
		at := int(offsets[row])
		hit := find(data[at:], needle)
		if hit < 0 {
			return
		}
		at += hit
		row = rowOf(offsets, row, at)
		// If the hit runs over the end of its row, so would any later one that begins in it.
		if at+len(needle) <= int(offsets[row+1]) {
			Set(out, row)
		}
	}
}

// rowOf is the row, from row on, that has the byte at position at. It looks twice as far ahead each time, so that a near
// row is found in a few steps and a far one in few more.
func rowOf(offsets []uint32, row, at int) int {
	step := 1
	for row+step < len(offsets) && int(offsets[row+step]) <= at {
		row += step
		step *= 2
	}
	for ; step > 0; step /= 2 {
		if row+step < len(offsets) && int(offsets[row+step]) <= at {
			row += step
		}
	}
	return row
}

// findFoldGeneric compares every position; a letter is folded by the bit that tells its cases apart.
func findFoldGeneric(haystack, needle []byte) int {
	if len(needle) == 0 {
		return 0
	}
	first := foldByte(needle[0])
	for i := 0; i+len(needle) <= len(haystack); i++ {
		if foldByte(haystack[i]) == first && equalFold(haystack[i:i+len(needle)], needle) {
			return i
		}
	}
	return -1
}

func equalFold(a, b []byte) bool {
	b = b[:len(a)]
	for i, x := range a {
		if foldByte(x) != foldByte(b[i]) {
			return false
		}
	}
	return true
}

func foldByte(b byte) byte {
	if b-'A' < 26 {
		b |= 0x20
	}
	return b
}

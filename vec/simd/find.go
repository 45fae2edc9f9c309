package simd

import "bytes"

// A column of strings is its bytes side by side and offsets, one more than rows: row i is data[offsets[i]:offsets[i+1]].
// Fold in a name means that the ASCII letters a-z and A-Z are taken for the same; no other characters are.

// Find is the first position of needle in haystack, -1 if there is none. An empty needle is at 0.
func Find(haystack, needle []byte) int { return find[active](haystack, needle, false) }

// FindFold is the first position in haystack of a string that is needle but for the case of ASCII letters, else -1.
func FindFold(haystack, needle []byte) int { return find[active](haystack, needle, true) }

// FindRows sets bit i of out where row i contains needle and clears it elsewhere.
func FindRows(out []uint64, data []byte, offsets []uint32, needle []byte) {
	findRows(out, data, offsets, needle, false)
}

// FindRowsFold sets bit i of out where row i contains needle but for the case of ASCII letters, and clears it elsewhere.
func FindRowsFold(out []uint64, data []byte, offsets []uint32, needle []byte) {
	findRows(out, data, offsets, needle, true)
}

// findRows searches the bytes of all rows at once and finds the row of each hit: needles are rare and rows short.
func findRows(out []uint64, data []byte, offsets []uint32, needle []byte, fold bool) {
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
		hit := find[active](data[at:], needle, fold)
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

func findGeneric(haystack, needle []byte, fold bool) int {
	if !fold {
		return bytes.Index(haystack, needle)
	}
	if len(needle) == 0 {
		return 0
	}
	first := foldByte(needle[0])
	for i := 0; i+len(needle) <= len(haystack); i++ {
		if foldByte(haystack[i]) == first && matches(haystack[i:], needle, true) {
			return i
		}
	}
	return -1
}

// matches reports whether haystack, which is at least as long, begins with needle.
func matches(haystack, needle []byte, fold bool) bool {
	haystack = haystack[:len(needle)]
	if !fold {
		return string(haystack) == string(needle)
	}
	for i, x := range haystack {
		if foldByte(x) != foldByte(needle[i]) {
			return false
		}
	}
	return true
}

func foldByte(b byte) byte {
	if b-'A' < 26 {
		b |= caseBit
	}
	return b
}

// caseBit tells the two cases of an ASCII letter apart.
const caseBit = 0x20

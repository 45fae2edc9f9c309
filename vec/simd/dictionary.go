package simd

import "math/bits"

// The kernels of this file read a dictionary-coded column. A code is an index: of a bit in a bitmap that has a bit for
// each code, or of a counter in a slice that has one for each code. rows is a bitmap of the rows to look at, nil for all.

// MatchCodes sets bit i of out where accept has a bit for codes[i], and clears it elsewhere.
func MatchCodes(out []uint64, codes []uint32, accept []uint64) {
	matchCodes[active](out, codes, accept)
}

// CountCodes adds to counts[c] how many rows have code c.
func CountCodes(counts []int64, codes []uint32, rows []uint64) {
	if rows == nil && len(counts) <= smallDictionary && len(codes) >= 4*smallDictionary {
		countSmall(counts, codes)
		return
	}
	for i := range Words(len(codes)) {
		block := codes[i<<6:]
		for word := validWord(rows, i, len(codes)); word != 0; word &= word - 1 {
			counts[block[bits.TrailingZeros64(word)]]++
		}
	}
}

// SumCodesInt64 adds to sums[c] the values of the rows that have code c.
func SumCodesInt64(sums []Int128, codes []uint32, values []int64, rows []uint64) {
	for i := range Words(len(codes)) {
		block, x := codes[i<<6:], values[i<<6:]
		for word := validWord(rows, i, len(codes)); word != 0; word &= word - 1 {
			j := bits.TrailingZeros64(word)
			sum := &sums[block[j]]
			*sum = sum.AddInt64(x[j])
		}
	}
}

// SumCodesFloat64 adds to sums[c] the values of the rows that have code c, row after row.
func SumCodesFloat64(sums []float64, codes []uint32, values []float64, rows []uint64) {
	for i := range Words(len(codes)) {
		block, x := codes[i<<6:], values[i<<6:]
		for word := validWord(rows, i, len(codes)); word != 0; word &= word - 1 {
			j := bits.TrailingZeros64(word)
			sums[block[j]] += x[j]
		}
	}
}

// smallDictionary is the number of codes up to which CountCodes counts in tables of its own.
const smallDictionary = 256

// countSmall counts in four tables in turn: rows of one code after the other do not wait for each other's counter.
func countSmall(counts []int64, codes []uint32) {
	var tables [4][smallDictionary]uint32
	for len(codes) >= 4 {
		c := codes[:4]
		tables[0][c[0]]++
		tables[1][c[1]]++
		tables[2][c[2]]++
		tables[3][c[3]]++
		codes = codes[4:]
	}
	for i := range counts {
		counts[i] += int64(tables[0][i]) + int64(tables[1][i]) + int64(tables[2][i]) + int64(tables[3][i])
	}
	for _, c := range codes {
		counts[c]++
	}
}

func matchCodesGeneric(out []uint64, codes []uint32, accept []uint64) {
	for i := 0; len(codes) > 0; i++ {
		n := min(len(codes), 64)
		var word uint64
		for j, code := range codes[:n] {
			word |= accept[code>>6] >> (code & 63) & 1 << j
		}
		out[i] = word
		codes = codes[n:]
	}
}

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
	if rows == nil && inTables(len(counts), len(codes)) {
		countInTables(counts, codes)
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
	if rows == nil && inTables(len(sums), len(codes)) && cannotOverflow(values[:len(codes)]) {
		var tables [tableCount][tableCodes]int64
		sumInTables(&tables, codes, values)
		for c := range sums {
			sums[c] = sums[c].AddInt64(tables[0][c] + tables[1][c] + tables[2][c] + tables[3][c])
		}
		return
	}
	for i := range Words(len(codes)) {
		block, x := codes[i<<6:], values[i<<6:]
		for word := validWord(rows, i, len(codes)); word != 0; word &= word - 1 {
			j := bits.TrailingZeros64(word)
			sum := &sums[block[j]]
			*sum = sum.AddInt64(x[j])
		}
	}
}

// SumCodesFloat64 adds to sums[c] the values of the rows that have code c. In which order, and so how the sum is rounded,
// depends on the lengths alone and on whether rows is nil.
func SumCodesFloat64(sums []float64, codes []uint32, values []float64, rows []uint64) {
	if rows == nil && inTables(len(sums), len(codes)) {
		var tables [tableCount][tableCodes]float64
		sumInTables(&tables, codes, values)
		for c := range sums {
			sums[c] += (tables[0][c] + tables[1][c]) + (tables[2][c] + tables[3][c])
		}
		return
	}
	for i := range Words(len(codes)) {
		block, x := codes[i<<6:], values[i<<6:]
		for word := validWord(rows, i, len(codes)); word != 0; word &= word - 1 {
			j := bits.TrailingZeros64(word)
			sums[block[j]] += x[j]
		}
	}
}

// Where there are few codes, many rows have the same one, and each waits for its counter until the row before has
// stored it. Such rows go to tables on the stack in turn, which are added up in the end.
const (
	tableCount = 4
	tableCodes = 256
	// tableRows is the number of rows from which it pays to clear and add up the tables.
	tableRows = 4 * tableCodes
)

func inTables(codes, rows int) bool { return codes <= tableCodes && rows >= tableRows }

func countInTables(counts []int64, codes []uint32) {
	var tables [tableCount][tableCodes]uint32
	for ; len(codes) >= tableCount; codes = codes[tableCount:] {
		c := codes[:tableCount]
		tables[0][c[0]]++
		tables[1][c[1]]++
		tables[2][c[2]]++
		tables[3][c[3]]++
	}
	for i, c := range codes {
		tables[i][c]++
	}
	for c := range counts {
		counts[c] += int64(tables[0][c]) + int64(tables[1][c]) + int64(tables[2][c]) + int64(tables[3][c])
	}
}

func sumInTables[T int64 | float64](tables *[tableCount][tableCodes]T, codes []uint32, values []T) {
	for ; len(codes) >= tableCount; codes, values = codes[tableCount:], values[tableCount:] {
		c, x := codes[:tableCount], values[:tableCount]
		tables[0][c[0]] += x[0]
		tables[1][c[1]] += x[1]
		tables[2][c[2]] += x[2]
		tables[3][c[3]] += x[3]
	}
	for i, c := range codes {
		tables[i][c] += values[i]
	}
}

// cannotOverflow reports whether no sum of some of the values can leave the range of int64.
func cannotOverflow(values []int64) bool {
	const mostRows, valueBits = 1 << 16, 46
	var used int64 // the bits that some value has besides its sign
	for _, x := range values {
		used |= x ^ x>>63
	}
	return len(values) <= mostRows && used < 1<<valueBits
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

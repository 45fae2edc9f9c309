package simd

import "math"

// SumInt64 is the exact sum of the valid rows of a.
func SumInt64(a []int64, validity []uint64) Int128 { return sumInt64[active](a, validity) }

// SumFloat64 is the sum of the valid rows of a. Its rounding is part of its meaning: row i is added to partial sum i%16,
// partial sum j+8 to j, then j+4 to j, j+2 to j and 1 to 0; all start from 0.
func SumFloat64(a []float64, validity []uint64) float64 { return sumFloat64[active](a, validity) }

// MinMaxInt64 is the least and the greatest of the valid rows of a; ok is false if there are none.
func MinMaxInt64(a []int64, validity []uint64) (least, most int64, ok bool) {
	if !anyValid(len(a), validity) {
		return 0, 0, false
	}
	least, most = minMaxInt64[active](a, validity)
	return least, most, true
}

// MinMaxFloat64 is the least and the greatest of the valid rows of a; ok is false if there are none. NaN is the
// greatest, and a zero comes back as +0.
func MinMaxFloat64(a []float64, validity []uint64) (least, most float64, ok bool) {
	if !anyValid(len(a), validity) {
		return 0, 0, false
	}
	least, most, nan := minMaxFloat64[active](a, validity)
	if nan {
		most = math.NaN()
		if math.IsInf(least, 1) && !anyEqual(a, validity, least) {
			least = most
		}
	}
	return least + 0, most + 0, true
}

func anyValid(n int, validity []uint64) bool {
	if validity == nil {
		return n > 0
	}
	return Any(validity, n)
}

// anyEqual tells a column whose least value is x from one that has no numbers at all.
func anyEqual(a []float64, validity []uint64, x float64) bool {
	for i, y := range a {
		if y == x && (validity == nil || Get(validity, i)) {
			return true
		}
	}
	return false
}

// validWord is word i of the validity of n rows, none beyond them.
func validWord(validity []uint64, i, n int) uint64 {
	if validity != nil {
		return wordAt(validity, i, n)
	}
	return low(min(n-i<<6, 64))
}

func sumInt64Generic(a []int64, validity []uint64) Int128 {
	// Halves of 32 bits add up to less than 64 bits for any column that fits in memory.
	var high, low int64
	for i := range Words(len(a)) {
		rows := a[i<<6 : min(i<<6+64, len(a))]
		valid := validWord(validity, i, len(a))
		for j, x := range rows {
			x &= -int64(valid >> j & 1)
			high += x >> 32
			low += x & math.MaxUint32
		}
	}
	return joinHalves(high, low)
}

// joinHalves is high * 2^32 + low.
func joinHalves(high, low int64) Int128 {
	return Int128{hi: high >> 32, lo: uint64(high) << 32}.AddInt64(low)
}

// sumLanes is the number of partial sums in SumFloat64's meaning.
const sumLanes = 16

func sumFloat64Generic(a []float64, validity []uint64) float64 {
	var lanes [sumLanes]float64
	for i := range Words(len(a)) {
		rows := a[i<<6 : min(i<<6+64, len(a))]
		addLanes(&lanes, rows, validWord(validity, i, len(a)))
	}
	return foldLanes(&lanes)
}

// addLanes adds up to 64 rows, those with a bit in valid, to the partial sums.
func addLanes(lanes *[sumLanes]float64, rows []float64, valid uint64) {
	for j, x := range rows {
		if valid>>j&1 != 0 {
			lanes[j%sumLanes] += x
		}
	}
}

func foldLanes(lanes *[sumLanes]float64) float64 {
	for n := sumLanes / 2; n > 0; n /= 2 {
		for j := range n {
			lanes[j] += lanes[j+n]
		}
	}
	return lanes[0]
}

func minMaxInt64Generic(a []int64, validity []uint64) (least, most int64) {
	least, most = math.MaxInt64, math.MinInt64
	for i := range Words(len(a)) {
		rows := a[i<<6 : min(i<<6+64, len(a))]
		valid := validWord(validity, i, len(a))
		for j, x := range rows {
			if valid>>j&1 != 0 {
				least, most = min(least, x), max(most, x)
			}
		}
	}
	return least, most
}

// minMaxFloat64Generic passes over NaNs and says whether there were any.
func minMaxFloat64Generic(a []float64, validity []uint64) (least, most float64, nan bool) {
	least, most = math.Inf(1), math.Inf(-1)
	for i := range Words(len(a)) {
		rows := a[i<<6 : min(i<<6+64, len(a))]
		valid := validWord(validity, i, len(a))
		for j, x := range rows {
			if valid>>j&1 == 0 {
				continue
			}
			if x < least {
				least = x
			}
			if x > most {
				most = x
			}
			nan = nan || x != x
		}
	}
	return least, most, nan
}

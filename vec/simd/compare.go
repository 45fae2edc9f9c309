package simd

import "math"

// Op is a comparison. For the values of one type exactly one of Less, Equal and Greater holds.
type Op uint8

const (
	Equal Op = iota
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

// Swap is the comparison that holds for (b, a) where op holds for (a, b).
func (op Op) Swap() Op { return [...]Op{Equal, NotEqual, Greater, GreaterEqual, Less, LessEqual}[op] }

// Not is the comparison that holds where op does not.
func (op Op) Not() Op { return [...]Op{NotEqual, Equal, GreaterEqual, Greater, LessEqual, Less}[op] }

// flipped, as the last argument of a kernel, asks for the complement of its answer.
const flipped = ^uint64(0)

// CompareInt64 sets bit i of out where a[i] op b and clears it elsewhere.
func CompareInt64(out []uint64, op Op, a []int64, b int64) {
	lo, hi, flip := intRange(op, b, math.MinInt64, math.MaxInt64)
	withinInt64[active](out, a, lo, hi, flip)
}

// CompareUint32 sets bit i of out where a[i] op b and clears it elsewhere.
func CompareUint32(out []uint64, op Op, a []uint32, b uint32) {
	lo, hi, flip := intRange(op, b, 0, math.MaxUint32)
	withinUint32[active](out, a, lo, hi, flip)
}

// CompareFloat64 sets bit i of out where a[i] op b and clears it elsewhere.
func CompareFloat64(out []uint64, op Op, a []float64, b float64) {
	lo, hi, flip := floatRange(op, b)
	withinFloat64[active](out, a, lo, hi, flip)
}

// BetweenInt64 sets bit i of out where lo <= a[i] <= hi and clears it elsewhere.
func BetweenInt64(out []uint64, a []int64, lo, hi int64) { withinInt64[active](out, a, lo, hi, 0) }

// BetweenUint32 sets bit i of out where lo <= a[i] <= hi and clears it elsewhere.
func BetweenUint32(out []uint64, a []uint32, lo, hi uint32) { withinUint32[active](out, a, lo, hi, 0) }

// BetweenFloat64 sets bit i of out where lo <= a[i] <= hi and clears it elsewhere.
func BetweenFloat64(out []uint64, a []float64, lo, hi float64) {
	var flip uint64
	switch {
	case hi != hi: // everything is <= NaN
		lo, hi, flip = floatRange(GreaterEqual, lo)
	case lo != lo:
		lo, hi = math.Inf(1), math.Inf(-1)
	}
	withinFloat64[active](out, a, lo, hi, flip)
}

// CompareColumnsInt64 sets bit i of out where a[i] op b[i] and clears it elsewhere. len(b) is at least len(a).
func CompareColumnsInt64(out []uint64, op Op, a, b []int64) {
	compareColumns(&equalInt64, &lessInt64, out, op, a, b)
}

// CompareColumnsFloat64 sets bit i of out where a[i] op b[i] and clears it elsewhere. len(b) is at least len(a).
func CompareColumnsFloat64(out []uint64, op Op, a, b []float64) {
	compareColumns(&equalFloat64, &lessFloat64, out, op, a, b)
}

// intRange is the range [lo, hi] of the integers x in [least, most] for which x op b, or with flip those for which not.
func intRange[T int64 | uint32 | uint64](op Op, b, least, most T) (lo, hi T, flip uint64) {
	switch op {
	case Equal:
		return b, b, 0
	case NotEqual:
		return b, b, flipped
	case Less:
		return b, most, flipped
	case LessEqual:
		return least, b, 0
	case Greater:
		return least, b, flipped
	default:
		return b, most, 0
	}
}

// floatRange does the same for floats. No range of numbers contains NaN.
func floatRange(op Op, b float64) (lo, hi float64, flip uint64) {
	least, most := math.Inf(-1), math.Inf(1)
	switch op {
	case NotEqual, Greater, GreaterEqual:
		lo, hi, flip = floatRange(op.Not(), b)
		return lo, hi, ^flip
	case Equal:
		if b != b {
			return least, most, flipped
		}
		return b, b, 0
	case Less:
		switch {
		case b != b:
			return least, most, 0
		case b == least:
			return most, least, 0
		}
		return least, math.Nextafter(b, least), 0
	default:
		if b != b {
			return most, least, flipped
		}
		return least, b, 0
	}
}

type columnKernel[T any] [levels]func(out []uint64, a, b []T, flip uint64)

func compareColumns[T any](equal, less *columnKernel[T], out []uint64, op Op, a, b []T) {
	b = b[:len(a)]
	switch op {
	case Equal:
		equal[active](out, a, b, 0)
	case NotEqual:
		equal[active](out, a, b, flipped)
	case Less:
		less[active](out, a, b, 0)
	case LessEqual:
		less[active](out, b, a, flipped)
	case Greater:
		less[active](out, b, a, 0)
	default:
		less[active](out, a, b, flipped)
	}
}

// within sets bit i of out where lo <= a[i] <= hi, all bits XOR flip.
func within[T int64 | uint32 | uint64 | float64](out []uint64, a []T, lo, hi T, flip uint64) {
	for i := 0; len(a) > 0; i++ {
		n := min(len(a), 64)
		var word uint64
		for j, x := range a[:n] {
			word |= bit(x >= lo) & bit(x <= hi) << j
		}
		out[i] = (word ^ flip) & low(n)
		a = a[n:]
	}
}

// equal sets bit i of out where a[i] is b[i], all bits XOR flip.
func equal[T int64 | float64](out []uint64, a, b []T, flip uint64) {
	for i := 0; len(a) > 0; i++ {
		n := min(len(a), 64)
		var word uint64
		for j, x := range a[:n] {
			y := b[j]
			word |= (bit(x == y) | bit(x != x)&bit(y != y)) << j
		}
		out[i] = (word ^ flip) & low(n)
		a, b = a[n:], b[n:]
	}
}

// less sets bit i of out where a[i] is before b[i], all bits XOR flip.
func less[T int64 | float64](out []uint64, a, b []T, flip uint64) {
	for i := 0; len(a) > 0; i++ {
		n := min(len(a), 64)
		var word uint64
		for j, x := range a[:n] {
			y := b[j]
			word |= (bit(x < y) | bit(x == x)&bit(y != y)) << j
		}
		out[i] = (word ^ flip) & low(n)
		a, b = a[n:], b[n:]
	}
}

func bit(b bool) (bit uint64) {
	if b {
		bit = 1
	}
	return bit
}

// low has the n lowest bits set, 1 <= n <= 64.
func low(n int) uint64 { return ^uint64(0) >> (-n & 63) }

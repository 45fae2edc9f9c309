package simd

import (
	"math"
	"math/bits"
)

// The kernels of this file write out[i] = a[i] op b[i] for every i of out; a and b are at least as long. A name with
// Const takes the constant on the side where it stands in the name. out may be a or b.
//
// Those over int64 wrap around and report whether any row did. A row that is null may have, so that the caller, who
// alone knows which are, looks for the row.

// AddInt64 writes a[i] + b[i].
func AddInt64(out, a, b []int64) (overflow bool) { return arithInt64[active](add, out, a, b, 0, 0) }

// AddConstInt64 writes a[i] + b.
func AddConstInt64(out, a []int64, b int64) (overflow bool) {
	return arithInt64[active](add, out, a, nil, 0, b)
}

// SubInt64 writes a[i] - b[i].
func SubInt64(out, a, b []int64) (overflow bool) { return arithInt64[active](sub, out, a, b, 0, 0) }

// SubConstInt64 writes a[i] - b.
func SubConstInt64(out, a []int64, b int64) (overflow bool) {
	return arithInt64[active](sub, out, a, nil, 0, b)
}

// ConstSubInt64 writes a - b[i].
func ConstSubInt64(out []int64, a int64, b []int64) (overflow bool) {
	return arithInt64[active](sub, out, nil, b, a, 0)
}

// MulInt64 writes a[i] * b[i].
func MulInt64(out, a, b []int64) (overflow bool) { return arithInt64[active](mul, out, a, b, 0, 0) }

// MulConstInt64 writes a[i] * b.
func MulConstInt64(out, a []int64, b int64) (overflow bool) {
	return arithInt64[active](mul, out, a, nil, 0, b)
}

// NegateInt64 writes -a[i].
func NegateInt64(out, a []int64) (overflow bool) { return ConstSubInt64(out, 0, a) }

// AddFloat64 writes a[i] + b[i].
func AddFloat64(out, a, b []float64) { arithFloat64[active](add, out, a, b, 0, 0) }

// AddConstFloat64 writes a[i] + b.
func AddConstFloat64(out, a []float64, b float64) { arithFloat64[active](add, out, a, nil, 0, b) }

// SubFloat64 writes a[i] - b[i].
func SubFloat64(out, a, b []float64) { arithFloat64[active](sub, out, a, b, 0, 0) }

// SubConstFloat64 writes a[i] - b.
func SubConstFloat64(out, a []float64, b float64) { arithFloat64[active](sub, out, a, nil, 0, b) }

// ConstSubFloat64 writes a - b[i].
func ConstSubFloat64(out []float64, a float64, b []float64) {
	arithFloat64[active](sub, out, nil, b, a, 0)
}

// MulFloat64 writes a[i] * b[i].
func MulFloat64(out, a, b []float64) { arithFloat64[active](mul, out, a, b, 0, 0) }

// MulConstFloat64 writes a[i] * b.
func MulConstFloat64(out, a []float64, b float64) { arithFloat64[active](mul, out, a, nil, 0, b) }

// DivFloat64 writes a[i] / b[i] as IEEE 754 has it: x/0 is an infinity or NaN.
func DivFloat64(out, a, b []float64) { arithFloat64[active](div, out, a, b, 0, 0) }

// DivConstFloat64 writes a[i] / b.
func DivConstFloat64(out, a []float64, b float64) { arithFloat64[active](div, out, a, nil, 0, b) }

// ConstDivFloat64 writes a / b[i].
func ConstDivFloat64(out []float64, a float64, b []float64) {
	arithFloat64[active](div, out, nil, b, a, 0)
}

// NegateFloat64 writes -a[i].
func NegateFloat64(out, a []float64) { ConstSubFloat64(out, math.Copysign(0, -1), a) }

// Int64ToFloat64 writes the float nearest to a[i], to even if two are.
func Int64ToFloat64(out []float64, a []int64) { int64ToFloat64[active](out, a) }

type operator uint8

const (
	add operator = iota
	sub
	mul
	div
)

// blockRows is how many rows a body handles between two looks at the operator.
const blockRows = 64

// A side of an operator that is a constant comes as a nil slice with the value in constA or constB. It is spread over
// a block, so that a body has one loop for each operator.

func arithInt64Generic(op operator, out, a, b []int64, constA, constB int64) (overflow bool) {
	var blockA, blockB [blockRows]int64
	spread(&blockA, a == nil, constA)
	spread(&blockB, b == nil, constB)
	var over int64 // negative: a row overflowed
	for i := 0; i < len(out); i += blockRows {
		o := out[i:min(i+blockRows, len(out))]
		x, y := operand(&blockA, a, i, len(o)), operand(&blockB, b, i, len(o))
		switch op {
		case add:
			for j := range o {
				z := x[j] + y[j]
				over |= (z ^ x[j]) & (z ^ y[j])
				o[j] = z
			}
		case sub:
			for j := range o {
				z := x[j] - y[j]
				over |= (x[j] ^ y[j]) & (z ^ x[j])
				o[j] = z
			}
		case mul:
			for j := range o {
				hi, lo := bits.Mul64(uint64(x[j]), uint64(y[j]))
				high := int64(hi) - x[j]>>63&y[j] - y[j]>>63&x[j]
				if high != int64(lo)>>63 {
					over = -1
				}
				o[j] = int64(lo)
			}
		}
	}
	return over < 0
}

func arithFloat64Generic(op operator, out, a, b []float64, constA, constB float64) {
	var blockA, blockB [blockRows]float64
	spread(&blockA, a == nil, constA)
	spread(&blockB, b == nil, constB)
	for i := 0; i < len(out); i += blockRows {
		o := out[i:min(i+blockRows, len(out))]
		x, y := operand(&blockA, a, i, len(o)), operand(&blockB, b, i, len(o))
		switch op {
		case add:
			for j := range o {
				o[j] = x[j] + y[j]
			}
		case sub:
			for j := range o {
				o[j] = x[j] - y[j]
			}
		case mul:
			for j := range o {
				o[j] = x[j] * y[j]
			}
		case div:
			for j := range o {
				o[j] = x[j] / y[j]
			}
		}
	}
}

// spread fills block with a constant side.
func spread[T int64 | float64](block *[blockRows]T, constant bool, value T) {
	if constant {
		for i := range block {
			block[i] = value
		}
	}
}

// operand is rows i to i+n of a side.
func operand[T int64 | float64](block *[blockRows]T, column []T, i, n int) []T {
	if column == nil {
		return block[:n]
	}
	return column[i : i+n]
}

func int64ToFloat64Generic(out []float64, a []int64) {
	a = a[:len(out)]
	for i := range out {
		out[i] = float64(a[i])
	}
}

//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"math"
	"simd/archsimd"
)

var (
	arithInt64 = [levels]func(operator, []int64, []int64, []int64, int64, int64) bool{
		arithInt64Generic, arithInt64AVX2, arithInt64AVX512,
	}
	arithFloat64 = [levels]func(operator, []float64, []float64, []float64, float64, float64){
		arithFloat64Generic, arithFloat64AVX2, arithFloat64AVX512,
	}
	int64ToFloat64 = [levels]func([]float64, []int64){
		int64ToFloat64Generic, int64ToFloat64Generic, int64ToFloat64AVX512,
	}
)

// rest is what a side has beyond the rows that a body has done.
func rest[T int64 | float64](column []T, rows int) []T {
	if column == nil {
		return nil
	}
	return column[rows:]
}

// A product of two int32s, sign-extended, fits. Adding int32Bias to such a value leaves the upper half zero.
const int32Bias = -math.MinInt32

func arithInt64AVX2(op operator, out, a, b []int64, constA, constB int64) (overflow bool) {
	var blockA, blockB [blockRows]int64
	spread(&blockA, a == nil, constA)
	spread(&blockB, b == nil, constB)
	rows := len(out) &^ (blockRows - 1)
	over, bias := archsimd.BroadcastInt64x4(0), archsimd.BroadcastInt64x4(int32Bias)
	int32s := archsimd.BroadcastUint64x4(math.MaxUint32)
	for i := 0; i < rows; i += blockRows {
		o := (*[blockRows]int64)(out[i:])
		x, y := (*[blockRows]int64)(operand(&blockA, a, i, blockRows)), (*[blockRows]int64)(operand(&blockB, b, i, blockRows))
		switch op {
		case add:
			for j := 0; j < blockRows; j += 4 {
				x, y := archsimd.LoadInt64x4((*[4]int64)(x[j:])), archsimd.LoadInt64x4((*[4]int64)(y[j:]))
				z := x.Add(y)
				over = over.Or(z.Xor(x).And(z.Xor(y)))
				z.Store((*[4]int64)(o[j:]))
			}
		case sub:
			for j := 0; j < blockRows; j += 4 {
				x, y := archsimd.LoadInt64x4((*[4]int64)(x[j:])), archsimd.LoadInt64x4((*[4]int64)(y[j:]))
				z := x.Sub(y)
				over = over.Or(x.Xor(y).And(z.Xor(x)))
				z.Store((*[4]int64)(o[j:]))
			}
		case mul:
			wide := archsimd.BroadcastInt64x4(0)
			for j := 0; j < blockRows; j += 4 {
				x, y := archsimd.LoadInt64x4((*[4]int64)(x[j:])), archsimd.LoadInt64x4((*[4]int64)(y[j:]))
				wide = wide.Or(x.Add(bias)).Or(y.Add(bias))
			}
			if !wide.AsUint64x4().AndNot(int32s).IsZero() {
				rows = i // the portable body does what is left, from this block on
				break
			}
			for j := 0; j < blockRows; j += 4 {
				x, y := archsimd.LoadInt64x4((*[4]int64)(x[j:])), archsimd.LoadInt64x4((*[4]int64)(y[j:]))
				x.AsInt32x8().MulEvenWiden(y.AsInt32x8()).Store((*[4]int64)(o[j:]))
			}
		}
	}
	overflow = archsimd.BroadcastInt64x4(0).Greater(over).ToBits() != 0
	archsimd.ClearAVXUpperBits()
	return arithInt64Generic(op, out[rows:], rest(a, rows), rest(b, rows), constA, constB) || overflow
}

func arithInt64AVX512(op operator, out, a, b []int64, constA, constB int64) (overflow bool) {
	var blockA, blockB [blockRows]int64
	spread(&blockA, a == nil, constA)
	spread(&blockB, b == nil, constB)
	rows := len(out) &^ (blockRows - 1)
	over, bias := archsimd.BroadcastInt64x8(0), archsimd.BroadcastInt64x8(int32Bias)
	int32s := archsimd.BroadcastUint64x8(math.MaxUint32)
	for i := 0; i < rows; i += blockRows {
		o := (*[blockRows]int64)(out[i:])
		x, y := (*[blockRows]int64)(operand(&blockA, a, i, blockRows)), (*[blockRows]int64)(operand(&blockB, b, i, blockRows))
		switch op {
		case add:
			for j := 0; j < blockRows; j += 8 {
				x, y := archsimd.LoadInt64x8((*[8]int64)(x[j:])), archsimd.LoadInt64x8((*[8]int64)(y[j:]))
				z := x.Add(y)
				over = over.Or(z.Xor(x).And(z.Xor(y)))
				z.Store((*[8]int64)(o[j:]))
			}
		case sub:
			for j := 0; j < blockRows; j += 8 {
				x, y := archsimd.LoadInt64x8((*[8]int64)(x[j:])), archsimd.LoadInt64x8((*[8]int64)(y[j:]))
				z := x.Sub(y)
				over = over.Or(x.Xor(y).And(z.Xor(x)))
				z.Store((*[8]int64)(o[j:]))
			}
		case mul:
			wide := archsimd.BroadcastInt64x8(0)
			for j := 0; j < blockRows; j += 8 {
				x, y := archsimd.LoadInt64x8((*[8]int64)(x[j:])), archsimd.LoadInt64x8((*[8]int64)(y[j:]))
				wide = wide.Or(x.Add(bias)).Or(y.Add(bias))
			}
			if wide.AsUint64x8().Greater(int32s).ToBits() != 0 {
				rows = i // the portable body does what is left, from this block on
				break
			}
			for j := 0; j < blockRows; j += 8 {
				x, y := archsimd.LoadInt64x8((*[8]int64)(x[j:])), archsimd.LoadInt64x8((*[8]int64)(y[j:]))
				x.Mul(y).Store((*[8]int64)(o[j:]))
			}
		}
	}
	overflow = over.Less(archsimd.BroadcastInt64x8(0)).ToBits() != 0
	archsimd.ClearAVXUpperBits()
	return arithInt64Generic(op, out[rows:], rest(a, rows), rest(b, rows), constA, constB) || overflow
}

func arithFloat64AVX2(op operator, out, a, b []float64, constA, constB float64) {
	var blockA, blockB [blockRows]float64
	spread(&blockA, a == nil, constA)
	spread(&blockB, b == nil, constB)
	rows := len(out) &^ (blockRows - 1)
	for i := 0; i < rows; i += blockRows {
		o := (*[blockRows]float64)(out[i:])
		x, y := (*[blockRows]float64)(operand(&blockA, a, i, blockRows)), (*[blockRows]float64)(operand(&blockB, b, i, blockRows))
		switch op {
		case add:
			for j := 0; j < blockRows; j += 4 {
				x, y := archsimd.LoadFloat64x4((*[4]float64)(x[j:])), archsimd.LoadFloat64x4((*[4]float64)(y[j:]))
				x.Add(y).Store((*[4]float64)(o[j:]))
			}
		case sub:
			for j := 0; j < blockRows; j += 4 {
				x, y := archsimd.LoadFloat64x4((*[4]float64)(x[j:])), archsimd.LoadFloat64x4((*[4]float64)(y[j:]))
				x.Sub(y).Store((*[4]float64)(o[j:]))
			}
		case mul:
			for j := 0; j < blockRows; j += 4 {
				x, y := archsimd.LoadFloat64x4((*[4]float64)(x[j:])), archsimd.LoadFloat64x4((*[4]float64)(y[j:]))
				x.Mul(y).Store((*[4]float64)(o[j:]))
			}
		case div:
			for j := 0; j < blockRows; j += 4 {
				x, y := archsimd.LoadFloat64x4((*[4]float64)(x[j:])), archsimd.LoadFloat64x4((*[4]float64)(y[j:]))
				x.Div(y).Store((*[4]float64)(o[j:]))
			}
		}
	}
	archsimd.ClearAVXUpperBits()
	arithFloat64Generic(op, out[rows:], rest(a, rows), rest(b, rows), constA, constB)
}

func arithFloat64AVX512(op operator, out, a, b []float64, constA, constB float64) {
	var blockA, blockB [blockRows]float64
	spread(&blockA, a == nil, constA)
	spread(&blockB, b == nil, constB)
	rows := len(out) &^ (blockRows - 1)
	for i := 0; i < rows; i += blockRows {
		o := (*[blockRows]float64)(out[i:])
		x, y := (*[blockRows]float64)(operand(&blockA, a, i, blockRows)), (*[blockRows]float64)(operand(&blockB, b, i, blockRows))
		switch op {
		case add:
			for j := 0; j < blockRows; j += 8 {
				x, y := archsimd.LoadFloat64x8((*[8]float64)(x[j:])), archsimd.LoadFloat64x8((*[8]float64)(y[j:]))
				x.Add(y).Store((*[8]float64)(o[j:]))
			}
		case sub:
			for j := 0; j < blockRows; j += 8 {
				x, y := archsimd.LoadFloat64x8((*[8]float64)(x[j:])), archsimd.LoadFloat64x8((*[8]float64)(y[j:]))
				x.Sub(y).Store((*[8]float64)(o[j:]))
			}
		case mul:
			for j := 0; j < blockRows; j += 8 {
				x, y := archsimd.LoadFloat64x8((*[8]float64)(x[j:])), archsimd.LoadFloat64x8((*[8]float64)(y[j:]))
				x.Mul(y).Store((*[8]float64)(o[j:]))
			}
		case div:
			for j := 0; j < blockRows; j += 8 {
				x, y := archsimd.LoadFloat64x8((*[8]float64)(x[j:])), archsimd.LoadFloat64x8((*[8]float64)(y[j:]))
				x.Div(y).Store((*[8]float64)(o[j:]))
			}
		}
	}
	archsimd.ClearAVXUpperBits()
	arithFloat64Generic(op, out[rows:], rest(a, rows), rest(b, rows), constA, constB)
}

func int64ToFloat64AVX512(out []float64, a []int64) {
	for len(out) >= 8 {
		archsimd.LoadInt64x8((*[8]int64)(a)).ConvertToFloat64().Store((*[8]float64)(out))
		out, a = out[8:], a[8:]
	}
	archsimd.ClearAVXUpperBits()
	int64ToFloat64Generic(out, a)
}

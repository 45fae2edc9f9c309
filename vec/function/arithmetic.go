package function

import (
	"errors"
	"fmt"
	"math"
	"math/bits"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// Ints are exact: what does not fit is an error, and division truncates. An int with a float makes a
// float, which follows IEEE 754: 1.0 / 0 is infinite. Dates and times add and subtract with intervals,
// see calendar.go.
var arithmetic = []Function{
	{Name: "add", Substrait: "functions_arithmetic:add", Help: "x + y, of numbers, of intervals, of a moment and an interval", overloads: append(
		twoNumbers(ints{"+", simd.AddInt64, simd.AddConstInt64, nil, addInt}, floats{simd.AddFloat64, simd.AddConstFloat64, nil}),
		additions...)},
	{Name: "subtract", Substrait: "functions_arithmetic:subtract", Help: "x - y, as x + y; of two moments, the interval between them", overloads: append(
		twoNumbers(ints{"-", simd.SubInt64, simd.SubConstInt64, simd.ConstSubInt64, subInt},
			floats{simd.SubFloat64, simd.SubConstFloat64, simd.ConstSubFloat64}),
		subtractions...)},
	{Name: "multiply", Substrait: "functions_arithmetic:multiply", Help: "x * y, of numbers, of an interval and an int", overloads: append(
		twoNumbers(ints{"*", simd.MulInt64, simd.MulConstInt64, nil, mulInt}, floats{simd.MulFloat64, simd.MulConstFloat64, nil}),
		multiplications...)},
	{Name: "divide", Substrait: "functions_arithmetic:divide", Help: "x / y; of ints, without the fraction", overloads: append(
		[]overload{{in: sets{integer, integer}, out: vec.Int, run: rowInts("/", divInt)}, mixed(floats{
			simd.DivFloat64, simd.DivConstFloat64, simd.ConstDivFloat64,
		})},
		divisions...)},
	{
		Name: "modulus", Aliases: []string{"mod"}, Substrait: "functions_arithmetic:modulus",
		Help: "x % y: the remainder of x / y, with the sign of x", overloads: []overload{
			{in: sets{integer, integer}, out: vec.Int, run: rowInts("%", modInt)},
			{in: sets{number, number}, out: vec.Float, run: float2(math.Mod)},
		},
	},
	{Name: "negate", Substrait: "functions_arithmetic:negate", Help: "-x", overloads: []overload{
		{in: sets{integer}, out: vec.Int, run: negateInt},
		{in: sets{float}, out: vec.Float, run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
			out.Make(vec.Float, rows)
			simd.NegateFloat64(out.F64, args[0].F64[:rows])
			return nil
		}},
		{in: sets{months}, out: vec.MonthInterval, run: negateInt},
		{in: sets{micros}, out: vec.MicrosecondInterval, run: negateInt},
	}},
}

var errZero = errors.New("division by zero")

func addInt(a, b int64) (int64, error) {
	c := a + b
	if (c^a)&(c^b) < 0 {
		return 0, errRange
	}
	return c, nil
}

func subInt(a, b int64) (int64, error) {
	c := a - b
	if (a^b)&(c^a) < 0 {
		return 0, errRange
	}
	return c, nil
}

func mulInt(a, b int64) (int64, error) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if int64(hi)-a>>63&b-b>>63&a != int64(lo)>>63 {
		return 0, errRange
	}
	return int64(lo), nil
}

func divInt(a, b int64) (int64, error) {
	switch {
	case b == 0:
		return 0, errZero
	case b == -1:
		return subInt(0, a)
	}
	return a / b, nil
}

func modInt(a, b int64) (int64, error) {
	switch b {
	case 0:
		return 0, errZero
	case -1:
		return 0, nil
	}
	return a % b, nil
}

var errRange = errors.New("out of the range of int")

// ints is an operator on ints: over columns, over a column and a constant, over a constant and a column
// (nil: the sides may be swapped), and exactly, for one row.
type ints struct {
	symbol      string
	columns     func(out, a, b []int64) bool
	columnConst func(out, a []int64, b int64) bool
	constColumn func(out []int64, a int64, b []int64) bool
	row         func(a, b int64) (int64, error)
}

// floats is an operator on floats.
type floats struct {
	columns     func(out, a, b []float64)
	columnConst func(out, a []float64, b float64)
	constColumn func(out []float64, a float64, b []float64)
}

func twoNumbers(i ints, f floats) []overload {
	return []overload{{in: sets{integer, integer}, out: vec.Int, run: i.kernel(vec.Int)}, mixed(f)}
}

func (op ints) kernel(t vec.Type) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		out.Make(t, rows)
		a, b := args[0], args[1]
		var overflow bool
		switch {
		case a.Form == vec.Flat && b.Form == vec.Flat:
			overflow = op.columns(out.I64, a.I64[:rows], b.I64[:rows])
		case b.Form == vec.Const:
			overflow = op.columnConst(out.I64, a.I64[:rows], b.I64[0])
		case op.constColumn == nil:
			overflow = op.columnConst(out.I64, b.I64[:rows], a.I64[0])
		default:
			overflow = op.constColumn(out.I64, a.I64[0], b.I64[:rows])
		}
		if !overflow {
			return nil
		}
		x, y := intsOf(a), intsOf(b)
		for i := range rows {
			if vec.AnyNull(args, i) {
				continue
			}
			if _, err := op.row(x.at(i), y.at(i)); err != nil {
				return operation(x.at(i), op.symbol, y.at(i), err)
			}
		}
		return nil
	}
}

func operation(a int64, symbol string, b int64, err error) error {
	return fmt.Errorf("%d %s %d: %w", a, symbol, b, err)
}

// rowInts is the kernel of an operator that has none over columns.
func rowInts(symbol string, f func(a, b int64) (int64, error)) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		a, b := intsOf(args[0]), intsOf(args[1])
		return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
			n, err := f(a.at(i), b.at(i))
			if err != nil {
				err = operation(a.at(i), symbol, b.at(i), err)
			}
			return n, err
		})
	}
}

// mixed takes floats, and ints as floats.
func mixed(op floats) overload {
	return overload{in: sets{number, number}, out: vec.Float, make: func() vec.Kernel {
		var scratch [2][]float64
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			out.Make(vec.Float, rows)
			a, b := asFloats(args[0], rows, &scratch[0]), asFloats(args[1], rows, &scratch[1])
			switch {
			case args[0].Form == vec.Flat && args[1].Form == vec.Flat:
				op.columns(out.F64, a, b)
			case args[1].Form == vec.Const:
				op.columnConst(out.F64, a[:rows], b[0])
			case op.constColumn == nil:
				op.columnConst(out.F64, b, a[0])
			default:
				op.constColumn(out.F64, a[0], b)
			}
			return nil
		}
	}}
}

// asFloats is v's data as floats: its own, or converted into scratch.
func asFloats(v *vec.Vector, rows int, scratch *[]float64) []float64 {
	if v.Form == vec.Const {
		rows = 1
	}
	if v.Type == vec.Float {
		return v.F64[:rows]
	}
	if cap(*scratch) < rows {
		*scratch = make([]float64, rows)
	}
	out := (*scratch)[:rows]
	simd.Int64ToFloat64(out, v.I64[:rows])
	return out
}

func negateInt(out *vec.Vector, args []*vec.Vector, rows int) error {
	out.Make(args[0].Type, rows)
	a := args[0].I64[:rows]
	if !simd.NegateInt64(out.I64, a) {
		return nil
	}
	for i, n := range a {
		if n == math.MinInt64 && !args[0].IsNull(i) {
			return fmt.Errorf("-(%d): %w", n, errRange)
		}
	}
	return nil
}

// float1 and float2 are kernels over numbers of any kind.
func float1(f func(float64) float64) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x := numbersOf(args[0])
		return eachFloat(out, args, rows, func(i int) (float64, error) { return f(x.at(i)), nil })
	}
}

func float2(f func(x, y float64) float64) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x, y := numbersOf(args[0]), numbersOf(args[1])
		return eachFloat(out, args, rows, func(i int) (float64, error) { return f(x.at(i), y.at(i)), nil })
	}
}

package function

import (
	"bytes"
	"math"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// Values of different types compare as null, but for int and float. Within a type the order is
// vec.Compare's.
var comparisons = []Function{
	comparison("equal", "x = y", simd.Equal),
	comparison("not_equal", "x <> y", simd.NotEqual),
	comparison("lt", "x < y", simd.Less),
	comparison("lte", "x <= y", simd.LessEqual),
	comparison("gt", "x > y", simd.Greater),
	comparison("gte", "x >= y", simd.GreaterEqual),
	{
		Name: "is_distinct_from", Substrait: "functions_comparison:is_distinct_from", MinArgs: 2, MaxArgs: 2,
		whole: distinct(true), returns: always(vec.Bool), Help: "x IS DISTINCT FROM y: not equal, or one of them null",
	},
	{
		Name: "is_not_distinct_from", Substrait: "functions_comparison:is_not_distinct_from", MinArgs: 2, MaxArgs: 2,
		whole: distinct(false), returns: always(vec.Bool), Help: "x IS NOT DISTINCT FROM y: equal, or both null",
	},
	{
		Name: "between", Substrait: "functions_comparison:between", MinArgs: 3, MaxArgs: 3,
		pick: between, returns: always(vec.Bool), Help: "x BETWEEN low AND high, both inside",
	},
}

func always(t vec.Type) func([]vec.Type) vec.Type { return func([]vec.Type) vec.Type { return t } }

func comparison(name, help string, op simd.Op) Function {
	return Function{
		Name: name, Substrait: "functions_comparison:" + name, Help: help, MinArgs: 2, MaxArgs: 2,
		pick:    func(types []vec.Type) (vec.Kernel, error) { return comparer(op, types[0], types[1]), nil },
		returns: always(vec.Bool),
	}
}

// comparer is the kernel for x op y; nil when values of these types are not comparable.
func comparer(op simd.Op, x, y vec.Type) vec.Kernel {
	switch {
	case x == vec.Int && y == vec.Float:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			return compareMixed(out, op, args, args[0], args[1], rows)
		}
	case x == vec.Float && y == vec.Int:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			return compareMixed(out, op.Swap(), args, args[1], args[0], rows)
		}
	case x != y:
		return nil
	}
	switch layout := x.Layout(); {
	case layout == vec.Int64s:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			out.Make(vec.Bool, rows)
			switch a, b := args[0], args[1]; {
			case b.Form == vec.Const:
				simd.CompareInt64(out.Bits, op, a.I64[:rows], b.I64[0])
			case a.Form == vec.Const:
				simd.CompareInt64(out.Bits, op.Swap(), b.I64[:rows], a.I64[0])
			default:
				simd.CompareColumnsInt64(out.Bits, op, a.I64[:rows], b.I64[:rows])
			}
			return nil
		}
	case layout == vec.Float64:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			out.Make(vec.Bool, rows)
			switch a, b := args[0], args[1]; {
			case b.Form == vec.Const:
				simd.CompareFloat64(out.Bits, op, a.F64[:rows], b.F64[0])
			case a.Form == vec.Const:
				simd.CompareFloat64(out.Bits, op.Swap(), b.F64[:rows], a.F64[0])
			default:
				simd.CompareColumnsFloat64(out.Bits, op, a.F64[:rows], b.F64[:rows])
			}
			return nil
		}
	case x == vec.Bool && (op == simd.Equal || op == simd.NotEqual):
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			equalBools(out, op, bitsOf(args[0]), bitsOf(args[1]), rows)
			return nil
		}
	case x == vec.Array || x == vec.Object || x == vec.Bool:
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			return eachBool(out, args, rows, func(i int) (bool, error) {
				return holds(op, args[0].CompareRows(i, args[1], i)), nil
			})
		}
	}
	return func(out *vec.Vector, args []*vec.Vector, rows int) error { return compareTexts(out, op, args, rows) }
}

// equalBools compares a word at a time.
func equalBools(out *vec.Vector, op simd.Op, a, b bitmap, rows int) {
	out.Make(vec.Bool, rows)
	for i := range out.Bits {
		out.Bits[i] = a.word(i) ^ b.word(i)
	}
	if op == simd.NotEqual {
		simd.Not(out.Bits, out.Bits, rows) // which clears what is behind the rows
	}
	simd.Not(out.Bits, out.Bits, rows)
}

// holds tells whether op holds for values that compare as c.
func holds(op simd.Op, c int) bool {
	switch op {
	case simd.Equal:
		return c == 0
	case simd.NotEqual:
		return c != 0
	case simd.Less:
		return c < 0
	case simd.LessEqual:
		return c <= 0
	case simd.Greater:
		return c > 0
	default:
		return c >= 0
	}
}

func compareTexts(out *vec.Vector, op simd.Op, args []*vec.Vector, rows int) error {
	a, b := args[0], args[1]
	if op == simd.Equal || op == simd.NotEqual {
		if a.Form == vec.Const {
			a, b = b, a
		}
		if b.Form == vec.Const && a.Form == vec.Flat {
			out.Make(vec.Bool, rows)
			simd.EqualRows(out.Bits, a.Data, a.Offsets[:rows+1], b.Content(0))
			if op == simd.NotEqual {
				simd.Not(out.Bits, out.Bits, rows)
			}
			return nil
		}
	}
	x, y := textsOf(a), textsOf(b)
	return eachBool(out, args, rows, func(i int) (bool, error) {
		return holds(op, bytes.Compare(x.at(i), y.at(i))), nil
	})
}

// compareMixed compares ints with floats as exact numbers.
func compareMixed(out *vec.Vector, op simd.Op, args []*vec.Vector, ints, floats *vec.Vector, rows int) error {
	if floats.Form == vec.Const && ints.Form == vec.Flat {
		if op, bound, ok := intBound(op, floats.F64[0]); ok {
			out.Make(vec.Bool, rows)
			simd.CompareInt64(out.Bits, op, ints.I64[:rows], bound)
			return nil
		}
	}
	if n := ints.I64[0]; ints.Form == vec.Const && int64(float64(n)) == n && n != math.MaxInt64 {
		out.Make(vec.Bool, rows)
		simd.CompareFloat64(out.Bits, op.Swap(), floats.F64[:rows], float64(n))
		return nil
	}
	return eachBool(out, args, rows, func(i int) (bool, error) {
		return holds(op, ints.CompareRows(i, floats, i)), nil
	})
}

// intBound is the comparison with an int that answers as op does with f; ok is false where none does.
func intBound(op simd.Op, f float64) (simd.Op, int64, bool) {
	whole := math.Floor(f)
	if !(whole >= math.MinInt64 && whole < math.MaxInt64) { // also NaN
		return op, 0, false
	}
	n := int64(whole)
	if whole == f {
		return op, n, true
	}
	switch op {
	case simd.Less, simd.LessEqual:
		return simd.LessEqual, n, true
	case simd.Greater, simd.GreaterEqual:
		return simd.Greater, n, true
	}
	return op, 0, false
}

// distinct compares values of any type, nulls too.
func distinct(want bool) Eval {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x, y := args[0], args[1]
		return eachBool(out, nil, rows, func(i int) (bool, error) {
			return (x.CompareRows(i, y, i) != 0) == want, nil
		})
	}
}

// evenOfConstants runs a comparison whose arguments may both be constants, which Apply never gives one.
func evenOfConstants(compare vec.Kernel, out *vec.Vector, args []*vec.Vector, rows int) error {
	if args[0].Form != vec.Const || args[1].Form != vec.Const {
		return compare(out, args, rows)
	}
	if err := compare(out, args, 1); err != nil {
		return err
	}
	yes := vec.Bit(out.Bits, 0)
	out.Make(vec.Bool, rows)
	clear(out.Bits)
	simd.Fill(out.Bits, 0, rows, yes)
	return nil
}

// between is false as soon as one bound says so, even when the other's comparison is null; but then the
// other bound is of another type than x, or null, and the call null: SQL's AND is the executor's.
func between(types []vec.Type) (vec.Kernel, error) {
	low := comparer(simd.GreaterEqual, types[0], types[1])
	high := comparer(simd.LessEqual, types[0], types[2])
	if low == nil || high == nil {
		return nil, nil
	}
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		var other vec.Vector
		if err := evenOfConstants(low, out, args[:2], rows); err != nil {
			return err
		}
		if err := evenOfConstants(high, &other, []*vec.Vector{args[0], args[2]}, rows); err != nil {
			return err
		}
		simd.And(out.Bits, out.Bits, other.Bits)
		return nil
	}, nil
}

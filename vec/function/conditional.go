package function

import (
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// These see nulls.
var conditionals = []Function{
	nullTest("is_null", "functions_comparison:is_null", "x IS NULL: null or undefined", false, false),
	nullTest("is_not_null", "functions_comparison:is_not_null", "x IS NOT NULL: neither null nor undefined", false, true),
	nullTest("is_undefined", "", "x IS UNDEFINED: a missing field", true, false),
	nullTest("is_not_undefined", "", "x IS NOT UNDEFINED", true, true),
	truthTest("is_true", "x IS TRUE", true, false),
	truthTest("is_not_true", "x IS NOT TRUE: false or null", true, true),
	truthTest("is_false", "x IS FALSE", false, false),
	truthTest("is_not_false", "x IS NOT FALSE: true or null", false, true),
	{Name: "typeof", MinArgs: 1, MaxArgs: 1, whole: typeOf, returns: always(vec.String), Help: "the name of x's type"},
	{
		Name: "nullif", Substrait: "functions_comparison:nullif", MinArgs: 2, MaxArgs: 2, whole: nullIf, returns: first,
		Help: "null if x = y, else x",
	},
	{
		Name: "greatest", Substrait: "functions_comparison:greatest_skip_null", MinArgs: 1, MaxArgs: -1, whole: extreme(1),
		returns: common, Help: "the greatest argument that is not null",
	},
	{
		Name: "least", Substrait: "functions_comparison:least_skip_null", MinArgs: 1, MaxArgs: -1, whole: extreme(-1),
		returns: common, Help: "the least argument that is not null",
	},
}

func first(args []vec.Type) vec.Type { return args[0] }

// common is the type of a call that gives one of its arguments.
func common(args []vec.Type) vec.Type {
	out := vec.Null
	for _, t := range args {
		switch {
		case t.IsNull() || t == out:
		case out == vec.Null:
			out = t
		default:
			return vec.Dynamic
		}
	}
	return out
}

func nullTest(name, substrait, help string, undefined, negate bool) Function {
	eval := func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x := args[0]
		if x.Form == vec.Const {
			hit := undefined && x.IsUndefined(0) || !undefined && x.IsNull(0)
			out.SetConst(vec.BoolValue(hit != negate), rows)
			return nil
		}
		out.Make(vec.Bool, rows)
		clear(out.Bits)
		switch {
		case undefined && x.Undef != nil:
			simd.Or(out.Bits, out.Bits, x.Undef[:len(out.Bits)])
		case undefined:
		case x.Type.IsNull():
			simd.Fill(out.Bits, 0, rows, true)
		case x.Valid != nil:
			simd.Not(out.Bits, x.Valid, rows)
		}
		if negate {
			simd.Not(out.Bits, out.Bits, rows)
		}
		return nil
	}
	return Function{Name: name, Substrait: substrait, Help: help, MinArgs: 1, MaxArgs: 1, whole: eval, returns: always(vec.Bool)}
}

func truthTest(name, help string, want, negate bool) Function {
	eval := func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x := args[0]
		return eachBool(out, nil, rows, func(i int) (bool, error) {
			t := x.TypeAt(i)
			if t.IsNull() {
				return negate, nil
			}
			if t != vec.Bool {
				return false, wrongType(0, t, boolean)
			}
			part, at := leaf(x, i)
			return (vec.Bit(part.Bits, at) == want) != negate, nil
		})
	}
	return Function{
		Name: name, Substrait: "functions_comparison:" + name, Help: help, MinArgs: 1, MaxArgs: 1, whole: eval,
		returns: always(vec.Bool),
	}
}

func typeOf(out *vec.Vector, args []*vec.Vector, rows int) error {
	x := args[0]
	if x.Form == vec.Const || x.Type != vec.Dynamic && x.Valid == nil && !x.Type.IsNull() {
		t := x.Type
		if rows > 0 {
			t = x.TypeAt(0)
		}
		out.SetConst(vec.StringValue(t.String()), rows)
		return nil
	}
	return eachText(out, vec.String, nil, rows, func(dst []byte, i int) ([]byte, error) {
		return append(dst, x.TypeAt(i).String()...), nil
	})
}

func nullIf(out *vec.Vector, args []*vec.Vector, rows int) error {
	x, y := args[0], args[1]
	return eachValue(out, rows, func(i int) (vec.Value, error) {
		if !x.IsNull(i) && x.CompareRows(i, y, i) == 0 {
			return vec.NullValue(), nil
		}
		return x.Value(i), nil
	})
}

// extreme picks the argument that compares as want to the others.
func extreme(want int) Eval {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		return eachValue(out, rows, func(i int) (vec.Value, error) {
			var best *vec.Vector
			for _, x := range args {
				switch {
				case x.IsNull(i):
					continue
				case best == nil:
					best = x
					continue
				}
				if t, u := x.TypeAt(i), best.TypeAt(i); t != u && !(t.IsNumber() && u.IsNumber()) {
					return nil, different(u, t)
				}
				if x.CompareRows(i, best, i) == want {
					best = x
				}
			}
			if best == nil {
				return vec.NullValue(), nil
			}
			return best.Value(i), nil
		})
	}
}

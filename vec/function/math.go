package function

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/outcropdb/outcrop/vec"
)

// mathematics follows IEEE 754 on floats: out of a function's domain is NaN, not an error.
var mathematics = []Function{
	{Name: "abs", Substrait: "functions_arithmetic:abs", Help: "the absolute value", overloads: []overload{
		{in: sets{integer}, out: vec.Int, run: absInt}, {in: sets{float}, out: vec.Float, run: float1(math.Abs)},
	}},
	{Name: "sign", Substrait: "functions_arithmetic:sign", Help: "-1, 0 or 1", overloads: []overload{
		{in: sets{integer}, out: vec.Int, run: signInt}, {in: sets{float}, out: vec.Float, run: float1(sign)},
	}},
	rounding("ceil", "functions_rounding:ceil", "the next whole number upwards", math.Ceil, "ceiling"),
	rounding("floor", "functions_rounding:floor", "the next whole number downwards", math.Floor),
	{Name: "round", Substrait: "functions_rounding:round", Help: "round(x[, digits]), halves away from zero", overloads: rounds(math.Round)},
	{Name: "truncate", Aliases: []string{"trunc"}, Help: "truncate(x[, digits]): without the other digits", overloads: rounds(math.Trunc)},
	unary("sqrt", "functions_arithmetic:sqrt", "the square root", math.Sqrt),
	unary("cbrt", "", "the cube root", math.Cbrt),
	unary("exp", "functions_arithmetic:exp", "e to the power of x", math.Exp),
	unary("ln", "functions_logarithmic:ln", "the natural logarithm", math.Log),
	unary("log2", "functions_logarithmic:log2", "the logarithm of base 2", math.Log2),
	unary("log10", "functions_logarithmic:log10", "the logarithm of base 10", math.Log10),
	{Name: "log", Help: "log(b, x): the logarithm of base b; log(x): of base 10", overloads: []overload{
		{in: sets{number, number}, out: vec.Float, run: float2(func(b, x float64) float64 { return math.Log(x) / math.Log(b) })},
		{in: sets{number}, out: vec.Float, run: float1(math.Log10)},
	}},
	{
		Name: "power", Aliases: []string{"pow"}, Substrait: "functions_arithmetic:power", Help: "power(x, y): x to the power of y",
		overloads: []overload{{in: sets{number, number}, out: vec.Float, run: float2(math.Pow)}},
	},
	unary("sin", "functions_arithmetic:sin", "the sine of an angle in radians", math.Sin),
	unary("cos", "functions_arithmetic:cos", "the cosine of an angle in radians", math.Cos),
	unary("tan", "functions_arithmetic:tan", "the tangent of an angle in radians", math.Tan),
	unary("asin", "functions_arithmetic:asin", "the inverse of sin", math.Asin),
	unary("acos", "functions_arithmetic:acos", "the inverse of cos", math.Acos),
	unary("atan", "functions_arithmetic:atan", "the inverse of tan", math.Atan),
	{
		Name: "atan2", Substrait: "functions_arithmetic:atan2", Help: "atan2(y, x): the angle of the point (x, y)",
		overloads: []overload{{in: sets{number, number}, out: vec.Float, run: float2(math.Atan2)}},
	},
	unary("sinh", "functions_arithmetic:sinh", "the hyperbolic sine", math.Sinh),
	unary("cosh", "functions_arithmetic:cosh", "the hyperbolic cosine", math.Cosh),
	unary("tanh", "functions_arithmetic:tanh", "the hyperbolic tangent", math.Tanh),
	unary("asinh", "functions_arithmetic:asinh", "the inverse of sinh", math.Asinh),
	unary("acosh", "functions_arithmetic:acosh", "the inverse of cosh", math.Acosh),
	unary("atanh", "functions_arithmetic:atanh", "the inverse of tanh", math.Atanh),
	unary("radians", "functions_arithmetic:radians", "degrees as radians", func(x float64) float64 { return x * (math.Pi / 180) }),
	unary("degrees", "functions_arithmetic:degrees", "radians as degrees", func(x float64) float64 { return x * (180 / math.Pi) }),
	constant("pi", "3.14159...", math.Pi),
	constant("e", "2.71828...", math.E),
	constant("infinity", "the float beyond all others", math.Inf(1)),
	constant("nan", "the float that is no number", math.NaN()),
	{
		Name: "random", Aliases: []string{"rand"}, Volatile: true, MinArgs: 0, MaxArgs: 2, whole: random, returns: randomType,
		Help: "random(): a float from 0 to 1, without 1; random(n): an int from 0 to n-1; random(m, n): from m to n-1",
	},
	floatTest("is_nan", "functions_comparison:is_nan", "whether x is NaN", math.IsNaN),
	floatTest("is_finite", "functions_comparison:is_finite", "whether x is neither infinite nor NaN", func(x float64) bool { return x-x == 0 }),
	floatTest("is_infinite", "functions_comparison:is_infinite", "whether x is infinite", func(x float64) bool { return math.IsInf(x, 0) }),
	{
		Name: "width_bucket", Help: "width_bucket(x, low, high, n): which of n equal buckets x is in, from 1; 0 below, n+1 above",
		overloads: []overload{{in: sets{number, number, number, integer}, out: vec.Int, run: widthBucket}},
	},
}

func unary(name, substrait, help string, f func(float64) float64) Function {
	return Function{
		Name: name, Substrait: substrait, Help: help,
		overloads: []overload{{in: sets{number}, out: vec.Float, run: float1(f)}},
	}
}

func rounding(name, substrait, help string, f func(float64) float64, aliases ...string) Function {
	return Function{Name: name, Aliases: aliases, Substrait: substrait, Help: help, overloads: []overload{
		{in: sets{integer}, out: vec.Int, run: sameInts}, {in: sets{float}, out: vec.Float, run: float1(f)},
	}}
}

func constant(name, help string, x float64) Function {
	return Function{Name: name, Help: help, overloads: []overload{{
		out: vec.Float,
		run: func(out *vec.Vector, _ []*vec.Vector, rows int) error {
			out.Make(vec.Float, rows)
			for i := range out.F64 {
				out.F64[i] = x
			}
			return nil
		},
	}}}
}

func floatTest(name, substrait, help string, f func(float64) bool) Function {
	return Function{Name: name, Substrait: substrait, Help: help, overloads: []overload{{
		in: sets{number}, out: vec.Bool,
		run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
			x := numbersOf(args[0])
			return eachBool(out, args, rows, func(i int) (bool, error) { return f(x.at(i)), nil })
		},
	}}}
}

func sameInts(out *vec.Vector, args []*vec.Vector, rows int) error {
	out.Make(vec.Int, rows)
	copy(out.I64, args[0].I64[:rows])
	return nil
}

func absInt(out *vec.Vector, args []*vec.Vector, rows int) error {
	x := intsOf(args[0])
	return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
		if n := x.at(i); n >= 0 {
			return n, nil
		}
		n, err := subInt(0, x.at(i))
		if err != nil {
			err = fmt.Errorf("%d: %w", x.at(i), err)
		}
		return n, err
	})
}

func signInt(out *vec.Vector, args []*vec.Vector, rows int) error {
	out.Make(vec.Int, rows)
	for i, n := range args[0].I64[:rows] {
		out.I64[i] = n>>63 | int64(uint64(-n)>>63)
	}
	return nil
}

func sign(x float64) float64 {
	if x == 0 || x != x {
		return x
	}
	return math.Copysign(1, x)
}

// rounds is round or truncate with digits: behind the point, or with negative ones before it.
func rounds(f func(float64) float64) []overload {
	return []overload{
		{in: sets{integer}, out: vec.Int, run: sameInts},
		{in: sets{float}, out: vec.Float, run: float1(f)},
		{in: sets{integer, integer}, out: vec.Int, run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
			x, digits := intsOf(args[0]), intsOf(args[1])
			return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) { return roundInt(f, x.at(i), digits.at(i)) })
		}},
		{in: sets{float, integer}, out: vec.Float, run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
			x, digits := floatsOf(args[0]), intsOf(args[1])
			return eachFloat(out, args, rows, func(i int) (float64, error) { return roundFloat(f, x.at(i), digits.at(i)), nil })
		}},
	}
}

// roundInt takes the digits behind the last -digits away; f says which way.
func roundInt(f func(float64) float64, x, digits int64) (int64, error) {
	if digits >= 0 {
		return x, nil
	}
	if digits < -19 {
		return 0, nil
	}
	unit := uint64(1)
	for range -digits {
		unit *= 10
	}
	size := uint64(x)
	if x < 0 {
		size = -size
	}
	low := size % unit
	size -= low
	if f(0.5) > 0 && low >= unit-low {
		size += unit
	}
	if size > math.MaxInt64 && !(x < 0 && size == 1<<63) {
		return 0, fmt.Errorf("%d rounded to %d digits: %w", x, digits, errRange)
	}
	if x < 0 {
		return -int64(size), nil
	}
	return int64(size), nil
}

// roundFloat scales by a power of ten where that is exact enough, so that 1.005 has as many digits as it
// seems to have.
func roundFloat(f func(float64) float64, x float64, digits int64) float64 {
	switch {
	case digits > 308 || x-x != 0:
		return x
	case digits < -308:
		return 0
	case digits < 0:
		unit := math.Pow10(int(-digits))
		return f(x/unit) * unit
	}
	unit := math.Pow10(int(digits))
	scaled := x * unit
	if math.IsInf(scaled, 0) {
		return x
	}
	return f(scaled) / unit
}

func randomType(args []vec.Type) vec.Type {
	if len(args) == 0 {
		return vec.Float
	}
	return vec.Int
}

func random(out *vec.Vector, args []*vec.Vector, rows int) error {
	if len(args) == 0 {
		return eachFloat(out, nil, rows, func(int) (float64, error) { return rand.Float64(), nil })
	}
	bounds := args
	for k, arg := range args {
		for i := range rows {
			if t := arg.TypeAt(i); !t.IsNull() && t != vec.Int {
				return wrongType(k, t, integer)
			}
		}
	}
	return eachValue(out, rows, func(i int) (vec.Value, error) {
		if vec.AnyNull(bounds, i) {
			return vec.NullValue(), nil
		}
		low, high := int64(0), bounds[len(bounds)-1].Value(i).Int()
		if len(bounds) == 2 {
			low = bounds[0].Value(i).Int()
		}
		if low >= high {
			return nil, fmt.Errorf("there is no int from %d to %d without %d", low, high, high)
		}
		return vec.IntValue(vec.Int, low+int64(rand.Uint64N(uint64(high)-uint64(low)))), nil
	})
}

// maxBuckets bounds width_bucket's n, so that bucket numbers are exact floats.
const maxBuckets = 1 << 31

func widthBucket(out *vec.Vector, args []*vec.Vector, rows int) error {
	x, low, high, n := numbersOf(args[0]), numbersOf(args[1]), numbersOf(args[2]), intsOf(args[3])
	return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
		v, from, to, buckets := x.at(i), low.at(i), high.at(i), n.at(i)
		if buckets < 1 || buckets > maxBuckets || from-from != 0 || to-to != 0 || from == to || v != v {
			return 0, fmt.Errorf("want a number, two different finite bounds and 1 to %d buckets", maxBuckets)
		}
		if from > to {
			v, from, to = -v, -from, -to
		}
		switch {
		case v < from:
			return 0, nil
		case v >= to:
			return buckets + 1, nil
		}
		return min(int64((v-from)/(to-from)*float64(buckets)), buckets-1) + 1, nil
	})
}

package simd

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func TestArithmeticInt64(t *testing.T) {
	kernels := []struct {
		name    string
		exact   func(z, x, y *big.Int) *big.Int
		columns func(out, a, b []int64) bool
		right   func(out, a []int64, b int64) bool
		left    func(out []int64, a int64, b []int64) bool
	}{
		{name: "+", exact: (*big.Int).Add, columns: AddInt64, right: AddConstInt64},
		{name: "-", exact: (*big.Int).Sub, columns: SubInt64, right: SubConstInt64, left: ConstSubInt64},
		{name: "*", exact: (*big.Int).Mul, columns: MulInt64, right: MulConstInt64},
	}
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a, b := ints(r, n), ints(r, n)
		if r.IntN(2) == 0 { // small enough not to overflow
			for i := range a {
				a[i], b[i] = a[i]>>32, b[i]>>33
			}
		}
		c := append(b, 7)[0]
		out, want := make([]int64, n), make([]int64, n)
		for _, k := range kernels {
			check := func(form string, got bool, x, y func(i int) int64) {
				t.Helper()
				overflow := false
				for i := range want {
					exact := k.exact(new(big.Int), big.NewInt(x(i)), big.NewInt(y(i)))
					overflow = overflow || !exact.IsInt64()
					want[i] = int64(new(big.Int).And(exact, new(big.Int).SetUint64(math.MaxUint64)).Uint64())
				}
				wantSlice(t, form, out, want)
				if got != overflow {
					t.Errorf("%s: overflow: got %v, want %v", form, got, overflow)
				}
			}
			column := func(a []int64) func(int) int64 { return func(i int) int64 { return a[i] } }
			constant := func(int) int64 { return c }
			check("a"+k.name+"b", k.columns(out, a, b), column(a), column(b))
			check("a"+k.name+"c", k.right(out, a, c), column(a), constant)
			if k.left != nil {
				check("c"+k.name+"b", k.left(out, c, b), constant, column(b))
			}
		}
	})
}

func TestNegate(t *testing.T) {
	got := make([]int64, 3)
	if NegateInt64(got, []int64{1, -2, 0}) {
		t.Error("-(1, -2, 0) overflows")
	}
	wantSlice(t, "negate", got, []int64{-1, 2, 0})
	if !NegateInt64(got, []int64{1, math.MinInt64, 0}) {
		t.Error("-MinInt64 does not overflow")
	}
	zero, inf := math.Copysign(0, -1), math.Inf(1)
	floats := make([]float64, 4)
	NegateFloat64(floats, []float64{0, zero, inf, 1.5})
	wantSlice(t, "negate", floats, []float64{zero, 0, -inf, -1.5})
}

func TestArithmeticInPlace(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		a, b := ints(random(), maxRows), ints(random(), maxRows)
		want := make([]int64, maxRows)
		SubInt64(want, a, b)
		SubInt64(b, a, b)
		wantSlice(t, "into b", b, want)
	})
}

func TestArithmeticFloat64(t *testing.T) {
	kernels := []struct {
		name    string
		exact   func(x, y float64) float64
		columns func(out, a, b []float64)
		right   func(out, a []float64, b float64)
		left    func(out []float64, a float64, b []float64)
	}{
		{"+", func(x, y float64) float64 { return x + y }, AddFloat64, AddConstFloat64, nil},
		{"-", func(x, y float64) float64 { return x - y }, SubFloat64, SubConstFloat64, ConstSubFloat64},
		{"*", func(x, y float64) float64 { return x * y }, MulFloat64, MulConstFloat64, nil},
		{"/", func(x, y float64) float64 { return x / y }, DivFloat64, DivConstFloat64, ConstDivFloat64},
	}
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a, b := floats(r, n), floats(r, n)
		c := append(b, 7)[0]
		out, want := make([]float64, n), make([]float64, n)
		for _, k := range kernels {
			for i := range want {
				want[i] = k.exact(a[i], b[i])
			}
			k.columns(out, a, b)
			wantSlice(t, "a"+k.name+"b", out, want)
			for i := range want {
				want[i] = k.exact(a[i], c)
			}
			k.right(out, a, c)
			wantSlice(t, "a"+k.name+"c", out, want)
			if k.left == nil {
				continue
			}
			for i := range want {
				want[i] = k.exact(c, b[i])
			}
			k.left(out, c, b)
			wantSlice(t, "c"+k.name+"b", out, want)
		}
	})
}

func TestInt64ToFloat64(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a := ints(r, n)
		got, want := make([]float64, n), make([]float64, n)
		for i, x := range a {
			want[i] = float64(x)
		}
		Int64ToFloat64(got, a)
		wantSlice(t, "float64", got, want)
	})
}

func BenchmarkArithmetic(b *testing.B) {
	r := random()
	x, f := ints(r, benchRows), floats(r, benchRows)
	small := make([]int64, benchRows)
	for i := range small {
		small[i] = r.Int64N(1e6)
	}
	out, fout := make([]int64, benchRows), make([]float64, benchRows)
	benchmark(b, "add int64", 24*benchRows, func() { AddInt64(out, x, small) })
	benchmark(b, "mul int64", 24*benchRows, func() { MulInt64(out, small, small) })
	benchmark(b, "mul int64 const", 16*benchRows, func() { MulConstInt64(out, small, 100) })
	benchmark(b, "mul float64", 24*benchRows, func() { MulFloat64(fout, f, f) })
	benchmark(b, "int64 to float64", 16*benchRows, func() { Int64ToFloat64(fout, x) })
}

package simd

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

var ops = [...]string{"=", "<>", "<", "<=", ">", ">="}

// holds is what op means, given the order of two values.
func (op Op) holds(order int) bool {
	return [...]bool{order == 0, order != 0, order < 0, order <= 0, order > 0, order >= 0}[op]
}

// order puts NaN last, where cmp.Compare has it first.
func order[T cmp.Ordered](a, b T) int {
	if a != a || b != b {
		return -cmp.Compare(a, b)
	}
	return cmp.Compare(a, b)
}

func TestCompare(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a, b := ints(r, n), append(ints(r, n), math.MaxInt64, math.MinInt64)
		testCompare(t, CompareInt64, a, b)
		c, d := floats(r, n), append(floats(r, n), math.NaN(), math.Inf(-1), math.Inf(1))
		testCompare(t, CompareFloat64, c, d)
		e, f := codes(r, n, 5), append(codes(r, n, 5), 0, math.MaxUint32)
		testCompare(t, CompareUint32, e, f)

		out := garbage(n)
		for op, name := range ops {
			CompareColumnsInt64(out, Op(op), a, b)
			wantBitmap(t, name, out, n, func(i int) bool { return Op(op).holds(order(a[i], b[i])) })
			CompareColumnsFloat64(out, Op(op), c, d)
			wantBitmap(t, name, out, n, func(i int) bool { return Op(op).holds(order(c[i], d[i])) })
		}
	})
}

func testCompare[T Value](t *testing.T, compare func([]uint64, Op, []T, T), a, constants []T) {
	out := garbage(len(a))
	for _, b := range constants[max(0, len(constants)-6):] {
		for op, name := range ops {
			compare(out, Op(op), a, b)
			wantBitmap(t, fmt.Sprint(name, b), out, len(a), func(i int) bool { return Op(op).holds(order(a[i], b)) })
		}
	}
}

func TestBetween(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		testBetween(t, BetweenInt64, ints(r, n), ints(r, 8))
		testBetween(t, BetweenUint32, codes(r, n, 10), codes(r, 8, 10))
		testBetween(t, BetweenFloat64, floats(r, n), floats(r, 12))
	})
}

func testBetween[T Value](t *testing.T, between func([]uint64, []T, T, T), a, constants []T) {
	out := garbage(len(a))
	for i, lo := range constants {
		hi := constants[len(constants)-1-i]
		between(out, a, lo, hi)
		wantBitmap(t, fmt.Sprint("between ", lo, " and ", hi), out, len(a), func(i int) bool {
			return order(lo, a[i]) <= 0 && order(a[i], hi) <= 0
		})
	}
}

func TestOpSwapNot(t *testing.T) {
	for op := Equal; op <= GreaterEqual; op++ {
		for order := -1; order <= 1; order++ {
			if op.Swap().holds(-order) != op.holds(order) {
				t.Errorf("swap of %s is %s", ops[op], ops[op.Swap()])
			}
			if op.Not().holds(order) == op.holds(order) {
				t.Errorf("not %s is %s", ops[op], ops[op.Not()])
			}
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	r := random()
	x, y, f, c := ints(r, benchRows), ints(r, benchRows), floats(r, benchRows), codes(r, benchRows, 100)
	out := make([]uint64, Words(benchRows))
	benchmark(b, "int64", 8*benchRows, func() { CompareInt64(out, Less, x, 0) })
	benchmark(b, "float64", 8*benchRows, func() { CompareFloat64(out, Less, f, 0) })
	benchmark(b, "uint32", 4*benchRows, func() { CompareUint32(out, Equal, c, 7) })
	benchmark(b, "int64 columns", 16*benchRows, func() { CompareColumnsInt64(out, Less, x, y) })
	benchmark(b, "float64 columns", 16*benchRows, func() { CompareColumnsFloat64(out, Less, f, f) })
}

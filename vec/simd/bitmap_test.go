package simd

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestBitmapConnectives(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		r := random()
		for words := range 40 {
			n := 64 * words
			a, b, out := bitmap(r, n), bitmap(r, n), garbage(n)
			And(out, a, b)
			wantBitmap(t, "and", out, n, func(i int) bool { return Get(a, i) && Get(b, i) })
			Or(out, a, b)
			wantBitmap(t, "or", out, n, func(i int) bool { return Get(a, i) || Get(b, i) })
			AndNot(out, a, b)
			wantBitmap(t, "and not", out, n, func(i int) bool { return Get(a, i) && !Get(b, i) })
			want := append([]uint64(nil), out...)
			AndNot(b, a, b)
			wantSlice(t, "and not, in place", b, want)
		}
	})
}

func TestBitmapWhole(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a, out := bitmap(r, n), garbage(n)
		Not(out, a, n)
		wantBitmap(t, "not", out, n, func(i int) bool { return !Get(a, i) })
		count := 0
		for i := range n {
			if Get(a, i) {
				count++
			}
		}
		wantCount(t, "count", Count(a, n), count)
		if Any(a, n) != (count > 0) || None(a, n) != (count == 0) || All(a, n) != (count == n) {
			t.Errorf("any, none, all of %d of %d: got %v, %v, %v", count, n, Any(a, n), None(a, n), All(a, n))
		}
		for i := range a {
			a[i] = ^uint64(0)
		}
		if !All(a, n) || None(a, n) != (n == 0) {
			t.Errorf("all of %d: got %v; none: %v", n, All(a, n), None(a, n))
		}
	})
}

func TestBitmapLongCount(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		for words := range 100 {
			a := bitmap(random(), 64*words)
			want := 0
			for i := range 64 * words {
				want += int(a[i>>6] >> (i & 63) & 1)
			}
			wantCount(t, "count", Count(a, 64*words), want)
		}
	})
}

func TestBitmapRange(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a := bitmap(r, n)
		from := r.IntN(n + 1)
		to := from + r.IntN(n-from+1)
		count := 0
		for i := from; i < to; i++ {
			if Get(a, i) {
				count++
			}
		}
		wantCount(t, fmt.Sprintf("count from %d to %d", from, to), CountRange(a, from, to), count)
		for _, value := range []bool{true, false} {
			got := append([]uint64(nil), a...)
			Fill(got, from, to, value)
			wantBitmap(t, "fill", got, 64*len(a), func(i int) bool {
				if from <= i && i < to {
					return value
				}
				return Get(a, i)
			})
		}
	})
}

func TestCopyBits(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		src, dst := bitmap(r, maxRows), bitmap(r, maxRows)
		from, at := r.IntN(maxRows-n+1), r.IntN(maxRows-n+1)
		got := append([]uint64(nil), dst...)
		CopyBits(got, at, src, from, n)
		wantBitmap(t, fmt.Sprintf("%d bits from %d to %d", n, from, at), got, 64*len(dst), func(i int) bool {
			if at <= i && i < at+n {
				return Get(src, i-at+from)
			}
			return Get(dst, i)
		})
	})
}

func TestSelection(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a := bitmap(r, n)
		var want []uint32
		for i := range n {
			if Get(a, i) {
				want = append(want, uint32(i))
			}
		}
		got := make([]uint32, len(want))
		wantCount(t, "selection", ToSelection(got, a, n), len(want))
		wantSlice(t, "selection", got, want)
		out := garbage(n)
		FromSelection(out, n, want)
		wantBitmap(t, "from selection", out, n, func(i int) bool { return Get(a, i) })
	})
}

func TestSetClear(t *testing.T) {
	a := make([]uint64, Words(130))
	for _, i := range []int{0, 63, 64, 129} {
		Set(a, i)
		wantBitmap(t, "set", a, 130, func(j int) bool { return j == i })
		Clear(a, i)
		wantBitmap(t, "clear", a, 130, func(int) bool { return false })
	}
}

func wantCount(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %d, want %d", what, got, want)
	}
}

func BenchmarkBitmap(b *testing.B) {
	const rows = 64 * benchRows
	r := random()
	x, y, out, selection := bitmap(r, rows), bitmap(r, rows), make([]uint64, Words(rows)), make([]uint32, rows)
	for i := range y {
		y[i] = r.Uint64()
	}
	benchmark(b, "and", 3*rows/8, func() { And(out, x, y) })
	benchmark(b, "count", rows/8, func() { Count(x, rows) })
	benchmark(b, "to selection", 4*rows, func() { ToSelection(selection, y, rows) })
	benchmark(b, "copy", 2*rows/8, func() { CopyBits(out, 5, x, 3, rows-64) })
}

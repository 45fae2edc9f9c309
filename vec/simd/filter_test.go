package simd

import (
	"math/rand/v2"
	"testing"
)

func TestFilter(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		testFilter(t, r, ints(r, n))
		testFilter(t, r, floats(r, n))
		testFilter(t, r, codes(r, n, 1000))
	})
}

func testFilter[T Value](t *testing.T, r *rand.Rand, src []T) {
	set := bitmap(r, len(src))
	var want []T
	for i, x := range src {
		if Get(set, i) {
			want = append(want, x)
		}
	}
	got := make([]T, len(want))
	wantCount(t, "filter", Filter(got, src, set), len(want))
	wantSlice(t, "filter", got, want)

	inPlace := append([]T(nil), src...)
	inPlace = inPlace[:Filter(inPlace, inPlace, set)]
	wantSlice(t, "filter in place", inPlace, want)
}

func TestTake(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		testTake(t, ints(r, 50), codes(r, n, 50))
		testTake(t, floats(r, 50), codes(r, n, 50))
		testTake(t, codes(r, 50, 1000), codes(r, n, 50))
	})
}

func testTake[T Value](t *testing.T, src []T, selection []uint32) {
	var want []T
	for _, i := range selection {
		want = append(want, src[i])
	}
	got := make([]T, len(selection))
	Take(got, src, selection)
	wantSlice(t, "take", got, want)
}

func BenchmarkFilter(b *testing.B) {
	r := random()
	x, c := ints(r, benchRows), codes(r, benchRows, 1000)
	xs, cs := make([]int64, benchRows), make([]uint32, benchRows)
	half, few := make([]uint64, Words(benchRows)), make([]uint64, Words(benchRows))
	for i := range half {
		half[i] = r.Uint64()
		few[i] = 1 << r.IntN(64)
	}
	selection := codes(r, benchRows, benchRows)
	benchmark(b, "int64 half", 8*benchRows, func() { Filter(xs, x, half) })
	benchmark(b, "int64 few", 8*benchRows, func() { Filter(xs, x, few) })
	benchmark(b, "uint32 half", 4*benchRows, func() { Filter(cs, c, half) })
	benchmark(b, "take", 8*benchRows, func() { Take(xs, x, selection) })
}

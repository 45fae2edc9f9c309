package simd

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// dictionarySizes lie on both sides of what bodies hold in registers or on the stack.
var dictionarySizes = []int{1, 2, 64, 200, 256, 257, 512, 513, 1024, 1025, 5000}

func TestMatchCodes(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		for _, size := range dictionarySizes {
			codes, accept, out := codes(r, n, size), bitmap(r, size), garbage(n)
			MatchCodes(out, codes, accept)
			wantBitmap(t, "match", out, n, func(i int) bool { return Get(accept, int(codes[i])) })
		}
	})
}

func TestCodes(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		r := random()
		for _, n := range []int{0, 1, 63, 64, 65, 1000, tableRows, tableRows + 3} {
			for _, size := range dictionarySizes {
				for _, bits := range []int{63, 40} { // sums that leave the range of int64, and ones that cannot
					testCodes(t, r, n, size, bits)
				}
			}
		}
	})
}

func testCodes(t *testing.T, r *rand.Rand, n, size, bits int) {
	codes, rows, values, f := codes(r, n, size), validity(r, n), make([]int64, n), make([]float64, n)
	counts, wantCounts := make([]int64, size), make([]int64, size)
	sums, wantSums := make([]Int128, size), make([]big.Int, size)
	floats, wantFloats := make([]float64, size), make([]float64, size)
	for i, c := range codes {
		values[i] = int64(r.Uint64()) >> (63 - bits)
		f[i] = float64(r.IntN(1<<20)) / 4 // so that no order of additions rounds
		if valid(rows, i) {
			wantCounts[c]++
			wantSums[c].Add(&wantSums[c], big.NewInt(values[i]))
			wantFloats[c] += f[i]
		}
	}
	CountCodes(counts, codes, rows)
	wantSlice(t, "counts", counts, wantCounts)
	SumCodesFloat64(floats, codes, f, rows)
	wantSlice(t, "sums", floats, wantFloats)
	SumCodesInt64(sums, codes, values, rows)
	for c := range sums {
		if got := sums[c].big(); got.Cmp(&wantSums[c]) != 0 {
			t.Errorf("sum of code %d: got %s, want %s", c, got, &wantSums[c])
		}
	}
}

func TestCannotOverflow(t *testing.T) {
	for _, test := range []struct {
		values []int64
		want   bool
	}{
		{[]int64{1<<46 - 1, -1 << 46}, true},
		{[]int64{0, 1 << 46}, false},
		{[]int64{0, -1<<46 - 1}, false},
		{make([]int64, 1<<16), true},
		{make([]int64, 1<<16+1), false},
	} {
		if got := cannotOverflow(test.values); got != test.want {
			t.Errorf("%d values like %d: got %v, want %v", len(test.values), test.values[1], got, test.want)
		}
	}
}

func BenchmarkDictionary(b *testing.B) {
	r := random()
	x, f, out := ints(r, benchRows), floats(r, benchRows), make([]uint64, Words(benchRows))
	small, large := codes(r, benchRows, 200), codes(r, benchRows, 5000)
	accept, counts, sums, floats := bitmap(r, 5000), make([]int64, 200), make([]Int128, 200), make([]float64, 200)
	benchmark(b, "match small", 4*benchRows, func() { MatchCodes(out, small, accept[:4]) })
	benchmark(b, "match large", 4*benchRows, func() { MatchCodes(out, large, accept) })
	benchmark(b, "count", 4*benchRows, func() { CountCodes(counts, small, nil) })
	benchmark(b, "count rows", 4*benchRows, func() { CountCodes(counts, small, accept) })
	narrow, few := make([]int64, benchRows), codes(r, benchRows, 4)
	for i := range narrow {
		narrow[i] = r.Int64N(1e6)
	}
	benchmark(b, "sum int64 wide", 12*benchRows, func() { SumCodesInt64(sums, small, x, nil) })
	benchmark(b, "sum int64", 12*benchRows, func() { SumCodesInt64(sums, small, narrow, nil) })
	benchmark(b, "sum int64 rows", 12*benchRows, func() { SumCodesInt64(sums, small, narrow, accept) })
	benchmark(b, "sum float64", 12*benchRows, func() { SumCodesFloat64(floats, small, f, nil) })
	benchmark(b, "sum float64 four codes", 12*benchRows, func() { SumCodesFloat64(floats, few, f, nil) })
}

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
		for _, n := range []int{0, 1, 63, 64, 65, 1000, 4 * smallDictionary, 4*smallDictionary + 3} {
			for _, size := range dictionarySizes {
				codes, rows, values, f := codes(r, n, size), validity(r, n), ints(r, n), make([]float64, n)
				counts, wantCounts := make([]int64, size), make([]int64, size)
				sums, wantSums := make([]Int128, size), make([]big.Int, size)
				floats, wantFloats := make([]float64, size), make([]float64, size)
				for i, c := range codes {
					f[i] = r.NormFloat64()
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
		}
	})
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
	benchmark(b, "sum int64", 12*benchRows, func() { SumCodesInt64(sums, small, x, nil) })
	benchmark(b, "sum float64", 12*benchRows, func() { SumCodesFloat64(floats, small, f, nil) })
}

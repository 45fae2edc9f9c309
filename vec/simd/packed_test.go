package simd

import (
	"fmt"
	"math"
	"testing"
)

func TestComparePacked(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		r := random()
		for width := range 65 {
			a := make([]int64, 2*maxRows)
			for i := range a {
				a[i] = int64(r.Uint64() >> 1 >> (63 - min(width, 63)) & (1<<r.IntN(65) - 1))
			}
			packed := make([]uint64, PackedWords(len(a), width))
			PackInt64(packed, a, 0, width)
			for n := range maxRows + 1 {
				start := r.IntN(len(a) - n + 1)
				out := garbage(n)
				op, b := Op(r.IntN(len(ops))), uint64(a[r.IntN(len(a))])
				if r.IntN(10) == 0 {
					b = math.MaxUint64
				}
				ComparePacked(out, op, packed, start, n, width, b)
				wantBitmap(t, fmt.Sprintf("%d bits %s %d", width, ops[op], b), out, n, func(i int) bool {
					return op.holds(order(uint64(a[start+i]), b))
				})
				lo, hi := uint64(a[r.IntN(len(a))]), uint64(a[r.IntN(len(a))])
				BetweenPacked(out, packed, start, n, width, lo, hi)
				wantBitmap(t, fmt.Sprintf("%d bits between %d and %d", width, lo, hi), out, n, func(i int) bool {
					return lo <= uint64(a[start+i]) && uint64(a[start+i]) <= hi
				})
				if t.Failed() {
					t.FailNow()
				}
			}
		}
	})
}

func BenchmarkComparePacked(b *testing.B) {
	const rows = 32 * benchRows
	r := random()
	for _, width := range []int{4, 10, 20, 40} {
		a := make([]int64, rows)
		for i := range a {
			a[i] = int64(r.Uint64() >> (64 - width))
		}
		packed, out := make([]uint64, PackedWords(rows, width)), make([]uint64, Words(rows))
		PackInt64(packed, a, 0, width)
		benchmark(b, fmt.Sprintf("%d bits", width), int64(len(packed)*8), func() {
			ComparePacked(out, Less, packed, 0, rows, width, 7)
		})
	}
}

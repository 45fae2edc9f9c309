package simd

import (
	"math/rand/v2"
	"testing"
)

func TestAddRamp(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		start, step := r.IntN(1<<11), r.Uint64()>>(12+r.IntN(52))
		got := ints(r, n)
		want := make([]int64, n)
		for i := range want {
			want[i] = got[i] + int64(uint64(start+i)*step>>RampShift)
		}
		AddRamp(got, start, step)
		wantSlice(t, "ramp", got, want)
	})
}

func BenchmarkAddRamp(b *testing.B) {
	out := make([]int64, benchRows)
	benchmark(b, "AddRamp", 8*benchRows, func() { AddRamp(out, 0, 12345) })
}

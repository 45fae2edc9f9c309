package simd

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
)

func TestHash(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a, f := ints(r, n), floats(r, n)
		got, want := make([]uint64, n), make([]uint64, n)
		for i, x := range a {
			want[i] = Hash(uint64(x))
		}
		HashInt64(got, a)
		wantSlice(t, "hash", got, want)

		next := make([]uint64, n)
		HashFloat64(next, f)
		for i := range want {
			want[i] = HashCombine(want[i], next[i])
		}
		HashCombineColumns(got, next)
		wantSlice(t, "combine", got, want)
	})
}

// Every bit of the input changes about half of the bits of the hash.
func TestHashSpreads(t *testing.T) {
	r := random()
	for i := range 64 {
		changed, combined := 0, 0
		const rounds = 1000
		for range rounds {
			x, y := r.Uint64(), r.Uint64()
			changed += bits.OnesCount64(Hash(x) ^ Hash(x^1<<i))
			combined += bits.OnesCount64(HashCombine(y, Hash(x)) ^ HashCombine(y, Hash(x^1<<i)))
		}
		for _, n := range []int{changed, combined} {
			if mean := float64(n) / rounds; mean < 30 || mean > 34 {
				t.Errorf("bit %d changes %.1f bits of the hash, not about 32", i, mean)
			}
		}
	}
}

func TestHashOrder(t *testing.T) {
	if a, b := HashCombine(Hash(1), Hash(2)), HashCombine(Hash(2), Hash(1)); a == b {
		t.Errorf("the hashes of (1, 2) and (2, 1) are both %x", a)
	}
}

func TestFloatKey(t *testing.T) {
	for _, pair := range [][2]float64{
		{0, math.Copysign(0, -1)}, {math.NaN(), math.Float64frombits(0xfff8000000000001)}, {1, -1}, {math.Inf(1), math.NaN()},
	} {
		equal := order(pair[0], pair[1]) == 0
		if got := FloatKey(pair[0]) == FloatKey(pair[1]); got != equal {
			t.Errorf("keys of %v and %v are the same: got %v, want %v", pair[0], pair[1], got, equal)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	x, out, next := ints(random(), benchRows), make([]uint64, benchRows), make([]uint64, benchRows)
	benchmark(b, "int64", 8*benchRows, func() { HashInt64(out, x) })
	benchmark(b, "combine", 16*benchRows, func() { HashCombineColumns(out, next) })
}

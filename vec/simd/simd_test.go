package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// maxRows is the greatest length that kernels are tested with: past four words of a bitmap, with every remainder.
const maxRows = 299

// atEveryLevel runs the same test on the bodies of each level that there is.
func atEveryLevel(t *testing.T, test func(t *testing.T)) {
	t.Cleanup(func() { setLevel(t, Best()) })
	for l := Generic; l <= Best(); l++ {
		setLevel(t, l)
		t.Run(l.String(), test)
	}
}

func setLevel(t testing.TB, l Level) {
	t.Helper()
	if err := SetLevel(l); err != nil {
		t.Fatal(err)
	}
}

// atEveryLength runs the same test on the bodies of each level with each number of rows.
func atEveryLength(t *testing.T, test func(t *testing.T, r *rand.Rand, n int)) {
	atEveryLevel(t, func(t *testing.T) {
		r := random()
		for n := range maxRows + 1 {
			test(t, r, n)
			if t.Failed() {
				t.Fatalf("with %d rows", n)
			}
		}
	})
}

func random() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// ints are near to each other, near to zero, or near to the ends.
func ints(r *rand.Rand, n int) []int64 {
	edges := []int64{0, 1, -1, math.MaxInt32, math.MinInt32, math.MaxUint32, math.MaxInt64, math.MinInt64}
	a := make([]int64, n)
	for i := range a {
		switch r.IntN(4) {
		case 0:
			a[i] = edges[r.IntN(len(edges))]
		case 1:
			a[i] = int64(r.Uint64())
		default:
			a[i] = r.Int64N(20) - 10
		}
	}
	return a
}

// floats hold every kind: zeros of both signs, infinities, NaNs, subnormals.
func floats(r *rand.Rand, n int) []float64 {
	edges := []float64{
		0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), math.Float64frombits(0xfff8000000000001),
		math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, math.MaxFloat64, -math.MaxFloat64,
	}
	a := make([]float64, n)
	for i := range a {
		switch r.IntN(3) {
		case 0:
			a[i] = edges[r.IntN(len(edges))]
		case 1:
			a[i] = float64(r.IntN(10) - 5)
		default:
			a[i] = r.NormFloat64() * 1e3
		}
	}
	return a
}

func codes(r *rand.Rand, n, most int) []uint32 {
	a := make([]uint32, n)
	for i := range a {
		a[i] = uint32(r.IntN(most))
	}
	return a
}

// bitmap is one of n rows with noise beyond them, of a density that r chooses; full and empty words are among them.
func bitmap(r *rand.Rand, n int) []uint64 {
	b := make([]uint64, Words(n))
	for i := range b {
		switch r.IntN(4) {
		case 0:
			b[i] = ^uint64(0)
		case 1:
			b[i] = r.Uint64() & r.Uint64() & r.Uint64() & r.Uint64()
		case 2:
			b[i] = r.Uint64()
		}
	}
	return b
}

// validity is nil, as often as not.
func validity(r *rand.Rand, n int) []uint64 {
	if r.IntN(2) == 0 {
		return nil
	}
	return bitmap(r, n)
}

// garbage is a bitmap that a kernel has to overwrite.
func garbage(n int) []uint64 {
	b := make([]uint64, Words(n))
	for i := range b {
		b[i] = 0xa5a5a5a5a5a5a5a5
	}
	return b
}

// wantBitmap fails unless row i is set where set(i) says so, and the bits beyond the rows are clear.
func wantBitmap(t *testing.T, what string, got []uint64, n int, set func(i int) bool) {
	t.Helper()
	for i := range len(got) * 64 {
		if want := i < n && set(i); Get(got, i) != want {
			t.Errorf("%s: row %d of %d: got %v, want %v", what, i, n, Get(got, i), want)
			return
		}
	}
}

// wantSlice fails unless got and want are the same, NaNs being equal and zeros of different sign not.
func wantSlice[T Value](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %d values, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if !same(got[i], want[i]) {
			t.Errorf("%s: row %d of %d: got %v, want %v", what, i, len(want), got[i], want[i])
			return
		}
	}
}

func same[T Value](a, b T) bool {
	if x, ok := any(a).(float64); ok {
		y := any(b).(float64)
		return x != x && y != y || math.Float64bits(x) == math.Float64bits(y)
	}
	return a == b
}

// benchRows is the length of a batch.
const benchRows = 2048

// benchmark times run, which reads or writes so many bytes, on the bodies of each level.
func benchmark(b *testing.B, name string, bytes int64, run func()) {
	b.Cleanup(func() { setLevel(b, Best()) })
	for l := Generic; l <= Best(); l++ {
		b.Run(name+"/"+l.String(), func(b *testing.B) {
			setLevel(b, l)
			b.SetBytes(bytes)
			for b.Loop() {
				run()
			}
		})
	}
}

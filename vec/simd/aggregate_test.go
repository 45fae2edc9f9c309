package simd

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

func valid(validity []uint64, i int) bool { return validity == nil || Get(validity, i) }

// big is s as an integer.
func (s Int128) big() *big.Int {
	high := new(big.Int).Lsh(big.NewInt(s.hi), 64)
	return high.Add(high, new(big.Int).SetUint64(s.lo))
}

func TestSumInt64(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a, valids := ints(r, n), validity(r, n)
		want := new(big.Int)
		for i, x := range a {
			if valid(valids, i) {
				want.Add(want, big.NewInt(x))
			}
		}
		sum := SumInt64(a, valids)
		if sum.big().Cmp(want) != 0 {
			t.Errorf("sum: got %s, want %s", sum.big(), want)
		}
		if x, ok := sum.Int64(); ok != want.IsInt64() || ok && x != want.Int64() {
			t.Errorf("sum %s as int64: got %d, %v", want, x, ok)
		}
		near, _ := new(big.Float).SetInt(want).Float64()
		if got := sum.Float64(); math.Abs(got-near) > math.Abs(near)*0x1p-52 {
			t.Errorf("sum %s as float64: got %g, want %g", want, got, near)
		}
	})
}

func TestInt128(t *testing.T) {
	var sum Int128
	want := new(big.Int)
	for _, x := range ints(random(), 1000) {
		sum = sum.AddInt64(x).Add(Int128{}.AddInt64(x))
		want.Add(want, big.NewInt(x)).Add(want, big.NewInt(x))
		if sum.big().Cmp(want) != 0 {
			t.Fatalf("sum: got %s, want %s", sum.big(), want)
		}
	}
}

func TestSumFloat64(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		a, valids := make([]float64, n), validity(r, n)
		for i := range a {
			a[i] = r.NormFloat64() * math.Pow(10, float64(r.IntN(20)))
			if !valid(valids, i) && r.IntN(2) == 0 {
				a[i] = math.NaN()
			}
		}
		var lanes [16]float64
		for i, x := range a {
			if valid(valids, i) {
				lanes[i%16] += x
			}
		}
		for _, half := range []int{8, 4, 2, 1} {
			for j := range half {
				lanes[j] += lanes[j+half]
			}
		}
		if got := SumFloat64(a, valids); !same(got, lanes[0]) {
			t.Errorf("sum: got %v, want %v", got, lanes[0])
		}
		special := floats(r, n)
		got := SumFloat64(special, valids)
		setLevelDuring(t, Generic, func() {
			if want := SumFloat64(special, valids); !same(got, want) {
				t.Errorf("sum: got %v, want %v", got, want)
			}
		})
	})
}

// setLevelDuring runs f at another level than the test's.
func setLevelDuring(t *testing.T, l Level, f func()) {
	before := Active()
	setLevel(t, l)
	f()
	setLevel(t, before)
}

func TestMinMax(t *testing.T) {
	atEveryLength(t, func(t *testing.T, r *rand.Rand, n int) {
		testMinMax(t, MinMaxInt64, ints(r, n), validity(r, n))
		testMinMax(t, MinMaxFloat64, floats(r, n), validity(r, n))
		nans, numbers := make([]float64, n), make([]float64, n)
		for i := range nans {
			nans[i], numbers[i] = math.NaN(), r.NormFloat64()
		}
		testMinMax(t, MinMaxFloat64, nans, validity(r, n))
		testMinMax(t, MinMaxFloat64, numbers, validity(r, n))
		if n > 0 {
			nans[r.IntN(n)] = math.Inf(1)
			testMinMax(t, MinMaxFloat64, nans, validity(r, n))
		}
	})
}

func testMinMax[T int64 | float64](t *testing.T, minMax func([]T, []uint64) (T, T, bool), a []T, valids []uint64) {
	t.Helper()
	var wantLeast, wantMost T
	wantOK := false
	for i, x := range a {
		if !valid(valids, i) {
			continue
		}
		x += 0
		if !wantOK || order(x, wantLeast) < 0 {
			wantLeast = x
		}
		if !wantOK || order(x, wantMost) > 0 {
			wantMost = x
		}
		wantOK = true
	}
	least, most, ok := minMax(a, valids)
	if !same(least, wantLeast) || !same(most, wantMost) || ok != wantOK {
		t.Errorf("got %v to %v, %v; want %v to %v, %v", least, most, ok, wantLeast, wantMost, wantOK)
	}
}

func BenchmarkAggregate(b *testing.B) {
	r := random()
	x, f := ints(r, benchRows), make([]float64, benchRows)
	for i := range f {
		f[i] = r.NormFloat64()
	}
	valids := make([]uint64, Words(benchRows))
	for i := range valids {
		valids[i] = r.Uint64()
	}
	benchmark(b, "sum int64", 8*benchRows, func() { SumInt64(x, nil) })
	benchmark(b, "sum int64 nulls", 8*benchRows, func() { SumInt64(x, valids) })
	benchmark(b, "sum float64", 8*benchRows, func() { SumFloat64(f, nil) })
	benchmark(b, "sum float64 nulls", 8*benchRows, func() { SumFloat64(f, valids) })
	benchmark(b, "min max int64", 8*benchRows, func() { MinMaxInt64(x, nil) })
	benchmark(b, "min max float64", 8*benchRows, func() { MinMaxFloat64(f, nil) })
	benchmark(b, "min max float64 nulls", 8*benchRows, func() { MinMaxFloat64(f, valids) })
}

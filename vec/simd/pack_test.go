package simd

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestPackInt64(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		r := random()
		for width := range 65 {
			for n := range maxRows + 1 {
				base := int64(r.Uint64())
				a := make([]int64, n)
				for i := range a {
					if width > 0 {
						a[i] = base + int64(r.Uint64()>>(64-width))
					} else {
						a[i] = base
					}
				}
				packed := garbage(PackedWords(n, width) * 64)
				PackInt64(packed, a, base, width)
				testUnpack(t, r, fmt.Sprintf("%d values of %d bits", n, width), a, func(out []int64, start int) {
					UnpackInt64(out, packed, start, base, width)
				}, func(i int) int64 { return base + int64(PackedAt(packed, i, width)) })
			}
		}
	})
}

func TestPackUint32(t *testing.T) {
	atEveryLevel(t, func(t *testing.T) {
		r := random()
		for width := range 33 {
			for n := range maxRows + 1 {
				a := make([]uint32, n)
				for i := range a {
					a[i] = uint32(r.Uint64() >> 1 >> (63 - width))
				}
				packed := garbage(PackedWords(n, width) * 64)
				PackUint32(packed, a, width)
				testUnpack(t, r, fmt.Sprintf("%d codes of %d bits", n, width), a, func(out []uint32, start int) {
					UnpackUint32(out, packed, start, width)
				}, func(i int) uint32 { return uint32(PackedAt(packed, i, width)) })
			}
		}
	})
}

// testUnpack reads all the values, some in the middle, and one.
func testUnpack[T Value](t *testing.T, r *rand.Rand, what string, want []T, unpack func(out []T, start int), at func(i int) T) {
	t.Helper()
	n := len(want)
	got := make([]T, n)
	unpack(got, 0)
	wantSlice(t, what, got, want)
	from := r.IntN(n + 1)
	to := from + r.IntN(n-from+1)
	clear(got)
	unpack(got[from:to], from)
	wantSlice(t, fmt.Sprint(what, " from ", from), got[from:to], want[from:to])
	if from < n && at(from) != want[from] {
		t.Errorf("%s: value %d: got %v, want %v", what, from, at(from), want[from])
	}
	if t.Failed() {
		t.FailNow()
	}
}

func TestPackedWidth(t *testing.T) {
	for most, want := range map[uint64]int{0: 0, 1: 1, 2: 2, 255: 8, 256: 9, 1<<64 - 1: 64} {
		if got := PackedWidth(most); got != want {
			t.Errorf("width of %d: got %d, want %d", most, got, want)
		}
	}
}

func BenchmarkUnpack(b *testing.B) {
	for _, width := range []int{1, 10, 20, 32, 57, 60} {
		packed, out, codes := make([]uint64, PackedWords(benchRows, width)), make([]int64, benchRows), make([]uint32, benchRows)
		benchmark(b, fmt.Sprintf("int64/%d", width), 8*benchRows, func() { UnpackInt64(out, packed, 0, 1000, width) })
		if width <= 32 {
			benchmark(b, fmt.Sprintf("uint32/%d", width), 4*benchRows, func() { UnpackUint32(codes, packed, 0, width) })
		}
	}
}

func BenchmarkPack(b *testing.B) {
	packed, a := make([]uint64, PackedWords(benchRows, 10)), make([]int64, benchRows)
	b.SetBytes(8 * benchRows)
	for b.Loop() {
		PackInt64(packed, a, 0, 10)
	}
}

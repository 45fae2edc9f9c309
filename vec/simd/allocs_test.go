package simd

import "testing"

// A kernel works on what it is given: none allocates, on the bodies of any level.
func TestAllocations(t *testing.T) {
	const n, width = 1 << 11, 10
	r := random()
	a, b, out := ints(r, n), ints(r, n), make([]int64, n)
	f, fout := floats(r, n), make([]float64, n)
	c, selection := codes(r, n, 200), make([]uint32, n)
	bits, bitsOut, words := bitmap(r, n), make([]uint64, Words(n)), make([]uint64, n)
	data, offsets := stringColumn(r, n)
	needle := []byte("aB")
	kernels := map[string]func(){
		"compare":    func() { CompareInt64(bitsOut, Less, a, 1); CompareColumnsFloat64(bitsOut, Less, f, f) },
		"arithmetic": func() { MulInt64(out, a, b); DivConstFloat64(fout, f, 3); Int64ToFloat64(fout, a) },
		"bitmap":     func() { And(bitsOut, bits, bits); Count(bits, n); ToSelection(selection, bits, n) },
		"filter":     func() { Filter(out, a, bits); Filter(selection, c, bits); Take(out, a, c) },
		"aggregate":  func() { SumInt64(a, bits); SumFloat64(f, nil); MinMaxInt64(a, nil); MinMaxFloat64(f, bits) },
		"hash":       func() { HashInt64(words, a); HashCombineColumns(words, words) },
		"pack": func() {
			PackUint32(words, c, width)
			UnpackInt64(out, words, 3, 1, width)
			UnpackUint32(selection[:n-3], words, 3, width)
		},
		"ramp":   func() { AddRamp(out, 1, 1<<20) },
		"packed": func() { ComparePacked(bitsOut, Less, words, 0, n, width, 7) },
		"find":   func() { FindRows(bitsOut, data, offsets, needle); FindRowsFold(bitsOut, data, offsets, needle) },
		"affix":  func() { PrefixRows(bitsOut, data, offsets, needle) },
		"dictionary": func() {
			MatchCodes(bitsOut, c, bits)
			CountCodes(out[:200], c, nil)
			SumCodesFloat64(fout[:200], c, f, nil)
		},
	}
	atEveryLevel(t, func(t *testing.T) {
		for name, run := range kernels {
			if allocations := testing.AllocsPerRun(10, run); allocations != 0 {
				t.Errorf("%s: %.0f allocations", name, allocations)
			}
		}
	})
}

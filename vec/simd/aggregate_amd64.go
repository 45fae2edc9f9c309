//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"math"
	"simd/archsimd"
)

var (
	sumInt64 = [levels]func([]int64, []uint64) Int128{
		sumInt64Generic, sumInt64AVX2, sumInt64AVX512,
	}
	sumFloat64 = [levels]func([]float64, []uint64) float64{
		sumFloat64Generic, sumFloat64AVX2, sumFloat64AVX512,
	}
	minMaxInt64 = [levels]func([]int64, []uint64) (int64, int64){
		minMaxInt64Generic, minMaxInt64AVX2, minMaxInt64AVX512,
	}
	minMaxFloat64 = [levels]func([]float64, []uint64) (float64, float64, bool){
		minMaxFloat64Generic, minMaxFloat64AVX2, minMaxFloat64AVX512,
	}
)

// Each body takes blocks of 64 rows with their word of the validity, and leaves the last rows to the portable body.

// blockWord is the validity of block i, of which all rows are there.
func blockWord(validity []uint64, i int) uint64 {
	if validity == nil {
		return ^uint64(0)
	}
	return validity[i]
}

// tail is the validity of the rows after the first blocks.
func tail(validity []uint64, blocks int) []uint64 {
	if validity == nil {
		return nil
	}
	return validity[blocks:]
}

// laneBits has bit j set in lane j, to make a mask of four bits of a word.
var laneBits = [4]int64{1, 2, 4, 8}

func sumInt64AVX2(a []int64, validity []uint64) Int128 {
	// There is no arithmetic shift of 64 bits: the sign is inverted before the halves are parted, and put right in the end.
	sign, lowHalf := archsimd.BroadcastInt64x4(math.MinInt64), archsimd.BroadcastInt64x4(math.MaxUint32)
	shift, lane := archsimd.BroadcastUint64x4(32), archsimd.LoadInt64x4(&laneBits)
	high, low := archsimd.BroadcastUint64x4(0), archsimd.BroadcastInt64x4(0)
	blocks := len(a) / 64
	for i := range blocks {
		block, word := (*[64]int64)(a[i<<6:]), blockWord(validity, i)
		for j := 0; j < 64; j += 4 {
			valid := archsimd.BroadcastInt64x4(int64(word >> j)).And(lane).Equal(lane)
			x := archsimd.LoadInt64x4((*[4]int64)(block[j:])).Masked(valid)
			high = high.Add(x.Xor(sign).AsUint64x4().ShiftRight(shift))
			low = low.Add(x.And(lowHalf))
		}
	}
	var highs [4]uint64
	var lows [4]int64
	high.Store(&highs)
	low.Store(&lows)
	archsimd.ClearAVXUpperBits()
	sumHigh := int64(highs[0]+highs[1]+highs[2]+highs[3]) - int64(blocks)*64<<31
	sum := joinHalves(sumHigh, lows[0]+lows[1]+lows[2]+lows[3])
	return sum.Add(sumInt64Generic(a[blocks<<6:], tail(validity, blocks)))
}

func sumInt64AVX512(a []int64, validity []uint64) Int128 {
	lowHalf, shift := archsimd.BroadcastInt64x8(math.MaxUint32), archsimd.BroadcastInt64x8(32)
	high, low := archsimd.BroadcastInt64x8(0), archsimd.BroadcastInt64x8(0)
	blocks := len(a) / 64
	for i := range blocks {
		block, word := (*[64]int64)(a[i<<6:]), blockWord(validity, i)
		for j := 0; j < 64; j += 8 {
			x := archsimd.LoadInt64x8((*[8]int64)(block[j:])).Masked(archsimd.Mask64x8FromBits(uint8(word >> j)))
			high = high.Add(x.ShiftRight(shift))
			low = low.Add(x.And(lowHalf))
		}
	}
	var highs, lows [8]int64
	high.Store(&highs)
	low.Store(&lows)
	archsimd.ClearAVXUpperBits()
	var sumHigh, sumLow int64
	for i := range highs {
		sumHigh += highs[i]
		sumLow += lows[i]
	}
	return joinHalves(sumHigh, sumLow).Add(sumInt64Generic(a[blocks<<6:], tail(validity, blocks)))
}

func sumFloat64AVX2(a []float64, validity []uint64) float64 {
	lane := archsimd.LoadInt64x4(&laneBits)
	sum0, sum1 := archsimd.BroadcastFloat64x4(0), archsimd.BroadcastFloat64x4(0)
	sum2, sum3 := archsimd.BroadcastFloat64x4(0), archsimd.BroadcastFloat64x4(0)
	blocks := len(a) / 64
	for i := range blocks {
		block, word := (*[64]float64)(a[i<<6:]), int64(blockWord(validity, i))
		for j := 0; j < 64; j += 16 {
			valid0 := archsimd.BroadcastInt64x4(word >> j).And(lane).Equal(lane)
			valid1 := archsimd.BroadcastInt64x4(word >> (j + 4)).And(lane).Equal(lane)
			valid2 := archsimd.BroadcastInt64x4(word >> (j + 8)).And(lane).Equal(lane)
			valid3 := archsimd.BroadcastInt64x4(word >> (j + 12)).And(lane).Equal(lane)
			x := (*[16]float64)(block[j:])
			sum0 = sum0.Add(archsimd.LoadFloat64x4((*[4]float64)(x[0:])).Masked(valid0))
			sum1 = sum1.Add(archsimd.LoadFloat64x4((*[4]float64)(x[4:])).Masked(valid1))
			sum2 = sum2.Add(archsimd.LoadFloat64x4((*[4]float64)(x[8:])).Masked(valid2))
			sum3 = sum3.Add(archsimd.LoadFloat64x4((*[4]float64)(x[12:])).Masked(valid3))
		}
	}
	var lanes [sumLanes]float64
	sum0.Store((*[4]float64)(lanes[0:]))
	sum1.Store((*[4]float64)(lanes[4:]))
	sum2.Store((*[4]float64)(lanes[8:]))
	sum3.Store((*[4]float64)(lanes[12:]))
	archsimd.ClearAVXUpperBits()
	return sumTail(&lanes, a[blocks<<6:], tail(validity, blocks))
}

func sumFloat64AVX512(a []float64, validity []uint64) float64 {
	sum0, sum1 := archsimd.BroadcastFloat64x8(0), archsimd.BroadcastFloat64x8(0)
	blocks := len(a) / 64
	for i := range blocks {
		block, word := (*[64]float64)(a[i<<6:]), blockWord(validity, i)
		for j := 0; j < 64; j += 16 {
			x := (*[16]float64)(block[j:])
			valid0, valid1 := archsimd.Mask64x8FromBits(uint8(word>>j)), archsimd.Mask64x8FromBits(uint8(word>>(j+8)))
			sum0 = sum0.Add(archsimd.LoadFloat64x8((*[8]float64)(x[0:])).Masked(valid0))
			sum1 = sum1.Add(archsimd.LoadFloat64x8((*[8]float64)(x[8:])).Masked(valid1))
		}
	}
	var lanes [sumLanes]float64
	sum0.Store((*[8]float64)(lanes[0:]))
	sum1.Store((*[8]float64)(lanes[8:]))
	archsimd.ClearAVXUpperBits()
	return sumTail(&lanes, a[blocks<<6:], tail(validity, blocks))
}

// sumTail adds the last rows, fewer than 64, to the partial sums and folds these.
func sumTail(lanes *[sumLanes]float64, rows []float64, validity []uint64) float64 {
	if len(rows) > 0 {
		addLanes(lanes, rows, validWord(validity, 0, len(rows)))
	}
	return foldLanes(lanes)
}

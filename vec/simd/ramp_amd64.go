//go:build goexperiment.simd && amd64 && !go1.27

package simd

import "simd/archsimd"

var addRamp = [levels]func([]uint64, uint64, uint64){addRampGeneric, addRampAVX2, addRampAVX512}

func addRampAVX2(out []uint64, at, step uint64) {
	shift, next := archsimd.BroadcastUint64x4(RampShift), archsimd.BroadcastUint64x4(4*step)
	line := archsimd.LoadUint64x4(&[4]uint64{at, at + step, at + 2*step, at + 3*step})
	rows := len(out) &^ 3
	for i := 0; i < rows; i += 4 {
		o := (*[4]uint64)(out[i:])
		archsimd.LoadUint64x4(o).Add(line.ShiftRight(shift)).Store(o)
		line = line.Add(next)
	}
	archsimd.ClearAVXUpperBits()
	addRampGeneric(out[rows:], at+uint64(rows)*step, step)
}

func addRampAVX512(out []uint64, at, step uint64) {
	shift, next := archsimd.BroadcastUint64x8(RampShift), archsimd.BroadcastUint64x8(8*step)
	var first [8]uint64
	for i := range first {
		first[i] = at + uint64(i)*step
	}
	line := archsimd.LoadUint64x8(&first)
	rows := len(out) &^ 7
	for i := 0; i < rows; i += 8 {
		o := (*[8]uint64)(out[i:])
		archsimd.LoadUint64x8(o).Add(line.ShiftRight(shift)).Store(o)
		line = line.Add(next)
	}
	archsimd.ClearAVXUpperBits()
	addRampGeneric(out[rows:], at+uint64(rows)*step, step)
}

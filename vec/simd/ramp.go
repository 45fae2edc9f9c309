package simd

// RampShift is the number of binary places of a ramp's step.
const RampShift = 16

// AddRamp adds to out[i] the whole part of a line that rises by step / 2^RampShift a row, start+i rows from its
// origin. (start+len(out))*step is below 2^64; the sum wraps around.
func AddRamp(out []int64, start int, step uint64) {
	addRamp[active](cast[uint64](out), uint64(start)*step, step)
}

func addRampGeneric(out []uint64, at, step uint64) {
	for i := range out {
		out[i] += at >> RampShift
		at += step
	}
}

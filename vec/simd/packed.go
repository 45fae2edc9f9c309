package simd

import "math"

// ComparePacked sets bit i of out where packed value start+i op b, for the n values from start on, and clears it
// elsewhere. The values are compared without being unpacked to memory.
func ComparePacked(out []uint64, op Op, packed []uint64, start, n, width int, b uint64) {
	lo, hi, flip := intRange(op, b, 0, math.MaxUint64)
	withinPackedAny(out, packed, start, n, width, lo, hi, flip)
}

// BetweenPacked sets bit i of out where lo <= packed value start+i <= hi, for the n values from start on, and clears it
// elsewhere.
func BetweenPacked(out, packed []uint64, start, n, width int, lo, hi uint64) {
	withinPackedAny(out, packed, start, n, width, lo, hi, 0)
}

// withinPackedAny answers what the width alone answers and leaves to bodies a range with 0 <= lo <= hi < 2^width.
func withinPackedAny(out, packed []uint64, start, n, width int, lo, hi, flip uint64) {
	var most uint64
	if width > 0 {
		most = low(width)
	}
	hi = min(hi, most)
	if all := lo == 0 && hi == most; all || lo > hi {
		clear(out[:Words(n)])
		Fill(out, 0, n, all == (flip == 0))
		return
	}
	withinPacked[active](out, packed, start, n, width, lo, hi, flip)
}

// packedBlock is how many values are unpacked at a time, onto the stack.
const packedBlock = 256

func withinPackedGeneric(out, packed []uint64, start, n, width int, lo, hi, flip uint64) {
	var block [packedBlock]uint64
	for done := 0; done < n; done += packedBlock {
		values := block[:min(packedBlock, n-done)]
		unpackGeneric(values, packed, start+done, 0, width)
		within(out[done/64:], values, lo, hi, flip)
	}
}

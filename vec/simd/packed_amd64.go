//go:build goexperiment.simd && amd64 && !go1.27

package simd

import "simd/archsimd"

var withinPacked = [levels]func(out, packed []uint64, start, n, width int, lo, hi, flip uint64){
	withinPackedGeneric, withinPackedAVX2, withinPackedAVX512,
}

func withinPackedAVX2(out, packed []uint64, start, n, width int, lo, hi, flip uint64) {
	if width > 32 {
		withinPackedGeneric(out, packed, start, n, width, lo, hi, flip)
		return
	}
	var block [packedBlock]uint32
	for done := 0; done < n; done += packedBlock {
		values := block[:min(packedBlock, n-done)]
		unpack32AVX2(values, packed, start+done, width)
		withinUint32AVX2(out[done/64:], values, uint32(lo), uint32(hi), flip)
	}
}

// withinPackedAVX512 compares the lanes that unpack32AVX512 and unpack64AVX512 would store.
func withinPackedAVX512(out, packed []uint64, start, n, width int, lo, hi, flip uint64) {
	if width > maxWidth64 || n < 64 {
		withinPackedGeneric(out, packed, start, n, width, lo, hi, flip)
		return
	}
	var end [2 * reach]byte
	data, bit := source(packed, start, n, width, &end)
	at, done := 0, 0
	if width <= maxWidth32 {
		index, shift := lanes32AVX512(bit, width)
		mask := archsimd.BroadcastUint32x16(uint32(low(width)))
		least, length := archsimd.BroadcastUint32x16(uint32(lo)), archsimd.BroadcastUint32x16(uint32(hi-lo))
		for ; done+64 <= n; done += 64 {
			var word uint64
			for j := 0; j < 64; j += 16 {
				if at > len(data)-reach {
					data, at = inEnd(&end, len(data), at)
				}
				x := archsimd.LoadUint8x64(bytesAt(data, at)).Permute(index).AsUint32x16()
				x = x.ShiftRight(shift).And(mask)
				word |= uint64(x.Sub(least).LessEqual(length).ToBits()) << j
				at += 2 * width
			}
			out[done/64] = word ^ flip
		}
	} else {
		index, shift := lanes64AVX512(bit, width)
		mask := archsimd.BroadcastUint64x8(low(width))
		least, length := archsimd.BroadcastUint64x8(lo), archsimd.BroadcastUint64x8(hi-lo)
		for ; done+64 <= n; done += 64 {
			var word uint64
			for j := 0; j < 64; j += 8 {
				if at > len(data)-reach {
					data, at = inEnd(&end, len(data), at)
				}
				x := archsimd.LoadUint8x64(bytesAt(data, at)).Permute(index).AsUint64x8()
				x = x.ShiftRight(shift).And(mask)
				word |= uint64(x.Sub(least).LessEqual(length).ToBits()) << j
				at += width
			}
			out[done/64] = word ^ flip
		}
	}
	archsimd.ClearAVXUpperBits()
	withinPackedGeneric(out[done/64:], packed, start+done, n-done, width, lo, hi, flip)
}

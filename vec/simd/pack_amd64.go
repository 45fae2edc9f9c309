//go:build goexperiment.simd && amd64 && !go1.27

package simd

import (
	"math"
	"simd/archsimd"
	"unsafe"
)

var (
	unpack64 = [levels]func(out, packed []uint64, start int, base uint64, width int){
		unpackGeneric[uint64], unpack64AVX2, unpack64AVX512,
	}
	unpack32 = [levels]func(out []uint32, packed []uint64, start, width int){
		unpack32Generic, unpack32AVX2, unpack32AVX512,
	}
)

// Eight packed values are width bytes, so that every eighth value begins at the same bit of a byte. The bodies load the
// bytes of eight or sixteen values, permute those that each value has a part in into its lane, and shift and mask the
// lanes. Which bytes and how far is the same for all loads of a call.

// A value that begins anywhere in a byte lies within the bytes of a lane up to these widths.
const (
	maxWidth64 = 64 - 7
	maxWidth32 = 32 - 7
)

// The index of a byte, eight times over, plus byteOrder is the indices of it and the seven after it.
const (
	eightTimes = 0x0101010101010101
	byteOrder  = 0x0706050403020100
)

// reach is how many bytes a body may load from where its next values begin.
const reach = 64

// source is the bytes of n packed values from start on, of which the first begins at the given bit. A body reads them
// where they are while it has reach bytes there, and in the copy of the last ones that is in end after that.
func source(packed []uint64, start, n, width int, end *[2 * reach]byte) (data []byte, bit int) {
	data = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(packed))), 8*len(packed))
	first, bit := start*width/8, start*width%8
	data = data[first:min(first+(bit+n*width+7)/8+reach, len(data))]
	copy(end[:], data[max(0, len(data)-reach):])
	return data, bit
}

// inEnd is the copy of the last bytes, and where in it a body goes on that is at a byte of all size bytes.
func inEnd(end *[2 * reach]byte, size, at int) ([]byte, int) { return end[:], at - max(0, size-reach) }

// bytesAt is the reach bytes at data[at:], which are there. Slicing would check that once more for every load.
func bytesAt(data []byte, at int) *[reach]byte { return (*[reach]byte)(unsafe.Pointer(&data[at])) }

func unpack64AVX512(out, packed []uint64, start int, base uint64, width int) {
	if width == 0 || width > maxWidth64 || len(out) < 8 {
		unpackGeneric(out, packed, start, base, width)
		return
	}
	var end [2 * reach]byte
	data, bit := source(packed, start, len(out), width, &end)
	index, shift := lanes64AVX512(bit, width)
	mask, offset := archsimd.BroadcastUint64x8(low(width)), archsimd.BroadcastUint64x8(base)
	at, done := 0, 0
	for ; done+8 <= len(out); done += 8 {
		if at > len(data)-reach {
			data, at = inEnd(&end, len(data), at)
		}
		x := archsimd.LoadUint8x64(bytesAt(data, at)).Permute(index).AsUint64x8()
		x.ShiftRight(shift).And(mask).Add(offset).Store((*[8]uint64)(out[done:]))
		at += width
	}
	archsimd.ClearAVXUpperBits()
	unpackGeneric(out[done:], packed, start+done, base, width)
}

// unpack32AVX512 takes sixteen values at a time where they lie within lanes of 32 bits, else eight.
func unpack32AVX512(out []uint32, packed []uint64, start, width int) {
	if width == 0 || len(out) < 16 {
		unpack32Generic(out, packed, start, width)
		return
	}
	var end [2 * reach]byte
	data, bit := source(packed, start, len(out), width, &end)
	at, done := 0, 0
	if width <= maxWidth32 {
		index, shift := lanes32AVX512(bit, width)
		mask := archsimd.BroadcastUint32x16(uint32(low(width)))
		for ; done+16 <= len(out); done += 16 {
			if at > len(data)-reach {
				data, at = inEnd(&end, len(data), at)
			}
			x := archsimd.LoadUint8x64(bytesAt(data, at)).Permute(index).AsUint32x16()
			x.ShiftRight(shift).And(mask).Store((*[16]uint32)(out[done:]))
			at += 2 * width
		}
	} else {
		index, shift := lanes64AVX512(bit, width)
		mask := archsimd.BroadcastUint64x8(low(width))
		for ; done+8 <= len(out); done += 8 {
			if at > len(data)-reach {
				data, at = inEnd(&end, len(data), at)
			}
			x := archsimd.LoadUint8x64(bytesAt(data, at)).Permute(index).AsUint64x8()
			x.ShiftRight(shift).And(mask).TruncateToUint32().Store((*[8]uint32)(out[done:]))
			at += width
		}
	}
	archsimd.ClearAVXUpperBits()
	unpack32Generic(out[done:], packed, start+done, width)
}

// The lanes' numbers, to compute with.
var (
	lanes64 = [8]uint64{0, 1, 2, 3, 4, 5, 6, 7}
	lanes32 = [16]uint32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
)

// lanes64AVX512 is the indices of the bytes that go into each lane, and how far the lane's value is from its start then.
func lanes64AVX512(bit, width int) (index archsimd.Uint8x64, shift archsimd.Uint64x8) {
	lane := archsimd.LoadUint64x8(&lanes64)
	at := lane.Mul(archsimd.BroadcastUint64x8(uint64(width))).Add(archsimd.BroadcastUint64x8(uint64(bit)))
	first := at.ShiftRight(archsimd.BroadcastUint64x8(3)).Mul(archsimd.BroadcastUint64x8(eightTimes))
	return first.Add(archsimd.BroadcastUint64x8(byteOrder)).AsUint8x64(), at.And(archsimd.BroadcastUint64x8(7))
}

// lanes32AVX512 is the same for lanes of four bytes.
func lanes32AVX512(bit, width int) (index archsimd.Uint8x64, shift archsimd.Uint32x16) {
	lane := archsimd.LoadUint32x16(&lanes32)
	at := lane.Mul(archsimd.BroadcastUint32x16(uint32(width))).Add(archsimd.BroadcastUint32x16(uint32(bit)))
	first := at.ShiftRight(archsimd.BroadcastUint32x16(3)).Mul(archsimd.BroadcastUint32x16(eightTimes & math.MaxUint32))
	return first.Add(archsimd.BroadcastUint32x16(byteOrder & math.MaxUint32)).AsUint8x64(), at.And(archsimd.BroadcastUint32x16(7))
}

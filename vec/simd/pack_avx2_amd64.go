//go:build goexperiment.simd && amd64 && !go1.27

package simd

import "simd/archsimd"

// AVX2 permutes within 16 bytes, which hold two values. So eight values are four pairs, each loaded from the byte in
// which it begins.
type pairs struct {
	first [4]int       // the byte in which pair p begins
	index [2][4]uint64 // the indices of the bytes that go into each lane, for pairs 0 and 1, then 2 and 3
	shift [2][4]uint64 // how far the lane's value is from its start then
}

func (p *pairs) set(bit, width int) {
	for lane := range 8 {
		at := bit + lane*width
		if lane%2 == 0 {
			p.first[lane/2] = at / 8
		}
		p.index[lane/4][lane%4] = uint64(at/8-p.first[lane/2])*eightTimes + byteOrder
		p.shift[lane/4][lane%4] = uint64(at % 8)
	}
}

// evenLanes are the lower halves of four 64-bit lanes.
var evenLanes = [8]uint32{0, 2, 4, 6, 0, 2, 4, 6}

func unpack64AVX2(out, packed []uint64, start int, base uint64, width int) {
	if width == 0 || width > maxWidth64 || len(out) < 8 {
		unpackGeneric(out, packed, start, base, width)
		return
	}
	var end [2 * reach]byte
	data, bit := source(packed, start, len(out), width, &end)
	var p pairs
	p.set(bit, width)
	first0, first1, first2, first3 := p.first[0], p.first[1], p.first[2], p.first[3]
	index0, shift0 := archsimd.LoadUint64x4(&p.index[0]).AsInt8x32(), archsimd.LoadUint64x4(&p.shift[0])
	index1, shift1 := archsimd.LoadUint64x4(&p.index[1]).AsInt8x32(), archsimd.LoadUint64x4(&p.shift[1])
	mask, offset := archsimd.BroadcastUint64x4(low(width)), archsimd.BroadcastUint64x4(base)
	at, done := 0, 0
	for ; done+8 <= len(out); done += 8 {
		if at > len(data)-reach {
			data, at = inEnd(&end, len(data), at)
		}
		x := twoPairs(bytesAt(data, at), first0, first1).PermuteOrZeroGrouped(index0).AsUint64x4()
		y := twoPairs(bytesAt(data, at), first2, first3).PermuteOrZeroGrouped(index1).AsUint64x4()
		x.ShiftRight(shift0).And(mask).Add(offset).Store((*[4]uint64)(out[done:]))
		y.ShiftRight(shift1).And(mask).Add(offset).Store((*[4]uint64)(out[done+4:]))
		at += width
	}
	archsimd.ClearAVXUpperBits()
	unpackGeneric(out[done:], packed, start+done, base, width)
}

func unpack32AVX2(out []uint32, packed []uint64, start, width int) {
	if width == 0 || len(out) < 8 {
		unpack32Generic(out, packed, start, width)
		return
	}
	var end [2 * reach]byte
	data, bit := source(packed, start, len(out), width, &end)
	var p pairs
	p.set(bit, width)
	first0, first1, first2, first3 := p.first[0], p.first[1], p.first[2], p.first[3]
	index0, shift0 := archsimd.LoadUint64x4(&p.index[0]).AsInt8x32(), archsimd.LoadUint64x4(&p.shift[0])
	index1, shift1 := archsimd.LoadUint64x4(&p.index[1]).AsInt8x32(), archsimd.LoadUint64x4(&p.shift[1])
	mask := archsimd.BroadcastUint64x4(low(width))
	lowHalves := archsimd.LoadUint32x8(&evenLanes)
	at, done := 0, 0
	for ; done+8 <= len(out); done += 8 {
		if at > len(data)-reach {
			data, at = inEnd(&end, len(data), at)
		}
		x := twoPairs(bytesAt(data, at), first0, first1).PermuteOrZeroGrouped(index0).AsUint64x4()
		y := twoPairs(bytesAt(data, at), first2, first3).PermuteOrZeroGrouped(index1).AsUint64x4()
		x.ShiftRight(shift0).And(mask).AsUint32x8().Permute(lowHalves).GetLo().Store((*[4]uint32)(out[done:]))
		y.ShiftRight(shift1).And(mask).AsUint32x8().Permute(lowHalves).GetLo().Store((*[4]uint32)(out[done+4:]))
		at += width
	}
	archsimd.ClearAVXUpperBits()
	unpack32Generic(out[done:], packed, start+done, width)
}

func twoPairs(data *[reach]byte, first, second int) archsimd.Uint8x32 {
	var both archsimd.Uint8x32
	both = both.SetLo(archsimd.LoadUint8x16((*[16]byte)(data[first:])))
	return both.SetHi(archsimd.LoadUint8x16((*[16]byte)(data[second:])))
}

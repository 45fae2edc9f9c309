package vec

import (
	"slices"

	"github.com/outcropdb/outcrop/vec/simd"
)

// Take makes v a copy of src's rows of the given numbers, in that order. A Dict stays one and shares
// src's Values; a Const stays one. v is not src.
func (v *Vector) Take(src *Vector, rows []uint32) {
	v.Reset(src.Type)
	switch {
	case len(rows) == 0:
	case src.Form == Const:
		v.AppendRows(src, 0, 1)
		v.Form, v.Rows = Const, len(rows)
	case src.Form == Dict:
		v.takeValidity(src, rows)
		v.Form, v.Values = Dict, src.Values
		v.Codes = gather(v.Codes, src.Codes, rows)
		v.Rows = len(rows)
	case src.Type == Dynamic:
		v.takeValidity(src, rows)
		v.takeUnion(src, rows)
		v.Rows = len(rows)
	default:
		v.takeValidity(src, rows)
		v.gather(src, rows)
		v.Rows = len(rows)
	}
}

func (v *Vector) takeValidity(src *Vector, rows []uint32) {
	if src.Valid != nil {
		v.Valid = v.bitmap(validSpare, Words(len(rows)))
		gatherBits(v.Valid, src.Valid, rows)
	}
	if src.Undef != nil {
		v.Undef = v.bitmap(undefSpare, Words(len(rows)))
		gatherBits(v.Undef, src.Undef, rows)
	}
}

// takeUnion copies rows of a Dynamic src to v, which has none, part by part.
func (v *Vector) takeUnion(src *Vector, rows []uint32) {
	if v.scratch == nil {
		v.scratch = new(scratch)
	}
	v.Tags = extend(v.Tags, len(rows))
	v.Codes = extend(v.Codes, len(rows))
	for from, part := range src.Parts {
		codes := v.scratch.codes[:0]
		tag := uint8(len(v.Parts))
		for i, row := range rows {
			if src.Tags[row] == uint8(from) && (v.Valid == nil || Bit(v.Valid, i)) {
				v.Tags[i], v.Codes[i] = tag, uint32(len(codes))
				codes = append(codes, src.Codes[row])
			}
		}
		if v.scratch.codes = codes; len(codes) > 0 {
			v.part(part.Type)
			v.Parts[tag].gather(part, codes)
			v.Parts[tag].Rows = len(codes)
		}
	}
}

// gather adds the data of a Flat src's rows of the given numbers to that of v, of the same type.
func (v *Vector) gather(src *Vector, rows []uint32) {
	switch v.Type.Layout() {
	case Bitmap:
		v.extendBits(len(rows))
		if v.Rows == 0 {
			gatherBits(v.Bits, src.Bits, rows)
			return
		}
		for i, row := range rows {
			SetBit(v.Bits, v.Rows+i, Bit(src.Bits, int(row)))
		}
	case Int64s:
		v.I64 = gather(v.I64, src.I64, rows)
	case Float64:
		v.F64 = gather(v.F64, src.F64, rows)
	case Varlen:
		v.startOffsets()
		data, from, offsets := v.Data, src.Data, src.Offsets
		v.Offsets = slices.Grow(v.Offsets, len(rows))
		ends := v.Offsets[len(v.Offsets) : len(v.Offsets)+len(rows)]
		for i, row := range rows {
			data = append(data, from[offsets[row]:offsets[row+1]]...)
			ends[i] = uint32(len(data))
		}
		v.Data, v.Offsets = data, v.Offsets[:len(v.Offsets)+len(rows)]
	}
}

// gather adds src's elements of the given numbers to dst.
func gather[T simd.Value](dst, src []T, rows []uint32) []T {
	n := len(dst)
	dst = slices.Grow(dst, len(rows))[:n+len(rows)]
	simd.Take(dst[n:], src, rows)
	return dst
}

// Slice makes v src's rows from..to-1, sharing src's memory: v is good until src changes. Only bitmaps
// are copied, and only when from is no multiple of 64. v is not src.
func (v *Vector) Slice(src *Vector, from, to int) {
	v.Reset(src.Type)
	v.shared = true
	v.Form, v.Rows = src.Form, to-from
	if src.Form == Const {
		v.Valid, v.Undef, v.Bits = src.Valid, src.Undef, src.Bits
		v.I64, v.F64, v.Offsets, v.Data = src.I64, src.F64, src.Offsets, src.Data
		return
	}
	v.Valid = v.sliceBits(validSpare, src.Valid, from, to)
	v.Undef = v.sliceBits(undefSpare, src.Undef, from, to)
	if src.Form == Dict {
		v.Codes, v.Values = src.Codes[from:to], src.Values
		return
	}
	switch src.Type.Layout() {
	case Bitmap:
		v.Bits = v.sliceBits(bitsSpare, src.Bits, from, to)
	case Int64s:
		v.I64 = src.I64[from:to]
	case Float64:
		v.F64 = src.F64[from:to]
	case Varlen:
		v.Offsets, v.Data = src.Offsets[from:to+1], src.Data
	case Union:
		v.Tags, v.Codes, v.Parts = src.Tags[from:to], src.Codes[from:to], src.Parts
	}
}

// sliceBits is bits from..to-1: of the same memory where it can be, else in spare k.
func (v *Vector) sliceBits(k int, bitmap []uint64, from, to int) []uint64 {
	if bitmap == nil {
		return nil
	}
	if from&63 == 0 {
		return bitmap[from>>6 : Words(to)]
	}
	out := v.bitmap(k, Words(to-from))
	simd.CopyBits(out, 0, bitmap, from, to-from)
	return out
}

// Flatten makes v a Flat copy of src. v is not src.
func (v *Vector) Flatten(src *Vector) {
	v.Reset(src.Type)
	v.AppendRows(src, 0, src.Rows)
}

// SetConst makes v rows times val, copied.
func (v *Vector) SetConst(val Value, rows int) {
	if val.IsNull() {
		v.SetNulls(rows, val.Type() == Undefined)
		return
	}
	v.Reset(val.Type())
	v.Append(val)
	v.Form, v.Rows = Const, rows
}

// NewConst is rows times val, copied.
func NewConst(val Value, rows int) *Vector {
	v := new(Vector)
	v.SetConst(val, rows)
	return v
}

// SetNulls makes v rows times null, or undefined.
func (v *Vector) SetNulls(rows int, undefined bool) {
	v.Reset(Null)
	v.Form, v.Rows = Const, 1
	v.MakeValid(false)
	if undefined {
		v.MakeUndef(true)
	}
	v.Rows = rows
}

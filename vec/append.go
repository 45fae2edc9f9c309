package vec

import "github.com/outcropdb/outcrop/vec/simd"

// Append adds a row, copied, behind v's. When its type is another than that of the rows before, v
// becomes Dynamic; a vector that has only null rows takes the type of the first that is not.
func (v *Vector) Append(val Value) {
	t := val.Type()
	v.accept(t)
	v.extendValidity(1)
	if v.Valid != nil {
		SetBit(v.Valid, v.Rows, !t.IsNull())
	}
	if v.Undef != nil {
		SetBit(v.Undef, v.Rows, t == Undefined)
	}
	switch {
	case t.IsNull():
		v.pad(1)
	case v.Type == Dynamic:
		tag := v.part(t)
		part := v.Parts[tag]
		v.Tags = append(v.Tags, uint8(tag))
		v.Codes = append(v.Codes, uint32(part.Rows))
		part.appendValue(val)
		part.Rows++
	default:
		v.appendValue(val)
	}
	v.Rows++
}

// AppendRows adds src's rows from..to-1, copied, behind v's. Like Append, it makes v Dynamic where the
// types disagree.
func (v *Vector) AppendRows(src *Vector, from, to int) {
	n := to - from
	if n <= 0 {
		return
	}
	v.accept(src.Type)
	v.appendValidity(src, from, n)
	switch {
	case src.Type.IsNull():
		v.pad(n)
	case v.Type == Dynamic:
		v.appendUnion(src, from, to)
	default:
		v.appendData(src, from, to)
	}
	v.Rows += n
}

// AppendTake adds src's rows of the given numbers, copied, behind v's. Like Append, it makes v Dynamic where
// the types disagree.
func (v *Vector) AppendTake(src *Vector, rows []uint32) {
	if len(rows) == 0 {
		return
	}
	if src.Form != Flat || src.Valid != nil || src.Undef != nil || src.Type == Dynamic || src.Type != v.Type || v.shared || v.Form != Flat {
		if v.scratch == nil {
			v.scratch = new(scratch)
		}
		v.scratch.taken.Take(src, rows)
		v.AppendRows(&v.scratch.taken, 0, len(rows))
		return
	}
	v.extendValidity(len(rows))
	if v.Valid != nil {
		simd.Fill(v.Valid, v.Rows, v.Rows+len(rows), true)
	}
	if v.Undef != nil {
		simd.Fill(v.Undef, v.Rows, v.Rows+len(rows), false)
	}
	v.gather(src, rows)
	v.Rows += len(rows)
}

// accept makes v an owned Flat vector whose type and bitmaps have room for rows of type t.
func (v *Vector) accept(t Type) {
	if v.shared || v.Form != Flat {
		src := *v
		*v = Vector{Type: src.Type}
		v.AppendRows(&src, 0, src.Rows)
	}
	if v.Type == Undefined {
		v.Type = Null
	}
	switch {
	case t.IsNull():
		v.needValid()
		if t == Undefined && v.Undef == nil {
			v.MakeUndef(false)
		}
	case t == v.Type || v.Type == Dynamic:
	case v.Rows == 0 || v.Type == Null || v.Valid != nil && simd.Count(v.Valid, v.Rows) == 0:
		v.retype(t)
	default:
		v.toUnion()
	}
}

// retype gives v, without rows or with null ones only, the type t.
func (v *Vector) retype(t Type) {
	rows := v.Rows
	if rows > 0 {
		v.needValid()
	}
	v.keep(bitsSpare, v.Bits)
	v.Bits = nil
	v.I64, v.F64, v.Offsets, v.Data = v.I64[:0], v.F64[:0], v.Offsets[:0], v.Data[:0]
	v.Tags, v.Codes, v.Parts = v.Tags[:0], v.Codes[:0], v.Parts[:0]
	v.Type, v.Rows = t, 0
	v.pad(rows)
	v.Rows = rows
}

// needValid gives v a Valid if it has none.
func (v *Vector) needValid() {
	if v.Valid == nil {
		v.MakeValid(!v.Type.IsNull())
	}
}

// extendValidity gives the bitmaps that v has room for n more rows.
func (v *Vector) extendValidity(n int) {
	words := Words(v.Rows + n)
	for v.Valid != nil && len(v.Valid) < words {
		v.Valid = append(v.Valid, 0)
	}
	for v.Undef != nil && len(v.Undef) < words {
		v.Undef = append(v.Undef, 0)
	}
}

// appendValidity sets the validity of the n rows behind v's to that of src's rows from from.
func (v *Vector) appendValidity(src *Vector, from, n int) {
	if src.Valid != nil {
		v.needValid()
	}
	if src.Undef != nil && v.Undef == nil {
		v.MakeUndef(false)
	}
	v.extendValidity(n)
	switch {
	case v.Valid == nil:
	case src.Type.IsNull() || src.Valid == nil || src.Form == Const:
		simd.Fill(v.Valid, v.Rows, v.Rows+n, !src.IsNull(0))
	default:
		simd.CopyBits(v.Valid, v.Rows, src.Valid, from, n)
	}
	switch {
	case v.Undef == nil:
	case src.Undef == nil || src.Form == Const:
		simd.Fill(v.Undef, v.Rows, v.Rows+n, src.IsUndefined(0))
	default:
		simd.CopyBits(v.Undef, v.Rows, src.Undef, from, n)
	}
}

// pad adds n rows of zeros to the data, to stand in null rows' places.
func (v *Vector) pad(n int) {
	switch v.Type.Layout() {
	case Bitmap:
		v.extendBits(n)
		simd.Fill(v.Bits, v.Rows, v.Rows+n, false)
	case Int64s:
		v.I64 = extend(v.I64, n)
	case Float64:
		v.F64 = extend(v.F64, n)
	case Varlen:
		v.startOffsets()
		end := v.Offsets[len(v.Offsets)-1]
		for range n {
			v.Offsets = append(v.Offsets, end)
		}
	case Union:
		v.Tags = extend(v.Tags, n)
		v.Codes = extend(v.Codes, n)
	}
}

// extend adds n zeros.
func extend[T any](s []T, n int) []T {
	if len(s)+n > cap(s) {
		return append(s, make([]T, n)...)
	}
	k := len(s)
	s = s[:k+n]
	clear(s[k:])
	return s
}

func (v *Vector) startOffsets() {
	if len(v.Offsets) == 0 {
		v.Offsets = append(v.Offsets, 0)
	}
}

// extendBits gives Bits room for n more rows.
func (v *Vector) extendBits(n int) {
	if v.Bits == nil {
		v.Bits = v.spare[bitsSpare][:0]
	}
	for len(v.Bits) < Words(v.Rows+n) {
		v.Bits = append(v.Bits, 0)
	}
}

// appendValue adds val, of v's type, to the data.
func (v *Vector) appendValue(val Value) {
	switch v.Type.Layout() {
	case Bitmap:
		v.extendBits(1)
		SetBit(v.Bits, v.Rows, val.Bool())
	case Int64s:
		v.I64 = append(v.I64, val.Int())
	case Float64:
		v.F64 = append(v.F64, val.Float())
	case Varlen:
		v.startOffsets()
		if v.Type == Array || v.Type == Object {
			v.Data = append(v.Data, val...)
		} else {
			v.Data = append(v.Data, val.Content()...)
		}
		v.Offsets = append(v.Offsets, uint32(len(v.Data)))
	}
}

// appendData adds the data of src's rows from..to-1 to that of v, of the same type and not Dynamic.
func (v *Vector) appendData(src *Vector, from, to int) {
	switch {
	case src.Form == Flat:
		v.appendFlat(src, from, to)
	case src.Form == Dict && src.Values.Rows == 0 || src.Form == Const && src.IsNull(0):
		v.pad(to - from)
	case src.Form == Dict:
		v.gather(src.Values, src.Codes[from:to])
	default:
		v.repeat(src, to-from)
	}
}

func (v *Vector) appendFlat(src *Vector, from, to int) {
	switch v.Type.Layout() {
	case Bitmap:
		v.extendBits(to - from)
		simd.CopyBits(v.Bits, v.Rows, src.Bits, from, to-from)
	case Int64s:
		v.I64 = append(v.I64, src.I64[from:to]...)
	case Float64:
		v.F64 = append(v.F64, src.F64[from:to]...)
	case Varlen:
		v.startOffsets()
		first := src.Offsets[from]
		shift := uint32(len(v.Data)) - first
		v.Data = append(v.Data, src.Data[first:src.Offsets[to]]...)
		for _, offset := range src.Offsets[from+1 : to+1] {
			v.Offsets = append(v.Offsets, offset+shift)
		}
	}
}

// repeat adds src's element 0, of v's type, n times to the data.
func (v *Vector) repeat(src *Vector, n int) {
	switch v.Type.Layout() {
	case Bitmap:
		v.extendBits(n)
		simd.Fill(v.Bits, v.Rows, v.Rows+n, Bit(src.Bits, 0))
	case Int64s:
		v.I64 = extend(v.I64, n)
		for i := len(v.I64) - n; i < len(v.I64); i++ {
			v.I64[i] = src.I64[0]
		}
	case Float64:
		v.F64 = extend(v.F64, n)
		for i := len(v.F64) - n; i < len(v.F64); i++ {
			v.F64[i] = src.F64[0]
		}
	case Varlen:
		v.startOffsets()
		content := src.Content(0)
		for range n {
			v.Data = append(v.Data, content...)
			v.Offsets = append(v.Offsets, uint32(len(v.Data)))
		}
	}
}

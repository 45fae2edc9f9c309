package vec

import "math"

// Form says how the rows of a vector refer to its data.
type Form uint8

const (
	Flat  Form = iota // row i is element i
	Const             // every row is element 0; validity, too, has one bit
	Dict              // row i is row Codes[i] of Values, itself Flat; Valid and Undef are by row
)

// Vector is a column of values in Arrow's layout, in plain slices. Which slices hold the data follows
// from Type.Layout. A vector belongs to one worker, who reuses its slices from batch to batch: who wants
// to keep rows copies them (AppendRows). Slices may alias a segment's memory, so a
// vector that was read is not written to; Reset first, which lets go of aliases.
type Vector struct {
	Type Type
	Form Form
	Rows int

	Valid []uint64 // bit i: row i is neither null nor undefined; nil: all rows are
	Undef []uint64 // bit i: row i is undefined, and then not Valid; nil: no row is

	I64     []int64   // Int64s
	F64     []float64 // Float64
	Bits    []uint64  // Bitmap
	Offsets []uint32  // Varlen: row i is Data[Offsets[i]:Offsets[i+1]]; Offsets[0] need not be 0
	Data    []byte    // for Array and Object each row is an encoded Value
	Codes   []uint32  // Dict: row of Values. Union: row of Parts[Tags[i]]. Of null rows: any that is in range, or 0
	Values  *Vector   // Dict: Flat, of the same Type, all Valid; equal values may stand in it more than once
	Tags    []uint8   // Union: which part row i is in; of null rows any, or 0
	Parts   []*Vector // Union: Flat, of distinct types, none Dynamic or Null; null rows are told by Valid alone

	shared  bool             // the slices alias memory that others own
	spare   [spares][]uint64 // owned bitmaps, kept while a nil bitmap says that all rows are alike
	scratch *scratch         // Apply's intermediate vectors, kept from batch to batch
	hashes  []uint64         // Hash of Values, for the time of one call
	combine []uint64         // Hash of the rows, while Combine mixes them in
}

// Rows of bitmaps that a vector keeps.
const (
	validSpare = iota
	undefSpare
	bitsSpare
	spares
)

// Batch is a few rows of a query: up to BatchRows in the usual case, always dense.
// Columns have Rows rows each. It belongs to one worker and is reused.
type Batch struct {
	Rows    int
	Columns []*Vector
}

// BatchRows is the number of rows that scans put into a batch: few enough that a batch's columns
// stay in the L2 cache, a multiple of 64.
const BatchRows = 2048

// MaxContent is the most bytes that Data holds: offsets have 32 bits. Who appends content of any size
// without a budget that is smaller checks it.
const MaxContent = math.MaxUint32

// Words is the number of words that a bitmap of rows bits has.
func Words(rows int) int { return (rows + 63) >> 6 }

// Reset makes v a Flat vector of type t without rows. Its slices keep their capacity, unless they alias
// memory that others own: those are let go.
func (v *Vector) Reset(t Type) {
	if v.shared {
		*v = Vector{Type: t, spare: v.spare, scratch: v.scratch, hashes: v.hashes, combine: v.combine}
		return
	}
	v.keep(validSpare, v.Valid)
	v.keep(undefSpare, v.Undef)
	v.keep(bitsSpare, v.Bits)
	v.Type, v.Form, v.Rows = t, Flat, 0
	v.Valid, v.Undef, v.Bits, v.Values = nil, nil, nil, nil
	v.I64, v.F64, v.Offsets, v.Data = v.I64[:0], v.F64[:0], v.Offsets[:0], v.Data[:0]
	v.Codes, v.Tags, v.Parts = v.Codes[:0], v.Tags[:0], v.Parts[:0]
}

// keep remembers the larger of two owned bitmaps as spare k.
func (v *Vector) keep(k int, bitmap []uint64) {
	if cap(bitmap) > cap(v.spare[k]) {
		v.spare[k] = bitmap[:0]
	}
}

// bitmap is spare k with the given number of words, of any content.
func (v *Vector) bitmap(k, words int) []uint64 {
	v.spare[k] = sized(v.spare[k], words)
	return v.spare[k]
}

// sized is a slice of n elements of any content, in the memory of s when that is large enough.
func sized[T any](s []T, n int) []T {
	if s == nil || cap(s) < n { // never nil: a nil bitmap has a meaning
		return make([]T, n)
	}
	return s[:n]
}

// Make resets v to rows valid rows of type t, not Dynamic, for a kernel to fill: I64, F64 or Bits
// have room for rows rows and hold anything; of a Varlen type Offsets has rows+1 elements, the first of
// them 0 and the others to be set, and Data is empty, to append to.
func (v *Vector) Make(t Type, rows int) {
	v.Reset(t)
	v.Rows = rows
	switch t.Layout() {
	case Bitmap:
		v.Bits = v.bitmap(bitsSpare, Words(rows))
	case Int64s:
		v.I64 = sized(v.I64, rows)
	case Float64:
		v.F64 = sized(v.F64, rows)
	case Varlen:
		v.Offsets = sized(v.Offsets, rows+1)
		v.Offsets[0] = 0
	case NoData:
		v.MakeValid(false)
	default:
		panic("bug: Make of " + t.String())
	}
}

// MakeValid gives v, which has its Rows, an owned Valid with every row's bit set, or clear, and returns it.
func (v *Vector) MakeValid(set bool) []uint64 {
	v.Valid = v.bitmap(validSpare, Words(v.Rows))
	fill(v.Valid, set)
	return v.Valid
}

// MakeUndef gives v, which has its Rows, an owned Undef with every row's bit set, or clear, and returns it.
func (v *Vector) MakeUndef(set bool) []uint64 {
	v.Undef = v.bitmap(undefSpare, Words(v.Rows))
	fill(v.Undef, set)
	return v.Undef
}

// SetNull makes row i of a Flat or Dict v, which owns its validity, null.
func (v *Vector) SetNull(i int) {
	if v.Valid == nil {
		v.MakeValid(true)
	}
	SetBit(v.Valid, i, false)
}

// Alias marks v's slices, just set, as the memory of others: v will not write to them, and Reset lets go
// of them. They must not change before v's next Reset.
func (v *Vector) Alias() { v.shared = true }

// IsNull tells whether row i is null or undefined.
func (v *Vector) IsNull(i int) bool {
	if v.Valid == nil || v.Type.IsNull() {
		return v.Type.IsNull()
	}
	if v.Form == Const {
		i = 0
	}
	return !Bit(v.Valid, i)
}

// IsUndefined tells whether row i is undefined.
func (v *Vector) IsUndefined(i int) bool {
	if v.Undef == nil {
		return false
	}
	if v.Form == Const {
		i = 0
	}
	return Bit(v.Undef, i)
}

// TypeAt is the type of row i's value: Undefined, Null or, even in a Dynamic vector, a type of values.
func (v *Vector) TypeAt(i int) Type {
	switch {
	case v.IsUndefined(i):
		return Undefined
	case v.IsNull(i):
		return Null
	case v.Type == Dynamic:
		return v.Parts[v.Tags[i]].Type
	}
	return v.Type
}

// At is where row i, not null, stands in the data of v, or of v.Values when v is a Dict. Not for Dynamic.
func (v *Vector) At(i int) int {
	switch v.Form {
	case Const:
		return 0
	case Dict:
		return int(v.Codes[i])
	}
	return i
}

// leaf is the Flat vector, or the Const one, that holds row i, not null, and the row's index in its data.
func (v *Vector) leaf(i int) (*Vector, int) {
	switch {
	case v.Form == Const:
		return v, 0
	case v.Form == Dict:
		return v.Values, int(v.Codes[i])
	case v.Type == Dynamic:
		return v.Parts[v.Tags[i]], int(v.Codes[i])
	}
	return v, i
}

// Content is row i, not null, of a Varlen type: what Value.Content gives, or an encoded Array or Object.
// It aliases v.
func (v *Vector) Content(i int) []byte {
	if v.Form != Flat {
		v, i = v.leaf(i)
	}
	from, to := v.Offsets[i], v.Offsets[i+1]
	return v.Data[from:to:to]
}

// Value is row i, encoded. It may alias v.
func (v *Vector) Value(i int) Value {
	if !v.IsNull(i) {
		if leaf, at := v.leaf(i); leaf.Type == Array || leaf.Type == Object {
			return leaf.Content(at)
		}
	}
	return v.AppendValue(nil, i)
}

// AppendValue writes row i, encoded, behind dst.
func (v *Vector) AppendValue(dst []byte, i int) []byte {
	if v.IsNull(i) {
		return append(dst, byte(v.TypeAt(i)))
	}
	leaf, at := v.leaf(i)
	switch t := leaf.Type; t.Layout() {
	case Bitmap:
		return AppendBool(dst, Bit(leaf.Bits, at))
	case Int64s:
		return AppendInt(dst, t, leaf.I64[at])
	case Float64:
		return AppendFloat(dst, leaf.F64[at])
	default:
		content := leaf.Data[leaf.Offsets[at]:leaf.Offsets[at+1]]
		if t == Array || t == Object {
			return append(dst, content...)
		}
		return AppendContent(dst, t, content)
	}
}

// Bytes is the memory that v holds and owns, for budgets.
func (v *Vector) Bytes() int {
	n := 8 * (cap(v.hashes) + cap(v.combine))
	for _, bitmap := range v.spare {
		n += 8 * cap(bitmap)
	}
	if v.scratch != nil {
		n += v.scratch.bytes()
	}
	if v.shared {
		return n
	}
	n += 8*(cap(v.I64)+cap(v.F64)) + 4*(cap(v.Offsets)+cap(v.Codes)) + cap(v.Data) + cap(v.Tags)
	for _, part := range v.Parts[:cap(v.Parts)] {
		if part != nil {
			n += part.Bytes()
		}
	}
	return n
}

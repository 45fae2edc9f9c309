package column

import (
	"bytes"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// Values is a sub-column in memory: element i of the slice for its type belongs to document Docs[i].
// It is read only, except by the Shredder that made it, behind the lengths that others see.
type Values struct {
	Kind    vec.Type
	Docs    []uint32
	Ints    []int64
	Floats  []float64
	Bools   []bool
	Offsets []uint32 // as in a Vector; one more than Docs
	Data    []byte   // arrays are encoded Values

	low, high int64     // of Ints, or of Floats as keys
	rest      *restKeys // of Rest, unless Docs are all that is known
}

func newValues(t vec.Type) *Values {
	v := &Values{Kind: t, low: math.MaxInt64, high: math.MinInt64}
	if hasData(t) && t.Layout() == vec.Varlen {
		v.Offsets = append(v.Offsets, 0)
	}
	return v
}

// hasData tells the types whose sub-columns hold more than docs.
func hasData(t vec.Type) bool { return !t.IsNull() && t != vec.Object && t != Rest }

func (v *Values) addInt(n int64) {
	v.Ints = append(v.Ints, n)
	v.low, v.high = min(v.low, n), max(v.high, n)
}

func (v *Values) addFloat(f float64) {
	v.Floats = append(v.Floats, f)
	n := vec.Key(f)
	v.low, v.high = min(v.low, n), max(v.high, n)
}

func (v *Values) addContent(b []byte) {
	v.Data = append(v.Data, b...)
	v.Offsets = append(v.Offsets, uint32(len(v.Data)))
}

// Keys are the keys, as vec.Key has it, of values of fixed width.
func (v *Values) Keys() []int64 {
	if v.Kind.Layout() == vec.Int64s {
		return v.Ints
	}
	keys := make([]int64, len(v.Docs))
	for i := range keys {
		keys[i] = v.key(i)
	}
	return keys
}

// Type implements Sub.
func (v *Values) Type() vec.Type { return v.Kind }

// Count implements Sub.
func (v *Values) Count() int { return len(v.Docs) }

// Bounds are the least and the greatest value of an Int64s or Float64 sub-column, else nil.
func (v *Values) Bounds() (low, high vec.Value) {
	switch {
	case len(v.Docs) == 0:
		return nil, nil
	case v.Kind.Layout() == vec.Int64s:
		return vec.IntValue(v.Kind, v.low), vec.IntValue(v.Kind, v.high)
	case v.Kind.Layout() == vec.Float64:
		return vec.FloatValue(vec.FromKey(v.low)), vec.FloatValue(vec.FromKey(v.high))
	}
	return nil, nil
}

// part is the contents from..to-1, without their docs.
func (v *Values) part(from, to int) *Values {
	return &Values{Kind: v.Kind, Docs: v.Docs[from:to], Offsets: v.Offsets[from : to+1], Data: v.Data}
}

// Same tells that w has the same values in the same docs, bit for bit. The rest is not compared: it is never the same.
func (v *Values) Same(w *Values) bool {
	sameBits := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
	return v.Kind == w.Kind && v.Kind != Rest && slices.Equal(v.Docs, w.Docs) && slices.Equal(v.Ints, w.Ints) && slices.Equal(v.Bools, w.Bools) &&
		slices.EqualFunc(v.Floats, w.Floats, sameBits) && slices.Equal(v.Offsets, w.Offsets) && bytes.Equal(v.Data, w.Data)
}

// dense tells that every doc id up to the last has a value, so that a value's index is its doc id.
func (v *Values) dense() bool {
	n := len(v.Docs)
	return n == 0 || v.Docs[n-1] == uint32(n-1)
}

// rank is the number of values before a doc.
func (v *Values) rank(doc int) int {
	if v.dense() {
		return min(doc, len(v.Docs))
	}
	i, _ := slices.BinarySearch(v.Docs, uint32(min(doc, math.MaxUint32)))
	return i
}

// Present implements Sub.
func (v *Values) Present(bits []uint64, selection Selection) (int, error) {
	if bits == nil && selection.Docs == nil {
		return v.rank(selection.To) - v.rank(selection.From), nil
	}
	count := 0
	v.each(selection, func(row, _ int) {
		if bits != nil {
			vec.SetBit(bits, row, true)
		}
		count++
	})
	return count, nil
}

// each calls f for every selected doc that has a value, with its number in the selection and the value's.
func (v *Values) each(selection Selection, f func(row, value int)) {
	if selection.Docs == nil {
		from := v.rank(selection.From)
		for i, doc := range v.Docs[from:v.rank(selection.To)] {
			f(int(doc)-selection.From, from+i)
		}
		return
	}
	at := 0
	for row, doc := range selection.Docs {
		// Selected docs are often far apart: look near the last one first, then by halves.
		for step := 1; at < len(v.Docs) && v.Docs[at] < doc; step *= 2 {
			if far := at + step; far >= len(v.Docs) || v.Docs[far] >= doc {
				i, _ := slices.BinarySearch(v.Docs[at:min(far+1, len(v.Docs))], doc)
				at += i
				break
			}
			at += step
		}
		if at == len(v.Docs) {
			return
		}
		if v.Docs[at] == doc {
			f(row, at)
		}
	}
}

// Read implements Sub.
func (v *Values) Read(out *vec.Vector, selection Selection) error {
	n := selection.Len()
	if selection.Docs == nil {
		if from, to := v.rank(selection.From), v.rank(selection.To); to-from == n && v.Kind != vec.Bool {
			v.alias(out, from, to)
			return nil
		}
	}
	out.Make(v.Kind, n)
	valid, count := out.MakeValid(false), 0
	switch v.Kind.Layout() {
	case vec.Int64s:
		v.each(selection, func(row, value int) {
			vec.SetBit(valid, row, true)
			out.I64[row] = v.Ints[value]
			count++
		})
	case vec.Float64:
		v.each(selection, func(row, value int) {
			vec.SetBit(valid, row, true)
			out.F64[row] = v.Floats[value]
			count++
		})
	case vec.Bitmap:
		v.each(selection, func(row, value int) {
			vec.SetBit(valid, row, true)
			vec.SetBit(out.Bits, row, v.Bools[value])
			count++
		})
	default:
		filled := 0
		v.each(selection, func(row, value int) {
			vec.SetBit(valid, row, true)
			for ; filled < row; filled++ {
				out.Offsets[filled+1] = uint32(len(out.Data))
			}
			out.Data = append(out.Data, v.Data[v.Offsets[value]:v.Offsets[value+1]]...)
			count++
		})
		for ; filled < n; filled++ {
			out.Offsets[filled+1] = uint32(len(out.Data))
		}
	}
	if count == n {
		out.Valid = nil
	}
	return nil
}

// alias makes out the values from..to-1, which are a doc each.
func (v *Values) alias(out *vec.Vector, from, to int) {
	out.Reset(v.Kind)
	out.Rows = to - from
	switch v.Kind.Layout() {
	case vec.Int64s:
		out.I64 = v.Ints[from:to:to]
	case vec.Float64:
		out.F64 = v.Floats[from:to:to]
	default:
		out.Offsets, out.Data = v.Offsets[from:to+1:to+1], v.Data
	}
	out.Alias()
}

package vec

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/outcropdb/outcrop/vec/simd"
)

// arrowJSON is JSON text, for arrays, objects and columns whose rows differ in type.
var arrowJSON = func() arrow.DataType {
	t, err := extensions.NewJSONType(arrow.BinaryTypes.String)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return t
}()

var arrowTypes = [32]arrow.DataType{
	Undefined:           arrow.Null,
	Null:                arrow.Null,
	Bool:                arrow.FixedWidthTypes.Boolean,
	Int:                 arrow.PrimitiveTypes.Int64,
	Float:               arrow.PrimitiveTypes.Float64,
	String:              arrow.BinaryTypes.String,
	Bytes:               arrow.BinaryTypes.Binary,
	U256:                &arrow.FixedSizeBinaryType{ByteWidth: 32},
	Date:                arrow.FixedWidthTypes.Date32,
	Time:                arrow.FixedWidthTypes.Time64us,
	Datetime:            &arrow.TimestampType{Unit: arrow.Microsecond},
	Timestamp:           &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
	MonthInterval:       arrow.FixedWidthTypes.MonthInterval,
	MicrosecondInterval: arrow.FixedWidthTypes.Duration_us,
	Geography:           arrow.BinaryTypes.String,
	Array:               arrowJSON,
	Object:              arrowJSON,
	Dynamic:             arrowJSON,
}

// ArrowType is the Arrow type of ToArrow's arrays for a column of type t.
func ArrowType(t Type) arrow.DataType { return arrowTypes[t&31] }

// ToArrow is ToArrowAs v's own type.
func ToArrow(v *Vector, mem memory.Allocator) (arrow.Array, error) { return ToArrowAs(v, v.Type, mem) }

// ToArrowAs gives v's rows as an array of ArrowType(t), where t is what the plan says of the column: a
// stream has one schema, whatever the batch. Any v may become Dynamic, Array or Object: those are JSON
// text, as AppendJSON writes it. Otherwise rows of another type than t are an error.
//
// The array shares v's memory where the layouts agree (a Flat v; not dates, month intervals, JSON): it is
// good until v changes. Dictionaries and constants are spread. Undefined rows become nulls.
func ToArrowAs(v *Vector, t Type, mem memory.Allocator) (arrow.Array, error) {
	switch {
	case t.IsNull() && v.Type.IsNull():
		return array.NewNull(v.Rows), nil
	case ArrowType(t) == arrowJSON:
		return toArrowJSON(v, mem), nil
	case v.Type != t:
		typed, err := v.as(t)
		if err != nil {
			return nil, err
		}
		v = typed
	case v.Form != Flat:
		flat := new(Vector)
		flat.Flatten(v)
		v = flat
	}
	var values []*memory.Buffer
	switch t {
	case Bool:
		values = buffers(arrow.Uint64Traits.CastToBytes(v.Bits))
	case Float:
		values = buffers(arrow.Float64Traits.CastToBytes(v.F64))
	case String, Bytes, Geography:
		values = buffers(arrow.Uint32Traits.CastToBytes(v.Offsets), v.Data)
	case U256:
		content, err := v.fixed(32)
		if err != nil {
			return nil, err
		}
		values = buffers(content)
	case Date, MonthInterval:
		narrow := make([]int32, v.Rows)
		for i, n := range v.I64[:v.Rows] {
			if narrow[i] = int32(n); int64(narrow[i]) != n && !v.IsNull(i) {
				return nil, fmt.Errorf("row %d: %s %d does not fit into Arrow's 32 bits", i, t, n)
			}
		}
		values = buffers(arrow.Int32Traits.CastToBytes(narrow))
	default:
		values = buffers(arrow.Int64Traits.CastToBytes(v.I64))
	}
	valid, nulls := (*memory.Buffer)(nil), 0
	if v.Valid != nil {
		valid = memory.NewBufferBytes(arrow.Uint64Traits.CastToBytes(v.Valid))
		nulls = v.Rows - simd.Count(v.Valid, v.Rows)
	}
	data := array.NewData(ArrowType(t), v.Rows, append([]*memory.Buffer{valid}, values...), nil, nulls, 0)
	defer data.Release()
	return array.MakeFromData(data), nil
}

func buffers(contents ...[]byte) (list []*memory.Buffer) {
	for _, content := range contents {
		list = append(list, memory.NewBufferBytes(content))
	}
	return list
}

// as copies v to a Flat vector of type t; all rows have that type or are null.
func (v *Vector) as(t Type) (*Vector, error) {
	out := new(Vector)
	out.Reset(t)
	for i := range v.Rows {
		u := v.TypeAt(i)
		if !u.IsNull() && u != t {
			return nil, fmt.Errorf("row %d is of type %s in a column of %s", i, u, t)
		}
		out.Append(v.Value(i))
	}
	return out, nil
}

// fixed is the content of a Varlen v whose values all have width bytes, with zeros for nulls.
func (v *Vector) fixed(width int) ([]byte, error) {
	out := make([]byte, v.Rows*width)
	for i := range v.Rows {
		if v.IsNull(i) {
			continue
		}
		content := v.Content(i)
		if len(content) != width {
			return nil, fmt.Errorf("row %d: %s of %d bytes, want %d", i, v.Type, len(content), width)
		}
		copy(out[i*width:], content)
	}
	return out, nil
}

func toArrowJSON(v *Vector, mem memory.Allocator) arrow.Array {
	b := array.NewStringBuilder(mem)
	defer b.Release()
	b.Reserve(v.Rows)
	var encoded, text []byte
	for i := range v.Rows {
		if v.IsNull(i) {
			b.AppendNull()
			continue
		}
		encoded = v.AppendValue(encoded[:0], i)
		text = AppendJSON(text[:0], encoded)
		b.BinaryBuilder.Append(text)
	}
	storage := b.NewStringArray()
	defer storage.Release()
	return array.NewExtensionArrayWithStorage(arrowJSON.(arrow.ExtensionType), storage)
}

package function

import (
	"errors"
	"fmt"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// Sets of types that functions take.
const (
	boolean   vec.TypeSet = 1 << vec.Bool
	integer   vec.TypeSet = 1 << vec.Int
	float     vec.TypeSet = 1 << vec.Float
	number                = integer | float
	text      vec.TypeSet = 1 << vec.String
	blob      vec.TypeSet = 1 << vec.Bytes
	array     vec.TypeSet = 1 << vec.Array
	object    vec.TypeSet = 1 << vec.Object
	day       vec.TypeSet = 1 << vec.Date
	clock     vec.TypeSet = 1 << vec.Time
	civil     vec.TypeSet = 1 << vec.Datetime
	instant   vec.TypeSet = 1 << vec.Timestamp
	months    vec.TypeSet = 1 << vec.MonthInterval
	micros    vec.TypeSet = 1 << vec.MicrosecondInterval
	moment                = day | civil | instant
	anything  vec.TypeSet = 1<<(vec.Object+1) - 1<<vec.Bool
	container             = array | object
)

// sets shortens the tables of overloads.
type sets = []vec.TypeSet

// column is an argument whose rows are fixed in width. A kernel's arguments are Flat or Const.
type column[T any] struct {
	rows []T
	step int // 0 for a Const
}

func (c column[T]) at(i int) T { return c.rows[i*c.step] }

func step(v *vec.Vector) int {
	if v.Form == vec.Const {
		return 0
	}
	return 1
}

func intsOf(v *vec.Vector) column[int64]     { return column[int64]{v.I64, step(v)} }
func floatsOf(v *vec.Vector) column[float64] { return column[float64]{v.F64, step(v)} }

// varlen is an argument of strings, bytes, encoded arrays or objects.
type varlen struct {
	offsets []uint32
	data    []byte
	step    int
}

func textsOf(v *vec.Vector) varlen { return varlen{v.Offsets, v.Data, step(v)} }

func (c varlen) at(i int) []byte {
	i *= c.step
	from, to := c.offsets[i], c.offsets[i+1]
	return c.data[from:to:to]
}

func (c varlen) value(i int) vec.Value { return c.at(i) }

// bitmap is an argument of bools.
type bitmap struct {
	bits []uint64
	step int
}

func bitsOf(v *vec.Vector) bitmap { return bitmap{v.Bits, step(v)} }

// word is bits 64*i and on.
func (c bitmap) word(i int) uint64 {
	if c.step == 0 {
		return -(c.bits[0] & 1)
	}
	return c.bits[i]
}

func (c bitmap) at(i int) bool { return vec.Bit(c.bits, i*c.step) }

// numbers is an argument of ints or floats, read as floats.
type numbers struct {
	ints   []int64
	floats []float64
	step   int
}

func numbersOf(v *vec.Vector) numbers {
	if v.Type == vec.Int {
		return numbers{ints: v.I64, step: step(v)}
	}
	return numbers{floats: v.F64, step: step(v)}
}

func (c numbers) at(i int) float64 {
	if c.ints != nil {
		return float64(c.ints[i*c.step])
	}
	return c.floats[i*c.step]
}

// values is an argument of any type, row by row an encoded value. It is the slow way.
type values struct {
	vector  *vec.Vector
	only    vec.Value // of a Const
	scratch []byte
}

func valuesOf(v *vec.Vector) *values {
	if v.Form == vec.Const {
		return &values{vector: v, only: v.Value(0)}
	}
	return &values{vector: v}
}

// at is row i, good until the next call.
func (c *values) at(i int) vec.Value {
	if c.only != nil {
		return c.only
	}
	if !c.vector.IsNull(i) {
		if part, at := leaf(c.vector, i); part.Type == vec.Array || part.Type == vec.Object {
			return part.Content(at)
		}
	}
	c.scratch = c.vector.AppendValue(c.scratch[:0], i)
	return c.scratch
}

// leaf is where row i, not null, of a vector of any form stands.
func leaf(v *vec.Vector, i int) (*vec.Vector, int) {
	switch {
	case v.Form == vec.Const:
		return v, 0
	case v.Form == vec.Dict:
		return v.Values, int(v.Codes[i])
	case v.Type == vec.Dynamic:
		return v.Parts[v.Tags[i]], int(v.Codes[i])
	}
	return v, i
}

// errNull, from a row's function, makes the row null.
var errNull = errors.New("null")

// begin makes out rows of type t that are null where an argument is. It returns its validity; nil: all valid.
func begin(out *vec.Vector, t vec.Type, args []*vec.Vector, rows int) []uint64 {
	out.Make(t, rows)
	for _, arg := range args {
		switch {
		case arg.Valid == nil:
		case arg.Form == vec.Const:
			if arg.IsNull(0) {
				return out.MakeValid(false)
			}
		case out.Valid == nil:
			copy(out.MakeValid(true), arg.Valid[:vec.Words(rows)])
		default:
			simd.And(out.Valid, out.Valid, arg.Valid[:vec.Words(rows)])
		}
	}
	return out.Valid
}

// eachInt computes rows of one of the types that are int64s inside. Functions of rows are not called for
// null rows, whose data means nothing.
func eachInt(out *vec.Vector, t vec.Type, args []*vec.Vector, rows int, f func(i int) (int64, error)) error {
	valid := begin(out, t, args, rows)
	for i := range rows {
		if valid != nil && !vec.Bit(valid, i) {
			out.I64[i] = 0
			continue
		}
		n, err := f(i)
		if err != nil {
			if err != errNull {
				return err
			}
			out.SetNull(i)
			n = 0
		}
		out.I64[i] = n
	}
	return nil
}

// eachFloat computes floats.
func eachFloat(out *vec.Vector, args []*vec.Vector, rows int, f func(i int) (float64, error)) error {
	valid := begin(out, vec.Float, args, rows)
	for i := range rows {
		if valid != nil && !vec.Bit(valid, i) {
			out.F64[i] = 0
			continue
		}
		x, err := f(i)
		if err != nil {
			if err != errNull {
				return err
			}
			out.SetNull(i)
			x = 0
		}
		out.F64[i] = x
	}
	return nil
}

// eachBool computes bools.
func eachBool(out *vec.Vector, args []*vec.Vector, rows int, f func(i int) (bool, error)) error {
	valid := begin(out, vec.Bool, args, rows)
	clear(out.Bits)
	for i := range rows {
		if valid != nil && !vec.Bit(valid, i) {
			continue
		}
		b, err := f(i)
		switch {
		case err == errNull:
			out.SetNull(i)
		case err != nil:
			return err
		case b:
			vec.SetBit(out.Bits, i, true)
		}
	}
	return nil
}

// eachText computes strings, bytes, or encoded arrays or objects; f appends the row's content to dst.
func eachText(out *vec.Vector, t vec.Type, args []*vec.Vector, rows int, f func(dst []byte, i int) ([]byte, error)) error {
	valid := begin(out, t, args, rows)
	for i := range rows {
		if valid == nil || vec.Bit(valid, i) {
			data, err := f(out.Data, i)
			if err == nil {
				out.Data = data
			} else {
				if err != errNull {
					return err
				}
				out.SetNull(i)
			}
			if len(out.Data) > maxColumnBytes {
				return errTooLarge
			}
		}
		out.Offsets[i+1] = uint32(len(out.Data))
	}
	return nil
}

// maxColumnBytes bounds what one call makes of one batch: offsets have 32 bits, and one call should not
// take a query's whole memory.
const maxColumnBytes = 1 << 30

var errTooLarge = errors.New("the results of one batch are larger than 1 GiB")

// eachValue computes rows of types known only row by row; f gives the row's value, which is copied, nil
// for undefined. It is for functions that see nulls, too.
func eachValue(out *vec.Vector, rows int, f func(i int) (vec.Value, error)) error {
	out.Reset(vec.Null)
	for i := range rows {
		value, err := f(i)
		if err != nil {
			return err
		}
		out.Append(value)
	}
	return nil
}

// different says that values of two types cannot be ranked with each other.
func different(t, u vec.Type) error {
	return fmt.Errorf("cannot compare %s with %s", t, u)
}

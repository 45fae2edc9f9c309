package column

import (
	"fmt"
	"math"

	"github.com/outcropdb/outcrop/vec"
)

// maxNesting bounds the levels of a constant array, more than documents may have.
const maxNesting = 10_000

// constantValues is constant: one value, encoded, behind its length.
type constantValues struct {
	flat, all *vec.Vector // the value once as a Flat vector, and as a Const one
}

func sizeConstant(v *study) int {
	if v.distinct == nil || len(v.distinct.rows) != 1 {
		return math.MaxInt
	}
	return 0
}

func writeConstant(dst []byte, v *study) []byte {
	var value vec.Value
	switch v.Kind.Layout() {
	case vec.Bitmap:
		value = vec.BoolValue(v.Bools[0])
	case vec.Int64s:
		value = vec.IntValue(v.Kind, v.Ints[0])
	case vec.Float64:
		value = vec.FloatValue(v.Floats[0])
	default:
		if value = v.content(0); v.Kind != vec.Array {
			value = vec.AppendContent(nil, v.Kind, v.content(0))
		}
	}
	return appendPadded(appendWord(dst, uint64(len(value))), value)
}

func openConstant(c *cursor, t vec.Type, count int) (values, error) {
	value := vec.Value(c.bytes(int(c.word())))
	if err := vec.Check(value, maxNesting); err != nil {
		return nil, err
	}
	if value.Type() != t || !hasData(t) {
		return nil, fmt.Errorf("constant of type %s, want %s", value.Type(), t)
	}
	v := &constantValues{flat: new(vec.Vector), all: vec.NewConst(value, count)}
	v.flat.Append(value)
	return v, nil
}

func (v *constantValues) read(out *vec.Vector, from, to int) error {
	out.Slice(v.all, from, to)
	return nil
}

func (v *constantValues) gather(out *vec.Vector, ranks []uint32) error {
	return v.read(out, 0, len(ranks))
}

func (v *constantValues) overlaps(spans []vec.Span, _, _ int) bool {
	for _, s := range spans {
		if low, high := v.flat.Within(s); low < high {
			return true
		}
	}
	return false
}

func (v *constantValues) terms() *vec.Vector { return v.flat }

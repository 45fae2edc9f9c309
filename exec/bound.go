package exec

import (
	"slices"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// bound is the last first-key that a top-k still wants: rows beyond it are left out before they are copied.
type bound struct {
	typ        vec.Type
	descending bool
	nulls      bool // rows whose key is null come before the bound
	i64        int64
	f64        float64
	bits       []uint64
}

// newBound is that of a full, sorted run; nil when its last key is of no type that kernels compare.
func newBound(r *run) *bound {
	key, last := r.keys[0], int(r.order[r.rows-1].row)
	b := &bound{typ: key.Type, descending: r.fields[0].Descending, nulls: r.fields[0].NullsFirst}
	switch layout := key.Type.Layout(); {
	case key.IsNull(last):
		return nil
	case layout == vec.Int64s:
		b.i64 = key.I64[last]
	case layout == vec.Float64:
		b.f64 = key.F64[last]
	default:
		return nil
	}
	return b
}

// mask has the rows that the top-k may want; nil: it cannot tell.
func (b *bound) mask(key *vec.Vector) []uint64 {
	if key.Type != b.typ || key.Form != vec.Flat {
		return nil
	}
	words := vec.Words(key.Rows)
	b.bits = slices.Grow(b.bits[:0], words)[:words]
	op := simd.LessEqual
	if b.descending {
		op = simd.GreaterEqual
	}
	if b.typ == vec.Float {
		simd.CompareFloat64(b.bits, op, key.F64, b.f64)
	} else {
		simd.CompareInt64(b.bits, op, key.I64, b.i64)
	}
	if key.Valid != nil {
		simd.And(b.bits, b.bits, key.Valid[:words])
		if b.nulls {
			for i := range b.bits {
				b.bits[i] |= ^key.Valid[i]
			}
			if tail := key.Rows & 63; tail != 0 {
				b.bits[words-1] &= 1<<tail - 1
			}
		}
	}
	return b.bits
}

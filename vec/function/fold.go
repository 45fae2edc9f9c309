package function

import "github.com/outcropdb/outcrop/vec"

// allOrAny is BOOL_AND and BOOL_OR.
type allOrAny struct {
	and     bool
	states  []uint8 // 0: no value yet; else 1 + the answer so far
	scratch vec.Vector
}

func (b *allOrAny) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	b.states = grow(b.states, numGroups)
	v := args[0]
	if v.Type != vec.Bool {
		if err := notBool(v, rows); err != nil || v.Type.IsNull() {
			return err
		}
		return b.Update(groups, numGroups, []*vec.Vector{onlyBools(v, rows)}, rows)
	}
	v = flat(v, &b.scratch)
	for i := range rows {
		if !v.IsNull(i) {
			b.take(groupOf(groups, i), vec.Bit(v.Bits, i))
		}
	}
	return nil
}

// onlyBools is v, whose values are all bools, as a vector of bools.
func onlyBools(v *vec.Vector, rows int) *vec.Vector {
	out := new(vec.Vector)
	out.Reset(vec.Bool)
	for i := range rows {
		out.Append(v.Value(i))
	}
	return out
}

func (b *allOrAny) take(g int, x bool) {
	if b.states[g] == 0 || x != b.and {
		b.states[g] = 1 + uint8(b2i(x))
	}
}

func (b *allOrAny) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	b.states = grow(b.states, numGroups)
	for g, state := range other.(*allOrAny).states {
		if to, ok := mapped(mapping, g); ok && state > 0 {
			b.take(to, state == 2)
		}
	}
	return nil
}

func (b *allOrAny) Result(out *vec.Vector, from, to int) error {
	b.states = grow(b.states, to)
	return eachBool(out, nil, to-from, func(i int) (bool, error) {
		state := b.states[from+i]
		if state == 0 {
			return false, errNull
		}
		return state == 2, nil
	})
}

func (b *allOrAny) Bytes() int { return cap(b.states) + b.scratch.Bytes() }

type foldOp uint8

const (
	foldAnd foldOp = iota
	foldOr
	foldXor
)

// bitFold is BITWISE_AND_AGG and its like.
type bitFold struct {
	op     foldOp
	states []int64
	seen   []bool
}

func (b *bitFold) grow(groups int) { b.states, b.seen = grow(b.states, groups), grow(b.seen, groups) }

func (b *bitFold) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	b.grow(numGroups)
	v := args[0]
	for i := range rows {
		if v.IsNull(i) {
			continue
		}
		part, at := leaf(v, i)
		if part.Type != vec.Int {
			return wrongType(0, part.Type, integer)
		}
		b.take(groupOf(groups, i), part.I64[at])
	}
	return nil
}

func (b *bitFold) take(g int, x int64) {
	switch {
	case !b.seen[g]:
		b.states[g], b.seen[g] = x, true
	case b.op == foldAnd:
		b.states[g] &= x
	case b.op == foldOr:
		b.states[g] |= x
	default:
		b.states[g] ^= x
	}
}

func (b *bitFold) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	o := other.(*bitFold)
	b.grow(numGroups)
	for g, x := range o.states {
		if to, ok := mapped(mapping, g); ok && o.seen[g] {
			b.take(to, x)
		}
	}
	return nil
}

func (b *bitFold) Result(out *vec.Vector, from, to int) error {
	b.grow(to)
	return eachInt(out, vec.Int, nil, to-from, func(i int) (int64, error) {
		if !b.seen[from+i] {
			return 0, errNull
		}
		return b.states[from+i], nil
	})
}

func (b *bitFold) Bytes() int { return 8*cap(b.states) + cap(b.seen) }

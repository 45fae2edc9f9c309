package function

import (
	"bytes"
	"cmp"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// extremum is MIN and MAX, in vec.Compare's order. As long as all values are of one type of numbers, dates
// or times, they are kept as such.
type extremum struct {
	want    int      // how a better value compares with the one before
	t       vec.Type // of ints or floats; Undefined before the first value, Dynamic when slots are used
	groups  int
	ints    []int64
	floats  []float64
	seen    []bool // by group: ints or floats have a value
	slots   slots
	scratch vec.Vector
}

func (e *extremum) grow(groups int) {
	e.groups = max(e.groups, groups)
	switch e.t.Layout() {
	case vec.Int64s:
		e.ints, e.seen = grow(e.ints, e.groups), grow(e.seen, e.groups)
	case vec.Float64:
		e.floats, e.seen = grow(e.floats, e.groups), grow(e.seen, e.groups)
	case vec.Union:
		e.slots.grow(e.groups)
	}
}

// become makes the states fit for values of type t.
func (e *extremum) become(t vec.Type) {
	switch layout := t.Layout(); {
	case e.t == t || e.t == vec.Dynamic:
		return
	case e.t == vec.Undefined && (layout == vec.Int64s || layout == vec.Float64):
		e.t = t
	default:
		before := e.t
		e.t = vec.Dynamic
		e.slots.grow(e.groups)
		for g, seen := range e.seen {
			switch {
			case !seen:
			case before == vec.Float:
				e.slots.set(g, vec.FloatValue(e.floats[g]))
			default:
				e.slots.set(g, vec.IntValue(before, e.ints[g]))
			}
		}
		e.ints, e.floats, e.seen = nil, nil, nil
	}
	e.grow(e.groups)
}

func (e *extremum) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	e.grow(numGroups)
	v := args[0]
	if v.Type.IsNull() || !someValue(v, rows) {
		return nil
	}
	e.become(v.Type)
	switch e.t.Layout() {
	case vec.Int64s:
		v = flat(v, &e.scratch)
		e.takeInts(groups, v.I64[:rows], v.Valid)
	case vec.Float64:
		v = flat(v, &e.scratch)
		e.takeFloats(groups, v.F64[:rows], v.Valid)
	default:
		if groups == nil && (v.Type == vec.String || v.Type == vec.Bytes) {
			e.takeRow(0, v, e.bestRow(v, rows))
			return nil
		}
		for i := range rows {
			if !v.IsNull(i) {
				e.takeRow(groupOf(groups, i), v, i)
			}
		}
	}
	return nil
}

// bestRow is the row of v, contents of which one at least is not null, that no other is better than.
func (e *extremum) bestRow(v *vec.Vector, rows int) int {
	best, content, at := -1, []byte(nil), -1
	for i := range rows {
		if v.IsNull(i) || v.At(i) == at && best >= 0 {
			continue
		}
		if c := v.Content(i); best < 0 || bytes.Compare(c, content) == e.want {
			best, content, at = i, c, v.At(i)
		}
	}
	return best
}

func (e *extremum) takeRow(g int, v *vec.Vector, i int) {
	if !e.slots.has(g) || e.better(e.slots.compareRow(v, i, g), v.TypeAt(i), e.slots.get(g).Type()) {
		e.slots.setRow(g, v, i)
	}
}

// better tells whether a value of type t replaces one of type u with which it compares as c. Of an int and an
// equal float the int stays, whichever came first.
func (e *extremum) better(c int, t, u vec.Type) bool { return c == e.want || c == 0 && t < u }

func (e *extremum) takeInts(groups []uint32, x []int64, valid []uint64) {
	if groups == nil {
		if least, most, ok := simd.MinMaxInt64(x, valid); ok {
			e.takeInt(0, least)
			e.takeInt(0, most)
		}
		return
	}
	for i, g := range groups[:len(x)] {
		if valid == nil || valid[i>>6]>>(i&63)&1 != 0 {
			e.takeInt(int(g), x[i])
		}
	}
}

func (e *extremum) takeInt(g int, x int64) {
	if before := e.ints[g]; !e.seen[g] || e.want < 0 && x < before || e.want > 0 && x > before {
		e.ints[g], e.seen[g] = x, true
	}
}

func (e *extremum) takeFloats(groups []uint32, x []float64, valid []uint64) {
	if groups == nil {
		if least, most, ok := simd.MinMaxFloat64(x, valid); ok {
			e.takeFloat(0, least)
			e.takeFloat(0, most)
		}
		return
	}
	for i, g := range groups[:len(x)] {
		if valid == nil || valid[i>>6]>>(i&63)&1 != 0 {
			e.takeFloat(int(g), x[i])
		}
	}
}

func (e *extremum) takeFloat(g int, x float64) {
	if !e.seen[g] || compareFloats(x, e.floats[g]) == e.want {
		e.floats[g], e.seen[g] = x, true
	}
}

// compareFloats has NaN greatest, as vec.Compare does.
func compareFloats(a, b float64) int {
	if a != a || b != b {
		return -cmp.Compare(b2i(a == a), b2i(b == b))
	}
	return cmp.Compare(a, b)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (e *extremum) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	o := other.(*extremum)
	e.grow(numGroups)
	if o.t == vec.Undefined {
		return nil
	}
	if e.become(o.t); e.t == vec.Dynamic {
		o.become(vec.Dynamic)
		for g := range o.slots.at {
			to, ok := mapped(mapping, g)
			if !ok || !o.slots.has(g) {
				continue
			}
			x, y := o.slots.get(g), e.slots.get(to)
			if !e.slots.has(to) || e.better(vec.Compare(x, y), x.Type(), y.Type()) {
				e.slots.set(to, x)
			}
		}
		return nil
	}
	for g, seen := range o.seen {
		switch to, ok := mapped(mapping, g); {
		case !seen || !ok:
		case e.t == vec.Float:
			e.takeFloat(to, o.floats[g])
		default:
			e.takeInt(to, o.ints[g])
		}
	}
	return nil
}

func (e *extremum) Result(out *vec.Vector, from, to int) error {
	e.grow(to)
	null := func(i int) error {
		if !e.seen[from+i] {
			return errNull
		}
		return nil
	}
	switch e.t.Layout() {
	case vec.Int64s:
		return eachInt(out, e.t, nil, to-from, func(i int) (int64, error) { return e.ints[from+i], null(i) })
	case vec.Float64:
		return eachFloat(out, nil, to-from, func(i int) (float64, error) { return e.floats[from+i], null(i) })
	case vec.Union:
		return e.slots.result(out, from, to)
	}
	out.SetNulls(to-from, false)
	return nil
}

func (e *extremum) Bytes() int {
	return 8*cap(e.ints) + 8*cap(e.floats) + cap(e.seen) + e.slots.bytes() + e.scratch.Bytes()
}

// extremumBy is MIN_BY and MAX_BY. Of rows that are equally good it keeps the first.
type extremumBy struct {
	want     int
	values   slots
	measures slots
}

func (e *extremumBy) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	e.values.grow(numGroups)
	e.measures.grow(numGroups)
	x, y := args[0], args[1]
	for i := range rows {
		if y.IsNull(i) {
			continue
		}
		g := groupOf(groups, i)
		if !e.measures.has(g) || e.measures.compareRow(y, i, g) == e.want {
			e.measures.setRow(g, y, i)
			e.values.setRow(g, x, i)
		}
	}
	return nil
}

func (e *extremumBy) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	o := other.(*extremumBy)
	e.values.grow(numGroups)
	e.measures.grow(numGroups)
	for g := range o.measures.at {
		to, ok := mapped(mapping, g)
		if ok && o.measures.has(g) && (!e.measures.has(to) || vec.Compare(o.measures.get(g), e.measures.get(to)) == e.want) {
			e.measures.set(to, o.measures.get(g))
			e.values.set(to, o.values.get(g))
		}
	}
	return nil
}

func (e *extremumBy) Result(out *vec.Vector, from, to int) error {
	return e.values.result(out, from, to)
}

func (e *extremumBy) Bytes() int { return e.values.bytes() + e.measures.bytes() }

// arbitrary keeps the first value it meets.
type arbitrary struct{ values slots }

func (a *arbitrary) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	a.values.grow(numGroups)
	v := args[0]
	for i := range rows {
		if g := groupOf(groups, i); !a.values.has(g) && !v.IsNull(i) {
			a.values.setRow(g, v, i)
		}
	}
	return nil
}

func (a *arbitrary) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	o := other.(*arbitrary)
	a.values.grow(numGroups)
	for g := range o.values.at {
		if to, ok := mapped(mapping, g); ok && o.values.has(g) && !a.values.has(to) {
			a.values.set(to, o.values.get(g))
		}
	}
	return nil
}

func (a *arbitrary) Result(out *vec.Vector, from, to int) error {
	return a.values.result(out, from, to)
}

func (a *arbitrary) Bytes() int { return a.values.bytes() }

package function

import (
	"fmt"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// count is COUNT(*) and COUNT(x).
type count struct{ counts []int64 }

func (c *count) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	c.counts = grow(c.counts, numGroups)
	var valid []uint64
	if len(args) > 0 {
		switch v := args[0]; {
		case v.Type.IsNull() || v.Form == vec.Const && rows > 0 && v.IsNull(0):
			return nil
		case v.Form != vec.Const:
			valid = v.Valid
		}
	}
	switch {
	case groups == nil && valid == nil:
		c.counts[0] += int64(rows)
	case groups == nil:
		c.counts[0] += int64(simd.Count(valid, rows))
	case valid == nil:
		for _, g := range groups[:rows] {
			c.counts[g]++
		}
	default:
		for i, g := range groups[:rows] {
			c.counts[g] += int64(valid[i>>6] >> (i & 63) & 1)
		}
	}
	return nil
}

func (c *count) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	c.counts = grow(c.counts, numGroups)
	for g, n := range other.(*count).counts {
		if to, ok := mapped(mapping, g); ok {
			c.counts[to] += n
		}
	}
	return nil
}

func (c *count) Result(out *vec.Vector, from, to int) error {
	c.counts = grow(c.counts, to)
	out.Make(vec.Int, to-from)
	copy(out.I64, c.counts[from:to])
	return nil
}

func (c *count) Bytes() int { return 8 * cap(c.counts) }

// countIf counts the rows that are true.
type countIf struct {
	count
	scratch vec.Vector
}

func (c *countIf) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	c.counts = grow(c.counts, numGroups)
	v := args[0]
	if v.Type != vec.Bool {
		return notBool(v, rows)
	}
	v = flat(v, &c.scratch)
	for i := range rows {
		if vec.Bit(v.Bits, i) && !v.IsNull(i) {
			c.counts[groupOf(groups, i)]++
		}
	}
	return nil
}

// notBool is the error for the first value of v that is no bool; nil when there is none.
func notBool(v *vec.Vector, rows int) error {
	for i := range rows {
		if t := v.TypeAt(i); !t.IsNull() && t != vec.Bool {
			return wrongType(0, t, boolean)
		}
	}
	return nil
}

func (c *countIf) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	return c.count.Merge(&other.(*countIf).count, mapping, numGroups)
}

// sum is SUM and AVG. Ints are added exactly, so that whether a sum is out of range does not depend on
// their order; a group with a float in it answers with a float.
type sum struct {
	average bool
	ints    []intSum
	floats  []floatSum // nil while there are no floats
	scratch vec.Vector
}

type intSum struct {
	total simd.Int128
	count int64
}

type floatSum struct {
	total float64
	count int64
}

func (s *sum) grow(groups int) {
	s.ints = grow(s.ints, groups)
	if s.floats != nil {
		s.floats = grow(s.floats, groups)
	}
}

func (s *sum) needFloats() {
	if s.floats == nil {
		s.floats = make([]floatSum, len(s.ints))
	}
}

func (s *sum) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	s.grow(numGroups)
	switch v := args[0]; v.Type {
	case vec.Null, vec.Undefined:
	case vec.Int:
		v = flat(v, &s.scratch)
		s.addInts(groups, v.I64[:rows], v.Valid)
	case vec.Float:
		s.needFloats()
		v = flat(v, &s.scratch)
		s.addFloats(groups, v.F64[:rows], v.Valid)
	case vec.Dynamic:
		return s.addDynamic(groups, v, rows)
	default:
		if someValue(v, rows) {
			return wrongType(0, v.Type, number)
		}
	}
	return nil
}

func (s *sum) addInts(groups []uint32, x []int64, valid []uint64) {
	switch {
	case groups == nil:
		one := &s.ints[0]
		one.total = one.total.Add(simd.SumInt64(x, valid))
		one.count += int64(countValid(valid, len(x)))
	case valid == nil:
		for i, g := range groups[:len(x)] {
			one := &s.ints[g]
			one.total = one.total.AddInt64(x[i])
			one.count++
		}
	default:
		for i, g := range groups[:len(x)] {
			if valid[i>>6]>>(i&63)&1 != 0 {
				one := &s.ints[g]
				one.total = one.total.AddInt64(x[i])
				one.count++
			}
		}
	}
}

func countValid(valid []uint64, rows int) int {
	if valid == nil {
		return rows
	}
	return simd.Count(valid, rows)
}

func (s *sum) addFloats(groups []uint32, x []float64, valid []uint64) {
	switch {
	case groups == nil:
		s.floats[0].total += simd.SumFloat64(x, valid)
		s.floats[0].count += int64(countValid(valid, len(x)))
	case valid == nil:
		for i, g := range groups[:len(x)] {
			one := &s.floats[g]
			one.total += x[i]
			one.count++
		}
	default:
		for i, g := range groups[:len(x)] {
			if valid[i>>6]>>(i&63)&1 != 0 {
				one := &s.floats[g]
				one.total += x[i]
				one.count++
			}
		}
	}
}

func (s *sum) addDynamic(groups []uint32, v *vec.Vector, rows int) error {
	s.needFloats()
	for i := range rows {
		if v.IsNull(i) {
			continue
		}
		g := groupOf(groups, i)
		switch part, at := leaf(v, i); part.Type {
		case vec.Int:
			s.ints[g].total = s.ints[g].total.AddInt64(part.I64[at])
			s.ints[g].count++
		case vec.Float:
			s.floats[g].total += part.F64[at]
			s.floats[g].count++
		default:
			return wrongType(0, part.Type, number)
		}
	}
	return nil
}

func (s *sum) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	o := other.(*sum)
	s.grow(numGroups)
	for g, x := range o.ints {
		if to, ok := mapped(mapping, g); ok {
			one := &s.ints[to]
			one.total = one.total.Add(x.total)
			one.count += x.count
		}
	}
	if o.floats != nil {
		s.needFloats()
	}
	for g, x := range o.floats {
		if to, ok := mapped(mapping, g); ok {
			one := &s.floats[to]
			one.total += x.total
			one.count += x.count
		}
	}
	return nil
}

func (s *sum) Result(out *vec.Vector, from, to int) error {
	s.grow(to)
	rows := to - from
	if s.average {
		return eachFloat(out, nil, rows, func(i int) (float64, error) {
			ints, floats := s.of(from + i)
			if ints.count+floats.count == 0 {
				return 0, errNull
			}
			return (ints.total.Float64() + floats.total) / float64(ints.count+floats.count), nil
		})
	}
	if s.floats == nil {
		return eachInt(out, vec.Int, nil, rows, func(i int) (int64, error) { return s.int(from + i) })
	}
	return eachValue(out, rows, func(i int) (vec.Value, error) {
		ints, floats := s.of(from + i)
		if floats.count > 0 {
			return vec.FloatValue(ints.total.Float64() + floats.total), nil
		}
		n, err := s.int(from + i)
		if err == errNull {
			return vec.NullValue(), nil
		}
		return vec.IntValue(vec.Int, n), err
	})
}

func (s *sum) of(g int) (ints intSum, floats floatSum) {
	if s.floats != nil {
		floats = s.floats[g]
	}
	return s.ints[g], floats
}

// int is group g's sum, of ints alone.
func (s *sum) int(g int) (int64, error) {
	if s.ints[g].count == 0 {
		return 0, errNull
	}
	n, ok := s.ints[g].total.Int64()
	if !ok {
		return 0, fmt.Errorf("a sum of %d ints is %w; cast them to float", s.ints[g].count, errRange)
	}
	return n, nil
}

func (s *sum) Bytes() int { return 24*cap(s.ints) + 16*cap(s.floats) + s.scratch.Bytes() }

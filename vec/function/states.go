package function

import (
	"bytes"

	"github.com/outcropdb/outcrop/vec"
)

// grow gives a column of states n groups; new states are zero.
func grow[T any](states []T, n int) []T {
	if n <= len(states) {
		return states
	}
	if n > cap(states) { // twofold: append would copy large states four times as often
		grown := make([]T, n, max(n, 2*cap(states)))
		copy(grown, states)
		return grown
	}
	return append(states, make([]T, n-len(states))...)
}

// Skip stands in a mapping for a group that is left out.
const Skip = ^uint32(0)

// mapped is the group of ours that group g of another's is; ok is false if that is left out.
func mapped(mapping []uint32, g int) (to int, ok bool) {
	if mapping == nil {
		return g, true
	}
	return int(mapping[g]), mapping[g] != Skip
}

// mappedRows is mapped for states that keep rows: the rows of args, each of a group, that are not left out. The
// groups are a copy unless there is no mapping.
func mappedRows(mapping, groups []uint32, args []*vec.Vector) ([]uint32, []*vec.Vector) {
	if mapping == nil {
		return groups, args
	}
	rows, to := make([]uint32, 0, len(groups)), make([]uint32, 0, len(groups))
	for i, g := range groups {
		if mapping[g] != Skip {
			rows, to = append(rows, uint32(i)), append(to, mapping[g])
		}
	}
	if len(rows) == len(groups) {
		return to, args
	}
	some := make([]*vec.Vector, len(args))
	for k, arg := range args {
		some[k] = &vec.Vector{}
		some[k].Take(arg, rows)
	}
	return to, some
}

// groupOf is row i's group.
func groupOf(groups []uint32, i int) int {
	if groups == nil {
		return 0
	}
	return int(groups[i])
}

// flat is v, or if it is Const or a Dict a copy of it in scratch.
func flat(v, scratch *vec.Vector) *vec.Vector {
	if v.Form == vec.Flat {
		return v
	}
	scratch.Flatten(v)
	return scratch
}

// someValue tells whether one of v's rows is not null.
func someValue(v *vec.Vector, rows int) bool {
	for i := range rows {
		if !v.IsNull(i) {
			return true
		}
	}
	return false
}

// slots hold an encoded value per group, in one piece of memory. A group's first value is set once it has one.
type slots struct {
	at      []slot
	data    []byte
	live    int // bytes of data in use
	scratch []byte
}

type slot struct {
	start int
	size  int // 0: no value yet
}

func (s *slots) grow(groups int) { s.at = grow(s.at, groups) }

func (s *slots) has(g int) bool { return s.at[g].size > 0 }

// get is group g's value, undefined if it has none. It is good until the next set.
func (s *slots) get(g int) vec.Value {
	at := s.at[g]
	return s.data[at.start : at.start+at.size]
}

// garbageBytes that slots put up with, however little is in use.
const garbageBytes = 64 << 10

// setRow makes row i of v, null or not, group g's value.
func (s *slots) setRow(g int, v *vec.Vector, i int) {
	s.scratch = v.AppendValue(s.scratch[:0], i)
	s.set(g, s.scratch)
}

// set makes a copy of value group g's.
func (s *slots) set(g int, value vec.Value) {
	if value == nil {
		value = undefined
	}
	at := &s.at[g]
	s.live += len(value) - at.size
	if at.size >= len(value) {
		at.size = copy(s.data[at.start:], value)
		return
	}
	at.start, at.size = len(s.data), len(value)
	s.data = append(s.data, value...)
	if len(s.data) > 2*s.live+garbageBytes {
		s.compact()
	}
}

var undefined = vec.Value{byte(vec.Undefined)}

func (s *slots) compact() {
	data := make([]byte, 0, 2*s.live)
	for g := range s.at {
		at := &s.at[g]
		start := len(data)
		data = append(data, s.data[at.start:at.start+at.size]...)
		at.start = start
	}
	s.data = data
}

// compareRow compares row i of v, not null, with group g's value, as vec.Compare does.
func (s *slots) compareRow(v *vec.Vector, i, g int) int {
	part, at := leaf(v, i)
	value := s.get(g)
	if t := part.Type; t == value.Type() {
		switch {
		case t == vec.String:
			return bytes.Compare(part.Content(at), value.Content())
		case t == vec.Array || t == vec.Object:
			return vec.Compare(part.Content(at), value)
		}
	}
	s.scratch = part.AppendValue(s.scratch[:0], at)
	return vec.Compare(s.scratch, value)
}

func (s *slots) bytes() int { return 16*cap(s.at) + cap(s.data) + cap(s.scratch) }

// result writes the values of groups; of those without one, null.
func (s *slots) result(out *vec.Vector, from, to int) error {
	s.grow(to)
	return eachValue(out, to-from, func(i int) (vec.Value, error) {
		if !s.has(from + i) {
			return vec.NullValue(), nil
		}
		return s.get(from + i), nil
	})
}

package hashtable

import (
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// intTable has keys of one column of one Int64s type: open addressing with linear probing, keys inline.
type intTable struct {
	typ       vec.Type
	slots     []intSlot // a power of two of them
	used      int       // slots in use
	values    []int64   // by group
	nullGroup uint32
}

// intSlot is 16 bytes: four to a cache line.
type intSlot struct {
	key   int64
	group uint32 // plus 1; 0: empty
}

func newIntTable(t vec.Type, room int) *intTable {
	table := &intTable{typ: t, nullGroup: NotFound}
	table.resize(grown(firstSlots, room))
	return table
}

func (t *intTable) len() int     { return len(t.values) }
func (t *intTable) bytes() int64 { return int64(len(t.slots))*16 + int64(cap(t.values))*8 }

// takes tells whether keys of v fit in the table as they are.
func (t *intTable) takes(v *vec.Vector) bool { return v.Type == t.typ || v.Type == vec.Null }

// mix spreads a key over 64 bits: two rounds of multiply and fold (after wyhash's mix, public domain).
func mix(key int64) uint64 {
	h := uint64(key) * 0x9E3779B97F4A7C15
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}

func (t *intTable) resize(n int) {
	old := t.slots
	t.slots = make([]intSlot, n)
	t.values = slices.Grow(t.values, n/2-len(t.values))
	mask := uint64(n - 1)
	for _, s := range old {
		if s.group == 0 {
			continue
		}
		at := mix(s.key) & mask
		for t.slots[at].group != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = s
	}
}

func (t *intTable) insert(groups []uint32, v *vec.Vector, rows int, scratch *finderScratch) {
	if n := grown(len(t.slots), t.used+rows); n > len(t.slots) {
		t.resize(n)
	}
	if v.Form == vec.Const || v.Type == vec.Null {
		group := t.null
		if !v.IsNull(0) {
			group = func() uint32 { return t.insertOne(v.I64[0]) }
		}
		g := group()
		for i := range groups[:rows] {
			groups[i] = g
		}
		return
	}
	hashes := scratch.sized(rows)
	for i, key := range v.I64[:rows] {
		hashes[i] = mix(key)
	}
	mask := uint64(len(t.slots) - 1)
	for i, key := range v.I64[:rows] {
		if v.Valid != nil && v.Valid[i>>6]>>(i&63)&1 == 0 {
			groups[i] = t.null()
			continue
		}
		at := hashes[i] & mask
		for {
			s := &t.slots[at]
			if s.group == 0 {
				*s = intSlot{key, t.add(key) + 1}
				t.used++
			}
			if s.key == key {
				groups[i] = s.group - 1
				break
			}
			at = (at + 1) & mask
		}
	}
}

func (t *intTable) insertOne(key int64) uint32 {
	mask := uint64(len(t.slots) - 1)
	for at := mix(key) & mask; ; at = (at + 1) & mask {
		s := &t.slots[at]
		if s.group == 0 {
			*s = intSlot{key, t.add(key) + 1}
			t.used++
		}
		if s.key == key {
			return s.group - 1
		}
	}
}

func (t *intTable) add(key int64) uint32 {
	t.values = append(t.values, key)
	return uint32(len(t.values) - 1)
}

func (t *intTable) null() uint32 {
	if t.nullGroup == NotFound {
		t.nullGroup = t.add(0)
	}
	return t.nullGroup
}

func (t *intTable) find(groups []uint32, v *vec.Vector, rows int, scratch *finderScratch) {
	if v.Form == vec.Const || v.Type == vec.Null {
		g := t.nullGroup
		if !v.IsNull(0) {
			g = t.findOne(v.I64[0])
		}
		for i := range groups[:rows] {
			groups[i] = g
		}
		return
	}
	hashes := scratch.sized(rows)
	for i, key := range v.I64[:rows] {
		hashes[i] = mix(key)
	}
	mask := uint64(len(t.slots) - 1)
	for i, key := range v.I64[:rows] {
		if v.Valid != nil && v.Valid[i>>6]>>(i&63)&1 == 0 {
			groups[i] = t.nullGroup
			continue
		}
		at := hashes[i] & mask
		for t.slots[at].group != 0 && t.slots[at].key != key {
			at = (at + 1) & mask
		}
		groups[i] = t.slots[at].group - 1 // NotFound of an empty one
	}
}

func (t *intTable) findOne(key int64) uint32 {
	mask := uint64(len(t.slots) - 1)
	at := mix(key) & mask
	for t.slots[at].group != 0 && t.slots[at].key != key {
		at = (at + 1) & mask
	}
	return t.slots[at].group - 1 // NotFound of an empty one
}

// findAny finds keys of any type: those of another type than the table's are equal only as numbers.
func (t *intTable) findAny(groups []uint32, v *vec.Vector, rows int) {
	for i := range rows {
		switch value := v.Value(i); {
		case value.IsNull():
			groups[i] = t.nullGroup
		case value.Type() == t.typ:
			groups[i] = t.findOne(value.Int())
		case value.Type() == vec.Float && t.typ == vec.Int && isInt(value.Float()):
			groups[i] = t.findOne(int64(value.Float()))
		default:
			groups[i] = NotFound
		}
	}
}

// isInt tells floats that are equal to some int64.
func isInt(f float64) bool { return f == math.Trunc(f) && f >= -1<<63 && f < 1<<63 }

func (t *intTable) keys(out *vec.Vector, from, to int) {
	out.Reset(t.typ)
	out.I64 = append(out.I64, t.values[from:to]...)
	out.Rows = to - from
	if n := int(t.nullGroup); t.nullGroup != NotFound && from <= n && n < to {
		for range vec.Words(out.Rows) {
			out.Valid = append(out.Valid, ^uint64(0))
		}
		out.Valid[(n-from)>>6] &^= 1 << ((n - from) & 63)
	}
}

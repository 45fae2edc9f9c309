package hashtable

import (
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// maxCachedDict is the largest dictionary whose codes' groups are remembered, in values.
const maxCachedDict = 1 << 20

// dictCache remembers the group of each code of the dictionary that was seen last: a key column in
// dictionary form costs one array read a row.
type dictCache struct {
	values *vec.Vector
	groups []uint32 // by code; NotFound: not asked for yet
	null   uint32
	fresh  []uint32
	found  []uint32
	key    vec.Vector
}

func (t *Table) insertDict(groups []uint32, key *vec.Vector, rows int) error {
	c := &t.dict
	if c.values != key.Values {
		c.values, c.null = key.Values, NotFound
		c.groups = slices.Grow(c.groups[:0], key.Values.Rows)[:key.Values.Rows]
		for i := range c.groups {
			c.groups[i] = NotFound
		}
	}
	c.fresh = c.fresh[:0]
	nulls := key.Valid != nil
	for i, code := range key.Codes[:rows] {
		if nulls && key.Valid[i>>6]>>(i&63)&1 == 0 {
			continue
		}
		if c.groups[code] == NotFound {
			c.groups[code] = 0 // asked for
			c.fresh = append(c.fresh, code)
		}
	}
	if len(c.fresh) > 0 {
		c.key.Take(key.Values, c.fresh)
		c.found = slices.Grow(c.found[:0], len(c.fresh))[:len(c.fresh)]
		if err := t.insert(c.found, []*vec.Vector{&c.key}, len(c.fresh)); err != nil {
			return err
		}
		for i, code := range c.fresh {
			c.groups[code] = c.found[i]
		}
	}
	if !nulls {
		for i, code := range key.Codes[:rows] {
			groups[i] = c.groups[code]
		}
		return nil
	}
	for i, code := range key.Codes[:rows] {
		if key.Valid[i>>6]>>(i&63)&1 != 0 {
			groups[i] = c.groups[code]
			continue
		}
		if c.null == NotFound {
			c.key.SetNulls(1, false)
			var one [1]uint32
			if err := t.insert(one[:], []*vec.Vector{&c.key}, 1); err != nil {
				return err
			}
			c.null = one[0]
		}
		groups[i] = c.null
	}
	return nil
}

// foundDict remembers the group of each code, as dictCache does, for a Finder.
type foundDict struct {
	values *vec.Vector
	groups []uint32 // by code; notAsked: not looked up yet
	fresh  []uint32
	found  []uint32
	key    vec.Vector
}

// notAsked is no group's number, and not NotFound.
const notAsked = NotFound - 1

func (f *Finder) findDict(groups []uint32, key *vec.Vector, rows int) {
	c := &f.dict
	if c.values != key.Values {
		c.values = key.Values
		c.groups = slices.Grow(c.groups[:0], key.Values.Rows)[:key.Values.Rows]
		for i := range c.groups {
			c.groups[i] = notAsked
		}
	}
	c.fresh = c.fresh[:0]
	for i, code := range key.Codes[:rows] {
		if !key.IsNull(i) && c.groups[code] == notAsked {
			c.groups[code] = NotFound // until it is looked up
			c.fresh = append(c.fresh, code)
		}
	}
	if len(c.fresh) > 0 {
		c.key.Take(key.Values, c.fresh)
		c.found = slices.Grow(c.found[:0], len(c.fresh))[:len(c.fresh)]
		f.find(c.found, []*vec.Vector{&c.key}, len(c.fresh))
		for i, code := range c.fresh {
			c.groups[code] = c.found[i]
		}
	}
	null := NotFound
	if key.Valid != nil {
		c.key.SetNulls(1, false)
		var one [1]uint32
		f.find(one[:], []*vec.Vector{&c.key}, 1)
		null = one[0]
	}
	for i, code := range key.Codes[:rows] {
		if key.IsNull(i) {
			groups[i] = null
		} else {
			groups[i] = c.groups[code]
		}
	}
}

// Package hashtable gives equal keys equal, dense group numbers: 0, 1, 2 ... in the order in which the
// keys were first seen. Aggregates, joins and DISTINCT use it.
//
// Keys are equal as in GROUP BY: null and undefined are one key, int and float are compared by number.
package hashtable

import (
	"errors"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// ErrContent is Insert's error when the distinct keys of one column are too large for a vector. The table is
// of no further use.
var ErrContent = errors.New("the distinct keys of one column are larger than 4 GiB: group or join by less, or by a hash of it")

// NotFound is the group of a row whose key is not in the table.
const NotFound = ^uint32(0)

// Table maps keys of one or more columns to groups. It belongs to one worker while keys are inserted;
// once nobody inserts, each worker may use a Finder of its own.
type Table struct {
	columns int
	room    int          // keys that are expected
	ints    *intTable    // while the key is one column of one Int64s type
	several *columnTable // else
	scratch finderScratch
	dict    dictCache
}

// New makes a table for keys of some columns, at least one.
func New(columns int) *Table { return &Table{columns: columns} }

// Reserve makes room for so many keys, before the first one. Growing into it would move all keys several times.
func (t *Table) Reserve(keys int) { t.room = min(keys, maxReserved) }

// maxReserved is the most keys that room is made for: rows may be many more than their keys are.
const maxReserved = 1 << 22

// Len is the number of groups.
func (t *Table) Len() int {
	switch {
	case t.ints != nil:
		return t.ints.len()
	case t.several != nil:
		return t.several.len()
	}
	return 0
}

// Bytes is the memory held.
func (t *Table) Bytes() int64 {
	n := int64(len(t.dict.groups)) * 4
	if t.ints != nil {
		n += t.ints.bytes()
	}
	if t.several != nil {
		n += t.several.bytes()
	}
	return n
}

// Insert sets groups[i] to the group of row i's key, adding the keys that are new.
// groups has room for rows, and each key column has rows rows.
func (t *Table) Insert(groups []uint32, keys []*vec.Vector, rows int) error {
	if len(keys) == 1 && keys[0].Form == vec.Dict && keys[0].Values.Rows <= maxCachedDict {
		return t.insertDict(groups, keys[0], rows)
	}
	return t.insert(groups, keys, rows)
}

func (t *Table) insert(groups []uint32, keys []*vec.Vector, rows int) error {
	if rows == 0 {
		return nil
	}
	if t.several == nil && len(keys) == 1 && keys[0].Form != vec.Dict {
		if t.ints == nil && keys[0].Type.Layout() == vec.Int64s && t.Len() == 0 {
			t.ints = newIntTable(keys[0].Type, t.room)
		}
		if t.ints != nil && t.ints.takes(keys[0]) {
			t.ints.insert(groups, keys[0], rows, &t.scratch)
			return nil
		}
	}
	if t.several == nil {
		t.several = newColumnTable(t.columns, t.room)
		if t.ints != nil { // the keys turned out to be of several types
			if err := t.several.adopt(t.ints); err != nil {
				return err
			}
			t.ints = nil
		}
	}
	return t.several.insert(groups, keys, rows, &t.scratch)
}

// Keys sets out, one vector a key column, to the keys of groups from..to-1, which out may alias: they are good
// until the next Insert. from is a multiple of 64.
func (t *Table) Keys(out []*vec.Vector, from, to int) {
	if t.ints != nil {
		t.ints.keys(out[0], from, to)
		return
	}
	if t.several != nil {
		t.several.keys(out, from, to)
		return
	}
	for _, v := range out {
		v.Reset(vec.Null)
	}
}

// Finder looks keys up in a table that has ceased to grow. It belongs to one worker.
type Finder struct {
	table   *Table
	scratch finderScratch
	dict    foundDict
}

// Finder makes one.
func (t *Table) Finder() *Finder { return &Finder{table: t} }

// Find sets groups[i] to the group of row i's key, or NotFound.
func (f *Finder) Find(groups []uint32, keys []*vec.Vector, rows int) {
	if len(keys) == 1 && keys[0].Form == vec.Dict && 0 < keys[0].Values.Rows && keys[0].Values.Rows <= maxCachedDict {
		f.findDict(groups, keys[0], rows)
		return
	}
	f.find(groups, keys, rows)
}

func (f *Finder) find(groups []uint32, keys []*vec.Vector, rows int) {
	t := f.table
	switch {
	case t.ints != nil && keys[0].Form != vec.Dict && t.ints.takes(keys[0]):
		t.ints.find(groups, keys[0], rows, &f.scratch)
	case t.ints != nil:
		t.ints.findAny(groups, keys[0], rows)
	case t.several != nil:
		t.several.find(groups, keys, rows, &f.scratch)
	default:
		for i := range groups[:rows] {
			groups[i] = NotFound
		}
	}
}

// finderScratch is what one worker reuses from batch to batch.
type finderScratch struct {
	hashes []uint64
	rows   []uint32 // with new keys
	others []uint64 // rows that were given the group of another key
}

func (s *finderScratch) sized(rows int) []uint64 {
	s.hashes = slices.Grow(s.hashes[:0], rows)[:rows]
	return s.hashes
}

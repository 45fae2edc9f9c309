// Package hashtable gives equal keys equal, dense group numbers: 0, 1, 2 ... in the order in which the
// keys were first seen. Aggregates, joins and DISTINCT use it.
//
// Keys are equal as in GROUP BY: null and undefined are one key, int and float are compared by number.
package hashtable

import "github.com/outcropdb/outcrop/vec"

// NotFound is the group of a row whose key is not in the table.
const NotFound = ^uint32(0)

// Table maps keys of one or more columns to groups. It belongs to one worker while keys are inserted;
// once nobody inserts, each worker may use a Finder of its own.
type Table struct {
	columns int
	ints    *intTable   // while the key is one column of one Int64s type
	encoded *bytesTable // else
	scratch finderScratch
	dict    dictCache
}

// New makes a table for keys of some columns, at least one.
func New(columns int) *Table { return &Table{columns: columns} }

// Len is the number of groups.
func (t *Table) Len() int {
	switch {
	case t.ints != nil:
		return t.ints.len()
	case t.encoded != nil:
		return t.encoded.len()
	}
	return 0
}

// Bytes is the memory held.
func (t *Table) Bytes() int64 {
	n := int64(len(t.dict.groups)) * 4
	if t.ints != nil {
		n += t.ints.bytes()
	}
	if t.encoded != nil {
		n += t.encoded.bytes()
	}
	return n
}

// Insert sets groups[i] to the group of row i's key, adding the keys that are new.
// groups has room for rows, and each key column has rows rows.
func (t *Table) Insert(groups []uint32, keys []*vec.Vector, rows int) {
	if len(keys) == 1 && keys[0].Form == vec.Dict && keys[0].Values.Rows <= maxCachedDict {
		t.insertDict(groups, keys[0], rows)
		return
	}
	t.insert(groups, keys, rows)
}

func (t *Table) insert(groups []uint32, keys []*vec.Vector, rows int) {
	if rows == 0 {
		return
	}
	if t.encoded == nil && len(keys) == 1 && keys[0].Form != vec.Dict {
		if t.ints == nil && keys[0].Type.Layout() == vec.Int64s && t.Len() == 0 {
			t.ints = newIntTable(keys[0].Type)
		}
		if t.ints != nil && t.ints.takes(keys[0]) {
			t.ints.insert(groups, keys[0], rows, &t.scratch)
			return
		}
	}
	if t.encoded == nil {
		t.encoded = newBytesTable(t.columns)
		if t.ints != nil { // the keys turned out to be of several types
			t.encoded.adopt(t.ints)
			t.ints = nil
		}
	}
	t.encoded.insert(groups, keys, rows, &t.scratch)
}

// Keys sets out, one vector a key column, to the keys of groups from..to-1.
func (t *Table) Keys(out []*vec.Vector, from, to int) {
	if t.ints != nil {
		t.ints.keys(out[0], from, to)
		return
	}
	for _, v := range out {
		v.Reset(vec.Null)
	}
	if t.encoded != nil {
		t.encoded.keys(out, from, to)
	}
}

// Finder looks keys up in a table that has ceased to grow. It belongs to one worker.
type Finder struct {
	table   *Table
	scratch finderScratch
}

// Finder makes one.
func (t *Table) Finder() *Finder { return &Finder{table: t} }

// Find sets groups[i] to the group of row i's key, or NotFound.
func (f *Finder) Find(groups []uint32, keys []*vec.Vector, rows int) {
	t := f.table
	switch {
	case t.ints != nil && keys[0].Form != vec.Dict && t.ints.takes(keys[0]):
		t.ints.find(groups, keys[0], rows, &f.scratch)
	case t.ints != nil:
		t.ints.findAny(groups, keys[0], rows)
	case t.encoded != nil:
		t.encoded.find(groups, keys, rows, &f.scratch)
	default:
		for i := range groups[:rows] {
			groups[i] = NotFound
		}
	}
}

// finderScratch is what one worker reuses from batch to batch.
type finderScratch struct {
	hashes []uint64
	key    []byte
}

func (s *finderScratch) sized(rows int) []uint64 {
	if cap(s.hashes) < rows {
		s.hashes = make([]uint64, rows)
	}
	s.hashes = s.hashes[:rows]
	return s.hashes
}

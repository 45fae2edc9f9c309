package hashtable

import (
	"bytes"

	"github.com/outcropdb/outcrop/vec"
)

// bytesTable has keys of any columns and types. A key is kept as its encoded values one behind the other;
// the slots hold a part of the hash, so that other keys are seldom looked at.
type bytesTable struct {
	columns int
	slots   []bytesSlot // a power of two of them
	hashes  []uint64    // by group
	ends    []uint64    // group g's key is arena[ends[g-1]:ends[g]]
	arena   []byte
}

type bytesSlot struct {
	tag   uint32 // high half of the hash
	group uint32 // NotFound: empty
}

func newBytesTable(columns int) *bytesTable {
	t := &bytesTable{columns: columns}
	t.resize(1024)
	return t
}

func (t *bytesTable) len() int { return len(t.hashes) }

func (t *bytesTable) bytes() int64 {
	return int64(len(t.slots))*8 + int64(cap(t.hashes)+cap(t.ends))*8 + int64(cap(t.arena))
}

func (t *bytesTable) resize(n int) {
	t.slots = make([]bytesSlot, n)
	for i := range t.slots {
		t.slots[i].group = NotFound
	}
	mask := uint64(n - 1)
	for g, h := range t.hashes {
		at := h & mask
		for t.slots[at].group != NotFound {
			at = (at + 1) & mask
		}
		t.slots[at] = bytesSlot{uint32(h >> 32), uint32(g)}
	}
}

// adopt takes over the groups of an intTable under their numbers. The table is empty.
func (t *bytesTable) adopt(ints *intTable) {
	keys := []*vec.Vector{{}}
	const step = vec.BatchRows
	groups := make([]uint32, step)
	var scratch finderScratch
	for from := 0; from < ints.len(); from += step {
		to := min(from+step, ints.len())
		ints.keys(keys[0], from, to)
		t.insert(groups, keys, to-from, &scratch)
	}
}

func hashKeys(keys []*vec.Vector, rows int, scratch *finderScratch) []uint64 {
	hashes := scratch.sized(rows)
	vec.Hash(hashes, keys[0])
	for _, k := range keys[1:] {
		vec.Combine(hashes, k)
	}
	return hashes
}

// appendKey encodes row i of the key columns; undefined is written as null.
func appendKey(dst []byte, keys []*vec.Vector, i int) []byte {
	for _, k := range keys {
		if k.IsNull(i) {
			dst = vec.AppendNull(dst)
		} else {
			dst = k.AppendValue(dst, i)
		}
	}
	return dst
}

func (t *bytesTable) insert(groups []uint32, keys []*vec.Vector, rows int, scratch *finderScratch) {
	for (len(t.hashes)+rows)*2 > len(t.slots) {
		t.resize(len(t.slots) * 2)
	}
	hashes := hashKeys(keys, rows, scratch)
	mask := uint64(len(t.slots) - 1)
	for i := range rows {
		scratch.key = appendKey(scratch.key[:0], keys, i)
		at, found := t.probe(hashes[i], scratch.key)
		if !found {
			t.slots[at&mask] = bytesSlot{uint32(hashes[i] >> 32), uint32(len(t.hashes))}
			t.hashes = append(t.hashes, hashes[i])
			t.arena = append(t.arena, scratch.key...)
			t.ends = append(t.ends, uint64(len(t.arena)))
		}
		groups[i] = t.slots[at].group
	}
}

func (t *bytesTable) find(groups []uint32, keys []*vec.Vector, rows int, scratch *finderScratch) {
	hashes := hashKeys(keys, rows, scratch)
	for i := range rows {
		scratch.key = appendKey(scratch.key[:0], keys, i)
		at, _ := t.probe(hashes[i], scratch.key)
		groups[i] = t.slots[at].group
	}
}

// probe finds the slot of a key, or the empty one where it belongs.
func (t *bytesTable) probe(hash uint64, key []byte) (at uint64, found bool) {
	mask := uint64(len(t.slots) - 1)
	tag := uint32(hash >> 32)
	for at = hash & mask; ; at = (at + 1) & mask {
		s := t.slots[at]
		if s.group == NotFound {
			return at, false
		}
		if s.tag == tag && t.hashes[s.group] == hash && equalKeys(t.key(s.group), key, t.columns) {
			return at, true
		}
	}
}

func (t *bytesTable) key(group uint32) []byte {
	var start uint64
	if group > 0 {
		start = t.ends[group-1]
	}
	return t.arena[start:t.ends[group]]
}

// equalKeys compares encoded keys: nearly always byte by byte; 1 and 1.0, or objects that order their keys
// differently, are equal all the same.
func equalKeys(a, b []byte, columns int) bool {
	if bytes.Equal(a, b) {
		return true
	}
	for range columns {
		v, w := vec.First(a), vec.First(b)
		if !vec.Equal(v, w) {
			return false
		}
		a, b = a[len(v):], b[len(w):]
	}
	return true
}

func (t *bytesTable) keys(out []*vec.Vector, from, to int) {
	for g := from; g < to; g++ {
		rest := t.key(uint32(g))
		for _, v := range out {
			value := vec.First(rest)
			v.Append(value)
			rest = rest[len(value):]
		}
	}
}

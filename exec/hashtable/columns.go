package hashtable

import (
	"math/bits"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// columnTable has keys of any columns and types, kept column by column. A batch is looked up in three passes:
// each row takes the first group whose hash may be its own, the keys of new groups are copied column by
// column, and then all keys are compared, column by column. A row that was given the group of another key
// is looked up again by itself.
type columnTable struct {
	columns []*vec.Vector // the keys of the groups, Flat
	slots   []columnSlot  // a power of two of them
	hashes  []uint64      // by group
}

// columnSlot is 8 bytes: eight to a cache line.
type columnSlot struct {
	tag   uint32 // high half of the hash
	group uint32 // plus 1; 0: empty
}

const (
	firstSlots = 1024
	// fastGrowth is the number of slots up to which a table grows fourfold, since it is seldom the last time.
	fastGrowth = 1 << 20
)

// grown is the number of slots for groups, of which every second one stays empty.
func grown(slots, groups int) int {
	for groups*2 > slots {
		if slots *= 2; slots < fastGrowth {
			slots *= 2
		}
	}
	return slots
}

func newColumnTable(columns, room int) *columnTable {
	t := &columnTable{columns: make([]*vec.Vector, columns)}
	t.resize(grown(firstSlots, room))
	for i := range t.columns {
		t.columns[i] = &vec.Vector{}
		t.columns[i].Reset(vec.Null)
	}
	return t
}

func (t *columnTable) len() int { return len(t.hashes) }

func (t *columnTable) bytes() int64 {
	n := int64(len(t.slots))*8 + int64(cap(t.hashes))*8
	for _, c := range t.columns {
		n += int64(c.Bytes())
	}
	return n
}

func (t *columnTable) resize(n int) {
	t.slots = make([]columnSlot, n)
	t.hashes = slices.Grow(t.hashes, n/2-len(t.hashes))
	mask := uint64(n - 1)
	for g, h := range t.hashes {
		at := h & mask
		for t.slots[at].group != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = columnSlot{uint32(h >> 32), uint32(g) + 1}
	}
}

// adopt takes over the groups of an intTable under their numbers. The table is empty.
func (t *columnTable) adopt(ints *intTable) error {
	var key vec.Vector
	groups := make([]uint32, vec.BatchRows)
	var scratch finderScratch
	for from := 0; from < ints.len(); from += vec.BatchRows {
		to := min(from+vec.BatchRows, ints.len())
		ints.keys(&key, from, to)
		if err := t.insert(groups, []*vec.Vector{&key}, to-from, &scratch); err != nil {
			return err
		}
	}
	return nil
}

func hashKeys(keys []*vec.Vector, rows int, scratch *finderScratch) []uint64 {
	hashes := scratch.sized(rows)
	vec.Hash(hashes, keys[0])
	for _, k := range keys[1:] {
		vec.Combine(hashes, k)
	}
	return hashes
}

func (t *columnTable) insert(groups []uint32, keys []*vec.Vector, rows int, scratch *finderScratch) error {
	if n := grown(len(t.slots), t.len()+rows); n > len(t.slots) {
		t.resize(n)
	}
	hashes := hashKeys(keys, rows, scratch)
	mask := uint64(len(t.slots) - 1)
	scratch.rows = scratch.rows[:0]
	for i, h := range hashes {
		tag, at := uint32(h>>32), h&mask
		for t.slots[at].group != 0 && t.slots[at].tag != tag {
			at = (at + 1) & mask
		}
		s := &t.slots[at]
		if s.group == 0 {
			t.hashes = append(t.hashes, h)
			*s = columnSlot{tag, uint32(len(t.hashes))}
			scratch.rows = append(scratch.rows, uint32(i))
		}
		groups[i] = s.group - 1
	}
	if err := t.keep(keys, scratch.rows); err != nil {
		return err
	}
	for w, word := range t.others(groups, keys, rows, scratch) {
		for ; word != 0; word &= word - 1 {
			i := w<<6 + bits.TrailingZeros64(word)
			at, found := t.probe(hashes[i], keys, i)
			if !found {
				t.hashes = append(t.hashes, hashes[i])
				t.slots[at] = columnSlot{uint32(hashes[i] >> 32), uint32(len(t.hashes))}
				if err := t.keep(keys, []uint32{uint32(i)}); err != nil {
					return err
				}
			}
			groups[i] = t.slots[at].group - 1
		}
	}
	return nil
}

// keep adds the keys of some rows, those of new groups. Undefined is kept as null.
func (t *columnTable) keep(keys []*vec.Vector, rows []uint32) error {
	if len(rows) == 0 {
		return nil
	}
	for c, column := range t.columns {
		column.AppendTake(keys[c], rows)
		column.Undef = nil
		if contentBytes(column) > vec.MaxContent {
			return ErrContent
		}
	}
	return nil
}

// contentBytes is what stands behind a column's offsets.
func contentBytes(v *vec.Vector) int {
	n := len(v.Data)
	for _, p := range v.Parts {
		n = max(n, len(p.Data))
	}
	return n
}

func (t *columnTable) find(groups []uint32, keys []*vec.Vector, rows int, scratch *finderScratch) {
	hashes := hashKeys(keys, rows, scratch)
	mask := uint64(len(t.slots) - 1)
	for i, h := range hashes {
		tag, at := uint32(h>>32), h&mask
		for t.slots[at].group != 0 && t.slots[at].tag != tag {
			at = (at + 1) & mask
		}
		groups[i] = t.slots[at].group - 1 // NotFound of an empty one
	}
	for w, word := range t.others(groups, keys, rows, scratch) {
		for ; word != 0; word &= word - 1 {
			i := w<<6 + bits.TrailingZeros64(word)
			at, _ := t.probe(hashes[i], keys, i)
			groups[i] = t.slots[at].group - 1
		}
	}
}

// probe finds the slot of row i's key, or the empty one where it belongs.
func (t *columnTable) probe(hash uint64, keys []*vec.Vector, i int) (at uint64, found bool) {
	mask := uint64(len(t.slots) - 1)
	tag := uint32(hash >> 32)
	for at = hash & mask; t.slots[at].group != 0; at = (at + 1) & mask {
		if s := t.slots[at]; s.tag == tag && t.equal(keys, i, int(s.group-1)) {
			return at, true
		}
	}
	return at, false
}

func (t *columnTable) equal(keys []*vec.Vector, i, group int) bool {
	for c, column := range t.columns {
		if keys[c].CompareRows(i, column, group) != 0 {
			return false
		}
	}
	return true
}

// others is a bitmap of the rows whose key is another than that of their group. Those without group have none.
func (t *columnTable) others(groups []uint32, keys []*vec.Vector, rows int, scratch *finderScratch) []uint64 {
	scratch.others = slices.Grow(scratch.others[:0], vec.Words(rows))[:vec.Words(rows)]
	clear(scratch.others)
	for c, column := range t.columns {
		key := keys[c]
		same := key.Type == column.Type
		switch layout := key.Type.Layout(); {
		case same && layout == vec.Int64s:
			otherInts(scratch.others, groups[:rows], key, column)
		case same && layout == vec.Varlen && key.Type != vec.Array && key.Type != vec.Object:
			otherContents(scratch.others, groups[:rows], key, column)
		default:
			for i, g := range groups[:rows] {
				if g != NotFound && key.CompareRows(i, column, int(g)) != 0 {
					scratch.others[i>>6] |= 1 << (i & 63)
				}
			}
		}
	}
	return scratch.others
}

// keys sets out to the keys of groups from..to-1; from is a multiple of 64.
func (t *columnTable) keys(out []*vec.Vector, from, to int) {
	for c, column := range t.columns {
		out[c].Slice(column, from, to)
	}
}

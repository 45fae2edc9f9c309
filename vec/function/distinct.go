package function

import (
	"errors"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// distinctRows gives an aggregate each combination of its arguments once per group. It keeps those it has met,
// and runs the aggregate over them at the end.
type distinctRows struct {
	start   func(Call) Aggregate
	call    Call
	groups  []uint32     // by row kept
	hashes  []uint64     // by row kept
	columns []vec.Vector // args, and keys of the order; the rows kept
	table   []uint32     // open addressing: 1 + number of a row kept; 0: free. Its size is a power of 2
	batch   []uint64     // hashes of a batch
	fresh   []uint32     // rows of the batch that are new
	taken   vec.Vector
	num     int       // groups
	answer  Aggregate // over the rows kept; nil: there are newer ones
}

func newDistinct(start func(Call) Aggregate, call Call) *distinctRows {
	return &distinctRows{start: start, call: call, columns: make([]vec.Vector, call.Args+len(call.Order))}
}

func (d *distinctRows) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	d.num, d.answer = max(d.num, numGroups), nil
	d.hash(groups, args, rows)
	d.fresh = d.fresh[:0]
	kept := len(d.groups)
	for i := range rows {
		if 2*(len(d.groups)+1) > len(d.table) {
			d.rehash()
		}
		g, h := uint32(groupOf(groups, i)), d.batch[i]
		mask := uint64(len(d.table) - 1)
		at := h & mask
		for ; d.table[at] != 0; at = (at + 1) & mask {
			if row := int(d.table[at] - 1); d.hashes[row] == h && d.groups[row] == g && d.same(args, i, row, kept) {
				break
			}
		}
		if d.table[at] != 0 {
			continue
		}
		d.groups, d.hashes = append(d.groups, g), append(d.hashes, h)
		d.fresh = append(d.fresh, uint32(i))
		d.table[at] = uint32(len(d.groups))
	}
	return d.keep(args)
}

func (d *distinctRows) hash(groups []uint32, args []*vec.Vector, rows int) {
	d.batch = grow(d.batch[:0], rows)
	vec.Hash(d.batch, args[0])
	for _, arg := range args[1:d.call.Args] {
		vec.Combine(d.batch, arg)
	}
	for i := range d.batch {
		d.batch[i] = simd.HashCombine(d.batch[i], simd.Hash(uint64(groupOf(groups, i))))
	}
}

// same tells whether row i of a batch has the arguments of a row kept, or, from number kept on, of a new
// row of the same batch.
func (d *distinctRows) same(args []*vec.Vector, i, row, kept int) bool {
	for k, arg := range args[:d.call.Args] {
		with := &d.columns[k]
		at := row
		if row >= kept {
			with, at = arg, int(d.fresh[row-kept])
		}
		if arg.CompareRows(i, with, at) != 0 {
			return false
		}
	}
	return true
}

var errCollected = errors.New("the values of all groups together are larger than 2 GiB")

// maxCollectedBytes bounds the rows that one aggregate keeps: vectors have 32-bit offsets.
const maxCollectedBytes = 2 << 30

// keep copies the batch's new rows.
func (d *distinctRows) keep(args []*vec.Vector) error {
	if len(d.fresh) == 0 {
		return nil
	}
	for k, arg := range args {
		d.taken.Take(arg, d.fresh)
		d.columns[k].AppendRows(&d.taken, 0, len(d.fresh))
		if d.columns[k].Bytes() > maxCollectedBytes {
			return errCollected
		}
	}
	return nil
}

func (d *distinctRows) rehash() {
	d.table = make([]uint32, max(64, 2*len(d.table)))
	mask := uint64(len(d.table) - 1)
	for row, h := range d.hashes {
		at := h & mask
		for d.table[at] != 0 {
			at = (at + 1) & mask
		}
		d.table[at] = uint32(row + 1)
	}
}

func (d *distinctRows) args() []*vec.Vector {
	args := make([]*vec.Vector, len(d.columns))
	for k := range d.columns {
		args[k] = &d.columns[k]
	}
	return args
}

func (d *distinctRows) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	o := other.(*distinctRows)
	groups, args := mappedRows(mapping, o.groups, o.args())
	return d.Update(groups, numGroups, args, len(groups))
}

func (d *distinctRows) Result(out *vec.Vector, from, to int) error {
	if d.answer == nil {
		call := d.call
		call.Distinct = false
		d.answer = d.start(call)
		if err := d.answer.Update(d.groups, max(d.num, to), d.args(), len(d.groups)); err != nil {
			return err
		}
	}
	return d.answer.Result(out, from, to)
}

func (d *distinctRows) Bytes() int {
	n := 4*cap(d.groups) + 8*cap(d.hashes) + 4*cap(d.table) + 8*cap(d.batch) + 4*cap(d.fresh) + d.taken.Bytes()
	for k := range d.columns {
		n += d.columns[k].Bytes()
	}
	if d.answer != nil {
		n += d.answer.Bytes()
	}
	return n
}

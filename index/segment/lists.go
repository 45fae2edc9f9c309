package segment

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// openLists reads where the lists of a node are. That it has some, perhaps none, is in lists.
func (s *Segment) openLists(d *decoder, n *column.Node, path vec.Path) {
	found := []*sub{}
	for range d.count() {
		l := &sub{segment: s, path: path, typ: vec.Type(d.byte()), count: d.uvarint(), alone: true}
		l.inverted = d.place(uint64(len(s.inverted)))
		if d.err == nil && (l.typ > vec.Object && l.typ != column.Rest || l.count < 1 || l.count > math.MaxUint32 || l.inverted.offset%8 != 0) {
			d.err = fmt.Errorf("list %s: %d values of type %s at %d", path, l.count, l.typ, l.inverted.offset)
		}
		found = append(found, l)
	}
	s.lists[n] = found
}

// allLists are the lists that have no column, in the order in which they stand.
func (s *Segment) allLists() (all []*sub) {
	for _, lists := range s.lists {
		all = append(all, lists...)
	}
	slices.SortFunc(all, func(a, b *sub) int {
		return cmp.Or(cmp.Compare(a.inverted.offset, b.inverted.offset), slices.Compare(a.path, b.path), cmp.Compare(a.typ, b.typ))
	})
	return all
}

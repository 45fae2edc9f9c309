package segment

import (
	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/inverted"
	"github.com/outcropdb/outcrop/vec"
)

// Limits of the lists of arrays' elements. What exceeds them is found by reading the arrays.
const (
	// maxElements is the number of elements of a document's array that lists tell about: a document with a
	// longer one is in every answer, and then filtered out.
	maxElements = 4096
	// maxElementValues is the number of values of one type, in all elements at one path of a segment, that get a
	// list: building one takes some 20 bytes for each.
	maxElementValues = 1 << 24
)

// elements collects the scalar values in the arrays at a path: by node of a path through them and by type, with
// the docs that have them. A doc has as many entries as it has values.
type elements struct {
	byNode map[*column.Node]*[vec.Object + 1]*elementValues
	rows   int
	others []uint32 // docs of which not all values are collected
}

// elementValues are the values of one type, unless they are too many.
type elementValues struct {
	column.Values
	count int
	many  bool // too many: only their count is known
}

// elementsOf collects what is in arrays of rows docs, whose items are below root.
func elementsOf(arrays *column.Values, root *column.Node, rows int) *elements {
	e := &elements{byNode: map[*column.Node]*[vec.Object + 1]*elementValues{}, rows: rows}
	for i, doc := range arrays.Docs {
		array := vec.Value(arrays.Data[arrays.Offsets[i]:arrays.Offsets[i+1]])
		whole := array.Len() <= maxElements
		if whole {
			for element := range array.Elements() {
				whole = e.add(root, doc, element) && whole
			}
		}
		if !whole {
			e.others = append(e.others, doc)
		}
	}
	return e
}

// add files a value under a node; false if there is no node for a part of it.
func (e *elements) add(n *column.Node, doc uint32, value vec.Value) (whole bool) {
	t := value.Type()
	switch {
	case t.IsNull() || t == vec.Array:
		return true // no predicate on the elements finds one
	case t == vec.Object:
		whole = true
		for key, field := range value.Fields() {
			child, ok := n.Find(string(key))
			whole = ok && e.add(child, doc, field) && whole
		}
		return whole
	}
	e.values(n, t).add(doc, value, e.limit(t))
	return true
}

// limit is the number of values of a type that get a list. Arrays of floats are measurements and vectors: as large
// as columns, and hardly ever searched for one number, but there may be some floats among ints.
func (e *elements) limit(t vec.Type) int {
	switch t {
	case vec.Float:
		return min(e.rows, maxElementValues)
	case vec.Geography:
		return 0
	}
	return maxElementValues
}

func (e *elements) values(n *column.Node, t vec.Type) *elementValues {
	at := e.byNode[n]
	if at == nil {
		at = new([vec.Object + 1]*elementValues)
		e.byNode[n] = at
	}
	if at[t] == nil {
		at[t] = &elementValues{Values: column.Values{Kind: t, Offsets: []uint32{0}}}
	}
	return at[t]
}

func (v *elementValues) add(doc uint32, value vec.Value, limit int) {
	if v.count++; v.many {
		return
	}
	if v.many = v.count > limit; v.many {
		v.Values = column.Values{Kind: v.Kind}
		return
	}
	v.Docs = append(v.Docs, doc)
	switch v.Kind.Layout() {
	case vec.Int64s:
		v.Ints = append(v.Ints, value.Int())
	case vec.Float64:
		v.Floats = append(v.Floats, value.Float())
	case vec.Bitmap:
		v.Bools = append(v.Bools, value.Bool())
	default:
		v.Data = append(v.Data, value.Content()...)
		v.Offsets = append(v.Offsets, uint32(len(v.Data)))
	}
}

// list is the inverted list of the values; nil if they get none.
func (v *elementValues) list(rows int) []byte {
	switch {
	case v.many:
		return nil
	case v.Kind.Layout() != vec.Varlen:
		return inverted.BuildElementKeys(v.Keys(), v.Docs, rows, v.Kind == vec.Float)
	}
	return inverted.BuildContents(v.Offsets, v.Data, v.Docs, rows)
}

// list is an inverted list that is beside the columns: of arrays' elements, or of texts' tokens.
type list struct {
	typ   vec.Type // of the values; column.Rest: docs that may have others
	count int      // pairs of value, or token, and doc
	place place
}

// elementLists writes the lists of the elements of all arrays.
func (b *builder) elementLists(n *column.Node) error {
	for _, sub := range n.Subs {
		if v := sub.(*column.Values); v.Kind == vec.Array && n.Items != nil {
			if err := b.listsOf(elementsOf(v, n.Items, b.view.Rows()), n.Items); err != nil {
				return err
			}
		}
	}
	for _, child := range n.Children {
		if err := b.elementLists(child); err != nil {
			return err
		}
	}
	return nil
}

// listsOf writes the lists of what was collected below root.
func (b *builder) listsOf(e *elements, root *column.Node) error {
	add := func(n *column.Node, t vec.Type, count int, data []byte) (err error) {
		l := list{typ: t, count: count}
		if data != nil {
			l.place, err = b.part(data)
		}
		b.lists[n] = append(b.lists[n], l)
		return err
	}
	if len(e.others) > 0 {
		data := inverted.BuildElementKeys(make([]int64, len(e.others)), e.others, b.view.Rows(), false)
		if err := add(root, column.Rest, len(e.others), data); err != nil {
			return err
		}
	}
	return e.walk(root, func(n *column.Node, v *elementValues) error {
		return add(n, v.Kind, v.count, v.list(b.view.Rows()))
	})
}

// walk calls f for all that was collected, in the order of the tree.
func (e *elements) walk(n *column.Node, f func(*column.Node, *elementValues) error) error {
	if at := e.byNode[n]; at != nil {
		for _, v := range at {
			if v == nil {
				continue
			}
			if err := f(n, v); err != nil {
				return err
			}
		}
	}
	for _, child := range n.Children {
		if err := e.walk(child, f); err != nil {
			return err
		}
	}
	return nil
}

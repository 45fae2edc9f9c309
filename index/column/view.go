package column

import (
	"iter"
	"sync"

	"github.com/outcropdb/outcrop/vec"
)

// View is the columns of documents under doc ids 0..Rows()-1. It never changes; any number of workers may
// read it at once.
type View struct {
	root *Node
	rows int
	docs Documents
}

// Node is a path of a View, or a path through arrays, and the paths that go on from it. It is read only.
type Node struct {
	Key      string
	Subs     []Sub                          // ascending by type, that of Rest last; none of a path through arrays
	Elements []uint64                       // of a path through arrays: by type, how many elements have it
	Items    *Node                          // the elements of arrays at this path
	Children []*Node                        // in order of first appearance
	Find     func(key string) (*Node, bool) // a child by its key
}

// NewView is the view of a tree of sub-columns, of the given number of documents.
func NewView(root *Node, rows int, docs Documents) *View {
	return &View{root: root, rows: rows, docs: docs}
}

// Rows is the number of doc ids.
func (v *View) Rows() int { return v.rows }

// Root is the node of the empty path.
func (v *View) Root() *Node { return v.root }

// Document is the document of that id, encoded.
func (v *View) Document(doc uint32) (vec.Value, error) { return v.docs.Document(doc) }

// IndexChildren makes n's Find, when its Children are complete.
func (n *Node) IndexChildren() {
	if len(n.Children) <= fewChildren {
		n.Find = func(key string) (*Node, bool) {
			for _, child := range n.Children {
				if child.Key == key {
					return child, true
				}
			}
			return nil, false
		}
		return
	}
	byKey := sync.OnceValue(func() map[string]*Node {
		m := make(map[string]*Node, len(n.Children))
		for _, child := range n.Children {
			m[child.Key] = child
		}
		return m
	})
	n.Find = func(key string) (*Node, bool) {
		child, ok := byKey()[key]
		return child, ok
	}
}

// fewChildren are found faster one by one than by a map.
const fewChildren = 8

// find follows path as far as there are nodes; left is the number of steps that had none.
func (v *View) find(path vec.Path) (n *Node, left int) {
	n = v.root
	for i, key := range path {
		child, ok := n.Find(key)
		if !ok {
			return n, len(path) - i
		}
		n = child
	}
	return n, 0
}

// At is the sub-columns to read path from, ascending by type: its own, or if it is of the rest, one of type
// Rest with the docs that may have it.
func (v *View) At(path vec.Path) []Sub {
	n, left := v.find(path)
	own := len(n.Subs)
	if own > 0 && n.Subs[own-1].Type() == Rest {
		own--
	}
	if left > 0 {
		return underRest(n.Subs[own:], path[len(path)-left])
	}
	return n.Subs[:own]
}

// Types of the values at path: Undefined is among them when a document has none.
func (v *View) Types(path vec.Path) (set vec.TypeSet) {
	count := 0
	for _, sub := range v.At(path) {
		if sub.Type() == Rest {
			return AnyType
		}
		set = set.With(sub.Type())
		count += sub.Count()
	}
	if count < v.rows {
		set = set.With(vec.Undefined)
	}
	return set
}

// Sub is the sub-column of type t at path; nil if no document has such a value. It is nil for a path of
// the rest.
func (v *View) Sub(path vec.Path, t vec.Type) Sub {
	for _, sub := range v.At(path) {
		if sub.Type() == t {
			return sub
		}
	}
	return nil
}

// Count is the number of documents with a value of type t at path.
func (v *View) Count(path vec.Path, t vec.Type) int {
	if sub := v.Sub(path, t); sub != nil {
		return sub.Count()
	}
	return 0
}

// InRest tells that path has no sub-columns though documents may have it, with a key beyond the limits.
func (v *View) InRest(path vec.Path) bool {
	subs := v.At(path)
	return len(subs) > 0 && subs[0].Type() == Rest
}

// Subs yields every sub-column with its path, those of type Rest included, parents first.
func (v *View) Subs() iter.Seq2[vec.Path, Sub] {
	return func(yield func(vec.Path, Sub) bool) {
		v.root.walk(nil, func(path vec.Path, n *Node) bool {
			for _, sub := range n.Subs {
				if !yield(path, sub) {
					return false
				}
			}
			return true
		})
	}
}

// walk calls f for n and all below that are not paths through arrays, until f returns false. The path
// belongs to f.
func (n *Node) walk(path vec.Path, f func(vec.Path, *Node) bool) bool {
	if !f(path, n) {
		return false
	}
	for _, child := range n.Children {
		if !child.walk(append(path[:len(path):len(path)], child.Key), f) {
			return false
		}
	}
	return true
}

// Fields lists every type at every path, through arrays too, but for the empty path. A key of the rest is listed
// under the type Rest, since its values' types are not known, nor what is below it.
func (v *View) Fields() []Field {
	fields := restFields(nil, v.root, nil, uint64(v.rows))
	for _, child := range v.root.Children {
		fields = child.fields(fields, vec.Path{child.Key}, uint64(v.rows))
	}
	return fields
}

func (n *Node) fields(fields []Field, path vec.Path, total uint64) []Field {
	var objects, elements uint64
	add := func(t vec.Type, count uint64) {
		if count == 0 || t == Rest {
			return
		}
		fields = append(fields, Field{Path: path, Type: t, Count: count, Total: total})
		if t == vec.Object {
			objects = count
		}
	}
	for _, sub := range n.Subs {
		add(sub.Type(), uint64(sub.Count()))
	}
	for t, count := range n.Elements {
		add(vec.Type(t), count)
	}
	if n.Items != nil {
		for _, count := range n.Items.Elements {
			elements += count
		}
		fields = n.Items.fields(fields, append(path[:len(path):len(path)], "*"), elements)
	}
	fields = restFields(fields, n, path, objects)
	for _, child := range n.Children {
		fields = child.fields(fields, append(path[:len(path):len(path)], child.Key), objects)
	}
	return fields
}

// restFields adds the keys of the rest at n, which objects could have.
func restFields(fields []Field, n *Node, path vec.Path, objects uint64) []Field {
	for key, count := range n.Rest() {
		fields = append(fields, Field{Path: append(path[:len(path):len(path)], key), Type: Rest, Count: uint64(count), Total: objects})
	}
	return fields
}

// Rest yields the keys of the rest in the objects at n, each with the number of docs that have it.
func (n *Node) Rest() iter.Seq2[string, int] {
	if last := len(n.Subs) - 1; last >= 0 && n.Subs[last].Type() == Rest {
		if keyed, ok := n.Subs[last].(Keyed); ok {
			return keyed.Names()
		}
	}
	return func(func(string, int) bool) {}
}

// Publish is the view of the documents appended so far. docs gives them back by their ids, for as long as
// the view is used.
func (s *Shredder) Publish(docs Documents) *View {
	root := s.root.publish(s.published)
	s.published = s.rows
	return &View{root: root, rows: int(s.rows), docs: docs}
}

// publish is n as it is now; what no document has touched since the last time is what it was.
func (n *node) publish(since uint32) *Node {
	if n == nil {
		return nil
	}
	if n.view != nil && n.last <= since {
		return n.view
	}
	view := &Node{Key: n.key, Items: n.items.publish(since)}
	for _, sub := range n.subs {
		if sub != nil {
			now := *sub
			view.Subs = append(view.Subs, &now)
		}
	}
	if n.rest != nil {
		now := *n.rest
		view.Subs = append(view.Subs, &now)
	}
	if n.element {
		view.Elements = append(view.Elements, n.counts[:]...)
	}
	if len(n.children) > 0 {
		view.Children = make([]*Node, len(n.children))
		for i, child := range n.children {
			view.Children[i] = child.publish(since)
		}
	}
	view.Find = n.finder(view.Children)
	n.view = view
	return view
}

// finder finds among children by key, in the index that the writer goes on adding to.
func (n *node) finder(children []*Node) func(key string) (*Node, bool) {
	index := n.index
	return func(key string) (*Node, bool) {
		if index == nil {
			return nil, false
		}
		index.mu.RLock()
		i, ok := index.at[key]
		index.mu.RUnlock()
		if !ok || int(i) >= len(children) {
			return nil, false
		}
		return children[i], true
	}
}

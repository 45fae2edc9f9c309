package column

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

const (
	// CommonPaths is the number of paths that have sub-columns however few documents have them.
	CommonPaths = 1_000
	// rareShare: beyond CommonPaths, a path that one document in so many has, or only one at all, is of the rest,
	// which costs less.
	rareShare = 1_000
)

// Frequent is the same documents with sub-columns for the paths that the most of them have, up to MaxPaths, where a
// Shredder has those that came first; v is one of a Shredder. Fields that become columns are read from the documents.
func (v *View) Frequent() (*View, error) {
	var counts []int
	rest := false
	v.root.walk(nil, func(path vec.Path, n *Node) bool {
		if len(path) > 0 {
			counts = append(counts, n.count())
		}
		for _, count := range n.Rest() {
			counts, rest = append(counts, count), true
		}
		return true
	})
	if !rest && len(counts) <= CommonPaths {
		return v, nil
	}
	slices.SortFunc(counts, func(a, b int) int { return cmp.Compare(b, a) })
	rare := 1 + v.rows/rareShare
	n, _ := slices.BinarySearchFunc(counts, rare, func(count, rare int) int { // the first that is rare
		if count > rare {
			return -1
		}
		return 1
	})
	n = min(max(n, CommonPaths), MaxPaths, len(counts))
	if n == len(counts) && !rest {
		return v, nil
	}
	c := chooser{view: v}
	if n < len(counts) {
		c.low = counts[n]
		for c.ties = n; c.ties > 0 && counts[n-c.ties] > c.low; {
			c.ties--
		}
	}
	root, skeleton := c.node(v.root, 0)
	if skeleton != nil {
		if err := c.promote(skeleton, n); err != nil {
			return nil, err
		}
	}
	index(root)
	return NewView(root, v.rows, v.docs), nil
}

// count is the number of docs that have the path.
func (n *Node) count() (count int) {
	for _, sub := range n.Subs {
		if sub.Type() != Rest {
			count += sub.Count()
		}
	}
	return count
}

func index(n *Node) {
	if n.Find != nil { // one of a Shredder
		return
	}
	n.IndexChildren()
	for _, child := range n.Children {
		index(child)
	}
}

// chooser divides paths into columns and rest.
type chooser struct {
	view     *View
	low      int // paths of more docs become columns
	ties     int // and, of columns with as many, so many
	promoted []promotion
	docs     []uint64 // that have fields to become columns
}

// promotion is an object some of whose rest's keys become columns.
type promotion struct {
	node     *Node
	skeleton *node // whose open children are these
}

func (c *chooser) keeps(count int) bool {
	if count == c.low && c.ties > 0 {
		c.ties--
		return true
	}
	return count > c.low
}

// node is n with the columns that stay, and the way to those that are to come, nil if there are none.
func (c *chooser) node(n *Node, depth int) (*Node, *node) {
	out := &Node{Key: n.Key, Items: n.Items}
	way := &node{key: n.Key, depth: depth, closed: true}
	rest := &restKeys{docs: map[string][]uint32{}}
	for _, child := range n.Children {
		if !c.keeps(child.count()) {
			if docs := c.union(child.Subs); len(docs) > 0 {
				rest.docs[child.Key] = docs
			}
			continue
		}
		kept, on := c.node(child, depth+1)
		out.Children = append(out.Children, kept)
		if on != nil {
			way.adopt(on)
		}
	}
	for _, sub := range n.Subs {
		if sub.Type() != Rest {
			out.Subs = append(out.Subs, sub)
			continue
		}
		old := sub.(*Values)
		last := old.Docs[len(old.Docs)-1]
		rest.unlisted = upTo(old.rest.unlisted, last)
		promotes := false
		for key := range old.Names() {
			docs := upTo(old.rest.docs[key], last)
			if len(docs) <= c.low || depth == MaxDepth {
				rest.docs[key] = docs
				continue
			}
			way.adopt(&node{key: key, depth: depth + 1})
			c.mark(docs)
			promotes = true
		}
		if promotes {
			c.promoted = append(c.promoted, promotion{out, way})
		}
	}
	if len(rest.docs) > 0 || len(rest.unlisted) > 0 {
		all := make([]uint64, vec.Words(c.view.rows))
		for _, docs := range rest.docs {
			mark(all, docs)
		}
		mark(all, rest.unlisted)
		out.Subs = append(out.Subs, &Values{Kind: Rest, Docs: marked(all), rest: rest})
	}
	if way.index == nil {
		return out, nil
	}
	return out, way
}

// adopt makes child one of n's.
func (n *node) adopt(child *node) {
	if n.index == nil {
		n.index = newIndex()
	}
	n.index.at[child.key] = int32(len(n.children))
	n.children = append(n.children, child)
}

// promote shreds the fields that become columns; columns is the number of paths that have some.
func (c *chooser) promote(root *node, columns int) error {
	s := NewShredder()
	s.root, s.paths = root, columns
	for _, doc := range marked(c.docs) {
		document, err := c.view.docs.Document(doc)
		if err != nil {
			return err
		}
		s.rows = doc
		s.value(s.root, document)
	}
	for _, p := range c.promoted {
		for _, child := range p.skeleton.children {
			if !child.closed {
				p.node.Children = append(p.node.Children, child.publish(0))
			}
		}
	}
	return nil
}

// union is the docs of sub-columns, but for one of the rest.
func (c *chooser) union(subs []Sub) []uint32 {
	if len(subs) == 1 {
		return subs[0].(*Values).Docs
	}
	all := make([]uint64, vec.Words(c.view.rows))
	for _, sub := range subs {
		if sub.Type() != Rest {
			mark(all, sub.(*Values).Docs)
		}
	}
	return marked(all)
}

func (c *chooser) mark(docs []uint32) {
	if c.docs == nil {
		c.docs = make([]uint64, vec.Words(c.view.rows))
	}
	mark(c.docs, docs)
}

func mark(bitmap []uint64, docs []uint32) {
	for _, doc := range docs {
		bitmap[doc>>6] |= 1 << (doc & 63)
	}
}

// marked lists the bits that are set.
func marked(bitmap []uint64) (docs []uint32) {
	for w, word := range bitmap {
		for ; word != 0; word &= word - 1 {
			docs = append(docs, uint32(w<<6+bits.TrailingZeros64(word)))
		}
	}
	return docs
}

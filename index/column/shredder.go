package column

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"github.com/outcropdb/outcrop/vec"
)

// Shredder takes documents apart into sub-columns. One writer appends and publishes; the views that it
// publishes are read by anybody at the same time, since they end below whatever the writer still touches.
type Shredder struct {
	root      *node
	rows      uint32
	published uint32 // rows of the latest view
	paths     int
	elements  int
	input     int // bytes of documents
	values    int // in all sub-columns
	restKeys  int // keys without sub-columns
	restDocs  int // of all of these
}

// node is a path, or a path through arrays, with what the documents have there.
type node struct {
	key      string
	depth    int
	element  bool // a path through an array: counts only
	closed   bool // only its children are of interest, and only those that it has
	last     uint32
	subs     [vec.Object + 1]*Values
	rest     *Values // docs with fields in the object here that are beyond the limits, and their keys
	counts   [vec.Object + 1]uint64
	items    *node // the elements of arrays
	children []*node
	index    *childIndex

	// The order of keys that documents had here lately: first is the node of the first key, next that of
	// the key behind this one. Where documents have one shape, each key is found by one comparison.
	first, next *node

	view *Node // as last published
}

// childIndex finds a child by key. The writer alone changes it and so reads it without the lock.
type childIndex struct {
	mu sync.RWMutex
	at map[string]int32
}

func newIndex() *childIndex { return &childIndex{at: map[string]int32{}} }

// NewShredder makes one without documents.
func NewShredder() *Shredder {
	return &Shredder{root: &node{}}
}

// Rows is the number of documents so far; the next one's doc id.
func (s *Shredder) Rows() int { return int(s.rows) }

// Bytes is an estimate of the memory that the sub-columns take, for budgets.
func (s *Shredder) Bytes() int {
	return s.input + s.values*bytesPerValue + s.paths*bytesPerPath + s.restKeys*bytesPerRestKey + s.restDocs*bytesPerRestDoc
}

const (
	bytesPerRestKey = 150
	bytesPerRestDoc = 6  // doc id, with some room to grow
	bytesPerValue   = 16 // doc id and fixed part, with some room to grow
	bytesPerPath    = 600
)

// Append adds a document under the next doc id. doc is an Object that vec.Check has passed; it is copied.
// After an error nothing was added. A key that an object has twice counts once, with its first value.
func (s *Shredder) Append(doc vec.Value) error {
	if doc.Type() != vec.Object {
		return fmt.Errorf("document %d is %s, not an object", s.rows, doc.Type())
	}
	if len(doc) > MaxBytes-s.input || s.rows == math.MaxUint32 {
		return fmt.Errorf("document %d: %d bytes are too many behind %d: these documents are full", s.rows, len(doc), s.input)
	}
	s.input += len(doc)
	s.value(s.root, doc)
	s.rows++
	return nil
}

// value files the value at the start of b under n, which may be nil, and returns what is behind it.
func (s *Shredder) value(n *node, b []byte) (rest []byte) {
	t, b := vec.Type(b[0]), b[1:]
	if n != nil && (t == vec.Undefined || n.last == s.rows+1 && !n.element) {
		n = nil // none, or a second value of the same key
	}
	if n != nil {
		n.last = s.rows + 1
		n.counts[t]++
	}
	switch t.Layout() {
	case vec.NoData:
		n.add(s, t)
		return b
	case vec.Bitmap:
		if c := n.add(s, t); c != nil {
			c.Bools = append(c.Bools, b[0] != 0)
		}
		return b[1:]
	case vec.Int64s:
		x, k := binary.Varint(b)
		if c := n.add(s, t); c != nil {
			c.addInt(x)
		}
		return b[k:]
	case vec.Float64:
		if c := n.add(s, t); c != nil {
			c.addFloat(math.Float64frombits(binary.LittleEndian.Uint64(b)))
		}
		return b[8:]
	}
	switch t {
	case vec.Object:
		end := 4 + int(binary.LittleEndian.Uint32(b))
		if n != nil {
			n.add(s, t)
			s.object(n, b[4:end])
		}
		return b[end:]
	case vec.Array:
		end := 4 + int(binary.LittleEndian.Uint32(b))
		if c := n.add(s, t); c != nil {
			c.Data = append(c.Data, byte(t))
			c.addContent(b[:end])
		}
		if n != nil && !n.closed {
			s.array(n, b[8:end])
		}
		return b[end:]
	case vec.U256:
		if c := n.add(s, t); c != nil {
			c.addContent(b[:32])
		}
		return b[32:]
	default:
		length, k := binary.Uvarint(b)
		end := k + int(length)
		if c := n.add(s, t); c != nil {
			c.addContent(b[k:end])
		}
		return b[end:]
	}
}

// add notes the document being appended in the sub-column of type t, and returns that for the value to
// follow; nil if nothing is kept.
func (n *node) add(s *Shredder, t vec.Type) *Values {
	if n == nil || n.element || n.closed {
		return nil
	}
	c := n.subs[t]
	if c == nil {
		c = newValues(t)
		n.subs[t] = c
	}
	c.Docs = append(c.Docs, s.rows)
	s.values++
	return c
}

// object files the fields of the object at n.
func (s *Shredder) object(n *node, fields []byte) {
	var before *node
	guess := n.first
	for len(fields) > 0 {
		length, k := binary.Uvarint(fields)
		key := fields[k : k+int(length)]
		fields = fields[k+int(length):]
		child := guess
		if child == nil || child.key != string(key) {
			child = s.child(n, key)
			switch {
			case child == nil:
				s.markRest(n, key)
				fields = s.value(nil, fields)
				continue
			case before == nil:
				n.first = child
			default:
				before.next = child
			}
		}
		fields = s.value(child, fields)
		before, guess = child, child.next
	}
}

// child is the node of a key in the object at n; nil beyond the limits.
func (s *Shredder) child(n *node, key []byte) *node {
	if n.index == nil {
		n.index = newIndex()
	}
	if i, ok := n.index.at[string(key)]; ok {
		return n.children[i]
	}
	if n.closed {
		return nil
	}
	child := s.newNode(n, string(key), n.element)
	if child == nil {
		return nil
	}
	n.index.mu.Lock()
	n.index.at[child.key] = int32(len(n.children))
	n.index.mu.Unlock()
	n.children = append(n.children, child)
	return child
}

// array counts the elements of the array at n.
func (s *Shredder) array(n *node, elements []byte) {
	if n.items == nil {
		if n.items = s.newNode(n, "*", true); n.items == nil {
			return
		}
	}
	for len(elements) > 0 {
		elements = s.value(n.items, elements)
	}
}

// newNode makes a node one step below n; nil beyond the limits.
func (s *Shredder) newNode(n *node, key string, element bool) *node {
	count, limit := &s.paths, MaxPaths
	if element {
		count, limit = &s.elements, MaxElementPaths
	}
	if *count == limit || n.depth == MaxDepth {
		return nil
	}
	*count++
	return &node{key: key, depth: n.depth + 1, element: element}
}

// markRest notes a key without sub-columns in the object at n.
func (s *Shredder) markRest(n *node, key []byte) {
	if n.element || n.closed {
		return
	}
	if n.rest == nil {
		n.rest = newValues(Rest)
		n.rest.rest = &restKeys{docs: map[string][]uint32{}}
	}
	if docs := n.rest.Docs; len(docs) == 0 || docs[len(docs)-1] != s.rows {
		n.rest.Docs = append(docs, s.rows)
	}
	isNew, added := n.rest.rest.add(key, s.rows, s.restKeys < MaxRestKeys)
	if isNew {
		s.restKeys++
	}
	if added {
		s.restDocs++
	}
}

package patch

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// node is a value of the document that is being patched. It stays encoded until an operation goes inside.
type node struct {
	value  vec.Value // while inside is nil
	inside *inside
}

// inside is an array's elements, or an object's fields.
type inside struct {
	array bool
	keys  []string // of an object
	nodes []node
}

// open makes what is inside of an array or object to be seen; nil for anything else.
func (n *node) open() *inside {
	if n.inside != nil {
		return n.inside
	}
	switch n.value.Type() {
	case vec.Array:
		in := &inside{array: true, nodes: make([]node, 0, n.value.Len()+1)}
		for element := range n.value.Elements() {
			in.nodes = append(in.nodes, node{value: element})
		}
		n.inside = in
	case vec.Object:
		in := &inside{}
		for key, value := range n.value.Fields() {
			in.keys, in.nodes = append(in.keys, string(key)), append(in.nodes, node{value: value})
		}
		n.inside = in
	}
	return n.inside
}

// place is where a token leads, or would lead: the node's number, len(nodes) for a key that is not there.
func (in *inside) place(token string) (at int, err error) {
	if in.array {
		return subscript(token, len(in.nodes))
	}
	if at = slices.Index(in.keys, token); at < 0 {
		at = len(in.nodes)
	}
	return at, nil
}

// append writes the value.
func (n *node) append(dst []byte) []byte {
	switch in := n.inside; {
	case in == nil:
		return n.value.Append(dst)
	case in.array:
		dst, mark := vec.BeginArray(dst)
		for i := range in.nodes {
			dst = in.nodes[i].append(dst)
		}
		return vec.EndArray(dst, mark, len(in.nodes))
	default:
		dst, mark := vec.BeginObject(dst)
		for i := range in.nodes {
			dst = in.nodes[i].append(vec.AppendKey(dst, in.keys[i]))
		}
		return vec.EndObject(dst, mark)
	}
}

// encoded is the value in one piece.
func (n *node) encoded() vec.Value {
	if n.inside == nil {
		return n.value
	}
	return n.append(nil)
}

// editing is a document between two operations.
type editing struct {
	root    node
	written int // bytes of the values that operations put somewhere
}

var errNothing = errors.New("there is nothing")

// parent is what the last token of a path, which has one, leads into, and where it leads there.
func (e *editing) parent(path pointer) (in *inside, at int, err error) {
	n := &e.root
	for depth, token := range path {
		if in = n.open(); in == nil {
			return nil, 0, fmt.Errorf("%q is %s, neither an array nor an object", path[:depth], n.value.Type())
		}
		if token == "-" && in.array && depth == len(path)-1 {
			return in, len(in.nodes), nil
		}
		if at, err = in.place(token); err != nil {
			return nil, 0, err
		}
		if depth == len(path)-1 {
			break
		}
		if at == len(in.nodes) {
			return nil, 0, fmt.Errorf("%w at %q", errNothing, path[:depth+1])
		}
		n = &in.nodes[at]
	}
	return in, at, nil
}

// find is what is at a path.
func (e *editing) find(path pointer) (*node, error) {
	if len(path) == 0 {
		return &e.root, nil
	}
	in, at, err := e.parent(path)
	if err == nil && at == len(in.nodes) {
		err = fmt.Errorf("%w at %q", errNothing, path)
	}
	if err != nil {
		return nil, err
	}
	return &in.nodes[at], nil
}

// admit refuses a value that would make the document too deep or too large.
func (e *editing) admit(path pointer, value vec.Value) error {
	if err := vec.Check(value, MaxDepth-len(path)); err != nil {
		return fmt.Errorf("the document would have more than %d levels", MaxDepth)
	}
	if e.written += len(value) + len(path[len(path)-1]); e.written > MaxBytes {
		return fmt.Errorf("the operations write more than %d bytes: send them in several patches", MaxBytes)
	}
	return nil
}

// put adds a value, encoded, at a path.
func (e *editing) put(path pointer, value vec.Value) error {
	in, at, err := e.parent(path)
	if err == nil {
		err = e.admit(path, value)
	}
	switch {
	case err != nil:
		return err
	case in.array:
		in.nodes = slices.Insert(in.nodes, at, node{value: value})
	case at < len(in.nodes):
		in.nodes[at] = node{value: value}
	default:
		in.keys, in.nodes = append(in.keys, path[len(path)-1]), append(in.nodes, node{value: value})
	}
	return nil
}

// take takes away what is at a path.
func (e *editing) take(path pointer) (vec.Value, error) {
	n, err := e.find(path)
	if err != nil {
		return nil, err
	}
	value := n.encoded()
	in, at, _ := e.parent(path)
	in.nodes = slices.Delete(in.nodes, at, at+1)
	if !in.array {
		in.keys = slices.Delete(in.keys, at, at+1)
	}
	return value, nil
}

func (e *editing) add(op *Operation) error { return e.put(op.path, op.value) }

func (e *editing) remove(op *Operation) error {
	_, err := e.take(op.path)
	return err
}

func (e *editing) replace(op *Operation) error { return e.set(op.path, op.value) }

// set puts a value in the place of one that is there.
func (e *editing) set(path pointer, value vec.Value) error {
	n, err := e.find(path)
	if err == nil {
		err = e.admit(path, value)
	}
	if err == nil {
		*n = node{value: value}
	}
	return err
}

func (e *editing) move(op *Operation) error {
	value, err := e.take(op.from)
	if err != nil {
		return fmt.Errorf("from: %w", err)
	}
	return e.put(op.path, value)
}

func (e *editing) copy(op *Operation) error {
	n, err := e.find(op.from)
	if err != nil {
		return fmt.Errorf("from: %w", err)
	}
	return e.put(op.path, n.encoded())
}

// test compares as SQL's DISTINCT does: an int and a float by their number, objects whatever the order of keys.
func (e *editing) test(op *Operation) error {
	n, err := e.find(op.path)
	if err == nil && !vec.Equal(n.encoded(), op.value) {
		err = errors.New("the value is another one")
	}
	return err
}

// increment adds ints exactly, or not at all; with a float the sum is one.
func (e *editing) increment(op *Operation) error {
	n, err := e.find(op.path)
	if err != nil {
		return err
	}
	old := n.value
	switch t := old.Type(); {
	case n.inside != nil || t != vec.Int && t != vec.Float:
		return fmt.Errorf("%s cannot be incremented", n.encoded().Type())
	case t == vec.Float || op.value.Type() == vec.Float:
		sum := number(old) + number(op.value)
		if math.IsInf(sum, 0) {
			return errors.New("the sum is more than a float holds")
		}
		return e.set(op.path, vec.FloatValue(sum))
	}
	a, b := old.Int(), op.value.Int()
	if b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b {
		return fmt.Errorf("the sum of %d and %d is more than an int holds", a, b)
	}
	return e.set(op.path, vec.IntValue(vec.Int, a+b))
}

func number(v vec.Value) float64 {
	if v.Type() == vec.Int {
		return float64(v.Int())
	}
	return v.Float()
}

package row

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/outcropdb/outcrop/vec"
)

var errSplit = errors.New("documents are cut short")

// joiner puts together documents that a splitter has taken apart.
type joiner struct {
	rest []byte // what is not read yet
	err  error
	out  []byte
	size int // of all documents
}

// step is what to do next for a document: write literally, then open, close or fill in a content.
type step struct {
	literal []byte
	do      vec.Type // Undefined: close; Array, Object: open; Null: nothing; else the type of a content
	count   uint32   // of an array
	content int      // its number in the shape
}

// field is one content of the documents of a shape: those not used yet, and their lengths.
type field struct {
	kind              vec.Type
	lengths, contents []byte
}

// plan is a shape, read.
type plan struct {
	steps  []step
	fields []field
	docs   int
}

// join reads docs documents, of size bytes in all.
func join(split []byte, docs, size int) (*block, error) {
	j := &joiner{rest: split, size: size}
	if n := j.uvarint(); n != uint64(docs) || docs > len(split) {
		return nil, fmt.Errorf("%d documents, want %d", n, docs)
	}
	plans := make([]*plan, 0, min(j.uvarint(), uint64(len(split))))
	for range cap(plans) {
		p := &plan{}
		shape := &joiner{rest: j.bytes(j.uvarint())}
		shape.value(p, nil, 0)
		if j.err != nil || shape.err != nil || len(shape.rest) > 0 {
			return nil, errSplit
		}
		plans = append(plans, p)
	}
	uses := make([]*plan, docs)
	for i := range uses {
		n := j.uvarint()
		if n >= uint64(len(plans)) {
			return nil, errSplit
		}
		uses[i] = plans[n]
		uses[i].docs++
	}
	for _, p := range plans {
		for i := range p.fields {
			j.field(&p.fields[i], p.docs)
		}
	}
	if j.err != nil || size > maxBlock {
		return nil, errSplit
	}
	b := &block{offsets: make([]uint32, docs+1)}
	j.out = make([]byte, 0, size)
	for i, p := range uses {
		if !j.document(p) {
			return nil, errSplit
		}
		b.offsets[i+1] = uint32(len(j.out))
	}
	if b.data = j.out; len(b.data) != size {
		return nil, fmt.Errorf("documents are %d bytes, want %d", len(b.data), size)
	}
	return b, nil
}

func (j *joiner) uvarint() uint64 {
	n, k := binary.Uvarint(j.rest)
	if k <= 0 {
		j.err, j.rest = errSplit, nil
		return 0
	}
	j.rest = j.rest[k:]
	return n
}

func (j *joiner) bytes(n uint64) []byte {
	if n > uint64(len(j.rest)) {
		j.err, j.rest = errSplit, nil
		return nil
	}
	b := j.rest[:n:n]
	j.rest = j.rest[n:]
	return b
}

// value reads a shape as steps of p; literal is what is to be written before it.
func (j *joiner) value(p *plan, literal []byte, depth int) {
	kind := j.bytes(1)
	if kind == nil || depth > maxNesting {
		j.err, j.rest = errSplit, nil
		return
	}
	t := vec.Type(kind[0])
	if t != opaque {
		literal = append(literal, byte(t))
	}
	switch {
	case t.IsNull():
		p.steps = append(p.steps, step{literal: literal, do: vec.Null})
	case t == vec.Object:
		p.steps = append(p.steps, step{literal: literal, do: t})
		for n := j.uvarint(); n > 0; n = j.uvarint() {
			key := j.bytes(n - 1)
			j.value(p, vec.AppendKey(nil, key), depth+1)
		}
		p.steps = append(p.steps, step{})
	case t == vec.Array:
		n := j.uvarint()
		if n > uint64(len(j.rest)) {
			j.err, j.rest = errSplit, nil
			return
		}
		p.steps = append(p.steps, step{literal: literal, do: t, count: uint32(n)})
		for range n {
			j.value(p, nil, depth+1)
		}
		p.steps = append(p.steps, step{})
	case hasLength(t) || t.Layout() != vec.Union && t.Layout() != vec.NoData:
		p.steps = append(p.steps, step{literal: literal, do: t, content: len(p.fields)})
		p.fields = append(p.fields, field{kind: t})
	default:
		j.err, j.rest = errSplit, nil
	}
}

// field finds where the contents of a field of so many documents are.
func (j *joiner) field(f *field, docs int) {
	start, total := j.rest, uint64(0)
	if hasLength(f.kind) {
		for range docs {
			n := j.uvarint()
			if total += n; n > uint64(len(start)) {
				j.err = errSplit
				return
			}
		}
		f.lengths, f.contents = start, j.bytes(total)
		return
	}
	for range docs {
		size := fixedSize(f.kind, j.rest)
		if size <= 0 {
			j.err = errSplit
			return
		}
		j.rest = j.rest[size:]
	}
	f.contents = start
}

// document writes one; false if that is more than there is to be.
func (j *joiner) document(p *plan) bool {
	var open [maxNesting + 2]int // where each open object or array begins
	depth := 0
	out := j.out
	for i := range p.steps {
		s := &p.steps[i]
		out = append(out, s.literal...)
		switch s.do {
		case vec.Null:
		case vec.Undefined:
			depth--
			at := open[depth]
			binary.LittleEndian.PutUint32(out[at:], uint32(len(out)-at-4))
		case vec.Object:
			open[depth], depth = len(out), depth+1
			out = append(out, 0, 0, 0, 0)
		case vec.Array:
			open[depth], depth = len(out), depth+1
			out = binary.LittleEndian.AppendUint32(append(out, 0, 0, 0, 0), s.count)
		default:
			out = p.fields[s.content].append(out)
		}
		if len(out) > j.size {
			return false
		}
	}
	j.out = out
	return true
}

// append writes the next content.
func (f *field) append(out []byte) []byte {
	if !hasLength(f.kind) {
		size := fixedSize(f.kind, f.contents)
		out = append(out, f.contents[:size]...)
		f.contents = f.contents[size:]
		return out
	}
	n, k := binary.Uvarint(f.lengths)
	if f.kind != opaque {
		out = append(out, f.lengths[:k]...)
	}
	out = append(out, f.contents[:n]...)
	f.lengths, f.contents = f.lengths[k:], f.contents[n:]
	return out
}

package row

import (
	"encoding/binary"
	"errors"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

var errSplit = errors.New("documents are cut short")

// plan is a shape, read: how to put its documents together.
type plan struct {
	steps []step
	kept  []vec.Type // the contents that blocks keep
	held  int        // number of contents that columns hold
	bytes int        // of memory that its blocks have to account for, about
}

// step is what to do next for a document: write literally, then open, close or fill in a content.
type step struct {
	literal []byte
	do      vec.Type // Undefined: close; Object: open; Null: nothing; else the type of a content
	content int      // its number among the kept, or the held
	column  column.Sub
	path    vec.Path // of column
}

const stepBytes = 96

// Columns finds the sub-column of a path and type that holds contents; nil if there is none.
type Columns func(path vec.Path, t vec.Type) column.Sub

// planner reads a shape.
type planner struct {
	reader
	plan    *plan
	columns Columns
}

func readPlan(shape []byte, columns Columns) (*plan, error) {
	p := &planner{reader{rest: shape}, &plan{bytes: len(shape)}, columns}
	p.value(nil, nil, 0)
	if p.err == nil && len(p.rest) > 0 {
		p.err = errSplit
	}
	p.plan.bytes += len(p.plan.steps) * stepBytes
	return p.plan, p.err
}

// value reads a value as steps of the plan; literal is what is to be written before it.
func (p *planner) value(literal []byte, path vec.Path, depth int) {
	kind := p.bytes(1)
	if kind == nil || depth > maxLevels {
		p.fail()
		return
	}
	t := vec.Type(kind[0])
	if t != opaque && t&held != 0 {
		p.column(step{literal: literal, do: t &^ held, path: path})
		return
	}
	if t != opaque {
		literal = append(literal, byte(t))
	}
	switch {
	case t.IsNull():
		p.add(step{literal: literal, do: vec.Null})
	case t == vec.Object:
		p.add(step{literal: literal, do: t})
		for n := p.uvarint(); n > 0; n = p.uvarint() {
			key := p.bytes(n - 1)
			p.value(vec.AppendKey(nil, key), append(path[:len(path):len(path)], string(key)), depth+1)
		}
		p.add(step{})
	case hasLength(t) || t.Layout() != vec.Union && t.Layout() != vec.NoData:
		p.add(step{literal: literal, do: t, content: len(p.plan.kept)})
		p.plan.kept = append(p.plan.kept, t)
	default:
		p.fail()
	}
}

func (p *planner) add(s step) { p.plan.steps = append(p.plan.steps, s) }

// column adds a content that a column holds. What is written there begins with its type.
func (p *planner) column(s step) {
	if p.columns != nil && s.do != vec.Object && !s.do.IsNull() {
		s.column = p.columns(s.path, s.do)
	}
	if s.column == nil {
		p.fail()
		return
	}
	s.content = p.plan.held
	p.plan.held++
	p.add(s)
}

// reader reads numbers and bytes. After an error everything reads as zero.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail() { r.err, r.rest = errSplit, nil }

func (r *reader) uvarint() uint64 {
	n, k := binary.Uvarint(r.rest)
	if k <= 0 {
		r.fail()
		return 0
	}
	r.rest = r.rest[k:]
	return n
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.fail()
		return nil
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

package row

import (
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// block is what a block says of its documents, read. It never changes.
type block struct {
	first  uint32 // doc id
	docs   int
	size   int // of all documents, encoded
	plans  []*plan
	uses   []uint32  // by document, the number of its plan
	fields [][]field // by plan, by kept content
	split  int       // bytes that fields alias
}

// field is a content of the documents of a plan: of those to come, and their lengths.
type field struct {
	kind              vec.Type
	lengths, contents []byte
}

func (b *block) bytes() int {
	n := b.split + 4*len(b.uses) + heldBytes
	for i, p := range b.plans {
		n += 8 + p.bytes + fieldBytes*len(b.fields[i])
	}
	return n
}

const fieldBytes = 56

// readBlock reads what is split into documents from first, of size bytes in all. plans reads a shape.
func readBlock(split []byte, first uint32, docs, size int, plans func(shape []byte) (*plan, error)) (*block, error) {
	r := &reader{rest: split}
	if n := r.uvarint(); n != uint64(docs) || docs > len(split) {
		return nil, fmt.Errorf("%d documents, want %d", n, docs)
	}
	b := &block{first: first, docs: docs, size: size, uses: make([]uint32, docs), split: cap(split)}
	for range min(r.uvarint(), uint64(len(split))) {
		shape := r.bytes(r.uvarint())
		if r.err != nil {
			return nil, r.err
		}
		p, err := plans(shape)
		if err != nil {
			return nil, err
		}
		b.plans = append(b.plans, p)
	}
	counts := make([]int, len(b.plans))
	for i := range b.uses {
		n := r.uvarint()
		if n >= uint64(len(b.plans)) {
			return nil, errSplit
		}
		b.uses[i] = uint32(n)
		counts[n]++
	}
	b.fields = make([][]field, len(b.plans))
	for i, p := range b.plans {
		for _, kind := range p.kept {
			b.fields[i] = append(b.fields[i], readField(r, kind, counts[i]))
		}
	}
	if r.err != nil || size > maxBlock {
		return nil, errSplit
	}
	return b, nil
}

// readField finds where the contents of so many documents are.
func readField(r *reader, kind vec.Type, docs int) field {
	start, total := r.rest, uint64(0)
	if hasLength(kind) {
		for range docs {
			n := r.uvarint()
			if total += n; n > uint64(len(start)) {
				r.fail()
			}
		}
		return field{kind, start, r.bytes(total)}
	}
	for range docs {
		size := fixedSize(kind, r.rest)
		if size <= 0 {
			r.fail()
			break
		}
		r.rest = r.rest[size:]
	}
	return field{kind: kind, contents: start}
}

// next takes the next content, as it is written behind its type.
func (f *field) next(out []byte) []byte {
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

// skip passes over contents.
func (f *field) skip(contents int) {
	for range contents {
		size := 0
		if hasLength(f.kind) {
			n, k := binary.Uvarint(f.lengths)
			size, f.lengths = int(n), f.lengths[k:]
		} else {
			size = fixedSize(f.kind, f.contents)
		}
		f.contents = f.contents[size:]
	}
}

// joiner puts documents together.
type joiner struct {
	fields  []field
	columns []vec.Vector // of the held contents
	docs    []uint32
	out     []byte
}

var joiners = sync.Pool{New: func() any { return new(joiner) }}

// document is document number i of the block, by itself.
func (b *block) document(i int) (vec.Value, error) {
	j := joiners.Get().(*joiner)
	defer j.release()
	use := b.uses[i]
	rank := 0
	if len(b.fields[use]) > 0 {
		for _, u := range b.uses[:i] {
			if u == use {
				rank++
			}
		}
	}
	j.fields = append(j.fields[:0], b.fields[use]...)
	for f := range j.fields {
		j.fields[f].skip(rank)
	}
	j.docs = append(j.docs[:0], b.first+uint32(i))
	j.out = j.out[:0]
	j.columns = slices.Grow(j.columns[:0], 1)[:1]
	if err := j.document(b.plans[use], 0, j.docs); err != nil {
		return nil, err
	}
	return vec.Value(append(make([]byte, 0, len(j.out)), j.out...)), nil
}

// documents are all documents of a block.
type documents struct {
	spans [][2]uint32 // by document, where it begins and ends in data
	data  []byte
}

func (d *documents) bytes() int { return 8*len(d.spans) + cap(d.data) + heldBytes }

// all puts all documents of the block together.
func (b *block) all() (*documents, error) {
	j := joiners.Get().(*joiner)
	defer j.release()
	d := &documents{spans: make([][2]uint32, b.docs)}
	j.out = make([]byte, 0, b.size)
	for use, p := range b.plans {
		j.docs = j.docs[:0]
		for i, u := range b.uses {
			if u == uint32(use) {
				j.docs = append(j.docs, b.first+uint32(i))
			}
		}
		if len(j.docs) == 0 {
			continue
		}
		selection := column.Selection{Docs: j.docs}
		if len(j.docs) == b.docs && b.first%64 == 0 { // which columns read faster
			selection = column.Selection{From: int(b.first), To: int(b.first) + b.docs}
		}
		j.fields = append(j.fields[:0], b.fields[use]...)
		begin := len(j.out)
		err := j.join(p, selection, func(i int) {
			d.spans[j.docs[i]-b.first] = [2]uint32{uint32(begin), uint32(len(j.out))}
			begin = len(j.out)
		})
		if err != nil {
			return nil, err
		}
	}
	if len(j.out) != b.size {
		return nil, fmt.Errorf("documents are %d bytes, want %d", len(j.out), b.size)
	}
	d.data, j.out = j.out, nil
	return d, nil
}

// join writes the selected documents of a plan behind out, and calls done after each with its number.
func (j *joiner) join(p *plan, selection column.Selection, done func(i int)) error {
	j.columns = slices.Grow(j.columns[:0], p.held)[:p.held]
	for i := range p.steps {
		if s := &p.steps[i]; s.column != nil {
			if err := s.read(&j.columns[s.content], selection); err != nil {
				return err
			}
		}
	}
	for row := range selection.Len() {
		if err := j.document(p, row, nil); err != nil {
			return err
		}
		done(row)
	}
	return nil
}

// read reads what the step's column holds of the selected documents.
func (s *step) read(v *vec.Vector, selection column.Selection) error {
	if err := s.column.Read(v, selection); err != nil {
		return err
	}
	for row := range selection.Len() {
		if v.TypeAt(row) != s.do {
			return fmt.Errorf("document %d: column %s of type %s does not have it", selection.Doc(row), s.path, s.do)
		}
	}
	return nil
}

// document writes the document of a row of the columns, or with docs the only one of these, whose columns are
// read here, one after the other.
func (j *joiner) document(p *plan, row int, docs []uint32) error {
	var open [maxLevels + 2]int // where each open object or array begins
	depth := 0
	out := j.out
	for i := range p.steps {
		s := &p.steps[i]
		out = append(out, s.literal...)
		switch {
		case s.column != nil && docs != nil:
			v := &j.columns[0]
			if err := s.read(v, column.Selection{Docs: docs}); err != nil {
				return err
			}
			out = v.AppendValue(out, 0)
		case s.column != nil:
			out = j.columns[s.content].AppendValue(out, row)
		case s.do == vec.Null:
		case s.do == vec.Undefined:
			depth--
			at := open[depth]
			binary.LittleEndian.PutUint32(out[at:], uint32(len(out)-at-4))
		case s.do == vec.Object:
			open[depth], depth = len(out), depth+1
			out = append(out, 0, 0, 0, 0)
		default:
			out = j.fields[s.content].next(out)
		}
		if len(out) > maxBlock {
			return errSplit
		}
	}
	j.out = out
	return nil
}

// What a joiner keeps for the next documents: at most so many vectors, since each has memory, and so many bytes of
// contents and of a document.
const (
	maxColumnsKept = 1000
	maxBytesKept   = 2 << 20
)

func (j *joiner) release() {
	contents := 0
	for i := range j.columns {
		contents += cap(j.columns[i].Data)
		j.columns[i].Reset(vec.Null) // lets go of what belongs to a segment
	}
	if cap(j.columns) > maxColumnsKept || contents > maxBytesKept {
		j.columns = nil
	}
	clear(j.fields)
	if cap(j.out) > maxBytesKept {
		j.out = nil
	}
	joiners.Put(j)
}

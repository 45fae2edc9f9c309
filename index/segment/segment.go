package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/inverted"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/vec"
)

// Segment is an open segment: a part whose documents are all alive, as far as it knows. It never changes;
// any number of workers may ask at once.
type Segment struct {
	*column.View
	name     string
	data     []byte
	table    place // of sections
	sections map[string]place
	rows     *row.Reader
	columns  []byte
	inverted []byte
	lists    map[*column.Node][]*sub // of paths through arrays, and of texts
	onDamage func(*fs.DamageError)

	mu      sync.Mutex
	checked map[string]error // sections of others that have been read
}

// Open opens a segment that Build wrote. It reads only what says where things are; the rest when it is
// first asked for, and then checks it. data is kept, and so it has to outlive the segment and every vector
// that was read from it. Errors name the file by name. Documents are decoded into cache.
func Open(data []byte, name string, cache *row.Cache) (*Segment, error) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		return nil, fmt.Errorf("segment %s: is read in place, which needs a little-endian machine", name)
	}
	s, err := open(align(data), name, cache)
	if _, other := errors.AsType[versionError](err); other {
		return nil, fmt.Errorf("segment %s: %w", name, err)
	}
	if err != nil {
		return nil, &fs.DamageError{File: name, Err: err}
	}
	return s, nil
}

// OnDamage has f called with every damage that is found from now on, before the error is returned. Any number
// of goroutines may call it at once. OnDamage itself is to be called before the segment is shared.
func (s *Segment) OnDamage(f func(*fs.DamageError)) { s.onDamage = f }

// damaged is the error of a place that is not as it was written.
func (s *Segment) damaged(format string, args ...any) error {
	err := &fs.DamageError{File: s.name, Err: fmt.Errorf(format, args...)}
	if s.onDamage != nil {
		s.onDamage(err)
	}
	return err
}

func open(data []byte, name string, cache *row.Cache) (*Segment, error) {
	table, sections, err := readTable(data)
	if err != nil {
		return nil, err
	}
	s := &Segment{name: name, data: data, table: table, sections: sections, lists: map[*column.Node][]*sub{}, checked: map[string]error{}}
	for _, name := range []string{sectionColumns, sectionInverted, sectionRows, sectionFields} {
		if p, ok := sections[name]; !ok || p.offset%8 != 0 {
			return nil, fmt.Errorf("section %s: missing, or at %d, which is no multiple of 8", name, p.offset)
		}
	}
	s.columns, s.inverted = s.bytes(sectionColumns), s.bytes(sectionInverted)
	if s.rows, err = row.Open(s.bytes(sectionRows), s.sub, cache); err != nil {
		return nil, fmt.Errorf("section %s: %w", sectionRows, err)
	}
	fields, err := sections[sectionFields].checked(data)
	if err == nil {
		err = s.openFields(fields)
	}
	if err != nil {
		return nil, fmt.Errorf("section %s: %w", sectionFields, err)
	}
	return s, nil
}

// bytes are those of a section, unchecked.
func (s *Segment) bytes(name string) []byte {
	p := s.sections[name]
	return s.data[p.offset:][:p.size:p.size]
}

// Section is what Build was given as Extra under name, checked when first asked for; nil if there was none.
// It is not to be changed.
func (s *Segment) Section(name string) ([]byte, error) {
	p, ok := s.sections[name]
	if !ok {
		return nil, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err, done := s.checked[name]
	if !done {
		if _, err = p.checked(s.data); err != nil {
			err = s.damaged("section %s: %w", name, err)
		}
		s.checked[name] = err
	}
	if err != nil {
		return nil, err
	}
	return s.bytes(name), nil
}

// Name is the one given to Open.
func (s *Segment) Name() string { return s.name }

// Bytes is the size of the file.
func (s *Segment) Bytes() int64 { return int64(len(s.data)) }

// Size is the number of bytes of a section; 0 if there is none of that name.
func (s *Segment) Size(section string) int64 { return int64(s.sections[section].size) }

// Document is the whole document, encoded.
func (s *Segment) Document(doc uint32) (vec.Value, error) {
	if int(doc) >= s.rows.Rows() {
		return nil, fmt.Errorf("segment %s: document %d of %d", s.name, doc, s.rows.Rows())
	}
	value, err := s.rows.Document(doc)
	if err != nil {
		return nil, s.damaged("section %s: %w", sectionRows, err)
	}
	return value, nil
}

// sub is the sub-column of a path and type, in which rows find contents; nil if there is none.
func (s *Segment) sub(path vec.Path, t vec.Type) column.Sub { return s.Sub(path, t) }

// openFields makes the view of the sub-columns that the fields list.
func (s *Segment) openFields(fields []byte) error {
	d := &decoder{data: fields}
	rows := d.uvarint()
	if d.err == nil && rows != uint64(s.rows.Rows()) {
		return fmt.Errorf("%d documents, rows have %d", rows, s.rows.Rows())
	}
	root := s.openNode(d, nil, 0)
	if d.err == nil && len(d.data) > 0 {
		d.err = fmt.Errorf("%d bytes left over", len(d.data))
	}
	s.View = column.NewView(root, int(rows), s)
	return d.err
}

func (s *Segment) openNode(d *decoder, path vec.Path, depth int) *column.Node {
	n := &column.Node{Key: string(d.bytes(d.count()))}
	if depth > 0 {
		path = append(path[:len(path):len(path)], n.Key)
	}
	if depth > column.MaxDepth+1 {
		d.err, d.data = fmt.Errorf("path %s is longer than %d steps", path, column.MaxDepth), nil
		return n
	}
	has := d.byte()
	for range d.count() {
		sub := &sub{segment: s, path: path, typ: vec.Type(d.byte()), count: d.uvarint()}
		sub.column, sub.inverted = d.place(uint64(len(s.columns))), d.place(uint64(len(s.inverted)))
		if d.err == nil && (sub.typ == vec.Undefined || sub.typ > vec.Object && sub.typ != column.Rest ||
			sub.count > uint64(s.rows.Rows()) || sub.column.offset%8 != 0 || sub.inverted.offset%8 != 0) {
			d.err = fmt.Errorf("column %s: %d values of type %s at %d", path, sub.count, sub.typ, sub.column.offset)
		}
		n.Subs = append(n.Subs, sub)
	}
	if has&nodeHasElements != 0 {
		for range d.count() {
			n.Elements = append(n.Elements, d.uvarint())
		}
	}
	if has&nodeHasLists != 0 {
		s.openLists(d, n, path)
	}
	if has&nodeHasItems != 0 {
		n.Items = s.openNode(d, path, depth+1)
	}
	for range d.count() {
		n.Children = append(n.Children, s.openNode(d, path, depth+1))
	}
	n.IndexChildren()
	return n
}

// sub is a sub-column, opened when it is first read, or a list that is there without a column.
type sub struct {
	segment          *Segment
	path             vec.Path
	typ              vec.Type
	count            uint64
	alone            bool // no column
	column, inverted place

	openColumn sync.Once
	stored     *column.Stored
	columnErr  error

	openInverted sync.Once
	index        *inverted.Index
	invertedErr  error
}

// Type implements column.Sub.
func (s *sub) Type() vec.Type { return s.typ }

// Count implements column.Sub.
func (s *sub) Count() int { return int(s.count) }

// Present implements column.Sub.
func (s *sub) Present(bits []uint64, selection column.Selection) (int, error) {
	stored, err := s.load()
	if err != nil {
		return 0, err
	}
	return stored.Present(bits, selection)
}

// Read implements column.Sub.
func (s *sub) Read(out *vec.Vector, selection column.Selection) error {
	stored, err := s.load()
	if err != nil {
		return err
	}
	if err := stored.Read(out, selection); err != nil {
		return s.damaged(sectionColumns, err)
	}
	return nil
}

// damaged is the error of what cannot be read in one of the sections.
func (s *sub) damaged(section string, err error) error {
	return s.segment.damaged("section %s: column %s of type %s: %w", section, s.path, s.typ, err)
}

// Under implements column.Keyed, for a sub-column of type Rest.
func (s *sub) Under(key string) []column.Sub {
	stored, err := s.load()
	if err != nil {
		return []column.Sub{s} // reading tells
	}
	return stored.Under(key)
}

// Names implements column.Keyed, for a sub-column of type Rest. There are none if that cannot be read.
func (s *sub) Names() iter.Seq2[string, int] {
	stored, err := s.load()
	if err != nil {
		return func(func(string, int) bool) {}
	}
	return stored.Names()
}

// load opens the sub-column, checked.
func (s *sub) load() (*column.Stored, error) {
	s.openColumn.Do(func() {
		b, err := s.column.checked(s.segment.columns)
		if err == nil {
			s.stored, err = column.Decode(b, s.typ, s.segment.rows.Rows(), int(s.count))
		}
		if err != nil {
			s.columnErr = s.damaged(sectionColumns, err)
		}
	})
	return s.stored, s.columnErr
}

// lists opens the inverted lists, checked; nil if there are none.
func (s *sub) lists() (*inverted.Index, error) {
	if s.inverted.size == 0 {
		return nil, nil
	}
	var terms *vec.Vector
	if !s.alone {
		stored, err := s.load()
		if err != nil {
			return nil, err
		}
		terms = stored.Terms()
	}
	s.openInverted.Do(func() {
		b, err := s.inverted.checked(s.segment.inverted)
		if err == nil {
			s.index, err = inverted.Open(b, s.segment.rows.Rows(), int(s.count), terms)
		}
		if err != nil {
			s.invertedErr = s.damaged(sectionInverted, err)
		}
	})
	return s.index, s.invertedErr
}

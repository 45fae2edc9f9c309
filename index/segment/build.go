package segment

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/inverted"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/vec"
)

// Section is bytes that another package keeps in a segment, under its name.
type Section struct {
	Name string
	Data []byte
}

// Options of Build.
type Options struct {
	Extra []Section // written as they are
	Plain vec.Path  // strings here are not compressed and get no inverted list: a section of Extra leads to each
}

// Info says what Build has written.
type Info struct {
	Version  int
	Rows     int
	Bytes    int64            // of the file
	Sections map[string]int64 // bytes by section
}

// Build writes a segment of the documents of a view that a Shredder published. It does not close or sync w.
func Build(w io.Writer, view *column.View, options Options) (Info, error) {
	b := &builder{out: &counter{w: w}, view: view, plain: options.Plain}
	info := Info{Version: Version, Rows: view.Rows(), Sections: map[string]int64{}}
	steps := []struct {
		name  string
		write func() error
	}{
		{sectionColumns, b.columns}, {sectionInverted, b.inverted}, {sectionRows, b.rows}, {sectionFields, b.fields},
	}
	for _, s := range options.Extra {
		steps = append(steps, struct {
			name  string
			write func() error
		}{s.Name, func() error { return b.whole(s.Data) }})
	}
	head := binary.LittleEndian.AppendUint64([]byte(magic), Version)
	_, _ = b.out.Write(head)
	for _, step := range steps {
		if _, twice := info.Sections[step.name]; twice {
			return info, fmt.Errorf("segment: two sections %s", step.name)
		}
		b.pad()
		b.start, b.checksum = b.out.n, 0
		if err := step.write(); err != nil {
			return info, fmt.Errorf("segment: section %s: %w", step.name, err)
		}
		size := b.out.n - b.start
		info.Sections[step.name] = int64(size)
		b.sections = append(b.sections, section{step.name, place{b.start, size, b.checksum}})
	}
	table := appendTable(nil, b.sections)
	tail := binary.LittleEndian.AppendUint64(nil, b.out.n)
	tail = binary.LittleEndian.AppendUint64(tail, uint64(len(table)))
	tail = binary.LittleEndian.AppendUint64(tail, xxhash.Sum64(table))
	_, _ = b.out.Write(append(append(table, tail...), magic...))
	info.Bytes = int64(b.out.n)
	if b.out.err != nil {
		return info, fmt.Errorf("segment: %w", b.out.err)
	}
	return info, nil
}

// builder writes section by section.
type builder struct {
	out      *counter
	view     *column.View
	plain    vec.Path
	sections []section
	start    uint64 // of the section being written
	checksum uint64 // of the section, if it has one
	parts    map[*column.Values]*parts
	lists    map[*column.Node][]list
}

// parts are where a sub-column is, counted from its sections' starts.
type parts struct {
	column, inverted place
	list             []byte
	contents         bool // without a dictionary
}

// counter counts what is written and keeps the first error, after which it writes nothing.
type counter struct {
	w   io.Writer
	n   uint64
	err error
}

func (c *counter) Write(b []byte) (int, error) {
	if c.err == nil {
		var n int
		n, c.err = c.w.Write(b)
		c.n += uint64(n)
	}
	return len(b), c.err
}

// pad brings the file to a multiple of 8 bytes.
func (b *builder) pad() { _, _ = b.out.Write(make([]byte, -b.out.n&7)) }

// whole writes a section that is checked as one.
func (b *builder) whole(data []byte) error {
	b.checksum = xxhash.Sum64(data)
	_, err := b.out.Write(data)
	return err
}

// part writes a piece of a section that is checked by itself, and pads it.
func (b *builder) part(data []byte) (place, error) {
	p := place{b.out.n - b.start, uint64(len(data)), xxhash.Sum64(data)}
	_, err := b.out.Write(data)
	b.pad()
	return p, err
}

func (b *builder) columns() error {
	b.parts = map[*column.Values]*parts{}
	written := map[uint64]*column.Values{} // by checksum: a field that became the _id is written once
	var buffer []byte
	for path, sub := range b.view.Subs() {
		v, ok := sub.(*column.Values)
		if !ok {
			return fmt.Errorf("column %s is not one of a Shredder", path)
		}
		p := &parts{}
		if len(path) > 0 && slices.Equal(path, b.plain) && v.Kind == vec.String {
			buffer = column.EncodePlain(buffer[:0], v, b.view.Rows())
		} else {
			var codes []uint32
			buffer, codes = column.Encode(buffer[:0], v, b.view.Rows())
			p.list, p.contents = columnList(v, codes, b.view.Rows()), codes == nil
		}
		b.parts[v] = p
		var err error
		if twin := written[xxhash.Sum64(buffer)]; twin != nil && twin.Same(v) {
			p.column = b.parts[twin].column
			continue
		}
		if p.column, err = b.part(buffer); err != nil {
			return err
		}
		written[p.column.checksum] = v
	}
	return nil
}

// columnList is the inverted list of a sub-column; nil if it gets none.
func columnList(v *column.Values, codes []uint32, rows int) []byte {
	docs := v.Docs
	switch v.Kind {
	case vec.Null, vec.Object, vec.Array, vec.Geography, column.Rest:
		return nil
	}
	switch {
	case v.Kind.Layout() != vec.Varlen:
		return inverted.BuildKeys(v.Keys(), docs, rows, v.Kind == vec.Float)
	case codes != nil:
		return inverted.BuildTerms(codes, docs, rows)
	}
	return inverted.BuildHashes(v.Offsets, v.Data, docs, rows)
}

func (b *builder) inverted() error {
	for _, sub := range b.view.Subs() {
		p := b.parts[sub.(*column.Values)]
		if p.list == nil {
			continue
		}
		var err error
		if p.inverted, err = b.part(p.list); err != nil {
			return err
		}
		p.list = nil
	}
	b.lists = map[*column.Node][]list{}
	if err := b.elementLists(b.view.Root()); err != nil {
		return err
	}
	return b.tokenLists(b.view.Root())
}

func (b *builder) rows() error {
	w, err := row.NewWriter(b.out, b.holds)
	if err != nil {
		return err
	}
	for doc := range b.view.Rows() {
		value, err := b.view.Document(uint32(doc))
		if err != nil {
			return err
		}
		if err := w.Append(value); err != nil {
			return err
		}
	}
	return w.Close()
}

// holds tells that a sub-column has the contents of its documents, and not only which documents these are.
func (b *builder) holds(path vec.Path, t vec.Type) bool {
	sub := b.view.Sub(path, t)
	return sub != nil && !t.IsNull() && t != vec.Object
}

func (b *builder) fields() error {
	dst := binary.AppendUvarint(nil, uint64(b.view.Rows()))
	return b.whole(b.appendNode(dst, b.view.Root()))
}

// What a node says of itself, as bits.
const (
	nodeHasItems    = 1 << iota // the elements of its arrays follow, as a node
	nodeHasElements             // it is a path through arrays
	nodeHasLists                // lists follow: of the elements of arrays, or the tokens of texts
)

// appendNode writes a path and those below it: key, bits, sub-columns, elements, lists, items, children.
func (b *builder) appendNode(dst []byte, n *column.Node) []byte {
	dst = append(binary.AppendUvarint(dst, uint64(len(n.Key))), n.Key...)
	var has byte
	if n.Items != nil {
		has |= nodeHasItems
	}
	if n.Elements != nil {
		has |= nodeHasElements
	}
	if n.Elements != nil || b.lists[n] != nil {
		has |= nodeHasLists
	}
	dst = append(dst, has)
	dst = binary.AppendUvarint(dst, uint64(len(n.Subs)))
	for _, sub := range n.Subs {
		p := b.parts[sub.(*column.Values)]
		dst = binary.AppendUvarint(append(dst, byte(sub.Type())), uint64(sub.Count()))
		dst = appendPlace(appendPlace(dst, p.column), p.inverted)
	}
	if n.Elements != nil {
		dst = binary.AppendUvarint(dst, uint64(len(n.Elements)))
		for _, count := range n.Elements {
			dst = binary.AppendUvarint(dst, count)
		}
	}
	if has&nodeHasLists != 0 {
		dst = binary.AppendUvarint(dst, uint64(len(b.lists[n])))
		for _, l := range b.lists[n] {
			dst = appendPlace(binary.AppendUvarint(append(dst, byte(l.typ)), uint64(l.count)), l.place)
		}
	}
	if n.Items != nil {
		dst = b.appendNode(dst, n.Items)
	}
	dst = binary.AppendUvarint(dst, uint64(len(n.Children)))
	for _, child := range n.Children {
		dst = b.appendNode(dst, child)
	}
	return dst
}

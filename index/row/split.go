package row

import (
	"encoding/binary"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// Documents of a block mostly have the same keys in the same order. Split, they are a few shapes, which
// say everything but the contents, and those contents that no column holds, field by field:
//
//	uvarint number of documents, number of shapes
//	per shape: uvarint length, and the value without contents: the type; of an object per field uvarint
//	  key length + 1, key, value, and a 0 at its end
//	per document: uvarint number of its shape
//	per shape, per content in it that is kept here: of each of its documents the content; lengths of contents
//	  go in front of all
//
// A type with the bit held says that the content stands in the sub-column of its path and type. The type
// opaque says that a whole value is kept as a content: an array that no column holds, or what is too large for
// the books that are kept of each.
const (
	held   = 0x40
	opaque = vec.Type(0xff)
)

const (
	// maxNesting is the number of levels of objects that a shape has; deeper ones are kept whole. Columns
	// hold nothing there.
	maxNesting = column.MaxDepth
	// maxContents is the number of contents that a shape has; a document of more is kept whole.
	maxContents = 50_000
)

// shape is what documents of one shape have, while a block is written.
type shape struct {
	encoded []byte
	kept    []keptField
}

// keptField is one content of a shape that is kept in the block.
type keptField struct {
	leaf              int // its number among the contents of a document
	kind              vec.Type
	lengths, contents []byte // document by document
}

// splitter takes a block's documents apart.
type splitter struct {
	holds func(path vec.Path, t vec.Type) bool

	numbers map[string]uint32 // of the shapes, as they are before it is said what is held
	shapes  []*shape
	uses    []byte // by document, the number of its shape
	bytes   int    // of shapes and contents so far

	// Of the document being taken apart:
	encoded []byte
	leaves  []leaf
	whole   bool // it is to be kept whole
}

// leaf is a value that has a content.
type leaf struct {
	kind    vec.Type
	at      int // where the type stands in encoded
	content []byte
}

// add takes a document apart. Nothing of it is kept but copies.
func (s *splitter) add(doc []byte) {
	s.encoded, s.leaves, s.whole = s.encoded[:0], s.leaves[:0], false
	if s.value(doc, 0); s.whole {
		s.encoded, s.leaves = s.encoded[:0], s.leaves[:0]
		s.leaf(opaque, doc)
	}
	number, ok := s.numbers[string(s.encoded)]
	if !ok {
		if s.numbers == nil {
			s.numbers = map[string]uint32{}
		}
		number = uint32(len(s.shapes))
		s.numbers[string(s.encoded)] = number
		s.shapes = append(s.shapes, s.shape())
		s.bytes += len(s.encoded)
	}
	s.uses = binary.AppendUvarint(s.uses, uint64(number))
	for i := range s.shapes[number].kept {
		f := &s.shapes[number].kept[i]
		content := s.leaves[f.leaf].content
		if hasLength(f.kind) {
			f.lengths = binary.AppendUvarint(f.lengths, uint64(len(content)))
		}
		f.contents = append(f.contents, content...)
		s.bytes += len(content)
	}
}

func (s *splitter) leaf(kind vec.Type, content []byte) {
	if len(s.leaves) == maxContents {
		s.whole = true
		return
	}
	s.leaves = append(s.leaves, leaf{kind, len(s.encoded), content})
	s.encoded = append(s.encoded, byte(kind))
}

// value takes the value at the start of b apart and returns what is behind it.
func (s *splitter) value(b []byte, depth int) []byte {
	t := vec.Type(b[0])
	switch {
	case t.IsNull():
		s.encoded = append(s.encoded, b[0])
		return b[1:]
	case t == vec.Object && depth < maxNesting:
		end := 5 + int(binary.LittleEndian.Uint32(b[1:]))
		s.encoded = append(s.encoded, b[0])
		for fields := b[5:end]; len(fields) > 0 && !s.whole; {
			n, k := binary.Uvarint(fields)
			s.encoded = append(binary.AppendUvarint(s.encoded, n+1), fields[k:k+int(n)]...)
			fields = s.value(fields[k+int(n):], depth+1)
		}
		s.encoded = append(s.encoded, 0)
		return b[end:]
	}
	value := vec.First(b)
	switch {
	case t == vec.Array || t == vec.Object:
		s.leaf(t, value)
	case hasLength(t):
		_, k := binary.Uvarint(b[1:])
		s.leaf(t, value[1+k:])
	default:
		s.leaf(t, value[1:])
	}
	return b[len(value):]
}

// shape makes one of the document being taken apart: it says in the encoded form which contents columns hold.
func (s *splitter) shape() *shape {
	w := &shape{encoded: append([]byte(nil), s.encoded...)}
	leaf := 0
	s.decide(w, w.encoded, &leaf, nil, true)
	return w
}

// decide goes through the rest of w's encoded form, and returns what is behind the value that it begins with.
// Under a key that its object has had already, first is false: columns hold the value of the first only.
func (s *splitter) decide(w *shape, rest []byte, number *int, path vec.Path, first bool) []byte {
	t := vec.Type(rest[0])
	if *number < len(s.leaves) && s.leaves[*number].at == len(w.encoded)-len(rest) {
		switch {
		case first && t != opaque && t != vec.Object && s.holds != nil && s.holds(path, t):
			rest[0] |= held
		default:
			if t == vec.Array || t == vec.Object {
				t, rest[0] = opaque, byte(opaque)
			}
			w.kept = append(w.kept, keptField{leaf: *number, kind: t})
		}
		*number++
		return rest[1:]
	}
	if rest = rest[1:]; t != vec.Object {
		return rest
	}
	var seen map[string]bool
	for rest[0] != 0 {
		n, k := binary.Uvarint(rest)
		key := string(rest[k : k+int(n)-1])
		if seen == nil {
			seen = map[string]bool{}
		}
		rest = s.decide(w, rest[k+int(n)-1:], number, append(path[:len(path):len(path)], key), first && !seen[key])
		seen[key] = true
	}
	return rest[1:]
}

// fixedSize is the size of a content that tells it by itself, at the start of b; -1 if there is none, or
// none such of type t.
func fixedSize(t vec.Type, b []byte) int {
	size := -1
	switch t.Layout() {
	case vec.Bitmap:
		size = 1
	case vec.Float64:
		size = 8
	case vec.Int64s:
		_, size = binary.Varint(b)
	}
	if t == vec.U256 {
		size = 32
	}
	if size > len(b) {
		return -1
	}
	return size
}

// hasLength tells contents whose lengths are written.
func hasLength(t vec.Type) bool {
	return t == vec.String || t == vec.Bytes || t == vec.Geography || t == opaque
}

// split writes all behind dst and begins anew. cut is called between fields, with what is written so far.
func (s *splitter) split(dst []byte, docs int, cut func(dst []byte)) []byte {
	dst = binary.AppendUvarint(binary.AppendUvarint(dst, uint64(docs)), uint64(len(s.shapes)))
	for _, shape := range s.shapes {
		dst = append(binary.AppendUvarint(dst, uint64(len(shape.encoded))), shape.encoded...)
	}
	dst = append(dst, s.uses...)
	for _, shape := range s.shapes {
		for _, f := range shape.kept {
			dst = append(append(dst, f.lengths...), f.contents...)
			cut(dst)
		}
	}
	clear(s.numbers)
	s.shapes, s.uses, s.bytes = s.shapes[:0], s.uses[:0], 0
	return dst
}

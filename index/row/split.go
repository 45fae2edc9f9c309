package row

import (
	"encoding/binary"

	"github.com/outcropdb/outcrop/vec"
)

// Documents of a block mostly have the same keys in the same order. Split, they are a few shapes, which
// say everything but the contents, and the contents of one field after the other:
//
//	uvarint number of documents, number of shapes
//	per shape: uvarint length, and the value without contents: the type; of an object per field uvarint
//	  key length + 1, key, value, and a 0 at its end; of an array uvarint count, values
//	per document: uvarint number of its shape
//	per shape, per content in it: of each of its documents the content; lengths of contents go in front of all
//
// A shape of the single type opaque is a document kept whole: it is nested too deeply, or has too many
// contents for the books that are kept of each.
const opaque vec.Type = 0xff

const (
	maxNesting  = 200
	maxContents = 5_000
)

// shape is what documents of one shape have, while a block is written.
type shape struct {
	kinds    []vec.Type // of the contents
	contents [][]byte   // document by document
}

// splitter takes a block's documents apart.
type splitter struct {
	numbers map[string]uint32 // of the shapes
	shapes  []*shape
	order   [][]byte // the shapes, encoded
	uses    []byte   // by document, the number of its shape

	// Of the document being taken apart:
	encoded  []byte
	kinds    []vec.Type
	contents [][]byte
}

// add takes a document apart; it is kept until split.
func (s *splitter) add(doc []byte) {
	s.encoded, s.kinds, s.contents = s.encoded[:0], s.kinds[:0], s.contents[:0]
	s.value(doc, 0)
	if len(s.contents) > maxContents || s.encoded == nil {
		s.encoded = append(s.encoded[:0], byte(opaque))
		s.kinds, s.contents = append(s.kinds[:0], opaque), append(s.contents[:0], doc)
	}
	number, ok := s.numbers[string(s.encoded)]
	if !ok {
		if s.numbers == nil {
			s.numbers = map[string]uint32{}
		}
		number = uint32(len(s.shapes))
		key := string(s.encoded)
		s.numbers[key] = number
		s.shapes = append(s.shapes, &shape{kinds: append([]vec.Type(nil), s.kinds...)})
		s.order = append(s.order, []byte(key))
	}
	s.shapes[number].contents = append(s.shapes[number].contents, s.contents...)
	s.uses = binary.AppendUvarint(s.uses, uint64(number))
}

// value takes the value at the start of b apart and returns what is behind it. Past maxNesting it gives
// up, which leaves encoded nil.
func (s *splitter) value(b []byte, depth int) []byte {
	t, b := vec.Type(b[0]), b[1:]
	if depth > maxNesting || depth > 0 && s.encoded == nil {
		s.encoded = nil
		return nil
	}
	s.encoded = append(s.encoded, byte(t))
	var size int
	switch t {
	case vec.Undefined, vec.Null:
		return b
	case vec.Object:
		end := 4 + int(binary.LittleEndian.Uint32(b))
		for fields := b[4:end]; len(fields) > 0; {
			n, k := binary.Uvarint(fields)
			s.encoded = append(binary.AppendUvarint(s.encoded, n+1), fields[k:k+int(n)]...)
			if fields = s.value(fields[k+int(n):], depth+1); s.encoded == nil {
				return nil
			}
		}
		s.encoded = append(s.encoded, 0)
		return b[end:]
	case vec.Array:
		end := 4 + int(binary.LittleEndian.Uint32(b))
		s.encoded = binary.AppendUvarint(s.encoded, uint64(binary.LittleEndian.Uint32(b[4:])))
		for elements := b[8:end]; len(elements) > 0; {
			if elements = s.value(elements, depth+1); s.encoded == nil {
				return nil
			}
		}
		return b[end:]
	case vec.String, vec.Bytes, vec.Geography:
		n, k := binary.Uvarint(b)
		b, size = b[k:], int(n)
	default:
		size = fixedSize(t, b)
	}
	s.kinds, s.contents = append(s.kinds, t), append(s.contents, b[:size])
	return b[size:]
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
	for _, encoded := range s.order {
		dst = append(binary.AppendUvarint(dst, uint64(len(encoded))), encoded...)
	}
	dst = append(dst, s.uses...)
	for _, shape := range s.shapes {
		for field, kind := range shape.kinds {
			if hasLength(kind) {
				for i := field; i < len(shape.contents); i += len(shape.kinds) {
					dst = binary.AppendUvarint(dst, uint64(len(shape.contents[i])))
				}
			}
			for i := field; i < len(shape.contents); i += len(shape.kinds) {
				dst = append(dst, shape.contents[i]...)
			}
			cut(dst)
		}
	}
	clear(s.numbers)
	s.shapes, s.order, s.uses = s.shapes[:0], s.order[:0], s.uses[:0]
	return dst
}

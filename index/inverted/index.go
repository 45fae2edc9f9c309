package inverted

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/vec"
)

// kind of an index. The numbers are written to disk.
type kind uint8

const (
	byTerm kind = 1 // few distinct values: the docs of each, as postings
	byKey  kind = 2 // many distinct numbers: all values in order, with their docs
	byHash kind = 3 // many distinct contents: hashes of them, in buckets, with their docs

	byToken kind = 4 // texts: the docs of each token, as postings
)

// kinds are all there are. To add one, add a row, and a line in docs/segment.md.
var kinds = [...]struct {
	name string
	open func(c *cursor, s shape) (lists, error)
}{
	byTerm: {"terms", openTerms},
	byKey:  {"keys", openKeys},
	byHash: {"hashes", openHashes},

	byToken: {"tokens", openTokens},
}

// lists answer for one kind of index. ok is false for a span of which that kind knows nothing.
type lists interface {
	count(s vec.Span) (n int, ok bool)
	add(out *roaring.Bitmap, s vec.Span) (exact, ok bool, err error)
}

// Index is the inverted lists of one sub-column. It never changes; any number of workers may ask at once.
type Index struct {
	kind  kind
	lists lists
}

// shape is what an index is told of its sub-column.
type shape struct {
	rows   int         // docs of the segment
	values int         // of the sub-column; of arrays' elements, more than docs perhaps
	terms  *vec.Vector // its distinct values, sorted, if BuildTerms wrote the index
}

// Open opens what a Build function wrote for a sub-column of so many values among rows docs. data begins at a
// multiple of 8 in memory, is kept, and has passed its checksum. terms are the sub-column's distinct values,
// sorted, if BuildTerms wrote it.
func Open(data []byte, rows, values int, terms *vec.Vector) (*Index, error) {
	if rows < 1 || values < 1 || uint64(rows) > 1<<32 {
		return nil, fmt.Errorf("inverted list of %d values of %d docs", values, rows)
	}
	c := &cursor{data: data}
	x := &Index{kind: kind(c.word())}
	if int(x.kind) >= len(kinds) || kinds[x.kind].open == nil {
		return nil, fmt.Errorf("unknown kind of inverted list %d: the file is of a later version", x.kind)
	}
	var err error
	if x.lists, err = kinds[x.kind].open(c, shape{rows, values, terms}); err == nil {
		err = c.err
	}
	if err != nil {
		return nil, err
	}
	return x, nil
}

// String is the name of the index's kind, for inspections.
func (x *Index) String() string { return kinds[x.kind].name }

// Lookup adds to out the docs whose value is in one of the spans; when not exact, also some others. ok is
// false if this index cannot tell: scan.
func (x *Index) Lookup(out *roaring.Bitmap, spans []vec.Span) (exact, ok bool, err error) {
	exact = true
	for _, s := range spans {
		e, ok, err := x.lists.add(out, s)
		if err != nil || !ok {
			return false, ok, err
		}
		exact = exact && e
	}
	return exact, true, nil
}

// Estimate is the number of docs that Lookup would add, each value counted, without reading the lists.
func (x *Index) Estimate(spans []vec.Span) (n int, ok bool) {
	for _, s := range spans {
		some, ok := x.lists.count(s)
		if !ok {
			return 0, false
		}
		n += some
	}
	return n, true
}

// Everything in an index begins at a multiple of 8 bytes and is little-endian, so that mapped memory is
// read in place.

var errShort = errors.New("inverted list is cut short")

// cursor reads what appendNumbers and appendPadded wrote. After an error everything reads as empty.
type cursor struct {
	data []byte
	err  error
}

func (c *cursor) word() uint64 {
	if w := numbers[uint64](c, 1); w != nil {
		return w[0]
	}
	return 0
}

// numbers are the next n, in place; the padding behind them is passed over.
func numbers[T byte | uint32 | int64 | uint64](c *cursor, n int) []T {
	size := int(unsafe.Sizeof(T(0)))
	if n < 0 || n > len(c.data)/size || (n*size+7)&^7 > len(c.data) {
		c.err, c.data = errShort, nil
		return nil
	}
	out := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(c.data))), n)
	c.data = c.data[(n*size+7)&^7:]
	return out
}

func appendNumbers[T byte | uint32 | int64 | uint64](dst []byte, ns []T) []byte {
	size := len(ns) * int(unsafe.Sizeof(T(0)))
	dst = append(dst, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(ns))), size)...)
	return append(dst, make([]byte, -size&7)...)
}

func appendWord(dst []byte, n uint64) []byte { return binary.LittleEndian.AppendUint64(dst, n) }

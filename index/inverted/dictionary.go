package inverted

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"github.com/outcropdb/outcrop/vec"
)

// dictionaryBlock is the number of terms that are written by what they do not share with the one before.
// The first of each block is whole, so that a search looks at the blocks' first terms, and then into one block.
const dictionaryBlock = 16

// dictionary is sorted distinct contents: the sizes of the blocks, packed; the blocks. A term is a uvarint
// length and its bytes, behind the first of a block with another uvarint before: how many bytes are those of the
// term before it.
type dictionary struct {
	n      int
	starts []uint32 // of the blocks, and behind the last
	data   []byte
	most   int // bytes of a term, or a few more
}

// appendDictionary writes terms, sorted and distinct.
func appendDictionary(dst []byte, n int, term func(i int) []byte) []byte {
	var data, before []byte
	var sizes []uint32
	for from := 0; from < n; from += dictionaryBlock {
		start := len(data)
		for i := from; i < min(from+dictionaryBlock, n); i++ {
			next := term(i)
			shared := 0
			if i > from {
				for shared < min(len(before), len(next)) && before[shared] == next[shared] {
					shared++
				}
				data = binary.AppendUvarint(data, uint64(shared))
			}
			data = append(binary.AppendUvarint(data, uint64(len(next)-shared)), next[shared:]...)
			before = next
		}
		sizes = append(sizes, uint32(len(data)-start))
	}
	return appendNumbers(appendWord(appendPacked(dst, sizes), uint64(len(data))), data)
}

// openDictionary opens n terms. It reads them all once, so that no search fails later.
func openDictionary(c *cursor, n int) (*dictionary, error) {
	d := &dictionary{n: n, starts: packedSums(c, (n+dictionaryBlock-1)/dictionaryBlock, 0)}
	d.data = numbers[byte](c, int(c.word()))
	if c.err != nil {
		return nil, c.err
	}
	if last := int(d.starts[len(d.starts)-1]); last != len(d.data) {
		return nil, fmt.Errorf("terms are %d bytes, want %d", len(d.data), last)
	}
	for block := range len(d.starts) - 1 {
		if err := d.check(block); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// size is the number of terms in a block.
func (d *dictionary) size(block int) int { return min(dictionaryBlock, d.n-block*dictionaryBlock) }

// check reads a block's lengths.
func (d *dictionary) check(block int) error {
	rest, before := d.data[d.starts[block]:d.starts[block+1]], uint64(0)
	for i := range d.size(block) {
		var shared uint64
		k := 0
		if i > 0 {
			shared, k = binary.Uvarint(rest)
		}
		if k < 0 || i > 0 && k == 0 || shared > before {
			return errShort
		}
		rest = rest[k:]
		length, k := binary.Uvarint(rest)
		if k <= 0 || length > uint64(len(rest)-k) {
			return errShort
		}
		rest = rest[k+int(length):]
		before = shared + length
		d.most = max(d.most, int(before))
	}
	if len(rest) > 0 {
		return errShort
	}
	return nil
}

// first is the first term of a block, in place.
func (d *dictionary) first(block int) []byte {
	at := d.data[d.starts[block]:]
	length, k := binary.Uvarint(at)
	return at[k : k+int(length)]
}

// walk calls f with the terms of a block, in order, until it returns false; they are f's for the call.
func (d *dictionary) walk(block int, buffer []byte, f func(i int, term []byte) bool) []byte {
	rest := d.data[d.starts[block]:d.starts[block+1]]
	buffer = slices.Grow(buffer[:0], d.most)
	for i := range d.size(block) {
		var shared uint64
		if i > 0 {
			var k int
			shared, k = binary.Uvarint(rest)
			rest = rest[k:]
		}
		length, k := binary.Uvarint(rest)
		buffer = append(buffer[:shared], rest[k:k+int(length)]...)
		rest = rest[k+int(length):]
		if !f(block*dictionaryBlock+i, buffer) {
			break
		}
	}
	return buffer
}

// from is the number of terms below content.
func (d *dictionary) from(content []byte) int {
	// The last block whose first term is not above content may have it.
	block := sort.Search(len(d.starts)-1, func(i int) bool { return bytes.Compare(d.first(i), content) > 0 }) - 1
	if block < 0 {
		return 0
	}
	at := min((block+1)*dictionaryBlock, d.n)
	d.walk(block, nil, func(i int, term []byte) bool {
		if bytes.Compare(term, content) < 0 {
			return true
		}
		at = i
		return false
	})
	return at
}

// within is which terms, low..high-1, are in the span.
func (d *dictionary) within(s vec.Span) (low, high int) {
	low, high = d.from(s.From), d.n
	if s.To != nil {
		high = d.from(s.To)
	}
	return low, max(low, high)
}

// each calls f with every term.
func (d *dictionary) each(f func(i int, term []byte)) {
	var buffer []byte
	for block := range len(d.starts) - 1 {
		buffer = d.walk(block, buffer, func(i int, term []byte) bool { f(i, term); return true })
	}
}

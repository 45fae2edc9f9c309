package column

import (
	"fmt"
	"math/bits"
	"slices"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// How a file says which docs have a value. The numbers are written to disk.
const (
	everyDoc   = 0 // nothing follows
	bitmapDocs = 1 // a bit a doc
	sparseDocs = 2 // the doc ids, packed
)

// presence is which docs have a value: all, those of a bitmap, or a list.
type presence struct {
	rows, count int
	words       []uint64 // bitmapDocs
	ranks       []uint32 // of bitmapDocs: how many docs before each BatchRows of them
	docs        []uint32 // sparseDocs
}

// encodePresence writes docs, ascending, of rows in the smallest way.
func encodePresence(dst []byte, docs []uint32, rows int) (_ []byte, kind uint8) {
	width := simd.PackedWidth(uint64(rows - 1))
	switch {
	case len(docs) == rows:
		return dst, everyDoc
	case len(docs)*width < rows:
		packed := make([]uint64, simd.PackedWords(len(docs), width))
		simd.PackUint32(packed, docs, width)
		return appendNumbers(dst, packed), sparseDocs
	}
	words := make([]uint64, simd.Words(rows))
	simd.FromSelection(words, rows, docs)
	return appendNumbers(dst, words), bitmapDocs
}

// decodePresence reads what encodePresence wrote.
func decodePresence(c *cursor, kind uint8, rows, count int) (presence, error) {
	p := presence{rows: rows, count: count}
	found := 0
	switch kind {
	case everyDoc:
		found = rows
	case bitmapDocs:
		p.words = c.words(simd.Words(rows))
		for at := range p.words {
			if at%(vec.BatchRows/64) == 0 {
				p.ranks = append(p.ranks, uint32(found))
			}
			found += bits.OnesCount64(p.words[at])
		}
		if tail := rows & 63; c.err == nil && tail != 0 && p.words[len(p.words)-1]>>tail != 0 {
			return p, fmt.Errorf("a bit is set behind %d docs", rows)
		}
	case sparseDocs:
		width := simd.PackedWidth(uint64(rows - 1))
		packed := c.words(simd.PackedWords(count, width))
		if c.err != nil {
			return p, c.err
		}
		found = count
		p.docs = make([]uint32, count)
		simd.UnpackUint32(p.docs, packed, 0, width)
		for i, doc := range p.docs {
			if int(doc) >= rows || i > 0 && doc <= p.docs[i-1] {
				return p, fmt.Errorf("doc %d is out of order or beyond %d", doc, rows)
			}
		}
	default:
		return p, fmt.Errorf("unknown kind of presence %d", kind)
	}
	if c.err == nil && found != count {
		return p, fmt.Errorf("%d docs have a value, want %d", found, count)
	}
	return p, c.err
}

// rank is the number of values before doc, which may be rows.
func (p *presence) rank(doc int) int {
	switch {
	case p.words != nil:
		if doc >= p.rows {
			return p.count
		}
		block := doc / vec.BatchRows
		return int(p.ranks[block]) + simd.CountRange(p.words, block*vec.BatchRows, doc)
	case p.docs != nil || p.count == 0:
		i, _ := slices.BinarySearch(p.docs, uint32(doc))
		return i
	}
	return doc
}

// has tells whether doc has a value, and its rank.
func (p *presence) has(doc uint32) (rank int, ok bool) {
	switch {
	case p.words != nil:
		if !simd.Get(p.words, int(doc)) {
			return 0, false
		}
		return p.rank(int(doc)), true
	case p.docs != nil || p.count == 0:
		return slices.BinarySearch(p.docs, doc)
	}
	return int(doc), true
}

// mark sets the bits of the selected docs that have a value and counts them; nil bits are not set.
func (p *presence) mark(out []uint64, selection Selection) int {
	if selection.Docs != nil {
		count := 0
		for i, doc := range selection.Docs {
			if _, ok := p.has(doc); ok {
				count++
				if out != nil {
					simd.Set(out, i)
				}
			}
		}
		return count
	}
	from, to := p.rank(selection.From), p.rank(selection.To)
	switch {
	case out == nil || from == to:
	case to-from == selection.Len():
		simd.Fill(out, 0, to-from, true)
	case p.docs != nil:
		for _, doc := range p.docs[from:to] {
			simd.Set(out, int(doc)-selection.From)
		}
	default:
		for i := 0; i < selection.Len(); i += 64 {
			n := min(64, selection.Len()-i)
			var word [1]uint64
			simd.CopyBits(word[:], 0, p.words, selection.From+i, n)
			out[i>>6] |= word[0]
		}
	}
	return to - from
}

// all lists the docs that have a value.
func (p *presence) all() []uint32 {
	docs := make([]uint32, p.count)
	switch {
	case p.docs != nil:
		copy(docs, p.docs)
	case p.words != nil:
		// ToSelection may write a little beyond the last.
		docs = slices.Grow(docs, 64)
		simd.ToSelection(docs[:cap(docs)], p.words, p.rows)
		docs = docs[:p.count]
	default:
		for i := range docs {
			docs[i] = uint32(i)
		}
	}
	return docs
}

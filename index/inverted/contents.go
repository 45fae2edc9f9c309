package inverted

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// fewContents is the share of distinct contents, one in so many, up to which they are terms; more are hashed.
const fewContents = 2

// BuildContents indexes contents that no column has in order, the elements of arrays: given as in a Vector, docs
// are theirs and ascend, a doc may have several. It keeps the terms itself, or hashes of contents that hardly recur.
func BuildContents(offsets []uint32, data []byte, docs []uint32, rows int) []byte {
	v := newVocabulary()
	codes, kept := make([]uint32, 0, len(docs)), make([]uint32, 0, len(docs))
	for i, doc := range docs {
		if code, again := v.add(data[offsets[i]:offsets[i+1]], doc); !again {
			codes, kept = append(codes, code), append(kept, doc)
		}
	}
	if v.terms() > 1+len(kept)/fewContents {
		return BuildHashes(offsets, data, docs, rows)
	}
	return v.build(codes, kept, 0)
}

// vocabulary numbers distinct terms in the order in which they come.
type vocabulary struct {
	slots   []slot // by hash, the next free one if it is taken; a power of two, at most half of them taken
	offsets []uint32
	data    []byte
	last    []uint32 // by term, 1 + the doc that had it last
}

// slot is a term's hash and 1 + its number; 0: free.
type slot struct{ hash, code uint32 }

// firstSlots is the size of a vocabulary's table at the beginning.
const firstSlots = 1 << 10

func newVocabulary() *vocabulary {
	return &vocabulary{slots: make([]slot, firstSlots), offsets: []uint32{0}}
}

func (v *vocabulary) terms() int { return len(v.last) }

func (v *vocabulary) term(code uint32) []byte { return v.data[v.offsets[code]:v.offsets[code+1]] }

// add is the number of a term of doc, and whether doc has had it before; docs ascend.
func (v *vocabulary) add(term []byte, doc uint32) (code uint32, again bool) {
	hash := uint32(xxhash.Sum64(term))
	at := int(hash) & (len(v.slots) - 1)
	for ; v.slots[at].code != 0; at = (at + 1) & (len(v.slots) - 1) {
		if s := v.slots[at]; s.hash == hash && bytes.Equal(v.term(s.code-1), term) {
			code = s.code - 1
			again = v.last[code] == doc+1
			v.last[code] = doc + 1
			return code, again
		}
	}
	code = uint32(len(v.last))
	v.slots[at] = slot{hash, code + 1}
	v.data = append(v.data, term...)
	v.offsets, v.last = append(v.offsets, uint32(len(v.data))), append(v.last, doc+1)
	if len(v.last)*2 > len(v.slots) {
		v.grow()
	}
	return code, false
}

func (v *vocabulary) grow() {
	old := v.slots
	v.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.code == 0 {
			continue
		}
		at := int(s.hash) & (len(v.slots) - 1)
		for v.slots[at].code != 0 {
			at = (at + 1) & (len(v.slots) - 1)
		}
		v.slots[at] = s
	}
}

// build writes the index of the terms: codes are of pairs of term and doc, by doc. It renumbers them.
func (v *vocabulary) build(codes, docs []uint32, flags uint64) []byte {
	order := make([]uint32, v.terms())
	for code := range order {
		order[code] = uint32(code)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(bytes.Compare(v.term(a), v.term(b)), cmp.Compare(a, b))
	})
	sorted := make([]uint32, len(order))
	for at, code := range order {
		sorted[code] = uint32(at)
	}
	for i, code := range codes {
		codes[i] = sorted[code]
	}
	head := appendDictionary(nil, len(order), func(i int) []byte { return v.term(order[i]) })
	return buildTerms(codes, docs, len(order), head, flags|hasTerms)
}

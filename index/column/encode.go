package column

import (
	"fmt"
	"math"

	"github.com/outcropdb/outcrop/vec"
)

// BlockRows is the number of values that share a zone (their least and greatest) and, where values are
// compressed, are decoded together. A sub-column that every doc has is read block by block in batches.
const BlockRows = vec.BatchRows

// Encoding says how a sub-column's values stand in a file. The numbers are written to disk: never renumber.
type Encoding uint8

const (
	docsOnly   Encoding = 0  // no values: null, object and Rest
	constant   Encoding = 1  // one value for all
	flags      Encoding = 2  // bools, a bit each
	packed     Encoding = 3  // integers as the difference from their block's least, in as few bits as the block needs
	plain      Encoding = 4  // floats, 8 bytes each
	dictionary Encoding = 5  // codes into the distinct values, which are sorted
	contents   Encoding = 6  // contents behind one another, in blocks that are compressed where it pays
	decimal    Encoding = 7  // floats as packed integers, divided by a power of ten
	uuids      Encoding = 8  // strings that are all UUIDs in lower case, 16 bytes each
	spelt      Encoding = 9  // strings as numbers, a digit for each position
	termsApart Encoding = 10 // a dictionary of many contents, which are a sub-column of their own
	linear     Encoding = 11 // integers as the difference from their block's line
	runs       Encoding = 12 // integers, each once for all that follow it and are equal
	symbolic   Encoding = 13 // contents as codes of byte sequences
	keys       Encoding = 14 // of the rest: its keys, and which docs have each
	patched    Encoding = 15 // floats as decimal, but for a few that stand beside them
)

// form is what an Encoding does.
type form struct {
	name string
	// size is the number of bytes that write would take, about; math.MaxInt if it cannot. The smallest is
	// chosen, after dictionary has been given the advantage that its codes are to queries.
	size  func(*study) int
	write func([]byte, *study) []byte
	open  func(*cursor, vec.Type, int) (values, error) // the number is that of the values
}

// encodings are all there are. To add one, add a row, and a line in docs/segment.md.
var encodings = [...]form{
	docsOnly:   {"docs", sizeDocsOnly, writeDocsOnly, openDocsOnly},
	constant:   {"constant", sizeConstant, writeConstant, openConstant},
	flags:      {"bits", sizeFlags, writeFlags, openFlags},
	packed:     {"packed", sizePacked, writePacked, openPacked},
	plain:      {"plain", sizePlain, writePlain, openPlain},
	dictionary: {"dictionary", sizeDictionary, writeDictionary, openDictionary},
	contents:   distinctEncodings[contents],
	decimal:    {"decimal", sizeDecimal, writeDecimal, openDecimal},
	uuids:      distinctEncodings[uuids],
	spelt:      distinctEncodings[spelt],
	termsApart: {"dictionary", sizeTerms, writeTerms, openTermsApart},
	linear:     {"linear", sizeLinear, writeLinear, openLinear},
	runs:       {"runs", sizeRuns, writeRuns, openRuns},
	symbolic:   distinctEncodings[symbolic],
	keys:       {"keys", sizeRest, writeRest, openRest},
	patched:    {"decimal but few", sizePatched, writePatched, openPatched},
}

// distinctEncodings are those for contents that do not recur, and so for the terms of a dictionary.
var distinctEncodings = [...]form{
	contents: {"contents", sizeContents, writeContents, openContents},
	uuids:    {"uuids", sizeUUIDs, writeUUIDs, openUUIDs},
	spelt:    {"spelt", sizeSpelt, writeSpelt, openSpelt},
	symbolic: {"symbols", sizeSymbolic, writeSymbolic, openSymbolic},
}

// String is the encoding's name in inspections.
func (e Encoding) String() string {
	if int(e) < len(encodings) {
		return encodings[e].name
	}
	return fmt.Sprintf("encoding %d", e)
}

// values are the values of a sub-column in a file, by rank: 0 is that of the first doc that has one.
type values interface {
	// read makes out the values from..to-1, each a row: Flat, Const or Dict.
	read(out *vec.Vector, from, to int) error
	// gather makes out the values of the given ranks, ascending.
	gather(out *vec.Vector, ranks []uint32) error
	// overlaps tells whether one of the values from..to-1 may be in one of the spans.
	overlaps(spans []vec.Span, from, to int) bool
	// terms are the distinct values, sorted, Flat; nil where they are not known.
	terms() *vec.Vector
}

// Encode writes a sub-column of rows docs behind dst, whose length is a multiple of 8, and pads it to one.
// It returns how each value stands among the terms of the Stored that Decode will make of it, if that will
// have Terms.
func Encode(dst []byte, v *Values, rows int) (_ []byte, codes []uint32) {
	s := newStudy(v)
	defer s.done()
	return encode(dst, s, rows, s.choose(encodings[:]))
}

// choose is the one of the encodings that takes the least.
func (s *study) choose(among []form) Encoding {
	best, least := docsOnly, math.MaxInt
	for e, form := range among {
		if form.size == nil {
			continue
		}
		if size := form.size(s); size < least {
			best, least = Encoding(e), size
		}
	}
	return best
}

// EncodePlain is Encode for contents that are read one by one, here and there: they are not compressed, since
// each read would decode a block.
func EncodePlain(dst []byte, v *Values, rows int) []byte {
	s := &study{Values: v}
	switch {
	case sizeUUIDs(s) != math.MaxInt:
		return writeUUIDs(encodeHead(dst, v, rows, uuids), s)
	case s.speltText() != nil:
		return writeSpelt(encodeHead(dst, v, rows, spelt), s)
	}
	return writeBlocks(encodeHead(dst, v, rows, contents), v, codecNone)
}

// encodeHead writes what stands before the values.
func encodeHead(dst []byte, v *Values, rows int, e Encoding) []byte {
	at := len(dst)
	dst = append(dst, make([]byte, 8)...)
	dst, presence := encodePresence(dst, v.Docs, rows)
	dst[at], dst[at+1] = uint8(e), presence
	return dst
}

func encode(dst []byte, s *study, rows int, e Encoding) ([]byte, []uint32) {
	dst = encodings[e].write(encodeHead(dst, s.Values, rows, e), s)
	if e == dictionary || e == termsApart || e == constant {
		return dst, s.distinct.codes
	}
	return dst, nil
}

// Decode opens what Encode wrote: count values of type t among rows docs. data begins at a multiple of 8 in
// memory and is kept, and so are vectors that alias it. Bytes that Encode did not write give an error, here
// or in reading.
func Decode(data []byte, t vec.Type, rows, count int) (*Stored, error) {
	if rows < 1 || count < 1 || count > rows || rows > math.MaxUint32 {
		return nil, fmt.Errorf("%d values of %d docs", count, rows)
	}
	c := &cursor{data: data}
	head := c.bytes(8)
	if head == nil {
		return nil, errShort
	}
	s := &Stored{typ: t, encoding: Encoding(head[0])}
	if int(s.encoding) >= len(encodings) {
		return nil, fmt.Errorf("unknown encoding %d: the file is of a later version", s.encoding)
	}
	var err error
	if s.presence, err = decodePresence(c, head[1], rows, count); err != nil {
		return nil, err
	}
	if s.values, err = encodings[s.encoding].open(c, t, count); err == nil {
		err = c.err
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

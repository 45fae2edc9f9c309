package column

import (
	"fmt"
	"math"

	"github.com/outcropdb/outcrop/vec"
)

// manyTerms is the number of contents in a dictionary from which on they are written as a sub-column of their
// own, in the encoding that suits them. Fewer are read where they stand.
const manyTerms = 256

// termsApart tells that the dictionary's terms are written as a sub-column.
func (v *study) termsApart() bool {
	return v.distinct != nil && len(v.distinct.rows) >= manyTerms && hasData(v.Kind) && v.Kind.Layout() == vec.Varlen
}

func sizeTerms(v *study) int {
	if !v.termsApart() {
		return math.MaxInt
	}
	return v.dictionarySize()
}

// The number of terms, their encoding, and they, without presence; then codes as in a dictionary.
func writeTerms(dst []byte, v *study) []byte {
	terms := &study{Values: v.distinct.terms(v.Values)}
	defer terms.done()
	e := terms.choose(distinctEncodings[:])
	dst = appendWord(appendWord(dst, uint64(terms.Count())), uint64(e))
	return v.distinct.writeCodes(distinctEncodings[e].write(dst, terms))
}

// terms are the distinct contents, sorted.
func (d *distinct) terms(v *Values) *Values {
	terms := newValues(v.Kind)
	terms.Docs = make([]uint32, len(d.rows)) // their number is what counts
	for _, row := range d.rows {
		terms.addContent(v.content(int(row)))
	}
	return terms
}

func openTermsApart(c *cursor, t vec.Type, count int) (values, error) {
	n, e := c.word(), Encoding(min(c.word(), math.MaxUint8))
	if c.err != nil || n == 0 || n > uint64(count) {
		return nil, fmt.Errorf("dictionary of %d terms for %d values", n, count)
	}
	if int(e) >= len(distinctEncodings) || distinctEncodings[e].open == nil {
		return nil, fmt.Errorf("terms in encoding %s: the file is of a later version", e)
	}
	stored, err := distinctEncodings[e].open(c, t, int(n))
	if err == nil {
		err = c.err
	}
	if err != nil {
		return nil, fmt.Errorf("terms: %w", err)
	}
	terms := new(vec.Vector)
	if err := stored.read(terms, 0, int(n)); err != nil {
		return nil, fmt.Errorf("terms: %w", err)
	}
	return openCodes(c, terms, count)
}

package column

import (
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

const (
	// codesBeatContents and codesBeatNumbers are how much larger than other encodings a dictionary may be, in percent: queries compare
	// and group codes instead of contents. Numbers gain nothing from codes, so there it has to be smaller.
	codesBeatContents, codesBeatNumbers = 110, 70
)

// dictionaryValues is dictionary.
type dictionaryValues struct {
	distinct *vec.Vector
	zones    zones // of codes
	packed   []uint64
	width    int
}

func sizeDictionary(v *study) int {
	if v.termsApart() {
		return math.MaxInt
	}
	return v.dictionarySize()
}

// dictionarySize is the size of a dictionary, less the advantage that it is given.
func (v *study) dictionarySize() int {
	d := v.distinct
	if d == nil || v.Kind == vec.Bool {
		return math.MaxInt
	}
	size, beat := len(d.rows)*8, codesBeatNumbers
	if v.Kind.Layout() == vec.Varlen {
		beat = codesBeatContents
		size = 4 * len(d.rows)
		for _, row := range d.rows {
			size += len(v.content(int(row)))
		}
	}
	size += v.Count()*simd.PackedWidth(uint64(len(d.rows)-1))/8 + 16*blocksOf(v.Count())
	return size * 100 / beat
}

// The terms of a dictionary: how many there are, and if their contents vary in length their compression,
// their size, offsets and contents; else the numbers themselves.
func writeDictionary(dst []byte, v *study) []byte {
	d := v.distinct
	dst = appendWord(dst, uint64(len(d.rows)))
	switch v.Kind.Layout() {
	case vec.Int64s:
		ints := make([]int64, len(d.rows))
		simd.Take(ints, v.Ints, d.rows)
		dst = appendNumbers(dst, ints)
	case vec.Float64:
		floats := make([]float64, len(d.rows))
		simd.Take(floats, v.Floats, d.rows)
		dst = appendNumbers(dst, floats)
	default:
		offsets, data := []uint32{0}, []byte(nil)
		for _, row := range d.rows {
			data = append(data, v.content(int(row))...)
			offsets = append(offsets, uint32(len(data)))
		}
		dst = appendNumbers(dst, offsets)
		codec, stored := compress(data)
		dst = appendWord(dst, uint64(codec)|uint64(len(stored))<<8)
		dst = appendPadded(dst, stored)
	}
	return d.writeCodes(dst)
}

// writeCodes writes the zones of codes, and the codes.
func (d *distinct) writeCodes(dst []byte) []byte {
	dst = zonesOf(len(d.codes), func(i int) int64 { return int64(d.codes[i]) }).write(dst)
	width := simd.PackedWidth(uint64(len(d.rows) - 1))
	packed := make([]uint64, simd.PackedWords(len(d.codes), width))
	simd.PackUint32(packed, d.codes, width)
	return appendNumbers(dst, packed)
}

func openDictionary(c *cursor, t vec.Type, count int) (values, error) {
	terms := c.word()
	if c.err != nil || terms == 0 || terms > uint64(count) {
		return nil, fmt.Errorf("dictionary of %d terms for %d values", terms, count)
	}
	distinct, err := openTerms(c, t, int(terms))
	if err != nil {
		return nil, err
	}
	return openCodes(c, distinct, count)
}

// openCodes opens what writeCodes has written.
func openCodes(c *cursor, terms *vec.Vector, count int) (values, error) {
	v := &dictionaryValues{distinct: terms, width: simd.PackedWidth(uint64(terms.Rows - 1))}
	v.zones = openZones(c, count)
	v.packed = c.words(simd.PackedWords(count, v.width))
	if c.err != nil {
		return nil, c.err
	}
	return v, v.check(count, uint32(terms.Rows))
}

func openTerms(c *cursor, t vec.Type, n int) (*vec.Vector, error) {
	terms := &vec.Vector{Type: t, Rows: n}
	switch t.Layout() {
	case vec.Int64s:
		terms.I64 = numbers[int64](c, n)
	case vec.Float64:
		terms.F64 = numbers[float64](c, n)
	case vec.Varlen:
		terms.Offsets = numbers[uint32](c, n+1)
		head := c.word()
		stored := c.bytes(int(head >> 8))
		if c.err != nil {
			return nil, c.err
		}
		if err := checkOffsets(terms.Offsets); err != nil {
			return nil, err
		}
		if terms.Data = stored; codec(head) != codecNone {
			var err error
			if terms.Data, err = decompress(nil, codec(head), stored, int(terms.Offsets[n])); err != nil {
				return nil, err
			}
		}
		if len(terms.Data) != int(terms.Offsets[n]) {
			return nil, fmt.Errorf("lengths add up to %d, terms are %d bytes", terms.Offsets[n], len(terms.Data))
		}
	default:
		return nil, fmt.Errorf("dictionary of type %s", t)
	}
	terms.Alias()
	return terms, c.err
}

// check makes sure of every code once, so that reading need not.
func (v *dictionaryValues) check(count int, terms uint32) error {
	if terms&(terms-1) == 0 { // every code of this width is one
		return nil
	}
	var codes [BlockRows]uint32
	for from := 0; from < count; from += BlockRows {
		part := codes[:min(BlockRows, count-from)]
		simd.UnpackUint32(part, v.packed, from, v.width)
		most := uint32(0)
		for _, code := range part {
			most = max(most, code)
		}
		if most >= terms {
			return fmt.Errorf("code %d of %d terms", most, terms)
		}
	}
	return nil
}

func (v *dictionaryValues) start(out *vec.Vector, rows int) {
	out.Reset(v.distinct.Type)
	out.Form, out.Rows, out.Values = vec.Dict, rows, v.distinct
	out.Codes = slices.Grow(out.Codes, rows)[:rows]
}

func (v *dictionaryValues) read(out *vec.Vector, from, to int) error {
	v.start(out, to-from)
	simd.UnpackUint32(out.Codes, v.packed, from, v.width)
	return nil
}

func (v *dictionaryValues) gather(out *vec.Vector, ranks []uint32) error {
	v.start(out, len(ranks))
	for i, rank := range ranks {
		out.Codes[i] = uint32(simd.PackedAt(v.packed, int(rank), v.width))
	}
	return nil
}

func (v *dictionaryValues) overlaps(spans []vec.Span, from, to int) bool {
	for _, s := range spans {
		low, high := v.distinct.Within(s)
		if low < high && v.zones.overlaps([]vec.Span{{Low: int64(low), High: int64(high - 1)}}, from, to) {
			return true
		}
	}
	return false
}

func (v *dictionaryValues) terms() *vec.Vector { return v.distinct }

// checkOffsets makes sure that offsets begin at 0 and ascend.
func checkOffsets(offsets []uint32) error {
	for i, offset := range offsets {
		if i == 0 && offset != 0 || i > 0 && offset < offsets[i-1] {
			return fmt.Errorf("offset %d of contents is %d", i, offset)
		}
	}
	return nil
}

package column

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"sync"
)

// Short texts of one kind share words, endings, hosts. A symbol table has up to 255 of the byte sequences that
// save most, of 1 to 8 bytes; a text is their codes, a byte each. What has no symbol is behind an escape. Each
// text is decoded by itself, at a store of 8 bytes for a code. The table is found as in FSST (P. Boncz,
// T. Neumann, V. Leis: "FSST: Fast Random Access String Compression", VLDB 2020).

const (
	maxSymbols  = 255
	symbolBytes = 8
	escape      = 255 // is followed by a byte that stands for itself
	// symbolSample is how much text a table is made from, and symbolRounds how often it is improved.
	symbolSample = 16 << 10
	symbolRounds = 4
	// minPairs is how often a pair of symbols has to occur in the sample to become one.
	minPairs = 3
	// symbolPiece is what is taken of one text at most, so that many have a share.
	symbolPiece = 256
	// symbolSlots is the size of the hash table of symbols of three bytes and more.
	symbolSlots = 2048
)

// symbol is a byte sequence, the first byte the lowest, with zeros behind it.
type symbol struct {
	bytes  uint64
	length uint8
}

func (s symbol) mask() uint64 { return ^uint64(0) >> (64 - 8*int(s.length)) }

// join is a with the beginning of b behind it, as far as there is room.
func (s symbol) join(b symbol) symbol {
	length := min(s.length+b.length, symbolBytes)
	joined := symbol{s.bytes | b.bytes<<(8*s.length), length}
	if s.length == symbolBytes {
		joined.bytes = s.bytes
	}
	joined.bytes &= joined.mask()
	return joined
}

// symbols is a table to decode by.
type symbols []symbol

// symbolTable finds symbols. Codes from maxSymbols on are not symbols: 256 + a byte stands for that byte.
type symbolTable struct {
	symbols symbols
	short   [1 << 16]uint16 // by two bytes: the code of the symbol of two bytes, or of the first, or 256 + that
	slots   [symbolSlots]slot
}

type slot struct {
	symbol
	code uint16
}

func slotOf(word uint64) int { return int(word & 0xffffff * 2971215073 >> 15 & (symbolSlots - 1)) }

// set makes t the table of the given symbols, the most valuable first, of which it leaves out those whose slots
// are taken.
func (t *symbolTable) set(candidates []symbol) {
	t.symbols = t.symbols[:0]
	for i := range t.short {
		t.short[i] = uint16(256 + i&0xff)
	}
	clear(t.slots[:])
	for _, s := range candidates {
		if len(t.symbols) == maxSymbols {
			break
		}
		if s.length > 2 {
			at := &t.slots[slotOf(s.bytes)]
			if at.length > 0 {
				continue
			}
			*at = slot{s, uint16(len(t.symbols))}
		}
		t.symbols = append(t.symbols, s)
	}
	for length := uint8(1); length <= 2; length++ { // the longer ones go before
		for code, s := range t.symbols {
			switch {
			case s.length != length:
			case length == 2:
				t.short[s.bytes] = uint16(code)
			default:
				for next := range 256 {
					t.short[int(s.bytes)|next<<8] = uint16(code)
				}
			}
		}
	}
}

// find is the code and length of what the text that starts in word, of left bytes, starts with.
func (t *symbolTable) find(word uint64, left int) (code uint16, length int) {
	if s := &t.slots[slotOf(word)]; s.length > 0 && int(s.length) <= left && s.bytes == word&s.mask() {
		return s.code, int(s.length)
	}
	code = t.short[word&0xffff]
	if code >= 256 {
		return code, 1
	}
	if length = int(t.symbols[code].length); length > left { // two bytes, of which the second is not the text's
		if code = t.short[word&0xff]; code >= 256 || t.symbols[code].length > 1 {
			return 256 + uint16(word&0xff), 1
		}
		return code, 1
	}
	return code, length
}

// wordAt is the 8 bytes of data from at on, with zeros behind its end.
func wordAt(data []byte, at int) uint64 {
	if at+8 <= len(data) {
		return binary.LittleEndian.Uint64(data[at:])
	}
	word := uint64(0)
	for i, c := range data[at:] {
		word |= uint64(c) << (8 * i)
	}
	return word
}

// encode writes the codes of data[from:to] behind dst.
func (t *symbolTable) encode(dst, data []byte, from, to int) []byte {
	for from < to {
		code, length := t.find(wordAt(data, from), to-from)
		if code >= 256 {
			dst = append(dst, escape, byte(code))
		} else {
			dst = append(dst, byte(code))
		}
		from += length
	}
	return dst
}

// counts is how often codes, and pairs of them, occur in a sample.
type counts struct {
	table symbolTable
	ones  [512]uint32
	pairs [512 * 512]uint16
	seen  []uint32 // pairs that are not 0

	gains map[symbol]int
	list  []candidate
	best  []symbol
}

var countsPool = sync.Pool{New: func() any { return &counts{gains: map[symbol]int{}} }}

// findSymbols makes the table for texts that are like those of the sample. It belongs to the pool.
func (c *counts) findSymbols(sample [][]byte) {
	c.table.set(nil)
	for round := range symbolRounds {
		clear(c.ones[:])
		for _, p := range c.seen {
			c.pairs[p] = 0
		}
		c.seen = c.seen[:0]
		for _, text := range sample {
			c.count(text)
		}
		c.table.set(c.candidates(round == symbolRounds-1))
	}
}

func (c *counts) count(text []byte) {
	before := -1
	for at := 0; at < len(text); {
		code, length := c.table.find(wordAt(text, at), len(text)-at)
		c.ones[code]++
		if before >= 0 {
			pair := uint32(before)<<9 | uint32(code)
			if c.pairs[pair] == 0 {
				c.seen = append(c.seen, pair)
			}
			if c.pairs[pair] < math.MaxUint16 {
				c.pairs[pair]++
			}
		}
		before = int(code)
		at += length
	}
}

// symbolOf is what a code stands for.
func (c *counts) symbolOf(code uint32) symbol {
	if code >= 256 {
		return symbol{uint64(code - 256), 1}
	}
	return c.table.symbols[code]
}

// candidate is a symbol and how many bytes of the sample it would have stood for.
type candidate struct {
	symbol
	gain int
}

// candidates are the symbols that would save most, those first; in all rounds but the last also pairs of symbols.
func (c *counts) candidates(last bool) []symbol {
	clear(c.gains)
	for code, n := range c.ones {
		if n > 0 {
			s := c.symbolOf(uint32(code))
			gain := int(n) * int(s.length)
			if s.length == 1 {
				gain *= 8 // an escape costs two bytes, and single ones are what is left when all else fails
			}
			c.gains[s] += gain
		}
	}
	for _, pair := range c.seen {
		if n := c.pairs[pair]; n >= minPairs && !last {
			s := c.symbolOf(pair >> 9).join(c.symbolOf(pair & 511))
			c.gains[s] += int(n) * int(s.length)
		}
	}
	c.list = c.list[:0]
	for s, gain := range c.gains {
		c.list = append(c.list, candidate{s, gain})
	}
	slices.SortFunc(c.list, func(a, b candidate) int {
		return cmp.Or(b.gain-a.gain, cmp.Compare(a.bytes, b.bytes), cmp.Compare(a.length, b.length))
	})
	c.best = c.best[:0]
	for _, found := range c.list {
		c.best = append(c.best, found.symbol)
	}
	return c.best
}

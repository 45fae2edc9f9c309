package column

import "math"

// study is a sub-column that is about to be written, and what has been found out about it so far: sizes are
// estimated from it, and then values are written from it, without looking twice.
type study struct {
	*Values
	distinct   *distinct  // nil if there are too many, or the type has no such thing
	decimals   *asDecimal // nil: not asked for
	spelt      *speltText
	isSpelt    bool    // spelt has been asked for
	compressed int     // 0: not asked for
	table      *counts // of symbols; nil: not asked for
}

func newStudy(v *Values) *study { return &study{Values: v, distinct: distinctOf(v)} }

// speltText is the texts' spelling; nil if none pays.
func (s *study) speltText() *speltText {
	if !s.isSpelt {
		s.spelt, s.isSpelt = spell(s.Values), true
	}
	return s.spelt
}

// symbolicSize is about what codes of symbols will take, from the same block as compressedSize.
func (s *study) symbolicSize() int {
	return s.scaled(func(block *Values) int { return len(writeSymbols(nil, block, s.symbols())) })
}

// symbols is a table for the contents, which done lets go.
func (s *study) symbols() *symbolTable {
	if s.table == nil {
		s.table = tableOf(s.Values)
	}
	return &s.table.table
}

// done gives back what others can use again.
func (s *study) done() {
	if s.table != nil {
		countsPool.Put(s.table)
		s.table = nil
	}
}

// compressedSize is about what contents will take, from one of their blocks.
func (s *study) compressedSize() int {
	if s.compressed == 0 {
		s.compressed = s.scaled(func(block *Values) int { return len(writeBlocks(nil, block)) })
	}
	return s.compressed
}

// scaledBytes is about how much of contents tells what all of them take.
const scaledBytes = 128 << 10

// scaled is what all contents take if size tells that of a block, or of the beginning of a large one.
func (s *study) scaled(size func(block *Values) int) int {
	from := (blocksOf(s.Count()) - 1) / 2 * BlockRows // a full one, if there is one
	to := min(from+BlockRows, s.Count())
	for rows := to - from; s.Offsets[to]-s.Offsets[from] > scaledBytes && rows > 1; to = from + rows {
		rows /= 2
	}
	block := s.part(from, to)
	return max(1, int(math.Ceil(float64(size(block))*float64(s.Count())/float64(to-from))))
}

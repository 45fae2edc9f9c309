package column

import "math"

// study is a sub-column that is about to be written, and what has been found out about it so far: sizes are
// estimated from it, and then values are written from it, without looking twice.
type study struct {
	*Values
	distinct   *distinct // nil if there are too many, or the type has no such thing
	spelt      *speltText
	isSpelt    bool // spelt has been asked for
	compressed int  // 0: not asked for
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
	c := tableOf(s.Values)
	defer countsPool.Put(c)
	return s.scaled(func(block *Values) int { return len(writeSymbols(nil, block, &c.table)) })
}

// compressedSize is about what contents will take, from one of their blocks.
func (s *study) compressedSize() int {
	if s.compressed == 0 {
		s.compressed = s.scaled(func(block *Values) int { return len(writeBlocks(nil, block)) })
	}
	return s.compressed
}

// scaled is what all contents take if size tells that of a block.
func (s *study) scaled(size func(block *Values) int) int {
	from := (blocksOf(s.Count()) - 1) / 2 * BlockRows // a full one, if there is one
	block := s.Values.part(from, min(from+BlockRows, s.Count()))
	return max(1, int(math.Ceil(float64(size(block))*float64(s.Count())/float64(block.Count()))))
}

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

// compressedSize is about what contents will take, from one of their blocks.
func (s *study) compressedSize() int {
	if s.compressed == 0 {
		from := (blocksOf(s.Count()) - 1) / 2 * BlockRows // a full one, if there is one
		block := s.Values.part(from, min(from+BlockRows, s.Count()))
		size := len(writeBlocks(nil, block))
		s.compressed = max(1, int(math.Ceil(float64(size)*float64(s.Count())/float64(block.Count()))))
	}
	return s.compressed
}

package column

import (
	"math/bits"
	"sync"

	"github.com/outcropdb/outcrop/vec"
)

// Stored is a sub-column in a file.
type Stored struct {
	typ      vec.Type
	encoding Encoding
	presence presence
	values   values
}

// Type implements Sub.
func (s *Stored) Type() vec.Type { return s.typ }

// Count implements Sub.
func (s *Stored) Count() int { return s.presence.count }

// Encoding tells how the values are written.
func (s *Stored) Encoding() Encoding { return s.encoding }

// Docs are the docs that have a value, ascending; nil: all.
func (s *Stored) Docs() []uint32 {
	if s.presence.count == s.presence.rows {
		return nil
	}
	return s.presence.all()
}

// Terms are the distinct values, sorted, as a Flat vector, where the encoding has them at hand; else nil.
func (s *Stored) Terms() *vec.Vector { return s.values.terms() }

// Present implements Sub.
func (s *Stored) Present(bits []uint64, selection Selection) (int, error) {
	return s.presence.mark(bits, selection), nil
}

// Skips tells that no value of docs from..to-1 is in any of the spans.
func (s *Stored) Skips(spans []vec.Span, from, to int) bool {
	low, high := s.presence.rank(from), s.presence.rank(to)
	return low == high || !s.values.overlaps(spans, low, high)
}

// reading is what Read needs beside its result.
type reading struct {
	dense vec.Vector
	ranks []uint32
}

var readings = sync.Pool{New: func() any { return new(reading) }}

// Read implements Sub.
func (s *Stored) Read(out *vec.Vector, selection Selection) error {
	if selection.Docs != nil {
		return s.readDocs(out, selection)
	}
	rows := selection.Len()
	from, to := s.presence.rank(selection.From), s.presence.rank(selection.To)
	if to-from == rows {
		return s.values.read(out, from, to)
	}
	r := readings.Get().(*reading)
	defer readings.Put(r)
	if err := s.values.read(&r.dense, from, to); err != nil {
		return err
	}
	s.scatter(out, &r.dense, selection)
	return nil
}

func (s *Stored) readDocs(out *vec.Vector, selection Selection) error {
	if s.presence.count == s.presence.rows {
		return s.values.gather(out, selection.Docs)
	}
	r := readings.Get().(*reading)
	defer readings.Put(r)
	r.ranks = r.ranks[:0]
	for _, doc := range selection.Docs {
		if rank, ok := s.presence.has(doc); ok {
			r.ranks = append(r.ranks, uint32(rank))
		}
	}
	if len(r.ranks) == len(selection.Docs) {
		return s.values.gather(out, r.ranks)
	}
	if err := s.values.gather(&r.dense, r.ranks); err != nil {
		return err
	}
	s.scatter(out, &r.dense, selection)
	return nil
}

// scatter makes out the rows of dense, which are all valid, at the selected docs that have a value, and
// null rows between them.
func (s *Stored) scatter(out, dense *vec.Vector, selection Selection) {
	rows := selection.Len()
	if dense.Form == vec.Flat {
		out.Make(s.typ, rows)
	} else {
		out.Reset(s.typ)
		out.Form, out.Rows = vec.Dict, rows
		out.Values = s.values.terms()
		out.Codes = append(out.Codes[:0], make([]uint32, rows)...)
	}
	valid := out.MakeValid(false)
	s.presence.mark(valid, selection)
	switch {
	case dense.Form == vec.Const: // all codes are 0
	case dense.Form == vec.Dict:
		spread(out.Codes, dense.Codes, valid)
	case s.typ.Layout() == vec.Int64s:
		spread(out.I64, dense.I64, valid)
	case s.typ.Layout() == vec.Float64:
		spread(out.F64, dense.F64, valid)
	case s.typ.Layout() == vec.Bitmap:
		each(valid, func(i, row int) { vec.SetBit(out.Bits, row, vec.Bit(dense.Bits, i)) })
	default:
		spreadContents(out, dense, valid)
	}
}

// spread puts src's elements, in order, where bits are set.
func spread[T any](dst, src []T, bitmap []uint64) {
	i := 0
	for w, word := range bitmap {
		for ; word != 0; word &= word - 1 {
			dst[w<<6+bits.TrailingZeros64(word)] = src[i]
			i++
		}
	}
}

// each calls f for every set bit, counting them.
func each(bitmap []uint64, f func(i, row int)) {
	i := 0
	for w, word := range bitmap {
		for ; word != 0; word &= word - 1 {
			f(i, w<<6+bits.TrailingZeros64(word))
			i++
		}
	}
}

// spreadContents gives null rows no content, and the others that of src's rows in order.
func spreadContents(out, src *vec.Vector, valid []uint64) {
	first, end := src.Offsets[0], src.Offsets[src.Rows]
	out.Data = append(out.Data[:0], src.Data[first:end]...)
	i := 0
	for row := range out.Rows {
		if vec.Bit(valid, row) {
			i++
		}
		out.Offsets[row+1] = src.Offsets[i] - first
	}
}

package segment

import (
	"math"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// every is all keys.
var every = []vec.Span{{Low: math.MinInt64, High: math.MaxInt64}}

// elementLists are the lists that answer p, a condition on elements, of those that are to be asked, with what.
// ok is false if they do not tell.
func (s *Segment) elementLists(p vec.Predicate) (found []candidate, ok bool) {
	if s.InRest(p.Path) {
		return nil, false
	}
	if s.Sub(p.Path, vec.Array) == nil {
		return nil, true
	}
	n := s.Root()
	for _, key := range p.Path {
		if n, ok = n.Find(key); !ok {
			return nil, false
		}
	}
	if n = n.Items; n == nil || s.lists[n] == nil || p.Op == vec.OpExists {
		return nil, false
	}
	for _, l := range s.lists[n] {
		if l.typ == column.Rest {
			found = append(found, candidate{sub: l, spans: every, known: true})
		}
	}
	for _, key := range p.Below {
		if n, ok = n.Find(key); !ok {
			return found, true
		}
	}
	for _, l := range s.lists[n] {
		if l.typ == column.Rest {
			continue
		}
		c := candidate{sub: l}
		if c.spans, c.known = p.Spans(l.typ); c.known && len(c.spans) == 0 || !c.known && !mentions(p, l.typ) {
			continue
		}
		if !c.known || l.inverted.size == 0 {
			return nil, false
		}
		found = append(found, c)
	}
	return found, true
}

// lookupEach is Lookup of a condition on elements.
func (s *Segment) lookupEach(p vec.Predicate) (docs *roaring.Bitmap, exact bool, err error) {
	found, ok := s.elementLists(p)
	if !ok {
		return nil, false, nil
	}
	docs, exact = roaring.New(), true
	for _, c := range found {
		index, err := c.lists()
		if err != nil {
			return nil, false, err
		}
		all, ok, err := index.Lookup(docs, c.spans)
		if err != nil || !ok {
			return nil, false, err
		}
		exact = exact && all && c.typ != column.Rest
	}
	return docs, exact, nil
}

// estimateEach is Estimate of a condition on elements.
func (s *Segment) estimateEach(p vec.Predicate) int {
	found, ok := s.elementLists(p)
	if !ok {
		return s.View.Rows()
	}
	total := 0
	for _, c := range found {
		index, err := c.lists()
		if err != nil {
			return s.View.Rows()
		}
		n, ok := index.Estimate(c.spans)
		if !ok {
			return s.View.Rows()
		}
		total += n
	}
	return total
}

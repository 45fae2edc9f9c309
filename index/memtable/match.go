package memtable

import (
	"slices"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// candidate is a sub-column that may have values that satisfy a predicate, and which values these are.
type candidate struct {
	*column.Values
	spans []vec.Span
	known bool // false: only comparing values as a whole can tell
}

// candidates are the sub-columns that may satisfy p.
func (v *View) candidates(p vec.Predicate) (found []candidate) {
	for _, sub := range v.At(p.Path) {
		c := candidate{Values: sub.(*column.Values)}
		switch {
		case c.Kind == column.Rest:
			found = append(found, c) // perhaps
			continue
		case c.Kind == vec.Null || c.Count() == 0:
			continue
		}
		c.spans, c.known = p.Spans(c.Kind)
		if p.Op == vec.OpExists || c.known && slices.ContainsFunc(c.spans, c.overlaps) || !c.known && mentions(p, c.Kind) {
			found = append(found, c)
		}
	}
	return found
}

// mentions tells whether a value of type t could satisfy p, t being a type that compares with itself alone.
func mentions(p vec.Predicate, t vec.Type) bool {
	isT := func(v vec.Value) bool { return v.Type() == t }
	unbounded := p.Op == vec.OpRange && p.Low == nil && p.High == nil
	return unbounded || isT(p.Low) || isT(p.High) || slices.ContainsFunc(p.Values, isT)
}

// overlaps tells that the sub-column's bounds, where it has some, let values be in the span.
func (c candidate) overlaps(s vec.Span) bool {
	low, high := c.Bounds()
	switch {
	case low == nil:
		return true
	case c.Kind == vec.Float:
		return vec.Key(low.Float()) <= s.High && s.Low <= vec.Key(high.Float())
	}
	return low.Int() <= s.High && s.Low <= high.Int()
}

// scan adds the docs whose values are in one of the spans.
func (c candidate) scan(docs []uint32) []uint32 {
	if c.Kind.Layout() != vec.Varlen {
		return c.scanKeys(docs)
	}
	points := make(map[string]bool, len(c.spans))
	for _, s := range c.spans {
		if point, ok := s.Point(); ok {
			points[string(point)] = true
		}
	}
	several := len(c.spans) > 1 && len(points) == len(c.spans) // a long IN list
	for i, doc := range c.Docs {
		content := c.Data[c.Offsets[i]:c.Offsets[i+1]]
		if several && points[string(content)] || !several && slices.ContainsFunc(c.spans, func(s vec.Span) bool { return s.Has(content) }) {
			docs = append(docs, doc)
		}
	}
	return docs
}

func (c candidate) scanKeys(docs []uint32) []uint32 {
	keys := c.Keys()
	if len(c.spans) == 1 {
		low, high := c.spans[0].Low, c.spans[0].High
		for i, key := range keys {
			if low <= key && key <= high {
				docs = append(docs, c.Docs[i])
			}
		}
		return docs
	}
	spans := slices.Clone(c.spans)
	slices.SortFunc(spans, func(a, b vec.Span) int {
		if a.Low < b.Low {
			return -1
		}
		return 1
	})
	for i, key := range keys {
		// Spans of an IN list are points, or disjoint: only the last that begins at or below key can have it.
		at, found := slices.BinarySearchFunc(spans, key, func(s vec.Span, key int64) int {
			if s.Low <= key {
				return -1
			}
			return 1
		})
		if !found && at > 0 && key <= spans[at-1].High {
			docs = append(docs, c.Docs[i])
		}
	}
	return docs
}

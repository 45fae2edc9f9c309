package segment

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// candidate is a sub-column that may have values that satisfy a predicate, and which values these are.
// They are not known where contents do not have the order of values.
type candidate struct {
	*sub
	spans []vec.Span
	known bool
}

// candidates are the sub-columns that may satisfy p, or, for a path of the rest, the docs that may.
func (s *Segment) candidates(p vec.Predicate) (found []candidate, rest column.Sub) {
	for _, at := range s.At(p.Path) {
		switch at.Type() {
		case column.Rest:
			return nil, at
		case vec.Null:
			continue
		}
		c := candidate{sub: at.(*sub)}
		if c.spans, c.known = p.Spans(c.typ); c.known && len(c.spans) == 0 || !c.known && !mentions(p, c.typ) {
			continue
		}
		found = append(found, c)
	}
	return found, nil
}

// mentions tells whether a value of type t could satisfy p, t being a type that compares with itself alone.
func mentions(p vec.Predicate, t vec.Type) bool {
	unbounded := p.Op == vec.OpRange && p.Low == nil && p.High == nil
	return p.Op == vec.OpExists || unbounded || p.Low.Type() == t || p.High.Type() == t ||
		slices.ContainsFunc(p.Values, func(v vec.Value) bool { return v.Type() == t })
}

// Skips tells that no document in from..to-1 can satisfy p, by zone maps.
func (s *Segment) Skips(p vec.Predicate, from, to int) bool {
	switch {
	case p.Each:
		return s.Sub(p.Path, vec.Array) == nil && !s.InRest(p.Path)
	case p.Op == vec.OpTerms:
		return s.Sub(p.Path, vec.String) == nil && !s.InRest(p.Path)
	}
	found, rest := s.candidates(p)
	if rest != nil {
		count, err := rest.Present(nil, column.Selection{From: from, To: to})
		return err == nil && count == 0
	}
	for _, c := range found {
		if !c.skips(p, from, to) {
			return false
		}
	}
	return true
}

// skips is Skips for one sub-column. What cannot be read is not skipped: the scan will tell.
func (c candidate) skips(p vec.Predicate, from, to int) bool {
	stored, err := c.load()
	if err != nil {
		return false
	}
	if !c.known || p.Op == vec.OpExists {
		count, err := stored.Present(nil, column.Selection{From: from, To: to})
		return err == nil && count == 0
	}
	return stored.Skips(c.spans, from, to)
}

// Lookup finds the docs that satisfy p. When not exact, it finds more: filter again. A nil bitmap: there
// is no inverted list for p in a sub-column that zone maps do not rule out; scan. The bitmap is the
// caller's to change.
func (s *Segment) Lookup(p vec.Predicate) (docs *roaring.Bitmap, exact bool, err error) {
	switch {
	case p.Each:
		return s.lookupEach(p)
	case p.Op == vec.OpTerms:
		return s.lookupTerms(p)
	}
	found, rest := s.candidates(p)
	docs, exact = roaring.New(), true
	if rest != nil {
		values, ok := rest.(*column.Values)
		if !ok { // any document with a key of the rest may
			return nil, false, nil
		}
		docs.AddMany(values.Docs)
		return docs, false, nil
	}
	for _, c := range found {
		if p.Op == vec.OpExists {
			if err := c.addPresent(docs); err != nil {
				return nil, false, err
			}
			continue
		}
		if c.skips(p, 0, s.View.Rows()) {
			continue
		}
		if !c.known {
			return nil, false, nil
		}
		index, err := c.lists()
		if err != nil {
			return nil, false, err
		}
		if index == nil {
			if ok, err := c.lookUpByZones(docs, s.View.Rows()); err != nil || !ok {
				return nil, false, err
			}
			exact = exact && c.typ != vec.Float
			continue
		}
		all, ok, err := index.Lookup(docs, c.spans)
		if err != nil {
			return nil, false, c.damaged(sectionInverted, err)
		}
		if !ok {
			return nil, false, nil
		}
		exact = exact && all
	}
	return docs, exact, nil
}

func (c candidate) addPresent(docs *roaring.Bitmap) error {
	stored, err := c.load()
	if err != nil {
		return err
	}
	if present := stored.Docs(); present != nil {
		docs.AddMany(present)
		return nil
	}
	docs.AddRange(0, c.count)
	return nil
}

// Estimate is the number of docs that Lookup would find, or a little more; Rows if that is unknown.
func (s *Segment) Estimate(p vec.Predicate) int {
	rows := s.View.Rows()
	switch {
	case p.Each:
		return min(s.estimateEach(p), rows)
	case p.Op == vec.OpTerms:
		return min(s.estimateTerms(p), rows)
	}
	found, rest := s.candidates(p)
	if rest != nil {
		return rest.Count()
	}
	total := 0
	for _, c := range found {
		if p.Op == vec.OpExists {
			total += int(c.count)
			continue
		}
		if c.skips(p, 0, rows) {
			continue
		}
		index, err := c.lists()
		if err != nil || !c.known {
			return rows
		}
		n, ok := 0, false
		if index == nil {
			n, ok = c.estimateByZones(rows)
		} else {
			n, ok = index.Estimate(c.spans)
		}
		if !ok {
			return rows
		}
		total += n
	}
	return min(total, rows)
}

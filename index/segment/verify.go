package segment

import (
	"fmt"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// Verify reads the whole file and calls bad with everything that is not as Build writes it: checksums, bytes
// that no checksum is of, values and documents that do not decode, inverted lists that lead to other docs than
// those with a value. Every changed bit of the file is found. What Open has checked is not checked again.
func (s *Segment) Verify(bad func(error)) {
	s.verifyGaps(bad)
	for _, name := range s.extraSections() {
		if _, err := s.Section(name); err != nil {
			bad(err)
		}
	}
	for _, at := range s.Subs() {
		if err := at.(*sub).verify(); err != nil {
			bad(err)
		}
	}
	for _, l := range s.allLists() {
		if err := l.verifyAlone(); err != nil {
			bad(err)
		}
	}
	s.rows.Verify(func(err error) { bad(s.damaged("section %s: %w", sectionRows, err)) })
}

// extraSections are those that Build was given, by name.
func (s *Segment) extraSections() []string {
	var names []string
	for name := range s.sections {
		switch name {
		case sectionColumns, sectionInverted, sectionRows, sectionFields:
		default:
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// verifyGaps looks at the bytes that no checksum is of: padding up to a multiple of 8.
func (s *Segment) verifyGaps(bad func(error)) {
	size := uint64(len(s.data))
	covered := []place{{size: headBytes}, {offset: s.table.offset, size: size - s.table.offset}}
	for name, p := range s.sections {
		if name != sectionColumns && name != sectionInverted {
			covered = append(covered, p)
		}
	}
	for _, at := range s.Subs() {
		sub := at.(*sub)
		for _, part := range []struct {
			section string
			place
		}{{sectionColumns, sub.column}, {sectionInverted, sub.inverted}} {
			if part.size > 0 {
				covered = append(covered, place{offset: s.sections[part.section].offset + part.offset, size: part.size})
			}
		}
	}
	for _, l := range s.allLists() {
		if l.inverted.size > 0 {
			covered = append(covered, place{offset: s.sections[sectionInverted].offset + l.inverted.offset, size: l.inverted.size})
		}
	}
	slices.SortFunc(covered, func(a, b place) int { return int(int64(a.offset) - int64(b.offset)) })
	end := uint64(0)
	for _, p := range covered {
		gap := s.data[min(end, p.offset):p.offset]
		if len(gap) >= 8 || slices.ContainsFunc(gap, func(b byte) bool { return b != 0 }) {
			bad(s.damaged("%d bytes at %d are of no section, and not padding", len(gap), end))
		}
		end = max(end, p.offset+p.size)
	}
}

// verify decodes all values and looks each of them up in the inverted list, if there is one.
func (s *sub) verify() error {
	stored, err := s.load()
	if err != nil {
		return err
	}
	list, err := s.lists()
	if err != nil {
		return err
	}
	found := roaring.New()
	pointsOnly := false
	if list != nil {
		_, ok, err := list.Lookup(found, []vec.Span{{Low: math.MinInt64, High: math.MaxInt64}})
		if err != nil {
			return s.damaged(sectionInverted, err)
		}
		pointsOnly = !ok
	}
	rows := s.segment.View.Rows()
	if !s.docsOnly() {
		var values vec.Vector
		for from := 0; from < rows; from += column.BlockRows {
			to := min(from+column.BlockRows, rows)
			if err := s.Read(&values, column.Selection{From: from, To: to}); err != nil {
				return err
			}
			for i := 0; pointsOnly && i < values.Rows; i++ {
				if values.IsNull(i) {
					continue
				}
				content := values.Content(i)
				found.Clear()
				span := vec.Span{From: content, To: append(content[:len(content):len(content)], 0)}
				if _, _, err := list.Lookup(found, []vec.Span{span}); err != nil {
					return s.damaged(sectionInverted, err)
				}
				if !found.Contains(uint32(from + i)) {
					return s.damaged(sectionInverted, fmt.Errorf("document %d is not found by its value", from+i))
				}
			}
		}
	}
	if list == nil || pointsOnly {
		return nil
	}
	want := roaring.New()
	if docs := stored.Docs(); docs != nil {
		want.AddMany(docs)
	} else {
		want.AddRange(0, s.count)
	}
	if !found.Equals(want) {
		return s.damaged(sectionInverted, fmt.Errorf("leads to %d documents, of which %d have a value; %d have one",
			found.GetCardinality(), found.AndCardinality(want), want.GetCardinality()))
	}
	return nil
}

// verifyAlone reads all of a list that has no column.
func (s *sub) verifyAlone() error {
	list, err := s.lists()
	if err != nil || list == nil {
		return err
	}
	_, texts, err := list.LookupTerms([]vec.Term{{Before: true, Further: true}}) // all tokens
	if err == nil && !texts {
		_, _, err = list.Lookup(roaring.New(), []vec.Span{{Low: math.MinInt64, High: math.MaxInt64}})
	}
	if err != nil {
		return s.damaged(sectionInverted, err)
	}
	return nil
}

// docsOnly tells the types of which there are no values.
func (s *sub) docsOnly() bool {
	return s.typ == vec.Null || s.typ == vec.Object || s.typ == column.Rest
}

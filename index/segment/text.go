package segment

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/inverted"
	"github.com/outcropdb/outcrop/vec"
)

// tokenLists writes the lists of the tokens of all texts: strings of many words that hardly recur. Of strings that
// do, queries look at the dictionary.
func (b *builder) tokenLists(n *column.Node) error {
	for _, sub := range n.Subs {
		v := sub.(*column.Values)
		if v.Kind != vec.String || !b.parts[v].contents || !inverted.AreTexts(v.Offsets, v.Data) {
			continue
		}
		data, count := inverted.BuildTokens(v.Offsets, v.Data, v.Docs)
		if data == nil {
			continue
		}
		at, err := b.part(data)
		if err != nil {
			return err
		}
		b.lists[n] = append(b.lists[n], list{typ: vec.String, count: count, place: at})
	}
	for _, child := range n.Children {
		if err := b.tokenLists(child); err != nil {
			return err
		}
	}
	return nil
}

// textList is the list of the tokens at a path: nil if there is none. none tells that no document has a string there.
func (s *Segment) textList(path vec.Path) (list *inverted.Index, none bool, err error) {
	if s.InRest(path) {
		return nil, false, nil
	}
	if s.Sub(path, vec.String) == nil {
		return nil, true, nil
	}
	n := s.Root()
	for _, key := range path {
		n, _ = n.Find(key)
	}
	for _, l := range s.lists[n] {
		if l.typ == vec.String {
			list, err = l.lists()
		}
	}
	return list, false, err
}

// lookupTerms is Lookup of a condition on the tokens of texts.
func (s *Segment) lookupTerms(p vec.Predicate) (docs *roaring.Bitmap, exact bool, err error) {
	list, none, err := s.textList(p.Path)
	switch {
	case err != nil:
		return nil, false, err
	case none:
		return roaring.New(), true, nil
	case list == nil:
		return nil, false, nil
	}
	docs, _, err = list.LookupTerms(p.Terms)
	return docs, false, err
}

// estimateTerms is Estimate of a condition on the tokens of texts.
func (s *Segment) estimateTerms(p vec.Predicate) int {
	list, none, err := s.textList(p.Path)
	if none {
		return 0
	}
	if err == nil && list != nil {
		if n, ok := list.EstimateTerms(p.Terms); ok {
			return n
		}
	}
	return s.View.Rows()
}

package memtable

import (
	"slices"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// arrays is the sub-column of arrays at the path of a condition on their elements; nil: no document has one.
// ok is false when only documents know.
func (v *View) arrays(p vec.Predicate) (arrays *column.Values, ok bool) {
	if v.InRest(p.Path) {
		return nil, false
	}
	arrays, _ = v.Sub(p.Path, vec.Array).(*column.Values)
	return arrays, p.Op != vec.OpExists
}

// scanElements adds the docs with an element that meets p.
func scanElements(docs []uint32, arrays *column.Values, p vec.Predicate) []uint32 {
	m := matcher{predicate: p}
	for i, doc := range arrays.Docs {
		array := vec.Value(arrays.Data[arrays.Offsets[i]:arrays.Offsets[i+1]])
		for element := range array.Elements() {
			if len(p.Below) > 0 {
				element = element.At(p.Below)
			}
			if m.has(element) {
				docs = append(docs, doc)
				break
			}
		}
	}
	return docs
}

// matcher tells which values satisfy a predicate, by spans that are made once for a type.
type matcher struct {
	predicate vec.Predicate
	spans     [vec.Object + 1][]vec.Span
	made      [vec.Object + 1]bool
}

func (m *matcher) has(value vec.Value) bool {
	t := value.Type()
	if t.IsNull() || t == vec.Array || t == vec.Object || t == vec.Geography {
		return false
	}
	if !m.made[t] {
		m.spans[t], _ = m.predicate.Spans(t)
		m.made[t] = true
	}
	spans := m.spans[t]
	switch {
	case len(spans) == 0:
		return false
	case t.Layout() == vec.Varlen:
		content := value.Content()
		return slices.ContainsFunc(spans, func(s vec.Span) bool { return s.Has(content) })
	}
	key := keyOf(value)
	return slices.ContainsFunc(spans, func(s vec.Span) bool { return s.Low <= key && key <= s.High })
}

// keyOf is the key of a value of fixed width.
func keyOf(value vec.Value) int64 {
	switch value.Type() {
	case vec.Float:
		return vec.Key(value.Float())
	case vec.Bool:
		if value.Bool() {
			return 1
		}
		return 0
	}
	return value.Int()
}

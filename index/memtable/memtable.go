// Package memtable is the newest documents of a shard, in memory, answering the questions that segments
// answer.
package memtable

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/vec"
)

// Memtable takes documents in. It has one writer; the views that the writer publishes are for anybody.
type Memtable struct {
	shredder  *column.Shredder
	documents documents
	ids       *primary.Map
}

// New makes an empty one.
func New() *Memtable {
	return &Memtable{shredder: column.NewShredder(), ids: primary.NewMap()}
}

// Append adds a document under the next doc id, from 0. hash is that of its _id. document is an Object that
// vec.Check has passed; it is copied. After an error nothing was added.
func (m *Memtable) Append(hash uint64, document vec.Value) error {
	if err := m.shredder.Append(document); err != nil {
		return err
	}
	m.documents.append(document)
	m.ids.Add(hash)
	return nil
}

// Rows is the number of documents so far.
func (m *Memtable) Rows() int { return m.shredder.Rows() }

// Bytes is an estimate of the memory in use.
func (m *Memtable) Bytes() int {
	return m.shredder.Bytes() + m.documents.bytes + 12*cap(m.documents.places) + m.ids.Bytes()
}

// Document is for the writer, who sees documents before they are published.
func (m *Memtable) Document(doc uint32) (vec.Value, error) { return m.documents.Document(doc) }

// First is the newest doc whose _id has the hash.
func (m *Memtable) First(hash uint64) (doc uint32, ok bool) { return m.ids.First(hash) }

// Next is the doc before doc with the same hash.
func (m *Memtable) Next(doc uint32) (before uint32, ok bool) { return m.ids.Next(doc) }

// Publish is the documents appended so far.
func (m *Memtable) Publish() *View {
	documents := m.documents
	return &View{View: m.shredder.Publish(&documents), ids: m.ids}
}

// View is a Memtable's documents up to a watermark. It never changes. Its docs are found by _id as in
// Memtable.First and Next, which also return docs behind the watermark: pass over those.
type View struct {
	*column.View
	ids *primary.Map
}

// First is the newest doc whose _id has the hash, perhaps behind the watermark.
func (v *View) First(hash uint64) (doc uint32, ok bool) { return v.ids.First(hash) }

// Next is the doc before doc with the same hash.
func (v *View) Next(doc uint32) (before uint32, ok bool) { return v.ids.Next(doc) }

// Hashes of the _ids by doc. They are not to be changed.
func (v *View) Hashes() []uint64 { return v.ids.Hashes(v.Rows()) }

// Skips tells that no document can satisfy p. It knows the whole view's bounds, none of its ranges.
func (v *View) Skips(p vec.Predicate, from, to int) bool { return v.Estimate(p) == 0 }

// Estimate is an upper bound of the number of docs that satisfy p.
func (v *View) Estimate(p vec.Predicate) int {
	if v.InRest(p.Path) {
		return v.Rows()
	}
	total := 0
	v.each(p.Path, func(values *column.Values) {
		if mayMatch(values, p) {
			total += values.Count()
		}
	})
	return total
}

// Lookup finds the docs that satisfy p by looking at every value at its path; nil where only documents know.
func (v *View) Lookup(p vec.Predicate) (docs *roaring.Bitmap, exact bool, err error) {
	if v.InRest(p.Path) {
		return nil, false, nil
	}
	docs, exact = roaring.New(), true
	var found []uint32
	v.each(p.Path, func(values *column.Values) {
		if docs == nil || !mayMatch(values, p) {
			return
		}
		m := compile(values, p)
		if m.unknown {
			docs, exact = nil, false
			return
		}
		found = m.scan(found[:0], values)
		docs.AddMany(found)
		exact = exact && !m.more
	})
	return docs, exact, nil
}

// each calls f for the sub-columns at path whose values can satisfy a predicate at all.
func (v *View) each(path vec.Path, f func(*column.Values)) {
	for t := vec.Bool; t <= vec.Object; t++ {
		if values, ok := v.Sub(path, t).(*column.Values); ok && values.Count() > 0 {
			f(values)
		}
	}
}

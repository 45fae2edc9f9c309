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

// Expect is about what Bytes will be after so many more documents of so many bytes in all.
func (m *Memtable) Expect(documents, bytes int) int {
	return m.Bytes() + documents*bytesPerDocument + bytes*bytesPerByte
}

// What documents of some ten fields and more take: their bytes are kept whole and by field, and values of
// 8 bytes with their keys have 16 more.
const (
	bytesPerDocument = 64
	bytesPerByte     = 4
)

// Document is for the writer, who sees documents before they are published.
func (m *Memtable) Document(doc uint32) (vec.Value, error) { return m.documents.Document(doc) }

// First is the newest doc whose _id has the hash.
func (m *Memtable) First(hash uint64) (doc uint32, ok bool) { return m.ids.First(hash) }

// Next is the doc before doc with the same hash.
func (m *Memtable) Next(doc uint32) (before uint32, ok bool) { return m.ids.Next(doc) }

// Publish is the documents appended so far.
func (m *Memtable) Publish() *View {
	documents := m.documents
	return &View{View: m.shredder.Publish(&documents), ids: m.ids, raw: documents.raw, bytes: m.Bytes()}
}

// View is a Memtable's documents up to a watermark. It never changes. Its docs are found by _id as in
// Memtable.First and Next, which also return docs behind the watermark: pass over those.
type View struct {
	*column.View
	ids        *primary.Map
	raw, bytes int
}

// First is the newest doc whose _id has the hash, perhaps behind the watermark.
func (v *View) First(hash uint64) (doc uint32, ok bool) { return v.ids.First(hash) }

// Next is the doc before doc with the same hash.
func (v *View) Next(doc uint32) (before uint32, ok bool) { return v.ids.Next(doc) }

// Raw is the number of bytes of the documents, encoded.
func (v *View) Raw() int { return v.raw }

// Bytes is the memory of the memtable when the view was published.
func (v *View) Bytes() int { return v.bytes }

// Hashes of the _ids by doc. They are not to be changed.
func (v *View) Hashes() []uint64 { return v.ids.Hashes(v.Rows()) }

// Skips tells that no document can satisfy p. It knows the whole view's bounds, none of its ranges.
func (v *View) Skips(p vec.Predicate, from, to int) bool { return v.Estimate(p) == 0 }

// Estimate is an upper bound of the number of docs that satisfy p.
func (v *View) Estimate(p vec.Predicate) (total int) {
	if p.Op == vec.OpTerms && !v.InRest(p.Path) {
		return v.Count(p.Path, vec.String)
	}
	if p.Each {
		switch arrays, ok := v.arrays(p); {
		case !ok:
			return v.Rows()
		case arrays == nil:
			return 0
		default:
			return arrays.Count()
		}
	}
	for _, c := range v.candidates(p) {
		total += c.Count()
	}
	return total
}

// Lookup finds the docs that satisfy p by looking at every value at its path, or those with a key of the rest;
// nil where only documents know.
func (v *View) Lookup(p vec.Predicate) (docs *roaring.Bitmap, exact bool, err error) {
	if p.Op == vec.OpTerms {
		return nil, false, nil // the condition itself costs less than tokens
	}
	if p.Each {
		arrays, ok := v.arrays(p)
		if !ok {
			return nil, false, nil
		}
		docs = roaring.New()
		if arrays != nil {
			docs.AddMany(scanElements(nil, arrays, p))
		}
		return docs, true, nil
	}
	docs, exact = roaring.New(), true
	var matching []uint32
	for _, c := range v.candidates(p) {
		switch {
		case c.Kind == column.Rest:
			docs.AddMany(c.Docs)
			exact = false
		case p.Op == vec.OpExists:
			docs.AddMany(c.Docs)
		case !c.known:
			return nil, false, nil
		default:
			matching = c.scan(matching[:0])
			docs.AddMany(matching)
		}
	}
	return docs, exact, nil
}

package index

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/vec"
)

// idPath is where documents have their _id, a string.
var idPath = vec.Path{"_id"}

// ShardOf is the shard, of n, of the document with this _id's content.
func ShardOf(id []byte, n int) int { return int(primary.Hash(id) % uint64(n)) }

// finder finds documents by _id. It belongs to one goroutine; it keeps the memory that comparing takes.
type finder struct {
	ids     vec.Vector
	doc     [1]uint32
	missing []int32
	likely  []int32
}

// nowhere is the place of what is not there.
const nowhere = -1

// findAll is, into places, the live docs of the _ids of writes. It asks part by part, the newest first, all filters
// before the first table: those of a new _id, the common case, are then in the caches and wait for no memory.
func (f *finder) findAll(places []place, parts []*part, hashes []uint64, writes []Write) error {
	f.missing = f.missing[:0]
	for i := range writes {
		places[i].at = nowhere
		f.missing = append(f.missing, int32(i))
	}
	for at := len(parts) - 1; at >= 0; at-- {
		f.likely = parts[at].filter(f.likely[:0], hashes, f.missing)
		found := false
		for _, i := range f.likely {
			doc, ok, err := f.findIn(parts[at], hashes[i], writes[i].ID)
			if err != nil {
				return fmt.Errorf("write %d: %w", i, err)
			}
			if ok {
				places[i], found = place{at, doc}, true
			}
		}
		if found {
			f.missing = slices.DeleteFunc(f.missing, func(i int32) bool { return places[i].at == at })
		}
	}
	return nil
}

// filter appends those of the numbers whose hashes may be in the part.
func (p *part) filter(dst []int32, hashes []uint64, numbers []int32) []int32 {
	if p.file == nil {
		return append(dst, numbers...)
	}
	table := &p.file.primary
	for _, i := range numbers {
		if table.May(hashes[i]) {
			dst = append(dst, i)
		}
	}
	return dst
}

// find is the live doc of an _id, looked for in the newest parts first.
func (f *finder) find(parts []*part, hash uint64, id []byte) (at int, doc uint32, ok bool, err error) {
	for at = len(parts) - 1; at >= 0; at-- {
		if p := parts[at]; p.file != nil && !p.file.primary.May(hash) {
			continue
		}
		if doc, ok, err = f.findIn(parts[at], hash, id); ok || err != nil {
			return at, doc, ok, err
		}
	}
	return 0, 0, false, nil
}

func (f *finder) findIn(p *part, hash uint64, id []byte) (doc uint32, ok bool, err error) {
	if p.file == nil {
		view := p.view()
		for doc, ok = view.First(hash); ok; doc, ok = view.Next(doc) {
			if p.live.has(doc) && hasID(view, doc, id) {
				return doc, true, nil
			}
		}
		return 0, false, nil
	}
	probe := p.file.primary.Find(hash)
	for doc, ok = probe.Next(); ok; doc, ok = probe.Next() {
		if !p.live.has(doc) {
			continue
		}
		f.doc[0] = doc
		if err := p.Gather(&f.ids, idPath, f.doc[:]); err != nil {
			return 0, false, err
		}
		if f.ids.TypeAt(0) == vec.String && bytes.Equal(f.ids.Content(0), id) {
			return doc, true, nil
		}
	}
	return 0, false, nil
}

// hasID compares the _id of a document in memory.
func hasID(documents interface {
	Document(doc uint32) (vec.Value, error)
}, doc uint32, id []byte,
) bool {
	document, err := documents.Document(doc)
	if err != nil {
		return false
	}
	v := document.Field("_id")
	return v.Type() == vec.String && bytes.Equal(v.Content(), id)
}

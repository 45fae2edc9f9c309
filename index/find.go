package index

import (
	"bytes"

	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/vec"
)

// idPath is where documents have their _id, a string.
var idPath = vec.Path{"_id"}

// ShardOf is the shard, of n, of the document with this _id's content.
func ShardOf(id []byte, n int) int { return int(primary.Hash(id) % uint64(n)) }

// finder finds documents by _id. It belongs to one goroutine; it keeps the memory that comparing takes.
type finder struct {
	ids vec.Vector
	doc [1]uint32
}

// find is the live doc of an _id, looked for in the newest parts first.
func (f *finder) find(parts []*part, hash uint64, id []byte) (at int, doc uint32, ok bool, err error) {
	for at = len(parts) - 1; at >= 0; at-- {
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

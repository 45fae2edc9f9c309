package memtable

import (
	"fmt"

	"github.com/outcropdb/outcrop/vec"
)

// The pieces of memory that documents are copied into double in size between these bounds, since most of
// many collections' memtables are small; a longer document gets one of its own.
const (
	minChunkBytes = 4 << 10
	maxChunkBytes = 1 << 20
)

// place is where a document stands.
type place struct{ chunk, from, to uint32 }

// documents are whole documents, one behind the other. One writer appends. A copy of the struct, made
// by the writer, may be read at the same time: no byte and no element below its lengths changes any more.
type documents struct {
	chunks [][]byte // each at its full length from the start
	places []place
	used   int // bytes of the last chunk
	bytes  int // of all chunks
	raw    int // of all documents
}

func (d *documents) append(document vec.Value) {
	last := len(d.chunks) - 1
	if last < 0 || len(d.chunks[last])-d.used < len(document) {
		chunk := make([]byte, max(len(document), min(max(minChunkBytes, d.bytes), maxChunkBytes)))
		d.chunks = append(d.chunks, chunk)
		d.bytes += len(chunk)
		d.used = 0
		last++
	}
	to := d.used + copy(d.chunks[last][d.used:], document)
	d.places = append(d.places, place{uint32(last), uint32(d.used), uint32(to)})
	d.used = to
	d.raw += len(document)
}

// Document implements column.Documents.
func (d *documents) Document(doc uint32) (vec.Value, error) {
	if int(doc) >= len(d.places) {
		return nil, fmt.Errorf("memtable: document %d of %d", doc, len(d.places))
	}
	p := d.places[doc]
	return d.chunks[p.chunk][p.from:p.to:p.to], nil
}

package row

import (
	"fmt"

	"github.com/outcropdb/outcrop/vec"
)

// maxDepth of documents in rows: what writers take, and more.
const maxDepth = 1000

// Verify decodes every block and calls bad with each that is not as a Writer writes it. Nothing is cached.
func (r *Reader) Verify(bad func(error)) {
	next := uint64(0)
	for i := range len(r.directory) / entryBytes {
		e := r.entry(i)
		if e.offset != next {
			bad(fmt.Errorf("block %d of rows: at %d, the one before ends at %d", i, e.offset, next))
		}
		next = e.offset + uint64(e.stored)
		b, err := r.decode(i)
		if err != nil {
			bad(fmt.Errorf("block %d of rows: %w", i, err))
			continue
		}
		for at := range e.docs {
			if err := vec.Check(b.data[b.offsets[at]:b.offsets[at+1]], maxDepth); err != nil {
				bad(fmt.Errorf("block %d of rows: document %d: %w", i, e.first+at, err))
				break
			}
		}
	}
	if next != uint64(len(r.data)) {
		bad(fmt.Errorf("blocks of rows end at %d of %d bytes", next, len(r.data)))
	}
}

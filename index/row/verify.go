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
		all, err := r.readAll(i)
		if err != nil {
			bad(fmt.Errorf("block %d of rows: %w", i, err))
			continue
		}
		for at, span := range all.spans {
			if err := vec.Check(all.data[span[0]:span[1]], maxDepth); err != nil {
				bad(fmt.Errorf("block %d of rows: document %d: %w", i, int(e.first)+at, err))
				break
			}
		}
	}
	if next != uint64(len(r.data)) {
		bad(fmt.Errorf("blocks of rows end at %d of %d bytes", next, len(r.data)))
	}
}

func (r *Reader) readAll(i int) (*documents, error) {
	b, err := r.read(i)
	if err != nil {
		return nil, err
	}
	return b.all()
}

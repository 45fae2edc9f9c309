package index

import (
	"math/bits"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/vec"
)

// live says which docs of a part have not been overwritten or deleted. It never changes: each Apply makes
// the next from it, copying only the chunks in which docs die, so that scattered overwrites of a large
// segment are cheap. The whole bitmap is put together when a query first asks for it.
type live struct {
	rows   int
	dead   int
	chunks []*chunk // nil, or beyond the end: all of its docs are live
	whole  func() []uint64
}

const (
	chunkWords = 512
	chunkRows  = 64 * chunkWords
)

type chunk [chunkWords]uint64

// newLive has all of rows docs live, but for those in dead, which may be nil.
func newLive(rows int, dead *roaring.Bitmap) *live {
	e := edit(nil)
	e.grow(rows)
	if dead != nil {
		for it := dead.Iterator(); it.HasNext(); {
			e.clear(it.Next())
		}
	}
	return e.done()
}

// has tells whether a doc is live.
func (l *live) has(doc uint32) bool {
	if int(doc) >= l.rows {
		return false
	}
	c := int(doc) / chunkRows
	return c >= len(l.chunks) || l.chunks[c] == nil || vec.Bit(l.chunks[c][:], int(doc)%chunkRows)
}

// count of live docs.
func (l *live) count() int { return l.rows - l.dead }

// bitmap is as Part.Live gives it: nil when all docs are live.
func (l *live) bitmap() []uint64 { return l.whole() }

func (l *live) flatten() []uint64 {
	if l.dead == 0 {
		return nil
	}
	words := make([]uint64, vec.Words(l.rows))
	for i := range words {
		words[i] = ^uint64(0)
	}
	for i, c := range l.chunks {
		if c != nil {
			copy(words[i*chunkWords:], c[:])
		}
	}
	if tail := l.rows % 64; tail > 0 {
		words[len(words)-1] &= 1<<tail - 1
	}
	return words
}

// deadRows is the docs that are not live; nil if there are none.
func (l *live) deadRows() *roaring.Bitmap {
	if l.dead == 0 {
		return nil
	}
	dead := roaring.New()
	var docs []uint32
	for i, word := range l.bitmap() {
		for gone := ^word; gone != 0; gone &= gone - 1 {
			docs = append(docs, uint32(64*i+bits.TrailingZeros64(gone)))
		}
		if len(docs) > chunkRows {
			dead.AddMany(docs)
			docs = docs[:0]
		}
	}
	dead.AddMany(docs)
	dead.RemoveRange(uint64(l.rows), uint64(l.rows)+64)
	dead.RunOptimize()
	return dead
}

// editor makes the next live from one, which stays as it is.
type editor struct {
	live
	from    *live
	changed bool
	own     []bool // by chunk: it is a copy already
}

// edit starts from l; nil is a part without docs.
func edit(l *live) *editor {
	if l == nil {
		return &editor{}
	}
	return &editor{live: *l, from: l}
}

// grow adds live docs until there are rows.
func (e *editor) grow(rows int) {
	if rows != e.rows {
		e.rows, e.changed = rows, true
	}
}

// clear makes a doc dead and tells whether it was live.
func (e *editor) clear(doc uint32) bool {
	if !e.has(doc) {
		return false
	}
	c := int(doc) / chunkRows
	if c >= len(e.chunks) || e.own == nil { // the chunks are those of from, or too few
		chunks := make([]*chunk, max(len(e.chunks), c+1))
		copy(chunks, e.chunks)
		e.chunks = chunks
		own := make([]bool, len(chunks))
		copy(own, e.own)
		e.own = own
	}
	if !e.own[c] {
		copied := new(chunk)
		if e.chunks[c] != nil {
			*copied = *e.chunks[c]
		} else {
			for i := range copied {
				copied[i] = ^uint64(0)
			}
		}
		e.chunks[c], e.own[c] = copied, true
	}
	vec.SetBit(e.chunks[c][:], int(doc)%chunkRows, false)
	e.dead++
	e.changed = true
	return true
}

// done is the result; the editor is not to be used any more.
func (e *editor) done() *live {
	if e.from != nil && !e.changed {
		return e.from
	}
	next := &live{rows: e.rows, dead: e.dead, chunks: e.chunks}
	next.whole = sync.OnceValue(next.flatten)
	return next
}

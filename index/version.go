package index

import (
	"iter"
	"slices"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/compact"
	"github.com/outcropdb/outcrop/index/memtable"
	"github.com/outcropdb/outcrop/vec"
)

// source is a Part but for the live docs: a memtable's view or a segment's file.
type source interface {
	Rows() int
	Types(path vec.Path) vec.TypeSet
	Column(out *vec.Vector, path vec.Path, from, to int) error
	Gather(out *vec.Vector, path vec.Path, docs []uint32) error
	Skips(p Predicate, from, to int) bool
	Lookup(p Predicate) (docs *roaring.Bitmap, exact bool, err error)
	Estimate(p Predicate) int
	Document(doc uint32) (vec.Value, error)
	Fields() []column.Field
	Subs() iter.Seq2[vec.Path, column.Sub]
	Root() *column.Node
}

// part is a Part. It never changes.
type part struct {
	source
	memtable *memtable.Memtable // whose docs the source has; or
	file     *file              // the source itself
	live     *live
}

var _ Part = (*part)(nil)

// Live implements Part.
func (p *part) Live() []uint64 { return p.live.bitmap() }

// view of a part without file.
func (p *part) view() *memtable.View { return p.source.(*memtable.View) }

// with is p with other live docs.
func (p *part) with(l *live) *part {
	if l == p.live {
		return p
	}
	next := *p
	next.live = l
	return &next
}

// version is a shard after some write. It never changes, and keeps the files of its parts open until the
// last of those who hold it releases it.
//
// The versions that a shard holds at one time, of the manifest, of each full memtable and of the latest
// write, differ in live docs and in memtables. When a file takes the place of others, it does so in all.
type version struct {
	sequence uint64
	parts    []*part
	holders  atomic.Int64
}

// newVersion is held once, by the caller.
func newVersion(sequence uint64, parts []*part) *version {
	v := &version{sequence: sequence, parts: parts}
	v.holders.Store(1)
	for _, p := range parts {
		if p.file != nil {
			p.file.holders.Add(1)
		}
	}
	return v
}

// hold is v, held once more. The caller knows that somebody holds it.
func (v *version) hold() *version {
	v.holders.Add(1)
	return v
}

// release is to be called once by each holder.
func (v *version) release() {
	if v.holders.Add(-1) > 0 {
		return
	}
	for _, p := range v.parts {
		if p.file != nil {
			p.file.release()
		}
	}
}

// flushed is v with a memtable's file, if there is one, in its place.
func (v *version) flushed(done *pending) *version {
	parts := slices.Clone(v.parts)
	for i, p := range parts {
		f := done.file
		switch {
		case p.memtable != done.memtable || p.memtable == nil:
			continue
		case f == nil:
			parts = slices.Delete(parts, i, i+1)
		case done.copied == nil:
			parts[i] = &part{source: f, file: f, live: p.live}
		default:
			parts[i] = copied(f, []compact.Input{{Rows: p.Rows(), Live: done.copied.Live()}}, [][]uint64{p.Live()})
		}
		break
	}
	return newVersion(v.sequence, parts)
}

// merged is v with f, which may be nil, in the place of the files that were merged into it.
func (v *version) merged(inputs []*part, f *file) *version {
	parts := make([]*part, 0, len(v.parts)+1)
	now := make([][]uint64, len(inputs))
	merged := make([]compact.Input, len(inputs))
	for _, p := range v.parts {
		i := slices.IndexFunc(inputs, func(in *part) bool { return in.file == p.file && p.file != nil })
		if i < 0 {
			parts = append(parts, p)
			continue
		}
		now[i] = p.Live()
		merged[i] = compact.Input{Rows: p.Rows(), Live: inputs[i].Live()}
	}
	if f != nil {
		parts = slices.Insert(parts, 0, copied(f, merged, now))
	}
	return newVersion(v.sequence, parts)
}

// copied is the part of a file of the live documents of others, of which some have died since.
func copied(f *file, from []compact.Input, now [][]uint64) *part {
	e := edit(newLive(f.Rows(), nil))
	compact.Died(from, now, func(doc uint32) { e.clear(doc) })
	return &part{source: f, file: f, live: e.done()}
}

// documentBytes is how long a document is, on average.
func (v *version) documentBytes() int {
	bytes, rows := int64(0), int64(1)
	for _, p := range v.parts {
		rows += int64(p.live.rows)
		if p.file != nil {
			bytes += p.file.entry.Raw
		} else {
			bytes += int64(p.view().Raw())
		}
	}
	return int(bytes / rows)
}

// damage is what was found wrong with one of the files; nil if nothing was.
func (v *version) damage() error {
	for _, p := range v.parts {
		if p.file != nil {
			if damage := p.file.damage.Load(); damage != nil {
				return damage
			}
		}
	}
	return nil
}

// rows is the number of live docs.
func (v *version) rows() (n int64) {
	for _, p := range v.parts {
		n += int64(p.live.count())
	}
	return n
}

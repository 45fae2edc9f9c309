package index

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/manifest"
	"github.com/outcropdb/outcrop/index/memtable"
	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/index/segment"
	"github.com/outcropdb/outcrop/vec"
)

// file is an open segment file.
type file struct {
	*segment.Segment
	primary  primary.Table
	entry    manifest.Segment // but for Dead, which is a matter of versions
	fs       fs.FS
	name     string
	mapping  *fs.Mapping
	dir      string
	damage   atomic.Pointer[fs.DamageError] // found in it; nil: none so far
	holders  atomic.Int64
	obsolete atomic.Bool // to be removed when nobody holds it any more
}

// primaryName is the section of a segment that package primary reads.
const primaryName = "primary"

// bufferBytes is what is written to a file at a time, at least.
const bufferBytes = 64 << 10

// writeFile makes a segment file of a view's documents, with the same doc ids, synced, and opens it. Only live
// docs are found by _id there. The caller releases it.
func writeFile(f fs.FS, dir string, id uint64, view *memtable.View, live *live, rows *row.Cache, pace *pace) (*file, error) {
	name := path.Join(dir, manifest.Name(id))
	w, err := f.Create(name)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewWriterSize(paced{w, pace}, bufferBytes)
	columns, err := view.Frequent()
	if err == nil {
		_, err = segment.Build(buffered, columns, segment.Options{
			Extra: []segment.Section{{Name: primaryName, Data: primarySection(view, live)}},
			Plain: idPath, // what the primary section finds is compared with it
		})
	}
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = w.Sync()
	}
	if err = errors.Join(err, w.Close()); err == nil {
		err = f.SyncDir(dir) // the name has to last before the manifest refers to it
	}
	if err != nil {
		f.Remove(name) // if this fails, too, the next Open does it
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return openFile(f, dir, manifest.Segment{ID: id, Rows: view.Rows(), Raw: int64(view.Raw()), Newest: newest(view)}, rows)
}

func primarySection(view *memtable.View, live *live) []byte {
	hashes := view.Hashes()
	found, docs := make([]uint64, 0, live.count()), make([]uint32, 0, live.count())
	for doc, hash := range hashes {
		if live.has(uint32(doc)) {
			found, docs = append(found, hash), append(docs, uint32(doc))
		}
	}
	return primary.Build(found, docs)
}

// openFile opens a segment. The caller releases it.
func openFile(f fs.FS, dir string, entry manifest.Segment, rows *row.Cache) (*file, error) {
	name := path.Join(dir, manifest.Name(entry.ID))
	mapping, err := f.Map(name)
	if err != nil {
		return nil, err
	}
	opened := &file{fs: f, dir: dir, name: name, mapping: mapping}
	opened.holders.Store(1)
	if err := opened.open(entry, rows); err != nil {
		return nil, errors.Join(err, mapping.Close())
	}
	return opened, nil
}

// open opens the mapping as the segment that the manifest has; its Bytes are 0 when the segment is a new one.
func (f *file) open(entry manifest.Segment, rows *row.Cache) (err error) {
	size := int64(len(f.mapping.Bytes))
	if entry.Bytes != 0 && entry.Bytes != size {
		return f.damaged("has %d bytes, the manifest says %d", size, entry.Bytes)
	}
	if f.Segment, err = segment.Open(f.mapping.Bytes, f.name, rows); err != nil {
		return err
	}
	if f.Rows() != entry.Rows {
		return f.damaged("has %d documents, the manifest says %d", f.Rows(), entry.Rows)
	}
	section, err := f.Section(primaryName)
	if err != nil {
		return err
	}
	if f.primary, err = primary.Open(section); err != nil {
		return f.damaged("%w", err)
	}
	if entry.Suspect {
		f.Verify(func(found error) { err = cmp.Or(err, found) })
		if err != nil {
			return err
		}
		if err := manifest.ClearSuspect(f.fs, f.dir, entry.ID); err != nil {
			return err
		}
	}
	entry.Bytes, entry.Dead, entry.Suspect = size, nil, false
	f.entry = entry
	f.OnDamage(f.quarantine)
	return nil
}

func (f *file) damaged(format string, args ...any) error {
	return &fs.DamageError{File: f.name, Err: fmt.Errorf(format, args...)}
}

// quarantine makes the shard give no more snapshots with this file, and writes that down. If it cannot be written,
// the damage is found again when it is read again.
func (f *file) quarantine(damage *fs.DamageError) {
	if f.damage.CompareAndSwap(nil, damage) {
		_ = manifest.MarkSuspect(f.fs, f.dir, f.entry.ID, damage)
	}
}

// Lookup implements source: _ids are found through the primary section, but for those of docs that were dead when
// the file was written.
func (f *file) Lookup(p Predicate) (docs *roaring.Bitmap, exact bool, err error) {
	if !f.byID(p) {
		return f.Segment.Lookup(p)
	}
	found := f.withIDs(p.Values)
	slices.Sort(found)
	docs = roaring.New()
	docs.AddMany(found)
	return docs, false, nil
}

// Estimate implements source.
func (f *file) Estimate(p Predicate) int {
	if !f.byID(p) {
		return f.Segment.Estimate(p)
	}
	return min(len(f.withIDs(p.Values)), f.Rows())
}

// byID tells that the primary section knows about p.
func (f *file) byID(p Predicate) bool { return p.Op == vec.OpIn && slices.Equal(p.Path, idPath) }

// withIDs are the docs that may have one of the _ids.
func (f *file) withIDs(ids []vec.Value) (docs []uint32) {
	for _, id := range ids {
		if id.Type() != vec.String {
			continue
		}
		hash := primary.Hash(id.Content())
		if !f.primary.May(hash) {
			continue
		}
		probe := f.primary.Find(hash)
		for doc, ok := probe.Next(); ok; doc, ok = probe.Next() {
			if int(doc) < f.Rows() { // the file may be damaged
				docs = append(docs, doc)
			}
		}
	}
	return docs
}

// add adds the file's sections to sizes.
func (f *file) add(sizes *Sizes) {
	sizes.Column += f.Size("columns")
	sizes.Inverted += f.Size("inverted")
	sizes.Row += f.Size("rows")
	sizes.Primary += f.Size(primaryName)
	sizes.Files += f.entry.Bytes
}

// release is to be called once by each holder; the last closes the file.
func (f *file) release() {
	if f.holders.Add(-1) > 0 {
		return
	}
	f.mapping.Close()
	if f.obsolete.Load() {
		f.fs.Remove(f.name) // if this fails, the next Open does it, and to what is written about it
	}
}

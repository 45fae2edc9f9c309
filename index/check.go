package index

import (
	"fmt"
	"path"
	"slices"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/manifest"
	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/vec"
)

// Check reads every file of the shard in a folder that nobody uses, and calls bad with all that is wrong: the
// manifest, what Segment.Verify finds, live documents that are not found by their _id, an _id that is live twice.
// done is told the bytes of each segment behind it. Nothing is changed, if f's Remove does nothing.
func Check(f fs.FS, dir string, bad func(error), done func(bytes int64)) {
	m, err := manifest.Load(f, dir)
	if err != nil {
		bad(err)
		return
	}
	var all []uint64 // hashes of live _ids
	for _, entry := range m.Segments {
		hashes, err := checkSegment(f, dir, entry, bad)
		if err != nil {
			bad(err)
		}
		all = append(all, hashes...)
		done(entry.Bytes)
	}
	slices.Sort(all)
	if distinct := len(slices.Compact(slices.Clone(all))); distinct < len(all) {
		bad(&fs.DamageError{File: path.Join(dir, manifest.File), Err: fmt.Errorf("%d documents are live that have the _id of another", len(all)-distinct)})
	}
}

// checkSegment checks one segment and gives the hashes of its live documents' _ids.
func checkSegment(f fs.FS, dir string, entry manifest.Segment, bad func(error)) (hashes []uint64, err error) {
	live := newLive(entry.Rows, entry.Dead)
	entry.Suspect = false // it is read whole in any case
	opened, err := openFile(f, dir, entry, row.NewCache(0))
	if err != nil {
		return nil, err
	}
	defer opened.release()
	opened.OnDamage(nil)
	opened.Verify(bad)
	var ids vec.Vector
	for from := 0; from < opened.Rows(); from += column.BlockRows {
		to := min(from+column.BlockRows, opened.Rows())
		if err := opened.Column(&ids, idPath, from, to); err != nil {
			return hashes, err
		}
		for i := range ids.Rows {
			doc := uint32(from + i)
			if !live.has(doc) {
				continue
			}
			if ids.TypeAt(i) != vec.String {
				return hashes, opened.damaged("section %s: the _id of document %d is no string", primaryName, doc)
			}
			hash := primary.Hash(ids.Content(i))
			hashes = append(hashes, hash)
			if !opened.finds(hash, doc) {
				return hashes, opened.damaged("section %s: document %d is not found by its _id", primaryName, doc)
			}
		}
	}
	return hashes, nil
}

// finds tells whether the primary section leads from a hash to a doc.
func (f *file) finds(hash uint64, doc uint32) bool {
	probe := f.primary.Find(hash)
	for found, ok := probe.Next(); ok; found, ok = probe.Next() {
		if found == doc {
			return true
		}
	}
	return false
}

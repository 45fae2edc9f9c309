// Package index keeps the documents of collections and finds them again: it applies writes from the
// stream, in order, and answers from snapshots. It knows neither SQL nor HTTP.
package index

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/index/inverted"
	"github.com/outcropdb/outcrop/vec"
)

// Predicate is a condition on one path that an index can answer.
type Predicate = inverted.Predicate

// Part is some documents of a snapshot, under doc ids 0..Rows()-1: a segment, or the memtable up to a
// watermark. It never changes, and any number of workers may ask at once.
//
// A path that no document of the part has reads as undefined everywhere. The empty path reads the whole
// document, as an Object vector.
type Part interface {
	// Rows is the number of doc ids, dead ones included.
	Rows() int
	// Live has bit d set where doc d has not been overwritten or deleted; nil: all live. Not to be changed.
	Live() []uint64
	// Types of the values at path, null and undefined included.
	Types(path vec.Path) vec.TypeSet
	// Column reads path for docs from..to-1 into out, which it resets. from is a multiple of 64.
	// out may alias the part's memory and is valid until the snapshot is closed.
	Column(out *vec.Vector, path vec.Path, from, to int) error
	// Gather reads path for the given docs, ascending, into out.
	Gather(out *vec.Vector, path vec.Path, docs []uint32) error
	// Skips tells that no document in from..to-1 can satisfy p (zone maps). from is a multiple of 64.
	Skips(p Predicate, from, to int) bool
	// Lookup finds the docs that satisfy p, and some dead ones. When not exact, it finds more: filter again.
	// A nil bitmap: this part has no index for p; scan. The bitmap is the caller's to change.
	Lookup(p Predicate) (docs *roaring.Bitmap, exact bool, err error)
	// Estimate is the number of docs that Lookup would find, cheaply: an upper bound, Rows() if unknown.
	Estimate(p Predicate) int
	// Document is the whole document, encoded. It may alias the part's memory.
	Document(doc uint32) (vec.Value, error)
}

// Op says what a Write does.
type Op uint8

const (
	Upsert Op = 1 // Document replaces the document of the same _id, if any
	Delete Op = 2 // removes the document, if any
	Patch  Op = 3 // changes the document, if any, as package patch does
)

// Write is one change to a shard.
type Write struct {
	Op       Op
	ID       []byte    // content of _id
	Document vec.Value // of Upsert: an Object with _id and _event_time filled in; of Patch: what patch.Parse reads

	// Existed is set by Apply: there was a document of this _id.
	Existed bool
	// Refused is set by Apply: why a Patch left the document as it was.
	Refused error
}

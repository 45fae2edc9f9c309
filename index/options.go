package index

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/outcropdb/outcrop/index/row"
)

// Options of the shards of a Store. The zero value of each field stands for its default.
type Options struct {
	// MemtableBytes is the memory of a memtable at which it is flushed: a larger one makes fewer, larger
	// segments and a longer replay. Default 64 MiB; at most MaxMemtableBytes.
	MemtableBytes int
	// Memtables bounds how many full memtables wait to be flushed; then Apply waits, too. Default 4.
	Memtables int
	// FlushAge is the time after which Tick flushes writes however few. Default 30 s.
	FlushAge time.Duration
	// SegmentBytes bounds the documents that a merge brings together, as encoded bytes. Merging needs some
	// four times the memory; with less at hand, a merge brings fewer together. Default DefaultSegmentBytes; at most MaxSegmentBytes.
	SegmentBytes int64
	// RowCacheBytes bounds the memory of decoded rows, of a Store in all its shards together. Default 64 MiB.
	RowCacheBytes int
	// Memory is asked for what memtables take until they are flushed, of a Store in all its shards together, and
	// for what merges take. While it refuses, the largest memtables are flushed and Apply waits. One that is
	// shared with others can make it wait for those. Default: no bound.
	Memory Memory
	// Background runs the flushes and merges, at any time, each once. Default: a Store has a few workers
	// for all its shards; a Shard by itself runs them before the call that makes them necessary returns.
	Background func(Job, func())

	rows    *row.Cache    // of the store
	ledger  *ledger       // of the store
	readers *atomic.Int64 // snapshots of the store that are open
}

// Job is a kind of background work.
type Job uint8

const (
	FlushJob Job = iota // a memtable to a segment: somebody may be waiting
	MergeJob            // segments to a segment: there is time
)

// DefaultSegmentBytes is the default of SegmentBytes.
const DefaultSegmentBytes = 256 << 20

// Limits of Options.
const (
	MaxMemtableBytes = 1 << 30
	MaxSegmentBytes  = 2 << 30
	// MaxApplyBytes bounds the documents of one Apply, so that they fit behind a memtable that is not quite full.
	MaxApplyBytes = 1 << 30
	// MaxPatchedBytes bounds what the patches of one Apply make, all together: how much that is shows only when
	// they are applied. A patch beyond it is refused.
	MaxPatchedBytes = 256 << 20
)

// complete fills in defaults and checks the rest.
func (o Options) complete() (Options, error) {
	if o.MemtableBytes == 0 {
		o.MemtableBytes = 64 << 20
	}
	if o.Memtables == 0 {
		o.Memtables = 4
	}
	if o.FlushAge == 0 {
		o.FlushAge = 30 * time.Second
	}
	if o.SegmentBytes == 0 {
		o.SegmentBytes = DefaultSegmentBytes
	}
	if o.RowCacheBytes == 0 {
		o.RowCacheBytes = 64 << 20
	}
	switch {
	case o.RowCacheBytes < 0:
		return o, fmt.Errorf("options: %d bytes of row cache: want 1 or more", o.RowCacheBytes)
	case o.MemtableBytes < 0 || o.MemtableBytes > MaxMemtableBytes:
		return o, fmt.Errorf("options: %d bytes of memtable: want 1 to %d", o.MemtableBytes, MaxMemtableBytes)
	case o.Memtables < 0:
		return o, fmt.Errorf("options: %d memtables: want 1 or more", o.Memtables)
	case o.FlushAge < 0:
		return o, fmt.Errorf("options: flush age %s: want more than 0", o.FlushAge)
	case o.SegmentBytes < 0 || o.SegmentBytes > MaxSegmentBytes:
		return o, fmt.Errorf("options: %d bytes of segment: want 1 to %d", o.SegmentBytes, MaxSegmentBytes)
	}
	if o.Memory == nil {
		o.Memory = unbounded{}
	}
	if o.rows == nil {
		o.rows = row.NewCache(o.RowCacheBytes)
	}
	if o.readers == nil {
		o.readers = new(atomic.Int64)
	}
	if o.ledger == nil {
		o.ledger = newLedger(o.Memory)
	}
	return o, nil
}

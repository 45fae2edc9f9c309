package index

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"sync"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/manifest"
)

// Store is the collections of a data folder. Which collections there are, and of how many shards, is for the
// caller to know; one that nobody asks for costs nothing. A shard is opened when it is first asked for, and all
// shards share a few background workers.
type Store struct {
	fs      fs.FS
	dir     string
	options Options
	lock    io.Closer
	pool    pool

	mu          sync.Mutex
	collections map[string]*collection
	closed      bool
}

// collection is the shards of one that are open.
type collection struct {
	mu      sync.Mutex
	shards  map[int]*Shard
	damaged map[int]bool // the shards that could not be opened
	closed  bool         // dropped, or the store is closed
}

const (
	// MaxShards bounds the shards of a collection: each has a memtable and segments of its own.
	MaxShards = 256
	// MaxIDBytes bounds a collection's id, which is the name of its folder.
	MaxIDBytes = 64
	// Workers is the number of a store's background goroutines while there is work. One of them always
	// leaves merges to the others, so that a flush need not wait for a merge to end.
	Workers = 2
)

// OpenStore locks the data folder, which need not be there, for this process alone. o.Background is not to
// be set, but for tests.
func OpenStore(f fs.FS, dir string, o Options) (*Store, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	if err := f.MakeDir(path.Join(dir, "collections")); err != nil {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	lock, err := f.Lock(path.Join(dir, "lock"))
	var held *fs.LockedError
	if errors.As(err, &held) {
		return nil, fmt.Errorf("data folder %s is in use by process %s: stop that one, or give this one another folder: %w", dir, held.Owner, err)
	}
	if err != nil {
		return nil, fmt.Errorf("data folder %s: %w", dir, err)
	}
	s := &Store{fs: f, dir: dir, options: o, lock: lock, collections: map[string]*collection{}}
	if s.options.Background == nil {
		s.options.Background = s.pool.run
	}
	return s, nil
}

func validID(id string) bool {
	for i := range len(id) {
		c := id[i]
		if !(c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			return false
		}
	}
	return id != "" && len(id) <= MaxIDBytes
}

func (s *Store) shardDir(id string, n int) string {
	return path.Join(s.dir, "collections", id, strconv.Itoa(n))
}

// lookUp is a collection, locked.
func (s *Store) lookUp(id string, shards int) (*collection, error) {
	if !validID(id) {
		return nil, fmt.Errorf("collection id %q: want 1 to %d letters, digits, '-' or '_'", id, MaxIDBytes)
	}
	if shards < 1 || shards > MaxShards {
		return nil, fmt.Errorf("collection %s: %d shards: want 1 to %d", id, shards, MaxShards)
	}
	s.mu.Lock()
	c, closed := s.collections[id], s.closed
	if c == nil && !closed {
		c = &collection{shards: map[int]*Shard{}, damaged: map[int]bool{}}
		s.collections[id] = c
	}
	s.mu.Unlock()
	if !closed {
		c.mu.Lock()
		if !c.closed {
			return c, nil
		}
		c.mu.Unlock()
	}
	return nil, fmt.Errorf("collection %s: %w", id, ErrClosed)
}

// Shard is shard n, from 0, of the collection with an id of letters, digits, '-' and '_'. One that was never
// written to is empty and has no files. It belongs to the store, which closes it.
func (s *Store) Shard(id string, n int) (*Shard, error) {
	c, err := s.lookUp(id, n+1)
	if err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	return s.open(c, id, n)
}

// open is shard n of c, whose lock the caller has.
func (s *Store) open(c *collection, id string, n int) (*Shard, error) {
	if c.shards[n] == nil {
		shard, err := Open(s.fs, s.shardDir(id, n), s.options)
		_, c.damaged[n] = errors.AsType[*fs.DamageError](err)
		if err != nil {
			return nil, fmt.Errorf("collection %s: shard %d: %w", id, n, err)
		}
		c.shards[n] = shard
	}
	return c.shards[n], nil
}

// Snapshot is a collection of that many shards as it is now. The caller closes it.
func (s *Store) Snapshot(id string, shards int) (*Snapshot, error) {
	c, err := s.lookUp(id, shards)
	if err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	versions := make([]*version, 0, shards)
	for n := range shards {
		var v *version
		shard, err := s.open(c, id, n)
		if err == nil {
			v, err = shard.hold()
		}
		if err != nil {
			for _, v := range versions {
				v.release()
			}
			return nil, err
		}
		versions = append(versions, v)
	}
	return newSnapshot(versions, s.options.readers), nil
}

// Drop deletes a collection of that many shards, if it is there. Snapshots of it stay readable. After a crash
// in the midst of it some of the shards may be left: call it again. Nobody may use the id meanwhile.
func (s *Store) Drop(id string, shards int) error {
	c, err := s.lookUp(id, shards)
	if err != nil {
		return err
	}
	c.closed = true
	for n := range shards {
		if shard := c.shards[n]; shard != nil {
			err = errors.Join(err, shard.Close())
		}
		err = errors.Join(err, manifest.Remove(s.fs, s.shardDir(id, n)))
	}
	c.mu.Unlock()
	s.mu.Lock()
	delete(s.collections, id)
	s.mu.Unlock()
	if err = errors.Join(err, ignoreMissing(s.fs.Remove(path.Join(s.dir, "collections", id)))); err != nil {
		return fmt.Errorf("drop collection %s: %w", id, err)
	}
	return nil
}

// opened is all shards that are open.
func (s *Store) opened() (shards []*Shard) {
	s.mu.Lock()
	all := slices.Collect(maps.Values(s.collections))
	s.mu.Unlock()
	for _, c := range all {
		c.mu.Lock()
		shards = slices.AppendSeq(shards, maps.Values(c.shards))
		c.mu.Unlock()
	}
	return shards
}

// Flush brings what is applied to disk.
func (s *Store) Flush(ctx context.Context) (err error) {
	for _, shard := range s.opened() {
		err = errors.Join(err, shard.Flush(ctx))
	}
	return err
}

// Stats of all open shards.
func (s *Store) Stats() (total Stats) {
	for _, shard := range s.opened() {
		total = total.add(shard.Stats())
	}
	s.mu.Lock()
	all := slices.Collect(maps.Values(s.collections))
	s.mu.Unlock()
	for _, c := range all {
		c.mu.Lock()
		for _, damaged := range c.damaged {
			if damaged {
				total.Damaged++
			}
		}
		c.mu.Unlock()
	}
	total.RowHits, total.RowMisses = s.options.rows.Counts()
	total.RowCacheBytes = int64(s.options.rows.Bytes())
	return total
}

// Close closes all shards, flushing nothing, and unlocks the folder.
func (s *Store) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	all := slices.Collect(maps.Values(s.collections))
	s.mu.Unlock()
	if closed {
		return nil
	}
	var err error
	for _, c := range all {
		c.mu.Lock()
		c.closed = true
		for _, shard := range c.shards {
			err = errors.Join(err, shard.Close())
		}
		c.mu.Unlock()
	}
	s.pool.wait()
	return errors.Join(err, s.lock.Close())
}

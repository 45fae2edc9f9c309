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
	"time"

	"github.com/outcropdb/outcrop/index/fs"
)

// Store is the collections of a data folder. A collection that nobody asks for costs a few bytes: its shards
// are opened when they are first needed, and all shards share a few background workers.
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

// collection is what Create was told, and the shards opened so far.
type collection struct {
	Collection
	mu     sync.Mutex
	shards []*Shard // nil: not open
	closed bool     // dropped, or the store is closed
}

// Collection is what a store has to know of one.
type Collection struct {
	Shards    int           // 1 to MaxShards; it stays what it was at first
	Retention time.Duration // how old documents get, by _event_time; 0: they are kept
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

// UnknownError is the error of calls about a collection that was not created, or was dropped.
type UnknownError struct{ Collection string }

func (e *UnknownError) Error() string { return "collection " + e.Collection + " is not in the index" }

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

// Create makes a collection known, under an id of letters, digits, '-' and '_'. It touches no file. One that
// is known gets the retention; its number of shards must agree. So who keeps the list of collections calls
// it for each at the start.
func (s *Store) Create(id string, c Collection) error {
	if !validID(id) {
		return fmt.Errorf("collection id %q: want 1 to %d letters, digits, '-' or '_'", id, MaxIDBytes)
	}
	if c.Shards < 1 || c.Shards > MaxShards {
		return fmt.Errorf("collection %s: %d shards: want 1 to %d", id, c.Shards, MaxShards)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	known := s.collections[id]
	if known == nil {
		s.collections[id] = &collection{Collection: c, shards: make([]*Shard, c.Shards)}
		return nil
	}
	known.mu.Lock()
	defer known.mu.Unlock()
	if c.Shards != known.Shards {
		return fmt.Errorf("collection %s: has %d shards, not %d", id, known.Shards, c.Shards)
	}
	known.Retention = c.Retention
	return nil
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

// Drop forgets a collection and deletes its files. Snapshots of it stay readable.
func (s *Store) Drop(id string) error {
	s.mu.Lock()
	c := s.collections[id]
	delete(s.collections, id)
	s.mu.Unlock()
	if c == nil {
		return &UnknownError{id}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for i, shard := range c.shards {
		if shard == nil {
			shard = &Shard{fs: s.fs, dir: s.shardDir(id, i)}
		} else if err := shard.Close(); err != nil {
			return err
		}
		if err := shard.remove(); err != nil {
			return fmt.Errorf("drop collection %s: %w", id, err)
		}
	}
	return ignoreMissing(s.fs.Remove(s.collectionDir(id)))
}

// Leftovers removes the folders of collections that were not created, such as a crash in Drop leaves. It is
// to be called when all have been.
func (s *Store) Leftovers() error {
	names, err := s.fs.List(path.Join(s.dir, "collections"))
	if err != nil {
		return err
	}
	for _, id := range names {
		s.mu.Lock()
		known := s.collections[id] != nil
		s.mu.Unlock()
		if known || !validID(id) {
			continue
		}
		shards, err := s.fs.List(s.collectionDir(id))
		if err != nil {
			return err
		}
		for _, shard := range shards {
			if err := (&Shard{fs: s.fs, dir: path.Join(s.collectionDir(id), shard)}).remove(); err != nil {
				return err
			}
		}
		if err := ignoreMissing(s.fs.Remove(s.collectionDir(id))); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) collectionDir(id string) string { return path.Join(s.dir, "collections", id) }

func (s *Store) shardDir(id string, n int) string {
	return path.Join(s.collectionDir(id), strconv.Itoa(n))
}

// lookUp is the collection, locked.
func (s *Store) lookUp(id string) (*collection, error) {
	s.mu.Lock()
	c, closed := s.collections[id], s.closed
	s.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	if c == nil {
		return nil, &UnknownError{id}
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil, &UnknownError{id}
	}
	return c, nil
}

// Shard is shard n of a collection, from 0. It belongs to the store, which closes it.
func (s *Store) Shard(id string, n int) (*Shard, error) {
	c, err := s.lookUp(id)
	if err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	if n < 0 || n >= c.Shards {
		return nil, fmt.Errorf("collection %s: no shard %d of %d", id, n, c.Shards)
	}
	return s.open(c, id, n)
}

// open is shard n of c, whose lock the caller has.
func (s *Store) open(c *collection, id string, n int) (*Shard, error) {
	if c.shards[n] == nil {
		shard, err := Open(s.fs, s.shardDir(id, n), s.options)
		if err != nil {
			return nil, fmt.Errorf("collection %s: shard %d: %w", id, n, err)
		}
		c.shards[n] = shard
	}
	return c.shards[n], nil
}

// Snapshot is a collection as it is now. The caller closes it.
func (s *Store) Snapshot(id string) (*Snapshot, error) {
	c, err := s.lookUp(id)
	if err != nil {
		return nil, err
	}
	defer c.mu.Unlock()
	versions := make([]*version, 0, c.Shards)
	for n := range c.shards {
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
	return newSnapshot(versions), nil
}

func (s *Store) all() []*collection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.collections))
}

// each calls f for the shards that are open, one after the other.
func (s *Store) each(f func(*Shard, Collection)) {
	for _, c := range s.all() {
		c.mu.Lock()
		shards, settings := slices.Clone(c.shards), c.Collection
		c.mu.Unlock()
		for _, shard := range shards {
			if shard != nil {
				f(shard, settings)
			}
		}
	}
}

// Tick does what is due at a time in all open shards; see Shard.Tick. A collection that nobody has asked for
// since the start keeps expired segments until somebody does.
func (s *Store) Tick(now time.Time) {
	s.each(func(shard *Shard, c Collection) { shard.Tick(now, c.Retention) })
}

// Flush brings what is applied to disk.
func (s *Store) Flush(ctx context.Context) (err error) {
	s.each(func(shard *Shard, _ Collection) { err = errors.Join(err, shard.Flush(ctx)) })
	return err
}

// Stats of all open shards.
func (s *Store) Stats() (total Stats) {
	s.each(func(shard *Shard, _ Collection) { total = total.add(shard.Stats()) })
	return total
}

// Close closes all shards, flushing nothing, and unlocks the folder.
func (s *Store) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	var err error
	for _, c := range s.all() {
		c.mu.Lock()
		c.closed = true
		for _, shard := range c.shards {
			if shard != nil {
				err = errors.Join(err, shard.Close())
			}
		}
		c.mu.Unlock()
	}
	s.pool.wait()
	return errors.Join(err, s.lock.Close())
}

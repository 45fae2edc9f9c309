package index

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/index/fs"
)

var errMemory = errors.New("test memory is full")

// allowance is a Memory that remembers.
type allowance struct {
	limit int64
	mu    sync.Mutex
	usage
}

type usage struct{ used, refused int64 }

func (a *allowance) Grow(bytes int64) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used+bytes > a.limit {
		a.refused++
		return errMemory
	}
	a.used += bytes
	return nil
}

func (a *allowance) Shrink(bytes int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used -= bytes; a.used < 0 {
		panic("more was given back than was taken")
	}
}

func (a *allowance) get() usage {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.usage
}

// TestMemoryOfManyShards writes to many shards at once, each of which would fill the memory by itself: all
// together stay within it, and all documents arrive.
func TestMemoryOfManyShards(t *testing.T) {
	const shards, messages, documents = 24, 12, 60
	memory := &allowance{limit: 300 << 10}
	store, err := OpenStore(fs.NewCrash(1, 0), "data", Options{Memory: memory})
	if err != nil {
		t.Fatal(err)
	}
	var writers, watcher sync.WaitGroup
	done := make(chan struct{})
	watcher.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			// Bytes is an estimate, so is what a message is expected to take, and shards are asked one after
			// the other while memory moves between them.
			if got := store.Stats().MemtableBytes; got > memory.limit*2 {
				t.Errorf("memtables have %d bytes of %d", got, memory.limit)
				return
			}
		}
	})
	for n := range shards {
		s, err := store.Shard(fmt.Sprint("c", n), 0)
		if err != nil {
			t.Fatal(err)
		}
		writers.Go(func() {
			for m := range messages {
				var writes []Write
				for d := range documents {
					writes = append(writes, upsert(fmt.Sprint("id-", m*documents+d), int64(m*documents+d+1)))
				}
				if err := s.Apply(uint64(m+1), writes); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(done)
	watcher.Wait()
	for n := range shards {
		snapshot, err := store.Snapshot(fmt.Sprint("c", n), 1)
		if err != nil {
			t.Fatal(err)
		}
		if got := snapshot.Rows(); got != messages*documents {
			t.Errorf("collection %d: %d documents, want %d", n, got, messages*documents)
		}
		snapshot.Close()
	}
	if got := memory.get(); got.refused == 0 || got.used == 0 {
		t.Errorf("the test did not get to what it is for: %+v", got)
	}
	if err := store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	store.options.ledger.mu.Lock()
	if n := len(store.options.ledger.accounts); n != 0 {
		t.Errorf("%d memtables have memory when all are flushed", n)
	}
	store.options.ledger.mu.Unlock()
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if got := memory.get(); got.used != 0 {
		t.Errorf("%d bytes are still taken after Close", got.used)
	}
}

// TestMemoryTooSmall applies messages of which each is larger than all memory: one at a time they get through.
func TestMemoryTooSmall(t *testing.T) {
	for name, open := range map[string]func(Options) (shards [2]*Shard, end func() error){
		"alone": func(o Options) (shards [2]*Shard, end func() error) {
			s, err := Open(fs.NewCrash(1, 0), "shard", o)
			if err != nil {
				t.Fatal(err)
			}
			return [2]*Shard{s, s}, s.Close
		},
		"store": func(o Options) (shards [2]*Shard, end func() error) {
			store, err := OpenStore(fs.NewCrash(1, 0), "data", o)
			if err != nil {
				t.Fatal(err)
			}
			for i := range shards {
				if shards[i], err = store.Shard("c", i); err != nil {
					t.Fatal(err)
				}
			}
			return shards, store.Close
		},
	} {
		t.Run(name, func(t *testing.T) {
			memory := &allowance{limit: memoryStep / 2}
			shards, end := open(Options{Memory: memory})
			for sequence := range 6 {
				s := shards[sequence%2]
				if err := s.Apply(uint64(sequence+1), []Write{upsert("a", int64(sequence+1)), upsert(fmt.Sprint(sequence), 7)}); err != nil {
					t.Fatal(err)
				}
			}
			if got := shards[0].options.ledger.overdraw; got != memoryStep {
				t.Errorf("%d bytes are overdrawn, want those of the last message, %d", got, memoryStep)
			}
			verifyShardHas(t, shards[1], "a", 6)
			if err := end(); err != nil {
				t.Fatal(err)
			}
			if l := shards[0].options.ledger; l.taken != 0 || l.overdraw != 0 || memory.used != 0 {
				t.Errorf("after Close %d bytes are taken, %d overdrawn, %d used", l.taken, l.overdraw, memory.used)
			}
		})
	}
}

func verifyShardHas(t *testing.T, s *Shard, id string, n int64) {
	t.Helper()
	snapshot, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	part, doc, ok, err := snapshot.Get([]byte(id))
	if err != nil || !ok {
		t.Fatalf("get %s: %v, %v", id, ok, err)
	}
	if document, err := part.Document(doc); err != nil || document.Field("n").Int() != n {
		t.Errorf("get %s: %x, %v", id, document, err)
	}
}

// TestMemoryWaits: Close ends the wait for memory, of those in line too, and what a failing disk keeps in memory
// does so when the shard's own Apply asks.
func TestMemoryWaits(t *testing.T) {
	memory := &allowance{limit: memoryStep}
	store, err := OpenStore(fs.NewCrash(1, 0), "data", Options{Memory: memory, Background: func(Job, func()) {}}) // none gets its turn
	if err != nil {
		t.Fatal(err)
	}
	var shards []*Shard
	for n := range 3 {
		s, err := store.Shard("c", n)
		if err != nil {
			t.Fatal(err)
		}
		shards = append(shards, s)
	}
	if err := shards[0].Apply(1, []Write{upsert("a", 1)}); err != nil {
		t.Fatal(err)
	}
	errs := make(chan error)
	for _, s := range shards[1:] {
		go func() { errs <- s.Apply(1, []Write{upsert("a", 1)}) }()
	}
	for _, s := range shards[1:] {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := <-errs; !errors.Is(err, ErrClosed) {
			t.Errorf("closed while waiting: got %v", err)
		}
	}
	if got := memory.get().used; got != memoryStep {
		t.Errorf("%d bytes are taken, want %d", got, memoryStep)
	}

	disk := &fullDisk{FS: fs.NewCrash(1, 0), full: true}
	s, err := Open(disk, "shard", Options{Memory: &allowance{limit: memoryStep}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stream := [][]Write{{upsert("a", 1)}, {upsert("b", 2)}}
	if err := s.Apply(1, stream[0]); err != nil {
		t.Fatal(err)
	}
	big := stream[1]
	for i := range 300 {
		big = append(big, upsert(fmt.Sprint("b", i), 3))
	}
	stream[1] = big
	if err := s.Apply(2, big); !errors.Is(err, errFull) {
		t.Fatalf("memory is full, and so is the disk: got %v", err)
	}
	verifyShard(t, s, after(stream, 1))
	disk.full = false
	s.Tick(time.Unix(0, 0), 0)
	if err := s.Apply(2, big); err != nil {
		t.Fatal(err)
	}
	verifyShard(t, s, after(stream, 2))
}

// segments is a shard of so many, of one tier.
func segments(t *testing.T, s *Shard, count int) {
	t.Helper()
	for i := range count {
		var writes []Write
		for n := range 500 {
			writes = append(writes, upsert(fmt.Sprint("id-", i, "-", n), int64(n+1)))
		}
		if err := s.Apply(uint64(i+1), writes); err != nil {
			t.Fatal(err)
		}
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestMergeOfWhatFits merges fewer segments than it would with more memory.
func TestMergeOfWhatFits(t *testing.T) {
	memory := &allowance{limit: 1 << 30}
	s, err := Open(fs.NewCrash(1, 0), "shard", Options{Memory: memory})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	segments(t, s, 7)
	s.mu.Lock()
	raw := s.durable.parts[0].file.entry.Raw
	s.mu.Unlock()
	memory.limit = 6 * raw * 5 // of some six: one memtable takes less than five times its documents
	var last []Write
	for n := range 500 {
		last = append(last, upsert(fmt.Sprint("last-", n), int64(n+1)))
	}
	if err := s.Apply(8, last); err != nil {
		t.Fatal(err)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if stats := s.Stats(); stats.Merges != 1 || stats.Segments < 3 || stats.Segments > 7 || stats.Rows != 8*500 {
		t.Errorf("got %+v", stats)
	}
	if memory.used != 0 || memory.refused == 0 {
		t.Errorf("%d bytes are taken, refused %d times", memory.used, memory.refused)
	}
}

// TestMergeWaits has a merge ask for what another shard's memtable takes, and for more than there is at all:
// the memtable goes to disk, and the merge is done.
func TestMergeWaits(t *testing.T) {
	memory := &allowance{limit: 1 << 30}
	store, err := OpenStore(fs.NewCrash(1, 0), "data", Options{Memory: memory})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s, err := store.Shard("c", 0)
	if err != nil {
		t.Fatal(err)
	}
	other, err := store.Shard("c", 1)
	if err != nil {
		t.Fatal(err)
	}
	segments(t, s, 7)
	if err := other.Apply(1, []Write{upsert("a", 1)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Apply(8, []Write{upsert("b", 1)}); err != nil {
		t.Fatal(err)
	}
	memory.mu.Lock()
	memory.limit = memoryStep
	memory.mu.Unlock()
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.wait(t.Context(), func() (bool, error) { return s.counters.Merges > 0, nil }); err != nil {
		t.Fatal(err)
	}
	if other.Durable() != 1 {
		t.Error("the other shard's memtable is still in memory")
	}
}

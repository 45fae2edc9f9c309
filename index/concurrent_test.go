package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outcropdb/outcrop/index/fs"
)

// TestConcurrent reads snapshots while a stream is applied, flushed and merged: each snapshot shows the
// stream up to one of its messages, whole, for as long as it is held.
func TestConcurrent(t *testing.T) {
	stream := testStream(7, 300, 10, 200)
	disk := fs.NewCrash(1, 0)
	store, err := OpenStore(disk, "data", Options{MemtableBytes: 40 << 10, Memtables: 2, FlushAge: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Shard("c", 0)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var done atomic.Bool
	var readers sync.WaitGroup
	end := func() { done.Store(true); cancel(); readers.Wait() }
	defer end()
	for range 3 {
		readers.Go(func() {
			for !done.Load() && !t.Failed() {
				snapshot, err := store.Snapshot("c", 1)
				if err != nil {
					t.Error(err)
					return
				}
				if err := check(snapshot, after(stream, int(snapshot.Applied(0)))); err != nil {
					t.Error(err)
				}
				snapshot.Bytes()
				snapshot.Close()
			}
		})
	}
	readers.Go(func() {
		for second := int64(0); !done.Load(); second++ {
			s.Tick(time.Unix(second, 0), 0)
			store.Stats()
			if err := s.Flush(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		}
	})
	readers.Go(func() {
		for sequence := 0; sequence < len(stream); sequence += 10 {
			if err := s.WaitApplied(ctx, uint64(sequence)); err == nil && s.Applied() < uint64(sequence) || err != nil && ctx.Err() == nil {
				t.Errorf("waited for %d, applied %d: %v", sequence, s.Applied(), err)
			}
		}
	})
	held, err := store.Snapshot("c", 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, writes := range stream {
		if err := s.Apply(uint64(i+1), writes); err != nil {
			t.Fatal(err)
		}
		if i%50 == 0 {
			verify(t, held, after(stream, int(held.Applied(0))))
			held.Close()
			if held, err = store.Snapshot("c", 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	end()
	verifyShard(t, s, after(stream, len(stream)))
	stats := store.Stats()
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	verify(t, held, after(stream, int(held.Applied(0)))) // beyond Close
	held.Close()
	if stats.Flushes < 3 || stats.Merges < 1 || stats.FlushError != nil || stats.MergeError != nil {
		t.Errorf("too little happened: %+v", stats)
	}
}

// TestWaits ends every wait in another way than by what is waited for.
func TestWaits(t *testing.T) {
	var jobs []func()
	hold := func(_ Job, job func()) { jobs = append(jobs, job) } // background work that never gets its turn
	s, err := Open(fs.NewCrash(1, 0), "shard", Options{MemtableBytes: 1, Memtables: 1, Background: hold})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Apply(1, []Write{upsert("a", 1)}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.WaitApplied(ctx, 1); err != nil {
		t.Errorf("wait for what is applied: %v", err)
	}
	for name, err := range map[string]error{"WaitApplied": s.WaitApplied(ctx, 2), "Flush": s.Flush(ctx)} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s, canceled: got %v", name, err)
		}
	}
	errs := make(chan error, 3)
	var waiting sync.WaitGroup
	for _, wait := range []func() error{
		func() error { return s.WaitApplied(context.Background(), 9) },
		func() error { return s.Flush(context.Background()) },
		func() error { return s.Apply(2, nil) },
	} {
		waiting.Go(func() { errs <- wait() })
	}
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	for range 3 {
		if err := <-errs; !errors.Is(err, ErrClosed) {
			t.Errorf("closed while waiting: got %v", err)
		}
	}
	for _, job := range jobs {
		job()
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if _, err := s.Snapshot(); !errors.Is(err, ErrClosed) {
		t.Errorf("snapshot of a closed shard: got %v", err)
	}
}

// TestModel does random things to a shard and keeps old snapshots, each with what it is to show.
func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		disk := fs.NewCrash(rapid.Uint64().Draw(t, "seed"), 0)
		o := Options{MemtableBytes: rapid.SampledFrom([]int{1, 16 << 10, 1 << 20}).Draw(t, "memtable")}
		s, err := Open(disk, "shard", o)
		if err != nil {
			t.Fatal(err)
		}
		states := []model{{}} // by sequence
		type held struct {
			snapshot *Snapshot
			want     model
		}
		var all []held
		now, n := model{}, int64(0)
		id := rapid.Map(rapid.IntRange(0, 12), func(i int) string { return fmt.Sprint("id-", i) })
		t.Repeat(map[string]func(*rapid.T){
			"apply": func(t *rapid.T) {
				var writes []Write
				for _, id := range rapid.SliceOfN(id, 0, 6).Draw(t, "ids") {
					n++
					switch rapid.IntRange(0, 7).Draw(t, "kind") {
					case 0, 1:
						writes = append(writes, remove(id))
					case 2:
						writes = append(writes, patchOf(id, true))
					case 3, 4:
						writes = append(writes, patchOf(id, false))
					default:
						writes = append(writes, upsert(id, n))
					}
				}
				if err := s.Apply(uint64(len(states)), writes); err != nil {
					t.Fatal(err)
				}
				now = maps.Clone(now)
				for i, existed := range now.apply(writes) {
					if writes[i].Existed != existed {
						t.Fatalf("write %d of %s: existed %v, want %v", i, writes[i].ID, writes[i].Existed, existed)
					}
					refused := ""
					if existed && writes[i].Document.Same(patchOf("", true).Document) {
						refused = failing
					}
					if err := writes[i].Refused; (err != nil || refused != "") && (err == nil || err.Error() != refused) {
						t.Fatalf("write %d of %s: refused for %v, want %q", i, writes[i].ID, err, refused)
					}
				}
				states = append(states, now)
			},
			"flush": func(t *rapid.T) {
				if err := s.Flush(context.Background()); err != nil {
					t.Fatal(err)
				}
			},
			"crash": func(t *rapid.T) {
				s.Close()
				disk = disk.Restart()
				if s, err = Open(disk, "shard", o); err != nil {
					t.Fatal(err)
				}
				states = states[:s.Durable()+1]
				now = states[len(states)-1]
			},
			"hold": func(t *rapid.T) {
				snapshot, err := s.Snapshot()
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, held{snapshot, now})
			},
			"drop": func(t *rapid.T) {
				if len(all) > 0 {
					verify(t, all[0].snapshot, all[0].want)
					all[0].snapshot.Close()
					all = all[1:]
				}
			},
			"": func(t *rapid.T) {
				snapshot, err := s.Snapshot()
				if err != nil {
					t.Fatal(err)
				}
				defer snapshot.Close()
				verify(t, snapshot, now)
			},
		})
		for _, h := range all {
			verify(t, h.snapshot, h.want)
			h.snapshot.Close()
		}
		s.Close()
	})
}

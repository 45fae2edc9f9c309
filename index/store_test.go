package index

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/vec"
)

func openStore(t testing.TB, f fs.FS, dir string) *Store {
	t.Helper()
	s, err := OpenStore(f, dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// spread applies documents to the shards of a collection that they belong to.
func spread(t testing.TB, s *Store, collection string, shards int, sequence uint64, writes []Write) {
	t.Helper()
	groups := make([][]Write, shards)
	for _, w := range writes {
		n := ShardOf(w.ID, shards)
		groups[n] = append(groups[n], w)
	}
	for n, group := range groups {
		shard, err := s.Shard(collection, n)
		if err == nil {
			err = shard.Apply(sequence, group)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestStoreOnDisk writes a collection of three shards, opens it again, and drops it.
func TestStoreOnDisk(t *testing.T) {
	dir := t.TempDir()
	want := model{}
	var writes []Write
	for i := range int64(500) {
		writes = append(writes, upsert(fmt.Sprint("id-", i), i+1))
	}
	want.apply(writes)
	s := openStore(t, fs.Disk{}, dir)
	if err := s.Create("events", Collection{Shards: 3}); err != nil {
		t.Fatal(err)
	}
	spread(t, s, "events", 3, 5, writes)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	spread(t, s, "events", 3, 6, []Write{remove("id-7"), upsert("id-8", 1000)})
	verifyStore(t, s, "events", after([][]Write{writes, {remove("id-7"), upsert("id-8", 1000)}}, 2))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, fs.Disk{}, dir)
	if err := s.Create("events", Collection{Shards: 3}); err != nil {
		t.Fatal(err)
	}
	verifyStore(t, s, "events", want) // Close has flushed nothing
	snapshot, err := s.Snapshot("events")
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	if snapshot.Shards() != 3 || snapshot.Applied(2) != 5 || len(snapshot.Parts()) != 3 {
		t.Errorf("%d shards, %d applied, %d parts", snapshot.Shards(), snapshot.Applied(2), len(snapshot.Parts()))
	}
	if b := snapshot.Bytes(); b.Row <= 0 || b.Column <= 0 || b.Inverted <= 0 || b.Primary <= 0 || b.Files < b.Row+b.Column+b.Inverted+b.Primary {
		t.Errorf("sizes %+v", b)
	}
	if err := s.Drop("events"); err != nil {
		t.Fatal(err)
	}
	verify(t, snapshot, want) // of a collection that is gone
	if names, err := (fs.Disk{}).List(dir + "/collections"); err != nil || len(names) != 0 {
		t.Errorf("folders after Drop: %v, %v", names, err)
	}
	var unknown *UnknownError
	if _, err := s.Snapshot("events"); !errors.As(err, &unknown) || unknown.Collection != "events" {
		t.Errorf("snapshot of a dropped collection: %v", err)
	}
}

func verifyStore(t *testing.T, s *Store, collection string, want model) {
	t.Helper()
	snapshot, err := s.Snapshot(collection)
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	verify(t, snapshot, want)
}

func TestStoreRefuses(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, fs.Disk{}, dir)
	if _, err := OpenStore(fs.Disk{}, dir, Options{}); err == nil || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "process") {
		t.Errorf("second store on one folder: got %v", err)
	}
	if err := s.Create("c", Collection{Shards: 2}); err != nil {
		t.Fatal(err)
	}
	shard := func(id string, n int) error { _, err := s.Shard(id, n); return err }
	for name, err := range map[string]error{
		"other number of shards": s.Create("c", Collection{Shards: 3}),
		"no shards":              s.Create("d", Collection{}),
		"too many shards":        s.Create("d", Collection{Shards: MaxShards + 1}),
		"no id":                  s.Create("", Collection{Shards: 1}),
		"id with a path":         s.Create("../d", Collection{Shards: 1}),
		"long id":                s.Create(strings.Repeat("x", MaxIDBytes+1), Collection{Shards: 1}),
		"shard below":            shard("c", -1),
		"shard above":            shard("c", 2),
		"unknown collection":     shard("d", 0),
		"drop of unknown":        s.Drop("d"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := s.Create(strings.Repeat("x", MaxIDBytes), Collection{Shards: MaxShards}); err != nil {
		t.Errorf("at the limits: %v", err)
	}
	one, err := s.Shard("c", 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]Write{
		"op":       {Op: 9, ID: []byte("a")},
		"document": {Op: Upsert, ID: []byte("a"), Document: vec.StringValue("a")},
	} {
		if err := one.Apply(1, []Write{upsert("b", 1), w}); err == nil {
			t.Errorf("bad %s: no error", name)
		}
	}
	verifyShard(t, one, model{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{"shard": shard("c", 1), "create": s.Create("e", Collection{Shards: 1}), "apply": one.Apply(1, nil)} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: got %v", name, err)
		}
	}
	again := openStore(t, fs.Disk{}, dir)
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"memtable": {MemtableBytes: MaxMemtableBytes + 1}, "no memtable": {MemtableBytes: -1}, "memtables": {Memtables: -1},
		"age": {FlushAge: -1}, "segment": {SegmentBytes: MaxSegmentBytes + 1}, "cache": {RowCacheBytes: -1},
	} {
		if _, err := Open(fs.NewCrash(1, 0), "shard", o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := Open(fs.NewCrash(1, 0), "shard", Options{MemtableBytes: MaxMemtableBytes, SegmentBytes: MaxSegmentBytes}); err != nil {
		t.Errorf("at the limits: %v", err)
	}
}

// TestManyCollections: what nobody writes to costs neither files nor goroutines, and little memory.
func TestManyCollections(t *testing.T) {
	disk := fs.NewCrash(1, 0)
	s := openStore(t, disk, "data")
	before := runtime.NumGoroutine()
	for i := range 10_000 {
		id := fmt.Sprint("c", i)
		if err := s.Create(id, Collection{Shards: 1}); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			verifyStore(t, s, id, model{})
		}
	}
	s.Tick(time.Unix(1, 0))
	if got := runtime.NumGoroutine(); got > before+Workers {
		t.Errorf("%d goroutines, were %d", got, before)
	}
	if names, err := disk.List("data/collections"); err != nil || len(names) > 0 {
		t.Errorf("files: %v, %v", names, err)
	}
	if stats := s.Stats(); stats.Shards != 1000 {
		t.Errorf("%d shards are open", stats.Shards)
	}
}

// TestLeftovers crashes a Drop at every operation: either the collection is whole, or Leftovers finishes.
func TestLeftovers(t *testing.T) {
	for at := 1; ; at++ {
		disk := fs.NewCrash(uint64(at), 0)
		s := openStore(t, disk, "data")
		writes := []Write{upsert("a", 1), upsert("b", 2), upsert("c", 3)}
		for _, id := range []string{"keep", "drop"} {
			if err := s.Create(id, Collection{Shards: 2}); err != nil {
				t.Fatal(err)
			}
			spread(t, s, id, 2, 1, writes)
		}
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		disk.CrashAt(at)
		err := s.Drop("drop")
		if (err != nil) != disk.Crashed() {
			t.Fatalf("crash at %d: %v", at, err)
		}
		crashed := disk.Crashed()
		disk = disk.Restart()
		s = openStore(t, disk, "data")
		if err := s.Create("keep", Collection{Shards: 2}); err != nil {
			t.Fatal(err)
		}
		if err := s.Leftovers(); err != nil {
			t.Fatalf("crash at %d: %v", at, err)
		}
		if names, err := disk.List("data/collections"); err != nil || len(names) != 1 {
			t.Fatalf("crash at %d: folders %v, %v", at, names, err)
		}
		verifyStore(t, s, "keep", after([][]Write{writes}, 1))
		if err := s.Create("drop", Collection{Shards: 2}); err != nil {
			t.Fatal(err)
		}
		verifyStore(t, s, "drop", model{})
		if !crashed {
			break
		}
	}
}

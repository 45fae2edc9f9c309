package index

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

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
	spread(t, s, "events", 3, 5, writes)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	spread(t, s, "events", 3, 6, []Write{remove("id-7"), upsert("id-8", 1000)})
	verifyStore(t, s, "events", 3, after([][]Write{writes, {remove("id-7"), upsert("id-8", 1000)}}, 2))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, fs.Disk{}, dir)
	verifyStore(t, s, "events", 3, want) // Close has flushed nothing
	snapshot, err := s.Snapshot("events", 3)
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
	if err := s.Drop("events", 3); err != nil {
		t.Fatal(err)
	}
	verify(t, snapshot, want) // of a collection that is gone
	if names, err := (fs.Disk{}).List(dir + "/collections"); err != nil || len(names) != 0 {
		t.Errorf("folders after Drop: %v, %v", names, err)
	}
	verifyStore(t, s, "events", 3, model{}) // another one of the same id
	if err := s.Drop("events", 3); err != nil {
		t.Fatal(err)
	}
}

func verifyStore(t *testing.T, s *Store, collection string, shards int, want model) {
	t.Helper()
	snapshot, err := s.Snapshot(collection, shards)
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
	shard := func(id string, n int) error { _, err := s.Shard(id, n); return err }
	snapshot := func(id string, n int) error { _, err := s.Snapshot(id, n); return err }
	for name, err := range map[string]error{
		"no shards":       snapshot("d", 0),
		"too many shards": snapshot("d", MaxShards+1),
		"no id":           snapshot("", 1),
		"id with a path":  snapshot("../d", 1),
		"long id":         snapshot(strings.Repeat("x", MaxIDBytes+1), 1),
		"shard below":     shard("c", -1),
		"shard above":     shard("c", MaxShards),
		"drop":            s.Drop("a/b", 1),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := shard(strings.Repeat("x", MaxIDBytes), MaxShards-1); err != nil {
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
	for name, err := range map[string]error{"shard": shard("c", 1), "snapshot": snapshot("e", 1), "apply": one.Apply(1, nil)} {
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
		snapshot, err := s.Snapshot(id, 1)
		if err != nil {
			t.Fatal(err)
		}
		snapshot.Close()
	}
	if got := runtime.NumGoroutine(); got > before+Workers {
		t.Errorf("%d goroutines, were %d", got, before)
	}
	if names, err := disk.List("data/collections"); err != nil || len(names) > 0 {
		t.Errorf("files: %v, %v", names, err)
	}
	if stats := s.Stats(); stats.Shards != 10_000 {
		t.Errorf("%d shards are open", stats.Shards)
	}
}

// TestDropCrashes crashes a Drop at every operation: the next one finishes it, and its neighbour is whole.
func TestDropCrashes(t *testing.T) {
	for at := 1; ; at++ {
		disk := fs.NewCrash(uint64(at), 0)
		s := openStore(t, disk, "data")
		writes := []Write{upsert("a", 1), upsert("b", 2), upsert("c", 3)}
		for _, id := range []string{"keep", "drop"} {
			spread(t, s, id, 2, 1, writes)
		}
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		disk.CrashAt(at)
		err := s.Drop("drop", 2)
		if (err != nil) != disk.Crashed() {
			t.Fatalf("crash at %d: %v", at, err)
		}
		crashed := disk.Crashed()
		disk = disk.Restart()
		s = openStore(t, disk, "data")
		if err := s.Drop("drop", 2); err != nil {
			t.Fatalf("crash at %d: %v", at, err)
		}
		if names, err := disk.List("data/collections"); err != nil || len(names) != 1 {
			t.Fatalf("crash at %d: folders %v, %v", at, names, err)
		}
		verifyStore(t, s, "keep", 2, after([][]Write{writes}, 1))
		verifyStore(t, s, "drop", 2, model{})
		if !crashed {
			break
		}
	}
}

package index

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/vec"
)

// damagedStore is a store on disk with two collections of one shard and one segment each, closed.
func damagedStore(t *testing.T) (dir, segment string) {
	dir = t.TempDir()
	s := openStore(t, fs.Disk{}, dir)
	for _, name := range []string{"bad", "good"} {
		var writes []Write
		for i := range int64(300) {
			writes = append(writes, upsert(fmt.Sprint("id-", i), i+1))
		}
		spread(t, s, name, 1, 1, writes)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, "collections", "bad", "0", "00000001.segment")
}

// change flips bits of a file's byte, in place.
func change(t *testing.T, name string, at int) {
	t.Helper()
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b [1]byte
	if _, err := f.ReadAt(b[:], int64(at)); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 0x41
	if _, err := f.WriteAt(b[:], int64(at)); err != nil {
		t.Fatal(err)
	}
}

// readColumns reads all fields of a collection of one shard.
func readColumns(s *Store, collection string) error {
	snapshot, err := s.Snapshot(collection, 1)
	if err != nil {
		return err
	}
	defer snapshot.Close()
	var out vec.Vector
	for _, part := range snapshot.Parts() {
		for _, path := range snapshot.Paths(nil) {
			if err := part.Column(&out, path, 0, part.Rows()); err != nil {
				return err
			}
		}
	}
	return nil
}

// TestDamageIsQuarantined: a query that meets damage says so, and from then on, over a restart, every query of
// that collection does; other collections are served. When the file is whole again, all is well.
func TestDamageIsQuarantined(t *testing.T) {
	dir, segment := damagedStore(t)
	const at = 40 // in the first column
	s := openStore(t, fs.Disk{}, dir)
	if _, err := s.Shard("bad", 0); err != nil {
		t.Fatal(err)
	}
	change(t, segment, at)
	isDamage := func(err error) {
		t.Helper()
		if damage, ok := errors.AsType[*fs.DamageError](err); !ok || damage.File != segment || !strings.Contains(err.Error(), "section columns: column ") || !strings.Contains(err.Error(), "restore") {
			t.Fatalf("got %v, want the damage of %s", err, segment)
		}
	}
	isDamage(readColumns(s, "bad"))
	_, err := s.Snapshot("bad", 1)
	isDamage(err)
	for range 2 {
		if err := readColumns(s, "good"); err != nil {
			t.Fatal(err)
		}
		if n := s.Stats().Damaged; n != 1 {
			t.Errorf("%d damaged shards, want 1", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openStore(t, fs.Disk{}, dir)
		_, err = s.Snapshot("bad", 1) // not read, and yet known
		isDamage(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, segment, at)
	s = openStore(t, fs.Disk{}, dir)
	if err := readColumns(s, "bad"); err != nil {
		t.Errorf("the file is whole again: %v", err)
	}
	if names, _ := (fs.Disk{}).List(filepath.Dir(segment)); strings.Join(names, " ") != "00000001.segment manifest" {
		t.Errorf("files: %s", names)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, segment, at)
	s = openStore(t, fs.Disk{}, dir)
	isDamage(readColumns(s, "bad"))
	if err := s.Drop("bad", 1); err != nil {
		t.Errorf("drop: %v", err)
	}
	if n := s.Stats().Damaged; n != 0 {
		t.Errorf("%d damaged shards after the drop", n)
	}
}

// TestMissingAndCutFilesAreNamed opens shards that lack something.
func TestMissingAndCutFilesAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, segment string) error
		file  string
	}{
		"segment gone":  {func(_ *testing.T, segment string) error { return os.Remove(segment) }, "00000001.segment"},
		"segment cut":   {func(_ *testing.T, segment string) error { return os.Truncate(segment, 1000) }, "00000001.segment"},
		"segment empty": {func(_ *testing.T, segment string) error { return os.Truncate(segment, 0) }, "00000001.segment"},
		"manifest changed": {func(t *testing.T, segment string) error {
			change(t, filepath.Join(filepath.Dir(segment), "manifest"), 20)
			return nil
		}, "manifest"},
		"manifest gone": {func(_ *testing.T, segment string) error {
			data, err := os.ReadFile(segment)
			return errors.Join(err, os.WriteFile(strings.Replace(segment, "1.", "2.", 1), bytes.Clone(data), 0o644), os.Remove(filepath.Join(filepath.Dir(segment), "manifest")))
		}, "manifest"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, segment := damagedStore(t)
			if err := c.spoil(t, segment); err != nil {
				t.Fatal(err)
			}
			s := openStore(t, fs.Disk{}, dir)
			_, err := s.Snapshot("bad", 1)
			if damage, ok := errors.AsType[*fs.DamageError](err); !ok || filepath.Base(damage.File) != c.file {
				t.Errorf("got %v, want damage of %s", err, c.file)
			}
			if err := readColumns(s, "good"); err != nil {
				t.Error(err)
			}
			if n := s.Stats().Damaged; n != 1 {
				t.Errorf("%d damaged shards, want 1", n)
			}
			if err := s.Drop("bad", 1); err != nil {
				t.Errorf("drop: %v", err)
			}
			if snapshot, err := s.Snapshot("bad", 1); err != nil || snapshot.Rows() != 0 {
				t.Errorf("after the drop: %v", err)
			} else {
				snapshot.Close()
			}
		})
	}
}

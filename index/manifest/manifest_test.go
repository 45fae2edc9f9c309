package manifest

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/cespare/xxhash/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/outcropdb/outcrop/index/fs"
)

var sameBitmap = cmp.Comparer(func(a, b *roaring.Bitmap) bool { return (a == nil) == (b == nil) && (a == nil || a.Equals(b)) })

func example() Manifest {
	return Manifest{Sequence: 1 << 40, Next: 12, Segments: []Segment{
		{ID: 3, Rows: 100, Bytes: 12345, Raw: 99999, Newest: -5, Dead: roaring.BitmapOf(0, 7, 99)},
		{ID: 11, Rows: 4_000_000_000, Bytes: 1 << 50, Raw: 1 << 60, Newest: Forever},
	}}
}

func create(t *testing.T, f fs.FS, name, content string) {
	t.Helper()
	file, err := f.Create(name)
	if err == nil {
		_, err = file.Write([]byte(content))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestReplaceAndLoad(t *testing.T) {
	f := fs.NewCrash(1, 0)
	empty, err := Load(f, "shard")
	if err != nil || empty.Next != 1 || empty.Sequence != 0 {
		t.Fatalf("no folder: got %+v, %v", empty, err)
	}
	if err := f.MakeDir("shard"); err != nil {
		t.Fatal(err)
	}
	if empty, err = Load(f, "shard"); err != nil || empty.Next != 1 {
		t.Fatalf("empty folder: got %+v, %v", empty, err)
	}
	for _, name := range []string{Name(3), Name(11), Name(12), "manifest.temporary", "notes"} {
		create(t, f, "shard/"+name, "x")
	}
	want := example()
	if err := Replace(f, "shard", want); err != nil {
		t.Fatal(err)
	}
	create(t, f, "shard/manifest.temporary", "torn")
	got, err := Load(f, "shard")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, sameBitmap); diff != "" {
		t.Error(diff)
	}
	names, _ := f.List("shard")
	if got, want := strings.Join(names, " "), "00000003.segment 00000011.segment manifest notes"; got != want {
		t.Errorf("files after Load: got %s, want %s", got, want)
	}
	if err := f.Remove("shard/" + Name(3)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(f, "shard"); err == nil || !strings.Contains(err.Error(), Name(3)) {
		t.Errorf("a segment is missing: got %v", err)
	}
}

// TestDecodeRefuses damages a manifest in every byte and at every length.
func TestDecodeRefuses(t *testing.T) {
	whole, err := example().encode()
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		if _, err := decode(whole[:i]); err == nil {
			t.Errorf("cut to %d bytes: no error", i)
		}
		whole[i] ^= 1
		if _, err := decode(whole); err == nil {
			t.Errorf("byte %d changed: no error", i)
		}
		whole[i] ^= 1
	}
	binary.LittleEndian.PutUint32(whole[len(magic):], version+1)
	if _, err := decode(seal(whole)); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("later version: got %v", err)
	}
	for name, m := range map[string]Manifest{
		"id from the future": {Next: 3, Segments: []Segment{{ID: 3}}},
		"dead row outside":   {Next: 4, Segments: []Segment{{ID: 3, Rows: 5, Dead: roaring.BitmapOf(5)}}},
	} {
		b, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decode(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// seal gives b the checksum of its content.
func seal(b []byte) []byte {
	end := len(b) - 8
	binary.LittleEndian.PutUint64(b[end:], xxhash.Sum64(b[:end]))
	return b
}

func FuzzDecode(f *testing.F) {
	whole, _ := example().encode()
	f.Add(whole)
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 8 {
			return
		}
		m, err := decode(seal(b))
		if err != nil {
			return
		}
		again, err := m.encode()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(again); err != nil || !cmp.Equal(m, got, sameBitmap) {
			t.Errorf("decoded and encoded again: %v", err)
		}
	})
}

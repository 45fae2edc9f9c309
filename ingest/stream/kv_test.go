package stream

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
)

func openKV(t *testing.T, s *Stream) *KV {
	t.Helper()
	kv, err := s.KV(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	return kv
}

func TestKV(t *testing.T) {
	dir := t.TempDir()
	kv := openKV(t, open(t, dir))
	ctx := t.Context()
	if _, _, err := kv.Get(ctx, "a.b"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Get of nothing: %v", err)
	}
	one, err := kv.Put(ctx, "a.b", []byte("1"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(ctx, "a.b", []byte("x"), 0); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Put of what exists: %v", err)
	}
	two, err := kv.Put(ctx, "a.b", []byte("2"), one)
	if err != nil || two <= one {
		t.Errorf("Put = %d, %v after %d", two, err, one)
	}
	if _, err := kv.Put(ctx, "a.b", []byte("x"), one); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Put over a newer revision: %v", err)
	}
	if err := kv.Delete(ctx, "a.b", one); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Delete of a newer revision: %v", err)
	}
	if value, revision, err := kv.Get(ctx, "a.b"); string(value) != "2" || revision != two || err != nil {
		t.Errorf("Get = %q, %d, %v", value, revision, err)
	}
	if _, err := kv.Put(ctx, "a.c", []byte("3"), 0); err != nil {
		t.Error(err)
	}
	if _, err := kv.Put(ctx, "d", []byte("4"), 0); err != nil {
		t.Error(err)
	}
	if err := kv.Delete(ctx, "a.b", two); err != nil {
		t.Error(err)
	}
	if _, _, err := kv.Get(ctx, "a.b"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Get of what was deleted: %v", err)
	}
	if _, err := kv.Put(ctx, "a.b", []byte("again"), 0); err != nil {
		t.Errorf("Put of what was deleted: %v", err)
	}
	// What is acknowledged outlives a crash.
	kv = openKV(t, open(t, crashed(t, dir)))
	keys, err := kv.List(ctx, "a.")
	slices.Sort(keys)
	if err != nil || !slices.Equal(keys, []string{"a.b", "a.c"}) {
		t.Errorf("List = %v, %v", keys, err)
	}
	if value, _, err := kv.Get(ctx, "a.b"); string(value) != "again" || err != nil {
		t.Errorf("Get = %q, %v", value, err)
	}
}

// Many writers with compare-and-set on one key: each increment counts once.
func TestKVCompareAndSet(t *testing.T) {
	kv := openKV(t, open(t, t.TempDir()))
	const writers, each = 4, 10
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for done := 0; done < each; {
				value, revision, err := kv.Get(t.Context(), "n")
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Error(err)
					return
				}
				_, err = kv.Put(t.Context(), "n", append(value, 'x'), revision)
				if err == nil {
					done++
				} else if !errors.Is(err, fs.ErrExist) {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if value, _, err := kv.Get(t.Context(), "n"); len(value) != writers*each || err != nil {
		t.Errorf("%d increments, %v; want %d", len(value), err, writers*each)
	}
}

func TestKVWatch(t *testing.T) {
	s := open(t, t.TempDir())
	kv := openKV(t, s)
	put := func(key, value string, revision uint64) uint64 {
		revision, err := kv.Put(t.Context(), key, []byte(value), revision)
		if err != nil {
			t.Fatal(err)
		}
		return revision
	}
	old := put("a.1", "old", 0)
	put("b.1", "not watched", 0)

	ctx, cancel := context.WithCancel(t.Context())
	events := make(chan string, 16)
	ended := make(chan error)
	go func() {
		ended <- kv.Watch(ctx, "a.", func(key string, value []byte, revision uint64, deleted bool) {
			events <- fmt.Sprintf("%s=%s %t", key, value, deleted)
		}, func() { events <- "ready" })
	}()
	expect := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if e := <-events; e != w {
				t.Errorf("got %q, want %q", e, w)
			}
		}
	}
	expect("a.1=old false", "ready")
	put("b.2", "not watched", 0)
	revision := put("a.2", "new", 0)
	put("a.1", "newer", old)
	if err := kv.Delete(t.Context(), "a.2", revision); err != nil {
		t.Fatal(err)
	}
	expect("a.2=new false", "a.1=newer false", "a.2= true")
	cancel()
	if err := <-ended; err != context.Canceled {
		t.Errorf("Watch ended with %v", err)
	}

	// An empty prefix with nothing under it is ready at once; closing the Stream ends a Watch.
	go func() {
		ended <- kv.Watch(t.Context(), "none.", func(string, []byte, uint64, bool) {}, func() { events <- "ready" })
	}()
	expect("ready")
	s.Close()
	if err := <-ended; err != ErrClosed {
		t.Errorf("Watch ended with %v", err)
	}
	if _, err := kv.Put(t.Context(), "k", []byte("v"), 0); !errors.Is(err, ErrClosed) {
		t.Errorf("Put after Close: %v", err)
	}
}

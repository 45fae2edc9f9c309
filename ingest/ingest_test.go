package ingest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/ingest/stream"
	"github.com/outcropdb/outcrop/vec"
)

// house is a stream, a store, and appliers for one collection.
type house struct {
	collection *catalog.Collection
	writer     *Writer
	store      *index.Store
	close      func()
}

func open(t *testing.T, dir string) *house {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log, err := stream.Open(ctx, stream.Options{Dir: dir + "/log"})
	if err != nil {
		t.Fatal(err)
	}
	store, err := index.OpenStore(fs.Disk{}, dir+"/index", index.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{collection: &catalog.Collection{ID: "c1", Workspace: "commons", Name: "c", Shards: 3}, store: store}
	h.writer = NewWriter(log, func() time.Time { return noon })
	var done sync.WaitGroup
	for n := range h.collection.Shards {
		shard, err := store.Shard("c1", n)
		if err != nil {
			t.Fatal(err)
		}
		applier := &Applier{Stream: log, ID: stream.ShardID{Collection: "c1", Shard: n}, Shard: shard, Writer: h.writer}
		done.Go(func() {
			if err := applier.Run(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("applier: %v", err)
			}
		})
	}
	h.close = func() {
		cancel()
		done.Wait()
		if err := errors.Join(log.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	}
	return h
}

func (h *house) write(t *testing.T, changes ...Change) []Outcome {
	t.Helper()
	outcomes, fence, err := h.writer.Write(context.Background(), h.collection, changes)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range fence.Offsets {
		shard, err := h.store.Shard("c1", o.Shard)
		if err != nil {
			t.Fatal(err)
		}
		if err := shard.WaitApplied(context.Background(), o.Sequence); err != nil {
			t.Fatal(err)
		}
	}
	return outcomes
}

func (h *house) rows(t *testing.T) int64 {
	t.Helper()
	s, err := h.store.Snapshot("c1", h.collection.Shards)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return s.Rows()
}

func TestWriteApplyReopen(t *testing.T) {
	dir := t.TempDir()
	h := open(t, dir)
	var changes []Change
	for i := range 100 {
		changes = append(changes, Change{Op: index.Upsert, Document: document(t, fmt.Sprintf(`{"_id":"%d","n":%d}`, i, i))})
	}
	for i, o := range h.write(t, changes...) {
		if o.Err != nil || o.Existed || o.ID != fmt.Sprint(i) {
			t.Fatalf("document %d: %+v", i, o)
		}
	}
	again := h.write(t,
		Change{Op: index.Upsert, Document: document(t, `{"_id":"5","n":"new"}`)},
		Change{Op: index.Upsert, Document: document(t, `{"_id":6}`)},
		Change{Op: index.Upsert, Document: document(t, `{"n":"no id"}`)},
		Change{Op: index.Delete, ID: vec.StringValue("7")},
		Change{Op: index.Delete, ID: vec.StringValue("7")},
		Change{Op: index.Delete},
		Change{Op: index.Upsert, Document: document(t, `{"_id":"twice"}`)},
		Change{Op: index.Upsert, Document: document(t, `{"_id":"twice"}`)},
	)
	want := []struct{ existed, failed bool }{{true, false}, {false, true}, {}, {true, false}, {}, {false, true}, {}, {true, false}}
	for i, w := range want {
		if o := again[i]; o.Existed != w.existed || (o.Err != nil) != w.failed {
			t.Errorf("change %d: got %+v, want existed %v, failed %v", i, o, w.existed, w.failed)
		}
	}
	if got := h.rows(t); got != 101 {
		t.Errorf("%d documents, want 101", got)
	}
	h.close()

	h = open(t, dir)
	defer h.close()
	if o := h.write(t, Change{Op: index.Upsert, Document: document(t, `{"_id":"5"}`)}); !o[0].Existed {
		t.Error("after a restart the document is not known")
	}
	if got := h.rows(t); got != 101 {
		t.Errorf("after a restart: %d documents, want 101", got)
	}
}

// TestManyWriters has writers of the same documents at the same time: each is there once in the end.
func TestManyWriters(t *testing.T) {
	h := open(t, t.TempDir())
	defer h.close()
	var done sync.WaitGroup
	var mu sync.Mutex
	fresh := 0
	for w := range 8 {
		done.Go(func() {
			for i := range 50 {
				doc := document(t, fmt.Sprintf(`{"_id":"%d","by":%d}`, i, w))
				outcomes, _, err := h.writer.Write(context.Background(), h.collection, []Change{{Op: index.Upsert, Document: doc}})
				if err != nil || outcomes[0].Err != nil {
					t.Errorf("writer %d: %v %v", w, err, outcomes[0].Err)
				}
				if !outcomes[0].Existed {
					mu.Lock()
					fresh++
					mu.Unlock()
				}
			}
		})
	}
	done.Wait()
	if got := h.rows(t); got != 50 || fresh != 50 {
		t.Errorf("%d documents, %d said to be new; want 50", got, fresh)
	}
}

// TestLargeRequestIsSplit writes more than a message holds.
func TestLargeRequestIsSplit(t *testing.T) {
	h := open(t, t.TempDir())
	defer h.close()
	filler := make([]byte, messageBytes/3)
	for i := range filler {
		filler[i] = 'x'
	}
	var changes []Change
	for i := range 20 {
		changes = append(changes, Change{Op: index.Upsert, Document: document(t, fmt.Sprintf(`{"_id":"%d","f":"%s"}`, i%15, filler))})
	}
	existed := 0
	for _, o := range h.write(t, changes...) {
		if o.Existed {
			existed++
		}
	}
	if got := h.rows(t); got != 15 || existed != 5 {
		t.Errorf("%d documents, %d overwritten; want 15 and 5", got, existed)
	}
}

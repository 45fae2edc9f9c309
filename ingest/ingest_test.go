package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	last       map[int]uint64 // by shard: the latest message of write
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
	h := &house{collection: &catalog.Collection{ID: "c1", Workspace: "commons", Name: "c", Shards: 3}, store: store, last: map[int]uint64{}}
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
		h.last[o.Shard] = o.Sequence
	}
	h.wait(t)
	return outcomes
}

// wait returns when all that was written is visible.
func (h *house) wait(t *testing.T) {
	t.Helper()
	for n, sequence := range h.last {
		shard, err := h.store.Shard("c1", n)
		if err == nil {
			err = shard.WaitApplied(context.Background(), sequence)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
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

	last := h.last
	h = open(t, dir)
	defer h.close()
	h.last = last
	h.wait(t)
	if o := h.write(t, Change{Op: index.Upsert, Document: document(t, `{"_id":"5"}`)}); !o[0].Existed {
		t.Error("after a restart the document is not known")
	}
	if got := h.rows(t); got != 101 {
		t.Errorf("after a restart: %d documents, want 101", got)
	}
}

func patchOf(t *testing.T, id, operations string) Change {
	t.Helper()
	return Change{Op: index.Patch, ID: vec.StringValue(id), Document: vec.Value(document(t, `{"p":`+operations+`}`)).Field("p")}
}

// TestPatch: whoever patches learns what became of it.
func TestPatch(t *testing.T) {
	dir := t.TempDir()
	h := open(t, dir)
	outcomes := h.write(t,
		patchOf(t, "a", `[{"op":"add","path":"/x","value":1}]`),
		Change{Op: index.Upsert, Document: document(t, `{"_id":"a","n":1}`)},
		patchOf(t, "a", `[{"op":"increment","path":"/n","value":1}]`),
		patchOf(t, "a", `[{"op":"test","path":"/n","value":1}]`),
		patchOf(t, "a", `[{"op":"remove","path":"/_id"}]`),
		patchOf(t, "a", `{}`),
		patchOf(t, "", `[]`),
		Change{Op: index.Patch, ID: vec.StringValue("a")},
	)
	for i, want := range []string{"there is no document", "", "", "patch: operation 1, test", "_id cannot be patched", "it is object", "_id has 0 bytes", "patch is missing"} {
		if err := outcomes[i].Err; (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("change %d: got %v, want %q", i, err, want)
		}
	}
	if !errors.Is(outcomes[0].Err, ErrNoDocument) || !outcomes[2].Existed {
		t.Errorf("got %+v", outcomes)
	}
	h.close()
	h = open(t, dir)
	defer h.close()
	if o := h.write(t, patchOf(t, "a", `[{"op":"test","path":"/n","value":2}]`)); o[0].Err != nil {
		t.Errorf("after a replay: %v", o[0].Err)
	}
}

// TestIncrements: of increments by many writers at the same time none is lost.
func TestIncrements(t *testing.T) {
	const writers, requests, each = 8, 20, 3
	h := open(t, t.TempDir())
	defer h.close()
	h.write(t, Change{Op: index.Upsert, Document: document(t, `{"_id":"a","n":0}`)})
	var done sync.WaitGroup
	for range writers {
		done.Go(func() {
			for range requests {
				increment := patchOf(t, "a", `[{"op":"increment","path":"/n","value":1}]`)
				outcomes, _, err := h.writer.Write(context.Background(), h.collection, slices.Repeat([]Change{increment}, each))
				if err != nil || outcomes[0].Err != nil {
					t.Errorf("got %v, %v", outcomes, err)
				}
			}
		})
	}
	done.Wait()
	all := fmt.Sprintf(`[{"op":"test","path":"/n","value":%d}]`, writers*requests*each)
	if o := h.write(t, patchOf(t, "a", all)); o[0].Err != nil {
		t.Error(o[0].Err)
	}
}

// TestPatchesAreSplit has more patches than a message takes.
func TestPatchesAreSplit(t *testing.T) {
	h := open(t, t.TempDir())
	defer h.close()
	h.collection.Shards = 1
	changes := []Change{{Op: index.Upsert, Document: document(t, `{"_id":"a","n":0}`)}}
	for n := range 2*messagePatches + 1 {
		changes = append(changes, patchOf(t, "a", fmt.Sprintf(`[{"op":"test","path":"/n","value":%d},{"op":"increment","path":"/n","value":1}]`, n)))
	}
	outcomes, fence, err := h.writer.Write(context.Background(), h.collection, changes)
	for i, o := range outcomes {
		if o.Err != nil {
			t.Fatalf("change %d: %v", i, o.Err)
		}
	}
	if err != nil || len(fence.Offsets) != 1 || fence.Offsets[0].Sequence < 3 {
		t.Errorf("fence %+v, %v: want three messages", fence, err)
	}
}

// TestOutcomeUnknown: a patch whose result nobody tells is not said to be done.
func TestOutcomeUnknown(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	writes := []index.Write{{Op: index.Upsert}, {Op: index.Patch}}
	outcomes := make([]Outcome, 2)
	new(Writer).learn(ctx, make(chan []finding), writes, outcomes, []int{0, 1})
	if outcomes[0].Err != nil || !errors.Is(outcomes[1].Err, ErrUnknown) {
		t.Errorf("got %+v", outcomes)
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

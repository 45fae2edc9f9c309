// Package ingest brings documents from their doors to the log (Writer), and from the log to the index
// (Applier).
package ingest

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/patch"
	"github.com/outcropdb/outcrop/ingest/stream"
	"github.com/outcropdb/outcrop/vec"
)

const (
	// messageBytes is the size beyond which the changes of one request to one shard are split into several
	// messages: large enough to share syncs, small enough to be applied in some milliseconds.
	messageBytes = 1 << 20

	// messagePatches is the number of patches beyond which they are, so that those of a message seldom make
	// more than index.MaxPatchedBytes.
	messagePatches = 1000

	// outcomeWait bounds how long a writer waits to learn what became of changes that are durable already.
	outcomeWait = 10 * time.Second
)

// Change is one change that a client asks for.
type Change struct {
	Op       index.Op
	Document vec.Value // of Upsert; of Patch the operations
	ID       vec.Value // of Delete and Patch
}

// Outcome says what became of a change.
type Outcome struct {
	ID      string // "" if Err is about it
	Existed bool   // a document of this _id was there before
	Err     error  // the change was refused, alone
}

// Errors of a patch that is in the log.
var (
	// ErrNoDocument: there is none with its _id.
	ErrNoDocument = errors.New("there is no document with this _id")
	// ErrUnknown: the index is too far behind to wait for it.
	ErrUnknown = errors.New("the patch is durable and will be applied, but whether it fits the document is not known yet: do not send it again")
)

// Offset is a place in a shard's log.
type Offset struct {
	Shard    int    `json:"shard"`
	Sequence uint64 `json:"sequence"`
}

// Fence is the places in a collection's logs behind which all changes of a request stand. Once each shard
// has applied its own, they are visible.
type Fence struct {
	Collection string   `json:"collection"` // id
	Offsets    []Offset `json:"offsets"`
}

// String is the fence as clients carry it: opaque text.
func (f Fence) String() string {
	text, err := json.Marshal(f)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// ParseFence reads what String writes.
func ParseFence(text string) (f Fence, err error) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, &f)
	}
	if err != nil || f.Collection == "" {
		return f, fmt.Errorf("fence %q: not one that a write returned", text)
	}
	return f, nil
}

// Writer publishes changes. Safe for concurrent use.
type Writer struct {
	stream  *stream.Stream
	now     func() time.Time
	tickets atomic.Uint64
	mu      sync.Mutex
	waiting map[uint64]chan []finding // by ticket: who is to be told
}

// NewWriter makes a Writer. Tickets start anywhere, so that those of a replay are nobody's.
func NewWriter(log *stream.Stream, now func() time.Time) *Writer {
	w := &Writer{stream: log, now: now, waiting: map[uint64]chan []finding{}}
	w.tickets.Store(rand.Uint64())
	return w
}

// Write makes the changes, in order, durable: when it returns without an error, those whose outcome has no
// Err survive a crash. Each bad change fails alone. An error is about all that follow Outcomes already
// durable: it may be repeated whole, upserts and deletes being idempotent once documents have an _id. A patch is
// not, unless it tests what it changes.
func (w *Writer) Write(ctx context.Context, collection *catalog.Collection, changes []Change) ([]Outcome, Fence, error) {
	outcomes := make([]Outcome, len(changes))
	shards := make([]shardWrites, collection.Shards)
	now := w.now()
	for i, c := range changes {
		write, err := c.write(now)
		if err != nil {
			outcomes[i].Err = err
			continue
		}
		outcomes[i].ID = string(write.ID)
		s := &shards[index.ShardOf(write.ID, collection.Shards)]
		s.writes, s.places = append(s.writes, write), append(s.places, i)
	}
	fence := Fence{Collection: collection.ID}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	for n := range shards {
		if len(shards[n].writes) == 0 {
			continue
		}
		group.Go(func() error {
			sequence, err := w.publish(ctx, stream.ShardID{Collection: collection.ID, Shard: n}, &shards[n], outcomes)
			mu.Lock()
			defer mu.Unlock()
			fence.Offsets = append(fence.Offsets, Offset{n, sequence})
			return err
		})
	}
	err := group.Wait()
	slices.SortFunc(fence.Offsets, func(a, b Offset) int { return cmp.Compare(a.Shard, b.Shard) })
	return outcomes, fence, err
}

// write is the change as the log has it.
func (c *Change) write(now time.Time) (w index.Write, err error) {
	w.Op = c.Op
	if c.Op == index.Upsert {
		w.Document, w.ID, err = complete(c.Document, now)
		return w, err
	}
	if w.ID, err = checkID(c.ID); err == nil && w.ID == nil {
		err = errors.New("_id is missing")
	}
	if c.Op == index.Delete || err != nil {
		return w, err
	}
	if w.Document = c.Document; w.Document == nil {
		return w, errors.New("patch is missing")
	}
	_, err = patch.Parse(w.Document)
	return w, err
}

// shardWrites is what one request changes in one shard; places are the changes' numbers in the request.
type shardWrites struct {
	writes []index.Write
	places []int
}

// publish publishes a shard's writes in as many messages as they need, one after the other, and returns
// the last one's sequence.
func (w *Writer) publish(ctx context.Context, shard stream.ShardID, s *shardWrites, outcomes []Outcome) (sequence uint64, err error) {
	for done := 0; done < len(s.writes); {
		ticket, told := w.ticket()
		data := newMessage(ticket)
		first, patches := done, 0
		for ; done < len(s.writes); done++ {
			next := &s.writes[done]
			if next.Op == index.Patch {
				patches++
			}
			if done > first && (len(data)+len(next.Document) > messageBytes || patches > messagePatches) {
				break
			}
			data = appendWrite(data, s.writes[done])
		}
		sequence, err = w.stream.Publish(ctx, shard, stream.Message{Data: data})
		if err == nil {
			w.learn(ctx, told, s.writes[first:done], outcomes, s.places[first:done])
		}
		w.forget(ticket)
		if err != nil {
			return sequence, err
		}
	}
	return sequence, nil
}

// ticket makes a place where Told will put a message's outcomes.
func (w *Writer) ticket() (uint64, <-chan []finding) {
	ticket, told := w.tickets.Add(1), make(chan []finding, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting[ticket] = told
	return ticket, told
}

func (w *Writer) forget(ticket uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.waiting, ticket)
}

// finding is what Apply found out about a change.
type finding struct {
	existed bool
	refused error
}

// learn waits until the changes, durable by now, are visible, and notes what they found. Waiting also slows
// writers down to the speed of the index. Whoever cannot wait goes without knowing.
func (w *Writer) learn(ctx context.Context, told <-chan []finding, writes []index.Write, outcomes []Outcome, places []int) {
	timer := time.NewTimer(outcomeWait)
	defer timer.Stop()
	var found []finding
	select {
	case found = <-told:
	case <-ctx.Done():
	case <-timer.C:
	}
	for i, place := range places {
		o, isPatch := &outcomes[place], writes[i].Op == index.Patch
		switch {
		case found != nil:
			o.Existed, o.Err = found[i].existed, found[i].refused
			if isPatch && !o.Existed {
				o.Err = ErrNoDocument
			}
		case isPatch:
			o.Err = ErrUnknown
		}
	}
}

// Told passes on what the changes of a message found; the Applier calls it.
func (w *Writer) Told(ticket uint64, writes []index.Write) {
	w.mu.Lock()
	told := w.waiting[ticket]
	w.mu.Unlock()
	if told == nil {
		return // a replay, or a writer that has gone
	}
	found := make([]finding, len(writes))
	for i := range writes {
		found[i] = finding{writes[i].Existed, writes[i].Refused}
	}
	select {
	case told <- found:
	default: // the same message twice: the first one told
	}
}

package stream

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/nats-io/nats.go"
)

// The sequence that Publish returns is the one that apply gets, message for message, also
// where messages travelled as a batch.
func TestBatchSequences(t *testing.T) {
	const n = 300
	s := open(t, t.TempDir())
	shard := ShardID{"c", 0}
	want := make([]got, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			g := got{data: fmt.Sprint(i), origin: fmt.Sprint("o/", i)}
			g.sequence = publish(t, s, shard, g.data, g.origin)
			want[i] = g
		})
	}
	wg.Wait()
	slices.SortFunc(want, func(a, b got) int { return int(a.sequence) - int(b.sequence) })
	if all := consume(t, s, shard, 0, n); !slices.Equal(all, want) {
		t.Errorf("got %v\nwant %v", all, want)
	}
	if s.Stats().Batches == 0 {
		t.Error("nothing travelled as a batch")
	}
}

// A batch's messages reach the tail before their sync, and wait there for it.
func TestBatchIsDeliveredOnceSynced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &log{}
		end := l.begin("one")
		delivered := map[string]bool{}
		var mu sync.Mutex
		for id, header := range map[string]nats.Header{"one": {headerBatchID: {"one"}}, "two": {headerBatchID: {"two"}}, "": nil} {
			go func() {
				l.await(header)
				mu.Lock()
				defer mu.Unlock()
				delivered[id] = true
			}()
		}
		check := func(want int, one bool) {
			t.Helper()
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if len(delivered) != want || delivered["one"] != one {
				t.Errorf("delivered %v", delivered)
			}
		}
		check(2, false)
		end()
		check(3, true)
	})
}

func TestOrigins(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	a, b := ShardID{"c", 0}, ShardID{"c", logCount} // the same log
	first := publish(t, s, a, "one", "orders/3@1042")
	if again := publish(t, s, a, "one", "orders/3@1042"); again != first {
		t.Errorf("a repeat got %d, the first %d", again, first)
	}
	publish(t, s, b, "other shard", "orders/3@1042")
	publish(t, s, a, "two", "orders/3@1043")

	// Repeats in one round with new messages: the batch is refused and written one by one.
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() { publish(t, s, a, fmt.Sprint("r", i%30), fmt.Sprint("r", i%30)) })
	}
	wg.Wait()
	check := func(s *Stream) {
		t.Helper()
		all := consume(t, s, a, 0, 32)
		seen := map[string]bool{}
		for _, g := range all {
			if seen[g.origin] {
				t.Errorf("origin %q twice", g.origin)
			}
			seen[g.origin] = true
		}
		if all[0] != (got{first, "one", "orders/3@1042"}) || all[1].data != "two" {
			t.Errorf("got %v", all[:2])
		}
		if last, _ := s.Last(t.Context(), a); last != all[31].sequence {
			t.Errorf("%d is behind the last expected message %d", last, all[31].sequence)
		}
	}
	check(s)
	s.Close()
	s = open(t, dir)
	if again := publish(t, s, a, "one", "orders/3@1042"); again != first {
		t.Errorf("a repeat after reopening got %d, the first %d", again, first)
	}
	check(s)
}

func TestBigMessages(t *testing.T) {
	s := open(t, t.TempDir())
	shard := ShardID{"c", 0}
	big := strings.Repeat("0123456789abcdef", MaxMessage/16)
	var wg sync.WaitGroup
	for range 6 { // more than fit in flight: some wait for room
		wg.Go(func() {
			for {
				var busy ErrBusy
				if _, err := s.Publish(t.Context(), shard, Message{Data: []byte(big)}); err == nil {
					return
				} else if !errors.As(err, &busy) {
					t.Error(err)
					return
				}
			}
		})
	}
	for _, g := range consume(t, s, shard, 0, 6) {
		if g.data != big {
			t.Error("a big message changed on its way")
		}
	}
	wg.Wait()
	for _, m := range []Message{{}, {Data: []byte(big + "x")}, {Data: []byte("x"), Origin: big[:maxOrigin+1]}} {
		if _, err := s.Publish(t.Context(), shard, m); err == nil {
			t.Errorf("%d bytes, origin of %d: no error", len(m.Data), len(m.Origin))
		}
	}
}

func TestBusy(t *testing.T) {
	s := openWith(t, Options{Dir: t.TempDir(), MaxInFlight: MaxMessage})
	data := make([]byte, 5<<20)
	var mu sync.Mutex
	stored, refused := map[uint64]bool{}, 0
	var wg sync.WaitGroup
	for p := range 24 {
		wg.Go(func() {
			sequence, err := s.Publish(t.Context(), ShardID{"c", p % 2 * logCount}, Message{Data: data})
			mu.Lock()
			defer mu.Unlock()
			var busy ErrBusy
			switch {
			case err == nil:
				stored[sequence] = true
			case errors.As(err, &busy) && busy.RetryAfter > 0 && busy.InFlight <= MaxMessage:
				refused++
			default:
				t.Errorf("got %v", err)
			}
		})
	}
	wg.Wait()
	// Everything acknowledged is there, nothing refused is.
	if len(stored)+refused != 24 {
		t.Errorf("%d stored, %d refused of 24", len(stored), refused)
	}
	info, err := s.logs[ShardID{"c", 0}.logNumber()].js.Info(t.Context())
	if err != nil || info.State.Msgs != uint64(len(stored)) {
		t.Errorf("%d acknowledged, %d in the log, %v", len(stored), info.State.Msgs, err)
	}
	if stats := s.Stats(); stats.InFlight != 0 || stats.Refused != int64(refused) {
		t.Errorf("%+v after %d refusals", stats, refused)
	}
	// One more than fits is refused for certain while the budget is taken.
	if err := s.reserve(t.Context(), MaxMessage); err != nil {
		t.Fatal(err)
	}
	var busy ErrBusy
	if _, err := s.Publish(t.Context(), ShardID{"c", 0}, Message{Data: []byte("x")}); !errors.As(err, &busy) {
		t.Errorf("no room: got %v", err)
	}
	s.free(MaxMessage)
	publish(t, s, ShardID{"c", 0}, "x", "")
}

func TestRefusedNames(t *testing.T) {
	s := open(t, t.TempDir())
	for _, shard := range []ShardID{{"", 0}, {"a.b", 0}, {"*", 0}, {">", 1}, {"a b", 0}, {"c", -1}} {
		if _, err := s.Publish(t.Context(), shard, Message{Data: []byte("x")}); err == nil {
			t.Errorf("shard %q: no error", shard)
		}
	}
}

// Close waits for what is being published: each is acknowledged, and there after reopening.
func TestCloseDrains(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	shard := ShardID{"c", 0}
	const n = 200
	var wg sync.WaitGroup
	var queued sync.WaitGroup
	results := make([]error, n)
	queued.Add(n)
	for i := range n {
		wg.Go(func() {
			queued.Done()
			_, results[i] = s.Publish(t.Context(), shard, Message{Data: []byte("x")})
		})
	}
	queued.Wait()
	s.Close()
	wg.Wait()
	acknowledged := 0
	for _, err := range results {
		if err == nil {
			acknowledged++
		} else if err != ErrClosed {
			t.Errorf("got %v", err)
		}
	}
	s = open(t, dir)
	info, err := s.logs[shard.logNumber()].js.Info(t.Context())
	if err != nil || int(info.State.Msgs) != acknowledged {
		t.Errorf("%d acknowledged, %d stored, %v", acknowledged, info.State.Msgs, err)
	}
}

package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
)

func TestOrderAndSequences(t *testing.T) {
	s := open(t, t.TempDir())
	a, b := ShardID{"c1", 0}, ShardID{"c2", 3} // on different logs or not: neither may see the other
	var want []got
	var last uint64
	for i := range 50 {
		text := fmt.Sprint("a", i)
		sequence := publish(t, s, a, text, "")
		if sequence <= last {
			t.Fatalf("sequence %d after %d", sequence, last)
		}
		last = sequence
		want = append(want, got{sequence, text, ""})
		publish(t, s, b, fmt.Sprint("b", i), "")
	}
	if all := consume(t, s, a, 0, 50); !slices.Equal(all, want) {
		t.Errorf("got %v\nwant %v", all, want)
	}
	if all := consume(t, s, a, want[20].sequence, 30); !slices.Equal(all, want[20:]) {
		t.Errorf("from the middle: got %v", all)
	}
	if sequence, err := s.Last(t.Context(), a); err != nil || sequence != last {
		t.Errorf("Last = %d, %v; want %d", sequence, err, last)
	}
	if sequence, err := s.Last(t.Context(), ShardID{"none", 0}); err != nil || sequence != 0 {
		t.Errorf("Last of an unknown shard = %d, %v; want 0", sequence, err)
	}
}

// A consumer that starts in the middle of a load, from the store, and goes over to the tail,
// sees everything once, with many publishers sharing rounds.
func TestConsumeWhilePublishing(t *testing.T) {
	const publishers, each = 40, 50
	s := open(t, t.TempDir())
	shard := ShardID{"c", 0}
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range each {
				if _, err := s.Publish(t.Context(), shard, Message{Data: fmt.Appendf(nil, "%d/%d", p, i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		wg.Go(func() {
			next := make([]int, publishers)
			var last uint64
			for _, g := range consume(t, s, shard, 0, publishers*each) {
				var p, i int
				fmt.Sscanf(g.data, "%d/%d", &p, &i)
				if i != next[p] || g.sequence <= last {
					t.Errorf("publisher %d: message %d at %d; want %d after %d", p, i, g.sequence, next[p], last)
				}
				next[p], last = i+1, g.sequence
			}
		})
	}
	wg.Wait()
	stats := s.Stats()
	if stats.Messages != publishers*each || stats.InFlight != 0 || stats.Batches == 0 || stats.Rounds >= stats.Messages/4 {
		t.Errorf("publishers do not share rounds: %+v", stats)
	}
}

// A consumer slower than its queue allows goes back to the store and misses nothing.
func TestSlowConsumer(t *testing.T) {
	const n, size = 60, 1 << 20 // together more than maxQueued
	s := open(t, t.TempDir())
	shard := ShardID{"c", 0}
	publish(t, s, shard, "first", "")
	var wg sync.WaitGroup
	defer wg.Wait()
	started, published := make(chan struct{}), make(chan struct{})
	wg.Go(func() {
		defer close(published)
		<-started
		for i := range n {
			data := make([]byte, size)
			data[0] = byte(i)
			if _, err := s.Publish(t.Context(), shard, Message{Data: data}); err != nil {
				t.Error(err)
			}
		}
	})
	seen := 0
	err := s.Consume(t.Context(), shard, 0, func(sequence uint64, data []byte, _ string) error {
		switch {
		case string(data) == "first":
			close(started)
			return nil
		case seen == 0:
			<-published // the first of many: the others wait meanwhile
		}
		if data[0] != byte(seen) {
			t.Errorf("message %d, want %d", data[0], seen)
		}
		if seen++; seen == n {
			return errEnough
		}
		return nil
	})
	if err != errEnough {
		t.Fatal(err)
	}
	if l := s.logs[shard.logNumber()]; l.queued.Load() != 0 {
		t.Errorf("%d bytes still counted as queued", l.queued.Load())
	}
}

// A thousand shards, all consumed at once, share four logs.
func TestManyShards(t *testing.T) {
	const shards = 1000
	s := open(t, t.TempDir())
	var consumers, publishers sync.WaitGroup
	for i := range shards {
		shard := ShardID{fmt.Sprint("c", i), i % 3}
		consumers.Go(func() {
			for k, g := range consume(t, s, shard, 0, 2) {
				if want := fmt.Sprint(i, " ", k); g.data != want {
					t.Errorf("%s: got %q, want %q", shard, g.data, want)
				}
			}
		})
		publishers.Go(func() {
			publish(t, s, shard, fmt.Sprint(i, " ", 0), "")
			publish(t, s, shard, fmt.Sprint(i, " ", 1), "")
		})
	}
	publishers.Wait()
	consumers.Wait()
}

func TestConsumeEnds(t *testing.T) {
	s := open(t, t.TempDir())
	shard := ShardID{"c", 0}
	publish(t, s, shard, "x", "")
	ctx, cancel := context.WithCancel(t.Context())
	applied := 0
	err := s.Consume(ctx, shard, 0, func(uint64, []byte, string) error { applied++; cancel(); return nil })
	if err != context.Canceled || applied != 1 {
		t.Errorf("cancelled: got %v after %d messages", err, applied)
	}
	bad := errors.New("bad")
	if err := s.Consume(t.Context(), shard, 0, func(uint64, []byte, string) error { return bad }); err != bad {
		t.Errorf("apply fails: got %v", err)
	}
	var wg sync.WaitGroup
	waiting := make(chan struct{})
	wg.Go(func() {
		err := s.Consume(t.Context(), shard, 0, func(uint64, []byte, string) error { close(waiting); return nil })
		if err != ErrClosed {
			t.Errorf("closed: got %v", err)
		}
	})
	<-waiting
	s.Close()
	wg.Wait()
	if _, err := s.Publish(ctx, shard, Message{Data: []byte("x")}); err != ErrClosed {
		t.Errorf("Publish after Close: got %v", err)
	}
}

func TestTrim(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	a, b := ShardID{"c", 0}, ShardID{"c", logCount}
	var sequences []uint64
	for i := range 10 {
		sequences = append(sequences, publish(t, s, a, fmt.Sprint("a", i), ""))
		publish(t, s, b, fmt.Sprint("b", i), "")
	}
	if err := s.Trim(t.Context(), a, sequences[3]); err != nil {
		t.Fatal(err)
	}
	if all := consume(t, s, a, 0, 6); all[0] != (got{sequences[4], "a4", ""}) {
		t.Errorf("after Trim: got %v", all)
	}
	if all := consume(t, s, b, 0, 10); all[0].data != "b0" {
		t.Errorf("Trim of one shard took another's: %v", all)
	}
	for _, shard := range []ShardID{a, b} {
		if err := s.Drop(t.Context(), shard); err != nil {
			t.Fatal(err)
		}
		if last, err := s.Last(t.Context(), shard); last != 0 || err != nil {
			t.Errorf("Last after Drop = %d, %v", last, err)
		}
	}
	// The log is empty now: its sequences go on, after a crash too.
	s = open(t, crashed(t, dir))
	if next := publish(t, s, a, "new", ""); next <= sequences[9] {
		t.Errorf("sequence %d was used before: the last was %d", next, sequences[9])
	}
	if all := consume(t, s, a, 0, 1); all[0].data != "new" {
		t.Errorf("got %v", all)
	}
}

package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// open starts an embedded stream that the test closes.
func open(t testing.TB, dir string) *Stream {
	t.Helper()
	return openWith(t, Options{Dir: dir})
}

func openWith(t testing.TB, options Options) *Stream {
	t.Helper()
	options.Logger = quiet
	s, err := Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func publish(t testing.TB, s *Stream, shard ShardID, data, origin string) uint64 {
	t.Helper()
	sequence, err := s.Publish(t.Context(), shard, Message{Data: []byte(data), Origin: origin})
	if err != nil {
		t.Fatal(err)
	}
	return sequence
}

var errEnough = errors.New("enough")

// got is what apply was given.
type got struct {
	sequence     uint64
	data, origin string
}

// consume reads n messages of a shard.
func consume(t testing.TB, s *Stream, shard ShardID, from uint64, n int) (all []got) {
	t.Helper()
	if n == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := s.Consume(ctx, shard, from, func(sequence uint64, data []byte, origin string) error {
		all = append(all, got{sequence, string(data), origin})
		if len(all) == n {
			return errEnough
		}
		return nil
	})
	if err != errEnough {
		t.Fatalf("consume %s from %d: %v after %d of %d messages", shard, from, err, len(all), n)
	}
	return all
}

func texts(all []got) (out []string) {
	for _, g := range all {
		out = append(out, g.data)
	}
	return out
}

// crashed copies a data folder as a process that was killed would have left it.
func crashed(t testing.TB, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

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

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	shard := ShardID{"c", 1}
	s := open(t, dir)
	for i := range 10 {
		publish(t, s, shard, fmt.Sprint(i), "")
	}
	// The process dies after the tenth acknowledgement; Close never runs.
	s = open(t, crashed(t, dir))
	all := consume(t, s, shard, 0, 10)
	if want := strings.Split("0123456789", ""); !slices.Equal(texts(all), want) {
		t.Errorf("after a crash: got %v", texts(all))
	}
	if next := publish(t, s, shard, "10", ""); next <= all[9].sequence {
		t.Errorf("sequence %d after %d", next, all[9].sequence)
	}
	if rest := consume(t, s, shard, all[9].sequence+1, 1); rest[0].data != "10" {
		t.Errorf("got %v", rest)
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
	if _, err := s.Publish(t.Context(), shard, Message{Data: []byte("x")}); err != ErrClosed {
		t.Errorf("Publish after Close: got %v", err)
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

func TestRefusedNames(t *testing.T) {
	s := open(t, t.TempDir())
	for _, shard := range []ShardID{{"", 0}, {"a.b", 0}, {"*", 0}, {">", 1}, {"a b", 0}, {"c", -1}} {
		if _, err := s.Publish(t.Context(), shard, Message{Data: []byte("x")}); err == nil {
			t.Errorf("shard %q: no error", shard)
		}
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	for i := range logCount {
		publish(t, s, ShardID{"c", i}, "x", "")
	}
	tests := []struct {
		name    string
		options Options
		want    string
	}{
		{"in use", Options{Dir: dir}, "in use by another server"},
		{"neither", Options{}, "set either"},
		{"both", Options{Dir: dir, URL: "nats://127.0.0.1:1"}, "set either"},
		{"no server", Options{URL: "nats://me:secret@127.0.0.1:1"}, "NATS at nats://127.0.0.1:1"},
		{"no URL", Options{URL: "nats://me:secret@127.0.0.1:port"}, "NATS at nats://127.0.0.1:port"},
		{"no scheme", Options{URL: "me:secret@127.0.0.1:1,127.0.0.1:2"}, "NATS at nats://127.0.0.1:1,127.0.0.1:2"},
		{"small budget", Options{Dir: dir, MaxInFlight: 1}, "do not hold one message"},
		{"damaged", Options{Dir: damaged(t, dir)}, "cannot be read"},
	}
	for _, test := range tests {
		test.options.Logger = quiet
		s, err := Open(t.Context(), test.options)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

// A flipped bit in the log's end makes the server cut it off. Whoever has applied what was
// cut off is told; from 1 on, what is left is read.
func TestLost(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	shard := ShardID{"c", 0}
	for range 10 {
		publish(t, s, shard, "message", "")
	}
	name := s.logs[shard.logNumber()].name
	dir = crashed(t, dir)
	block := filepath.Join(dir, server.JetStreamStoreDir, "$G", "streams", name, "msgs", "1.blk")
	data, err := os.ReadFile(block)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(block, data, fs.ModePerm); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	nothing := func(uint64, []byte, string) error { return errEnough }
	if err := s.Consume(t.Context(), shard, 11, nothing); !errors.Is(err, ErrLost) {
		t.Errorf("got %v", err)
	}
	if err := s.Consume(t.Context(), shard, 1, nothing); err != errEnough {
		t.Errorf("what is left: got %v", err)
	}
}

// damaged is a copy of a folder with a stream's description spoilt.
func damaged(t *testing.T, dir string) string {
	dir = crashed(t, dir)
	meta := filepath.Join(dir, server.JetStreamStoreDir, "$G", "streams", "log_2", "meta.inf")
	if err := os.WriteFile(meta, []byte("{"), fs.ModePerm); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The same over TCP, with the NATS server somewhere else.
func TestRemote(t *testing.T) {
	srv, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: t.TempDir(), MaxPayload: 4 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	srv.Start()
	defer func() { srv.Shutdown(); srv.WaitForShutdown() }()
	if !srv.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	a, b := openWith(t, Options{URL: srv.ClientURL()}), openWith(t, Options{URL: srv.ClientURL()})
	shard := ShardID{"c", 0}
	var wg sync.WaitGroup
	wg.Go(func() {
		if all := consume(t, b, shard, 0, 3); !slices.Equal(texts(all), []string{"1", "2", "3"}) {
			t.Errorf("got %v", all)
		}
	})
	for _, text := range []string{"1", "2", "3"} {
		publish(t, a, shard, text, text)
	}
	wg.Wait()
	if _, err := a.Publish(t.Context(), shard, Message{Data: make([]byte, 4<<20)}); err == nil || !strings.Contains(err.Error(), "split it") {
		t.Errorf("more than the server takes: got %v", err)
	}
	kv, err := a.KV(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Put(t.Context(), "k", []byte("v"), 0); err != nil {
		t.Error(err)
	}
	a.Close()
	b.Close()
}

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

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		publishUntilKilled(dir)
	}
	goleak.VerifyTestMain(m)
}

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

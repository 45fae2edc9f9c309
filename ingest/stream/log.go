package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/nats-io/nats.go/jetstream"
)

// log is one JetStream stream and what this process does with it: a committer that writes
// what is published, and a tail that hands what arrives to the shards consumed here.
//
// Locks: a log's mu before a subscription's mu; commits.mu is taken alone.
type log struct {
	stream *Stream
	name   string
	js     jetstream.Stream

	end     atomic.Uint64 // a sequence that the log has reached; it may have gone on
	commits commits
	sending atomic.Pointer[batch] // nil: none

	mu     sync.RWMutex
	tail   jetstream.ConsumeContext   // nil until the first Consume
	shards map[string][]*subscription // by subject; those being consumed

	queued atomic.Int64 // message bytes in all subscriptions' queues, at most maxQueued
}

// openLog makes the JetStream stream, or brings its settings up to date.
func openLog(ctx context.Context, s *Stream, number int) (*log, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	l := &log{stream: s, name: fmt.Sprintf("log_%d", number), shards: map[string][]*subscription{}}
	l.commits.wake = make(chan struct{}, 1)
	want := jetstream.StreamConfig{
		Name:        l.name,
		Description: "writes of many collections",
		Subjects:    []string{fmt.Sprintf("log.%d.*.*", number)},
		Storage:     jetstream.FileStorage,
		Replicas:    s.replicas(),
		Duplicates:  dedupeWindow,
		// Full means refused: the default, dropping the oldest, would lose acknowledged writes.
		Discard: jetstream.DiscardNew,
		// A follower answers direct reads too and may lag: only where there is none is "no more" exact.
		AllowDirect:        s.replicas() == 1,
		AllowAtomicPublish: true,
	}
	var err error
	l.js, err = s.js.Stream(ctx, l.name)
	// An update costs 10 ms even where it changes nothing.
	if errors.Is(err, jetstream.ErrStreamNotFound) || err == nil && !sameSettings(l.js.CachedInfo().Config, want) {
		l.js, err = s.js.CreateOrUpdateStream(ctx, want)
	}
	if err != nil {
		return nil, fmt.Errorf("stream: log %s: %w", l.name, err)
	}
	l.end.Store(l.js.CachedInfo().State.LastSeq)
	return l, nil
}

// sameSettings compares what openLog may change from one version or start to another.
func sameSettings(a, b jetstream.StreamConfig) bool {
	return a.Replicas == b.Replicas && a.Duplicates == b.Duplicates && a.Discard == b.Discard &&
		a.AllowDirect == b.AllowDirect && a.AllowAtomicPublish == b.AllowAtomicPublish
}

// reaches fails when a consumer has seen more than the log ever held. A damaged file store
// loses its end without an error, and would use those sequences again, for messages that the
// consumer would then take for old ones.
func (l *log) reaches(ctx context.Context, sequence uint64) error {
	if sequence <= l.end.Load() {
		return nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	info, err := l.js.Info(ctx)
	if err != nil {
		return fmt.Errorf("log %s: %w", l.name, err)
	}
	l.end.Store(info.State.LastSeq)
	if sequence > info.State.LastSeq {
		return fmt.Errorf("%w: log %s ends at %d, but %d was applied; restore the data folder from a backup",
			ErrLost, l.name, info.State.LastSeq, sequence)
	}
	return nil
}

// log returns the log that carries a shard.
func (s *Stream) log(shard ShardID) (*log, error) {
	if err := shard.valid(); err != nil {
		return nil, err
	}
	if s.done.Err() != nil {
		return nil, ErrClosed
	}
	return s.logs[shard.logNumber()], nil
}

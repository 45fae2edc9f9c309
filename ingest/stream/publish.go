package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// busyWait is how long Publish waits for room before it says ErrBusy: long enough to
	// smooth a burst, short enough that callers do not pile up.
	busyWait = 100 * time.Millisecond

	// retryAfter is the advice in ErrBusy. A disk that syncs 64 MB/s drains the default
	// MaxInFlight in that time; HTTP's Retry-After knows no less than a second.
	retryAfter = time.Second

	// publishTimeout is how long the log may take to acknowledge. It is for disks and
	// networks that hang, not for slow ones.
	publishTimeout = 30 * time.Second

	headerMsgID = "Nats-Msg-Id" // JetStream's: what repeats within the window is dropped
)

// ErrBusy says that as many bytes as allowed wait for their sync: nothing was published, and
// the caller may try again later. errors.As finds it by value.
type ErrBusy struct {
	RetryAfter time.Duration
	InFlight   int64 // bytes waiting
}

func (e ErrBusy) Error() string {
	return fmt.Sprintf("stream: busy: %d bytes wait for the disk; retry after %s", e.InFlight, e.RetryAfter)
}

// Publish appends a message to a shard and returns its sequence once it is on disk. A message
// whose origin the shard has seen in the last 2 minutes is not stored again: the first one's
// sequence is returned.
//
// Any number may publish at once; they share syncs. Messages published one after the other
// keep that order. More than Options.MaxInFlight bytes in flight are refused with ErrBusy.
// After any other error, the context's included, the message may or may not be stored: an
// origin makes it safe to publish again.
func (s *Stream) Publish(ctx context.Context, shard ShardID, message Message) (sequence uint64, err error) {
	l, err := s.log(shard)
	if err != nil {
		return 0, err
	}
	size := int64(len(message.Data))
	switch most := s.maxData(); {
	case size == 0:
		return 0, fmt.Errorf("stream: shard %s: an empty message", shard)
	case size > most:
		return 0, fmt.Errorf("stream: shard %s: a message of %d bytes; at most %d: split it", shard, size, most)
	case len(message.Origin) > maxOrigin:
		return 0, fmt.Errorf("stream: shard %s: an origin of %d bytes; at most %d", shard, len(message.Origin), maxOrigin)
	}
	if err := s.reserve(ctx, size); err != nil {
		return 0, err
	}
	p := &publication{message: newMsg(shard.subject(), message), result: make(chan result, 1)}
	if !l.commits.add(p) {
		s.free(size)
		return 0, ErrClosed
	}
	select {
	case r := <-p.result:
		if r.err != nil {
			return 0, fmt.Errorf("stream: shard %s: %w", shard, r.err)
		}
		return r.sequence, nil
	case <-ctx.Done():
		return 0, fmt.Errorf("stream: shard %s: %w", shard, ctx.Err())
	}
}

// reserve takes bytes of the budget, which the committer gives back.
func (s *Stream) reserve(ctx context.Context, size int64) error {
	if !s.budget.TryAcquire(size) {
		wait, cancel := context.WithTimeout(ctx, busyWait)
		defer cancel()
		if err := s.budget.Acquire(wait, size); err != nil {
			if ctx.Err() != nil {
				return fmt.Errorf("stream: %w", ctx.Err())
			}
			s.stats.refused.Add(1)
			return ErrBusy{RetryAfter: retryAfter, InFlight: s.stats.inFlight.Load()}
		}
	}
	s.stats.inFlight.Add(size)
	return nil
}

func (s *Stream) free(size int64) {
	s.stats.inFlight.Add(-size)
	s.budget.Release(size)
}

// newMsg puts a message on a subject. JetStream drops repeated ids per stream, which many
// shards share, so the id begins with the subject.
func newMsg(subject string, message Message) *nats.Msg {
	m := &nats.Msg{Subject: subject, Data: message.Data}
	if message.Origin != "" {
		m.Header = nats.Header{headerMsgID: {subject + " " + message.Origin}}
	}
	return m
}

// origin is newMsg's inverse.
func origin(subject string, header nats.Header) string {
	id := header[headerMsgID]
	if len(id) == 0 || len(id[0]) <= len(subject) {
		return ""
	}
	return id[0][len(subject)+1:]
}

// publication is one message on its way to disk.
type publication struct {
	message *nats.Msg
	result  chan result // room for one; the committer never waits for the publisher
}

type result struct {
	sequence uint64
	err      error
}

var errNoReply = errors.New("the log did not acknowledge in time")

package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/nats-io/nats.go/jetstream"
)

// Consume calls apply for every message of a shard with a sequence of at least from (0: all
// that are kept), in order, each once, and goes on with what is published later. It returns
// what apply returns, the context's error, or ErrClosed; apply runs on the caller's goroutine.
// A from beyond the log's end by more than one is ErrLost.
//
// apply may keep data and must not change it: others who consume the shard share it.
// A message is delivered only once it is on disk (from another process by way of an external
// server with one copy: once that server has it).
func (s *Stream) Consume(ctx context.Context, shard ShardID, from uint64, apply func(sequence uint64, data []byte, origin string) error) error {
	l, err := s.log(shard)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.done, func() { cancel(ErrClosed) })()

	sub := &subscription{log: l, subject: shard.subject(), next: max(from, 1), wake: make(chan struct{}, 1), behind: true}
	if err := l.reaches(ctx, sub.next-1); err != nil {
		return fmt.Errorf("stream: shard %s: %w", shard, s.causeOf(ctx, err))
	}
	if err := l.attach(ctx, sub); err != nil {
		return fmt.Errorf("stream: shard %s: %w", shard, s.causeOf(ctx, err))
	}
	defer l.detach(sub)
	counted := func(m message) error {
		s.stats.delivered.Add(1)
		return apply(m.sequence, m.data, m.origin)
	}
	for {
		if err := sub.catchUp(ctx, counted); err != nil {
			return s.causeOf(ctx, err)
		}
		if err := sub.follow(ctx, counted); err != nil {
			return s.causeOf(ctx, err)
		}
	}
}

// causeOf replaces an error that only echoes the end of the context, or of the Stream, by
// the reason of that end.
func (s *Stream) causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
		return cause
	}
	return s.orClosed(err)
}

// message is one message as it was stored.
type message struct {
	sequence uint64
	data     []byte
	origin   string
}

// subscription is one Consume. It reads from the store until there is no more, then from its
// queue, which the tail fills. When the queue would hold too much, the tail drops what
// comes, says behind, and the subscription goes back to the store: a slow reader costs reads,
// not memory.
type subscription struct {
	log     *log
	subject string
	next    uint64 // the lowest sequence that apply has not seen; only Consume's goroutine touches it

	wake chan struct{} // room for one: queue or behind changed

	mu     sync.Mutex
	queue  []message
	behind bool // something was dropped after the queue's end
}

// catchUp reads from the store until there is no more. From before the first read on, the
// tail queues what arrives, so that nothing falls between the two.
func (s *subscription) catchUp(ctx context.Context, apply func(message) error) error {
	s.mu.Lock()
	s.behind = false
	s.mu.Unlock()
	for {
		m, err := s.log.read(ctx, s.next, s.subject)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("stream: reading %s from %d: %w", s.subject, s.next, err)
		}
		s.log.stream.stats.read.Add(1)
		if err := apply(m); err != nil {
			return err
		}
		s.next = m.sequence + 1
	}
}

// follow applies what the tail queues until the subscription has fallen behind.
func (s *subscription) follow(ctx context.Context, apply func(message) error) error {
	for {
		s.mu.Lock()
		queue, behind := s.queue, s.behind
		s.queue = nil
		s.mu.Unlock()
		for i, m := range queue {
			err := ctx.Err()
			if err == nil && m.sequence >= s.next { // else the store gave it already
				err = apply(m)
				s.next = m.sequence + 1
			}
			if err != nil {
				s.log.release(queue[i:])
				return err
			}
			s.log.release(queue[i : i+1])
		}
		switch {
		case behind:
			return nil
		case len(queue) > 0:
			continue
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// read returns a subject's first message with a sequence of at least from.
func (l *log) read(ctx context.Context, from uint64, subject string) (message, error) {
	ctx, cancel := context.WithTimeout(ctx, setupTimeout)
	defer cancel()
	raw, err := l.js.GetMsg(ctx, from, jetstream.WithGetMsgSubject(subject))
	if err != nil {
		return message{}, err
	}
	return message{raw.Sequence, raw.Data, origin(subject, raw.Header)}, nil
}

package stream

import (
	"context"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
)

// maxQueued is how many bytes of messages a log's subscriptions may have queued together.
// It only has to bridge the time that a subscription takes to read from the store.
const maxQueued = 32 << 20

// attach makes the tail queue what arrives for the subscription, starting the tail if this
// is the log's first. What is in the store by then is the subscription's to read.
func (l *log) attach(ctx context.Context, sub *subscription) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stream.done.Err() != nil {
		return ErrClosed
	}
	if l.tail == nil {
		if err := l.startTail(ctx); err != nil {
			return err
		}
	}
	l.shards[sub.subject] = append(l.shards[sub.subject], sub)
	return nil
}

func (l *log) detach(sub *subscription) {
	l.mu.Lock()
	rest := slices.DeleteFunc(l.shards[sub.subject], func(s *subscription) bool { return s == sub })
	if len(rest) == 0 {
		delete(l.shards, sub.subject)
	} else {
		l.shards[sub.subject] = rest
	}
	l.mu.Unlock()

	sub.mu.Lock()
	defer sub.mu.Unlock()
	l.release(sub.queue)
	sub.queue = nil
}

// startTail follows the log from its present end: one ordered consumer serves all shards, so
// that 10,000 shards are not 10,000 consumers. The client renews it after a lost connection,
// without a gap.
func (l *log) startTail(ctx context.Context) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	info, err := l.js.Info(ctx)
	if err != nil {
		return fmt.Errorf("log %s: %w", l.name, err)
	}
	consumer, err := l.js.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:   info.State.LastSeq + 1,
	})
	if err != nil {
		return fmt.Errorf("log %s: tail: %w", l.name, err)
	}
	l.tail, err = consumer.Consume(l.dispatch)
	if err != nil {
		return fmt.Errorf("log %s: tail: %w", l.name, err)
	}
	return nil
}

// stopTail ends the tail and waits until its last message is handed out.
func (l *log) stopTail() {
	l.mu.Lock()
	tail := l.tail
	l.mu.Unlock()
	if tail != nil {
		tail.Stop()
		<-tail.Closed()
	}
}

// dispatch queues one message for whoever consumes its shard.
func (l *log) dispatch(m jetstream.Msg) {
	l.await(m.Headers())
	l.mu.RLock()
	defer l.mu.RUnlock()
	subs := l.shards[m.Subject()]
	if len(subs) == 0 {
		return
	}
	meta, err := m.Metadata()
	if err != nil {
		panic("bug: a JetStream message without its metadata: " + err.Error())
	}
	for _, sub := range subs {
		sub.push(message{meta.Sequence.Stream, m.Data(), origin(m.Subject(), m.Headers())})
	}
}

// push is called by the tail alone.
func (s *subscription) push(m message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := int64(len(m.data))
	switch {
	case s.behind:
		return
	case s.log.queued.Add(size) > maxQueued:
		s.log.queued.Add(-size)
		s.behind = true
	default:
		s.queue = append(s.queue, m)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// release gives back the queue budget of messages that have been applied or will not be.
func (l *log) release(messages []message) {
	for _, m := range messages {
		l.queued.Add(-int64(len(m.data)))
	}
}

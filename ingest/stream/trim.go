package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Trim drops a shard's messages up to and including a sequence. They may go only when what
// they wrote is durable elsewhere.
func (s *Stream) Trim(ctx context.Context, shard ShardID, to uint64) error {
	return s.purge(ctx, shard, jetstream.WithPurgeSequence(to+1))
}

// Drop drops all of a shard's messages. A shard published to again goes on with higher sequences.
func (s *Stream) Drop(ctx context.Context, shard ShardID) error {
	return s.purge(ctx, shard)
}

func (s *Stream) purge(ctx context.Context, shard ShardID, options ...jetstream.StreamPurgeOpt) error {
	l, err := s.log(shard)
	if err != nil {
		return err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := l.js.Purge(ctx, append(options, jetstream.WithPurgeSubject(shard.subject()))...); err != nil {
		return fmt.Errorf("stream: shard %s: trim: %w", shard, s.orClosed(err))
	}
	return nil
}

// Last returns the sequence of the shard's newest message that is still kept, 0 if there is
// none: nothing was ever published, or everything was trimmed.
func (s *Stream) Last(ctx context.Context, shard ShardID) (uint64, error) {
	l, err := s.log(shard)
	if err != nil {
		return 0, err
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	raw, err := l.js.GetLastMsgForSubject(ctx, shard.subject())
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("stream: shard %s: %w", shard, s.orClosed(err))
	}
	return raw.Sequence, nil
}

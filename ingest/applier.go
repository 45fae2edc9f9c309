package ingest

import (
	"context"
	"fmt"
	"sync"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest/stream"
)

// Applier brings one shard's changes from the log to the index, in order, each once.
type Applier struct {
	Stream *stream.Stream
	ID     stream.ShardID
	Shard  *index.Shard
	Writer *Writer // is told what changes found; may be nil

	// Compute runs a task that takes CPU time, when it may; nil: at once.
	Compute func(task func())

	mu      sync.Mutex
	trimmed uint64 // the log has nothing up to here
}

// Run applies until ctx ends, whose error it then returns, or something fails.
func (a *Applier) Run(ctx context.Context) error {
	return a.Stream.Consume(ctx, a.ID, a.Shard.Durable()+1, func(sequence uint64, data []byte, _ string) error {
		var err error
		apply := func() { err = a.apply(sequence, data) }
		if a.Compute == nil {
			apply()
		} else {
			a.Compute(apply)
		}
		return err
	})
}

// apply applies one message.
func (a *Applier) apply(sequence uint64, data []byte) error {
	ticket, writes, err := decodeMessage(data)
	if err != nil {
		return err
	}
	if err := a.Shard.Apply(sequence, writes); err != nil {
		return err
	}
	if a.Writer != nil {
		a.Writer.Told(ticket, writes)
	}
	return nil
}

// Trim drops from the log what is in segments by now; cheap when nothing was flushed since the last time.
// A crash between flush and trim only leaves messages that the next start skips.
func (a *Applier) Trim(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	durable := a.Shard.Durable()
	if durable <= a.trimmed {
		return nil
	}
	if err := a.Stream.Trim(ctx, a.ID, durable); err != nil {
		return fmt.Errorf("shard %s: trimming the log: %w", a.ID, err)
	}
	a.trimmed = durable
	return nil
}

package ingest

import (
	"context"
	"log/slog"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest/stream"
)

// Applier brings one shard's changes from the log to the index, in order, each once.
type Applier struct {
	Stream *stream.Stream
	ID     stream.ShardID
	Shard  *index.Shard
	Writer *Writer // is told what changes found; may be nil
}

// Run applies until ctx ends, whose error it then returns, or something fails.
func (a *Applier) Run(ctx context.Context) error {
	trimmed := a.Shard.Durable()
	return a.Stream.Consume(ctx, a.ID, trimmed+1, func(sequence uint64, data []byte, _ string) error {
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
		if durable := a.Shard.Durable(); durable > trimmed {
			trimmed = durable
			// A crash before the trim only leaves messages that the next start skips.
			if err := a.Stream.Trim(ctx, a.ID, durable); err != nil && ctx.Err() == nil {
				slog.Warn("cannot trim the log; it will be tried again after the next flush", "shard", a.ID, "error", err)
			}
		}
		return nil
	})
}

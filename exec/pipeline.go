// Package exec runs plans: pipelines of batches from a Source to a Sink, on the workers of a virtual
// instance, over snapshots. It knows no names, only snapshots.
package exec

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/vec"
)

// Source is where a pipeline's batches come from. Open is called once per worker; Close once, after all
// readers, whether or not they were read to their ends.
type Source interface {
	Open(*instance.Worker) (Reader, error)
	Close() error
}

// Reader is one worker's share of a Source. Read gives the next batch, valid until the next Read, possibly
// without rows; io.EOF: no more.
type Reader interface {
	Read() (*vec.Batch, error)
	Close() error
}

// Sink is where batches go: an operator that writes to the next Sink, or the last one, which keeps them.
// Open is called once per worker. Close is called once, after all its writers, if all went well.
type Sink interface {
	Open(*instance.Worker) (Writer, error)
	Close() error
}

// Writer is one worker's share of a Sink. The batch and its vectors belong to the caller: they may be read
// until Write returns. io.EOF: this sink wants no more, from any writer. Close is called even after errors.
type Writer interface {
	Write(*vec.Batch) error
	Close() error
}

// parallel is met by sources that know how many workers they can feed; others feed any number.
type parallel interface{ Parallel() int }

// pipeline is run as a whole: when it is done, its sink has been closed.
type pipeline struct {
	source Source
	sink   Sink
}

func (p *pipeline) run(ctx context.Context, admission *instance.Admission) (err error) {
	defer func() {
		if e := p.source.Close(); err == nil {
			err = e
		}
	}()
	workers := admission.Workers()
	if s, ok := p.source.(parallel); ok {
		workers = min(workers, s.Parallel())
	}
	if err := admission.Run(ctx, workers, p.work); err != nil {
		return err
	}
	return p.sink.Close()
}

// work is the driver: the one place for the loop, cancellation and panics.
func (p *pipeline) work(ctx context.Context, w *instance.Worker) (err error) {
	defer func() {
		if r := recover(); r != nil {
			slog.Error("query panicked", "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("internal error: %v", r)
		}
	}()
	reader, err := p.source.Open(w)
	if err != nil {
		return err
	}
	defer closing(reader, &err)
	writer, err := p.sink.Open(w)
	if err != nil {
		return err
	}
	defer closing(writer, &err)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		batch, err := reader.Read()
		if err == nil && batch.Rows > 0 {
			err = writer.Write(batch)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// closing closes c and keeps the first error.
func closing(c io.Closer, err *error) {
	if e := c.Close(); *err == nil {
		*err = e
	}
}

// shared lets several pipelines, one after the other, write to one Sink: it is closed when the last is done.
type shared struct {
	Sink
	left int // pipelines
}

// Close counts down.
func (s *shared) Close() error {
	if s.left--; s.left > 0 {
		return nil
	}
	return s.Sink.Close()
}

package index

import (
	"context"
	"io"
	"time"
)

const (
	// paceSlice is how long a merge works before it looks whether somebody reads.
	paceSlice = 2 * time.Millisecond
	// maxRest bounds a rest, behind a long piece of work.
	maxRest = 100 * time.Millisecond
	// hurrySegments is the number of a shard's segments from which its merges do not rest: they are behind.
	hurrySegments = 64
)

// pace has a merge leave half of its time to queries: while there are snapshots, it rests as long as it has worked.
// It is of one goroutine. The nil pace never rests.
type pace struct {
	ctx    context.Context
	busy   func() bool
	begun  time.Time // of the work since the last rest
	rested time.Duration
}

// newPace is of a merge that begins now.
func (s *Shard) newPace(segments int) *pace {
	readers := s.options.readers
	return &pace{ctx: s.ctx, begun: time.Now(), busy: func() bool { return segments < hurrySegments && readers.Load() > 0 }}
}

// pause rests if it is time to. It ends early when the context does.
func (p *pace) pause() {
	if p == nil {
		return
	}
	worked := time.Since(p.begun)
	if worked < paceSlice {
		return
	}
	if p.busy() {
		rest := time.NewTimer(min(worked, maxRest))
		defer rest.Stop()
		from := time.Now()
		select {
		case <-rest.C:
		case <-p.ctx.Done():
		}
		p.rested += time.Since(from)
	}
	p.begun = time.Now()
}

// paced rests between writes.
type paced struct {
	io.Writer
	pace *pace
}

// Write implements io.Writer.
func (p paced) Write(b []byte) (int, error) {
	p.pace.pause()
	return p.Writer.Write(b)
}

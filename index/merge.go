package index

import (
	"errors"
	"fmt"
	"time"

	"github.com/outcropdb/outcrop/index/compact"
	"github.com/outcropdb/outcrop/index/memtable"
	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/vec"
)

// choice is what a merge job may work on.
type choice struct {
	parts []*part
	drop  bool  // their documents go
	bytes int64 // of memory that it takes, about
}

// due is expired segments, to drop, or those that compact picks; the best choice first, and then those that take
// less memory. When all that was written is on disk, that includes what compact tidies. It goes by the durable version, so that a merged segment shows what the manifest's sequence does.
// The caller has mu.
func (s *Shard) due() (choices []choice) {
	if expired := s.expired(); len(expired) > 0 {
		return []choice{{parts: expired, drop: true}}
	}
	if s.durable.damage() != nil {
		return nil // what cannot be read cannot be merged
	}
	segments := make([]compact.Segment, len(s.durable.parts))
	for i, p := range s.durable.parts {
		segments[i] = compact.Segment{Rows: p.live.rows, Dead: p.live.dead, Raw: p.file.entry.Raw, File: p.file.entry.Bytes}
	}
	for size := s.options.SegmentBytes; size > 0; size /= 2 {
		picked := compact.Pick(segments, size)
		if len(picked) == 0 && s.current.sequence == s.durable.sequence {
			picked = compact.Tidy(segments, size, s.spare())
		}
		if len(picked) == 0 {
			break
		}
		var c choice
		documents, raw := 0, int64(0)
		for _, i := range picked {
			c.parts = append(c.parts, s.durable.parts[i])
			documents += segments[i].Rows - segments[i].Dead
			raw += segments[i].Live()
		}
		c.bytes = int64(memtable.New().Expect(documents, int(raw)))
		if n := len(choices); n == 0 || c.bytes < choices[n-1].bytes {
			choices = append(choices, c)
		}
	}
	return choices
}

// spare is the bytes that may be written to tidy. What the shard had when it was opened counts as flushed. The
// caller has mu.
func (s *Shard) spare() int64 {
	return (compact.Amplification-1)*(s.opened+s.counters.FlushBytes) - s.counters.MergeBytes
}

// afford takes the memory of the best choice that there is memory for, and waits for that of the least; the
// bytes are to be given back. ok is false when it could not wait.
func (s *Shard) afford(choices []choice) (c choice, ok bool) {
	ledger := s.options.ledger
	for _, c := range choices {
		if ledger.try(c.bytes) {
			return c, true
		}
	}
	c = choices[len(choices)-1]
	if s.options.Background == nil { // nobody makes room meanwhile
		_, ok = ledger.tryOrWatch(c.bytes)
		return c, ok
	}
	return c, ledger.grow(s.ctx, c.bytes, func() error { return nil }) == nil
}

// mergeAll merges and drops segments until nothing is due; it is a job. Segments that are flushed while it waits
// for memory are for the next turn.
func (s *Shard) mergeAll() {
	defer s.jobs.Done()
	for {
		s.mu.Lock()
		choices := s.due()
		if len(choices) == 0 || s.closed {
			s.merging = false
			s.notify()
			s.mu.Unlock()
			return
		}
		held := s.durable.hold()
		s.mu.Unlock()
		took, err := time.Duration(0), error(nil)
		c, ok := s.afford(choices)
		if ok {
			begun := time.Now()
			err = s.merge(c.parts, c.drop)
			took = time.Since(begun)
			s.options.ledger.give(c.bytes)
		}
		held.release()
		s.mu.Lock()
		switch {
		case ok && err == nil:
			s.counters.Merges++
			s.counters.MergeTime += took
			s.mu.Unlock()
			continue
		case err != nil:
			s.counters.MergeFailures++
			s.counters.MergeError = fmt.Errorf("merge: %w", err)
		}
		s.merging = false // the next flush or Tick tries again
		s.notify()
		s.mu.Unlock()
		return
	}
}

// merge puts one segment, or none, in the place of the inputs. With drop their documents go.
func (s *Shard) merge(inputs []*part, drop bool) error {
	var merged *file
	gone := 0
	if drop {
		for _, p := range inputs {
			gone += p.Rows()
		}
	} else {
		var err error
		if inputs, gone, err = s.unexpired(inputs); err != nil {
			return err
		}
		if merged, err = s.writeMerged(inputs); err != nil {
			return err
		}
	}
	if merged != nil {
		defer merged.release() // versions hold it, if it comes so far
	}
	s.commit.Lock()
	defer s.commit.Unlock()
	next := s.durable.merged(inputs, merged) // durable changes under commit alone
	if err := s.replace(next); err != nil {
		next.release()
		return err
	}
	for _, p := range inputs {
		p.file.obsolete.Store(true)
	}
	s.mu.Lock()
	s.counters.Expired += int64(gone)
	s.mu.Unlock()
	s.swap(next, func(v *version) *version { return v.merged(inputs, merged) })
	return nil
}

// unexpired is the inputs without the documents that have expired, and how many these are.
func (s *Shard) unexpired(inputs []*part) (left []*part, gone int, err error) {
	s.mu.Lock()
	oldest, ok := s.oldest()
	s.mu.Unlock()
	if !ok {
		return inputs, 0, nil
	}
	for _, p := range inputs {
		kept, err := p.since(oldest)
		if err != nil {
			return nil, 0, err
		}
		left = append(left, kept)
		gone += kept.live.dead - p.live.dead
	}
	return left, gone, nil
}

// writeMerged writes the inputs' live documents into a new segment; nil if there are none.
func (s *Shard) writeMerged(inputs []*part) (*file, error) {
	s.mu.Lock()
	pace := s.newPace(len(s.durable.parts))
	s.mu.Unlock()
	target, err := s.copyLive(inputs, pace)
	if err != nil || target.Rows() == 0 {
		return nil, err
	}
	merged, err := s.write(target.Publish(), newLive(target.Rows(), nil), pace)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counters.MergeRest += pace.rested
	if merged != nil {
		s.counters.MergeBytes += merged.entry.Bytes
	}
	return merged, err
}

// copyLive copies the inputs' live documents.
func (s *Shard) copyLive(inputs []*part, pace *pace) (*memtable.Memtable, error) {
	target := memtable.New()
	list := make([]compact.Input, len(inputs))
	for i, p := range inputs {
		list[i] = compact.Input{Documents: p, Rows: p.Rows(), Live: p.Live()}
	}
	err := compact.Merge(s.ctx, list, pace.pause, func(document vec.Value) error {
		id := document.Field("_id")
		if id.Type() != vec.String {
			return errors.New("_id is not a string")
		}
		return target.Append(primary.Hash(id.Content()), document)
	})
	return target, err
}

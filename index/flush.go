package index

import (
	"errors"
	"fmt"
	iofs "io/fs"
	"slices"
	"time"

	"github.com/outcropdb/outcrop/index/compact"
	"github.com/outcropdb/outcrop/index/manifest"
	"github.com/outcropdb/outcrop/index/memtable"
)

// flushAll flushes what waits for it; it is a job.
func (s *Shard) flushAll() {
	defer s.jobs.Done()
	for {
		s.mu.Lock()
		if len(s.pending) == 0 || s.closed || s.failed != nil {
			s.flushing = false
			s.notify()
			s.mu.Unlock()
			break
		}
		p := s.pending[0]
		s.mu.Unlock()
		begun := time.Now()
		err := s.flush(p)
		s.mu.Lock()
		if err != nil {
			s.failed = fmt.Errorf("flush: %w", err)
			s.counters.FlushFailures++
		} else {
			s.counters.Flushes++
			s.counters.FlushTime += time.Since(begun)
		}
		s.mu.Unlock()
		if err != nil {
			s.options.ledger.fail(s)
		}
		s.apply.Lock()
		s.space.Broadcast()
		s.apply.Unlock()
	}
	s.startMerge() // there may be enough segments to merge now
}

// flush brings one full memtable, the oldest, to disk.
func (s *Shard) flush(p *pending) error {
	if p.memtable != nil && p.file == nil {
		for _, part := range p.version.parts {
			if part.memtable != p.memtable || part.live.count() == 0 {
				continue
			}
			var err error
			if p.file, p.copied, err = s.writeFlushed(part); err != nil {
				return err
			}
			s.mu.Lock()
			s.counters.FlushBytes += p.file.entry.Bytes
			s.mu.Unlock()
		}
	}
	s.commit.Lock()
	defer s.commit.Unlock()
	s.mu.Lock()
	before := p.version
	s.mu.Unlock()
	next := before.flushed(p)
	if err := s.replace(next); err != nil {
		next.release()
		return err
	}
	s.swap(next, func(v *version) *version { return v.flushed(p) })
	if p.file != nil {
		p.file.release() // the versions hold it
	}
	return nil
}

// writeFlushed makes a segment of a memtable's part. Where many of its documents are dead, which would have it
// rewritten at once, only the live ones are copied, if there is memory for that; copied is the part then.
func (s *Shard) writeFlushed(p *part) (written *file, copied *part, err error) {
	if p.live.dead*100 >= p.live.rows*compact.DeadPercent {
		bytes := int64(memtable.New().Expect(p.live.count(), p.view().Raw()))
		if s.options.ledger.try(bytes) {
			defer s.options.ledger.give(bytes)
			target, err := s.copyLive([]*part{p}, nil)
			if err == nil {
				written, err = s.write(target.Publish(), newLive(target.Rows(), nil), nil)
			}
			return written, p, err
		}
	}
	written, err = s.write(p.view(), p.live, nil)
	return written, nil, err
}

// swap makes next, which the manifest has by now, the durable version, and changes the versions behind it
// alike. When next is the first pending version without its memtable, that is done with. The caller has commit.
func (s *Shard) swap(next *version, change func(*version) *version) {
	var old []*version
	defer func() {
		for _, v := range old {
			v.release() // without the locks, since files may be removed
		}
	}()
	s.apply.Lock()
	defer s.apply.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) > 0 && s.pending[0].version.sequence == next.sequence {
		s.pending[0].done(s.options.ledger)
		old = append(old, s.pending[0].version)
		s.pending = slices.Clone(s.pending[1:])
	}
	for _, p := range s.pending {
		old = append(old, p.version)
		p.version = change(p.version)
	}
	old = append(old, s.current, s.durable)
	s.current, s.durable = change(s.current), next
	s.notify()
}

// write makes a segment of a view's documents, with the same doc ids, and opens it. The caller releases it.
func (s *Shard) write(view *memtable.View, live *live, pace *pace) (*file, error) {
	s.mu.Lock()
	id := s.nextID
	s.nextID++
	s.mu.Unlock()
	if err := s.fs.MakeDir(s.dir); err != nil {
		return nil, err
	}
	file, err := writeFile(s.fs, s.dir, id, view, live, s.options.rows, pace)
	if err != nil { // a shard without manifest has no second segment
		s.mu.Lock()
		if s.nextID == id+1 {
			s.nextID = id
		}
		s.mu.Unlock()
	}
	return file, err
}

// replace writes the manifest of a version without memtables. The caller has commit.
func (s *Shard) replace(v *version) error {
	s.mu.Lock()
	m := manifest.Manifest{Sequence: v.sequence, Next: s.nextID}
	s.mu.Unlock()
	for _, p := range v.parts {
		entry := p.file.entry
		entry.Dead = p.live.deadRows()
		m.Segments = append(m.Segments, entry)
	}
	if err := s.fs.MakeDir(s.dir); err != nil {
		return err
	}
	return manifest.Replace(s.fs, s.dir, m)
}

// ignoreMissing is err unless that says that something is not there.
func ignoreMissing(err error) error {
	if errors.Is(err, iofs.ErrNotExist) {
		return nil
	}
	return err
}

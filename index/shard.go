package index

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/manifest"
	"github.com/outcropdb/outcrop/index/memtable"
)

// ErrClosed is the error of a Shard or a Store after its Close, and of those waiting in it then.
var ErrClosed = errors.New("index is closed")

// Shard is the documents of a part of a collection: a function of its stream. One goroutine applies the
// stream; anything else may be called by anybody at any time.
type Shard struct {
	fs      fs.FS
	dir     string
	options Options
	ctx     context.Context // of merges; done when closed
	cancel  context.CancelFunc
	jobs    sync.WaitGroup

	// Lock order: commit, apply, mu, the ledger's.

	commit sync.Mutex // held while the manifest and durable change

	apply    sync.Mutex // held while current or pending change
	memtable *memtable.Memtable
	account  *account   // of the memtable
	space    *sync.Cond // on apply: pending is shorter, or a flush has failed, or the shard is closed
	scratch  scratch

	mu        sync.Mutex
	current   *version   // of the latest write
	durable   *version   // of the manifest
	pending   []*pending // full memtables, oldest first
	nextID    uint64     // of a segment
	opened    int64      // bytes of segments when it was opened
	flushing  bool       // a flush job is under way
	merging   bool       // a merge job is under way
	failed    error      // of the last flush; the next Tick or Flush tries again
	since     time.Time  // the first Tick that saw the writes that no flush is under way for
	retention time.Duration
	now       time.Time // of the last Tick
	closed    bool
	changed   chan struct{} // closed at the next change of the above, for those waiting; nil: nobody is
	counters  Stats
}

// pending is a full memtable.
type pending struct {
	memtable *memtable.Memtable // nil: the writes left no documents
	account  *account           // of the memtable
	version  *version           // after the memtable's last write
	file     *file              // once written
	copied   *part              // whose live docs the file has, under other doc ids; nil: it has all, under the same
}

// done gives the memory back.
func (p *pending) done(l *ledger) {
	if p.account != nil {
		l.close(p.account)
	}
}

// Open opens the shard in a folder, which need not be there. Files that a crash left behind are removed. A file
// that is damaged gives an *fs.DamageError; one that was found damaged earlier is read whole before it is used.
func Open(f fs.FS, dir string, o Options) (*Shard, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	m, err := manifest.Load(f, dir)
	if err != nil {
		return nil, err
	}
	s := &Shard{fs: f, dir: dir, options: o, memtable: memtable.New(), nextID: m.Next}
	s.account = &account{shard: s}
	s.space = sync.NewCond(&s.apply)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	var parts []*part
	for _, entry := range m.Segments {
		file, err := openFile(f, dir, entry, o.rows)
		if err != nil {
			for _, p := range parts {
				p.file.release()
			}
			return nil, err
		}
		parts = append(parts, &part{source: file, file: file, live: newLive(entry.Rows, entry.Dead)})
	}
	for _, p := range parts {
		s.opened += p.file.entry.Bytes
	}
	s.durable = newVersion(m.Sequence, parts)
	s.current = s.durable.hold()
	for _, p := range parts {
		p.file.release() // the version holds them
	}
	return s, nil
}

// Applied is the sequence of the latest write that Snapshot shows.
func (s *Shard) Applied() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current.sequence
}

// Durable is the sequence up to which writes are on disk. The stream may forget them.
func (s *Shard) Durable() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.durable.sequence
}

// Damage is what was found wrong with one of the shard's files, by whoever has read it; nil if nothing was. The
// shard gives no snapshots then, and merges nothing: its file is quarantined, over restarts, until it is whole again.
func (s *Shard) Damage() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current.damage()
}

// hold is the current version; the caller releases it.
func (s *Shard) hold() (*version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fmt.Errorf("shard %s: %w", s.dir, ErrClosed)
	}
	if damage := s.current.damage(); damage != nil {
		return nil, damage
	}
	return s.current.hold(), nil
}

// Snapshot is the shard as of Applied. The caller closes it.
func (s *Shard) Snapshot() (*Snapshot, error) {
	v, err := s.hold()
	if err != nil {
		return nil, err
	}
	return newSnapshot([]*version{v}, s.options.readers), nil
}

// WaitApplied returns once writes up to sequence are visible, or with the error of ctx.
func (s *Shard) WaitApplied(ctx context.Context, sequence uint64) error {
	return s.wait(ctx, func() (bool, error) { return s.current.sequence >= sequence, nil })
}

// Flush brings what is applied to disk and returns when it is there, or when that fails.
func (s *Shard) Flush(ctx context.Context) error {
	s.apply.Lock()
	s.mu.Lock()
	sequence := s.current.sequence
	s.failed = nil
	s.rotate()
	s.mu.Unlock()
	s.apply.Unlock()
	s.startFlush()
	return s.wait(ctx, func() (bool, error) { return s.durable.sequence >= sequence, s.failed })
}

// wait returns when done, called with mu, says so.
func (s *Shard) wait(ctx context.Context, done func() (bool, error)) error {
	for {
		s.mu.Lock()
		ok, err := done()
		if s.closed {
			err = fmt.Errorf("shard %s: %w", s.dir, ErrClosed)
		}
		if ok || err != nil {
			s.mu.Unlock()
			if ok {
				return nil
			}
			return err
		}
		if s.changed == nil {
			s.changed = make(chan struct{})
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// notify wakes those in wait. The caller has mu.
func (s *Shard) notify() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// rotate makes the memtable wait to be flushed, if there is anything to bring to disk, and begins another.
// The caller has apply and mu.
func (s *Shard) rotate() {
	if s.current.sequence == s.frozen() {
		return
	}
	p := &pending{version: s.current.hold()}
	if s.memtable.Rows() > 0 {
		p.memtable, p.account = s.memtable, s.account
		s.options.ledger.fill(p.account)
		s.memtable, s.account = memtable.New(), &account{shard: s}
	}
	s.pending = append(s.pending, p)
	s.since = time.Time{}
}

// flushFor begins to flush the memtable of an account, to make room, and tells whether it could.
func (s *Shard) flushFor(a *account) bool {
	s.apply.Lock()
	s.mu.Lock()
	ok := s.account == a && !s.closed && s.failed == nil && s.memtable.Rows() > 0 && len(s.pending) < s.options.Memtables
	if ok {
		s.rotate()
	}
	s.mu.Unlock()
	s.apply.Unlock()
	s.startFlush()
	return ok
}

// frozen is the sequence up to which writes are on disk or wait for it. The caller has mu.
func (s *Shard) frozen() uint64 {
	if n := len(s.pending); n > 0 {
		return s.pending[n-1].version.sequence
	}
	return s.durable.sequence
}

// Tick does what is due at a time: it flushes old writes, tries again what failed, and drops segments
// whose newest document is older than retention, which is kept for ever if 0. Call it every second or so.
func (s *Shard) Tick(now time.Time, retention time.Duration) {
	s.apply.Lock()
	s.mu.Lock()
	s.now, s.retention, s.failed = now, retention, nil
	switch {
	case s.current.sequence == s.frozen() || s.closed:
	case s.since.IsZero():
		s.since = now
	case now.Sub(s.since) >= s.options.FlushAge && len(s.pending) < s.options.Memtables:
		s.rotate()
	}
	s.mu.Unlock()
	s.apply.Unlock()
	s.startFlush()
	s.startMerge()
}

// startFlush starts a flush job if there is work for one and none is under way. The caller has no lock.
func (s *Shard) startFlush() {
	s.start(FlushJob, &s.flushing, func() bool { return len(s.pending) > 0 && s.failed == nil }, s.flushAll)
}

// startMerge does so for merges.
func (s *Shard) startMerge() {
	s.start(MergeJob, &s.merging, func() bool { return len(s.due()) > 0 }, s.mergeAll)
}

func (s *Shard) start(kind Job, underWay *bool, needed func() bool, job func()) {
	s.mu.Lock()
	begin := !s.closed && !*underWay && needed()
	if begin {
		*underWay = true
		s.jobs.Add(1)
	}
	s.mu.Unlock()
	switch {
	case !begin:
	case s.options.Background != nil:
		s.options.Background(kind, job)
	default:
		job()
	}
}

// Close ends the shard. It flushes nothing: who wants a fast start calls Flush before. Snapshots stay
// readable until they are closed.
func (s *Shard) Close() error {
	s.cancel()
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.notify()
	s.mu.Unlock()
	s.apply.Lock()
	s.space.Broadcast()
	s.apply.Unlock()
	s.jobs.Wait()
	if closed {
		return nil
	}
	s.apply.Lock() // an Apply that had begun has ended
	defer s.apply.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current.release()
	s.durable.release()
	s.options.ledger.close(s.account)
	for _, p := range s.pending {
		p.done(s.options.ledger)
		p.version.release()
		if p.file != nil {
			p.file.release()
		}
	}
	return nil
}

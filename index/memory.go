package index

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// Memory is an allowance. Who needs bytes asks first and gives them back later; any number of goroutines may.
type Memory interface {
	Grow(bytes int64) error // takes bytes, or none and says whose limit refuses
	Shrink(bytes int64)     // gives bytes back
}

// unbounded is the Memory of those who set none.
type unbounded struct{}

func (unbounded) Grow(int64) error { return nil }
func (unbounded) Shrink(int64)     {}

const (
	// memoryStep is what a memtable's memory is asked for in multiples of: a few documents' worth.
	memoryStep = 16 << 10
	// flushShare is the share of the memory, one in so many, that is flushed at least when there is too
	// little: flushes of what one message needs would make tiny segments.
	flushShare = 4
)

// ledger shares a Memory among the memtables and merges of a store. When that refuses, the largest memtables,
// of any shard, are flushed, and who asked waits until they are, first come first served.
//
// What is larger than all memory is let through when nothing else is in memory, so that everything applied
// gets to disk some time; and a memtable that grew by more than was expected keeps what it has. Both
// overdraw, and nobody gets more until that is granted, too.
type ledger struct {
	memory  Memory
	line    chan struct{} // its one place is of who is next to get memory; the others wait for the place
	waiting atomic.Int32  // in line

	mu       sync.Mutex // last in the lock order
	taken    int64      // by all, granted or not
	overdraw int64      // of it, what Memory has not granted
	accounts map[*account]bool
	changed  chan struct{} // closed at the next give or failure; nil: nobody waits for one
}

// account is what a memtable has taken. It changes under the ledger's mu.
type account struct {
	shard *Shard
	taken int64
	full  bool // it waits to be flushed
	stuck bool // flushing it, or one before it, has failed
}

func newLedger(m Memory) *ledger {
	return &ledger{memory: m, line: make(chan struct{}, 1), accounts: map[*account]bool{}}
}

// try takes bytes if they are granted at once.
func (l *ledger) try(bytes int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tryLocked(bytes)
}

func (l *ledger) tryLocked(bytes int64) bool {
	if l.memory.Grow(l.overdraw+bytes) != nil {
		return false
	}
	l.overdraw = 0
	l.taken += bytes
	return true
}

// take takes bytes, granted or not.
func (l *ledger) take(bytes int64) {
	if !l.tryLocked(bytes) {
		l.taken += bytes
		l.overdraw += bytes
	}
}

// grow takes bytes. It waits for them until ctx ends, or until failed, asked now and then, says why not to.
// The caller has no lock.
func (l *ledger) grow(ctx context.Context, bytes int64, failed func() error) error {
	if l.waiting.Load() == 0 && l.try(bytes) {
		return nil
	}
	l.waiting.Add(1)
	defer l.waiting.Add(-1)
	select {
	case l.line <- struct{}{}:
		defer func() { <-l.line }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		changed, ok := l.tryOrWatch(bytes)
		if ok {
			return nil
		}
		if err := failed(); err != nil {
			return err
		}
		l.makeRoom(bytes)
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tryOrWatch takes bytes, granted or for want of anything else in memory, or tells when to try again.
func (l *ledger) tryOrWatch(bytes int64) (changed <-chan struct{}, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken == 0 {
		l.take(bytes)
		return nil, true
	}
	if l.tryLocked(bytes) {
		return nil, true
	}
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return l.changed, false
}

// makeRoom begins to flush memtables, the largest first, until bytes will come free.
func (l *ledger) makeRoom(bytes int64) {
	type candidate struct {
		*account
		size int64
	}
	var candidates []candidate
	l.mu.Lock()
	wanted := max(bytes, l.taken/flushShare)
	for a := range l.accounts {
		switch {
		case !a.full:
			candidates = append(candidates, candidate{a, a.taken})
		case !a.stuck:
			wanted -= a.taken
		}
	}
	l.mu.Unlock()
	slices.SortFunc(candidates, func(a, b candidate) int { return cmp.Compare(b.size, a.size) })
	for _, c := range candidates {
		if wanted <= 0 {
			break
		}
		if c.shard.flushFor(c.account) {
			wanted -= c.size
		}
	}
}

// give gives bytes back that are of no account.
func (l *ledger) give(bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.giveLocked(bytes)
}

func (l *ledger) giveLocked(bytes int64) {
	l.taken -= bytes
	over := min(bytes, l.overdraw)
	l.overdraw -= over
	l.memory.Shrink(bytes - over)
	l.notify()
}

func (l *ledger) notify() {
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// short is how much an account lacks to bytes.
func (l *ledger) short(a *account, bytes int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return steps(bytes) - a.taken
}

func steps(bytes int64) int64 { return (bytes + memoryStep - 1) / memoryStep * memoryStep }

// add puts bytes that are taken into an account.
func (l *ledger) add(a *account, bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a.taken += bytes
	l.accounts[a] = true
}

// settle makes an account what its memtable has come to.
func (l *ledger) settle(a *account, bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	more := steps(bytes) - a.taken
	switch {
	case more == 0:
		return
	case more > 0:
		l.take(more)
	default:
		l.giveLocked(-more)
	}
	a.taken += more
	l.accounts[a] = true
}

// fill says that an account's memtable waits to be flushed.
func (l *ledger) fill(a *account) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a.full = true
}

// fail says that a shard's flush has failed: its full memtables stay where they are until a Tick or Flush tries
// again.
func (l *ledger) fail(s *Shard) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for a := range l.accounts {
		a.stuck = a.stuck || a.full && a.shard == s
	}
	l.notify()
}

// close gives back all of an account.
func (l *ledger) close(a *account) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.accounts, a)
	l.giveLocked(a.taken)
	a.taken = 0
}

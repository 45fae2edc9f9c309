package index

import (
	"fmt"
	"slices"

	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/vec"
)

// scratch is the memory that one Apply leaves to the next.
type scratch struct {
	finder    finder
	hashes    []uint64
	found     []place
	documents []vec.Value // what each write appends; nil: nothing
}

// place is a doc of a part, or nowhere.
type place struct {
	at  int
	doc uint32
}

// Apply makes the writes visible, all at once, as the shard's state after sequence. Sequences rise; one
// that is not above Applied is ignored, so that a replay does no harm. It sets Existed and Refused of each write and
// keeps nothing of them. It waits while too many memtables are to be flushed, or Memory refuses. After an error
// nothing has changed; call it again with the same writes.
func (s *Shard) Apply(sequence uint64, writes []Write) error {
	err := s.applyLocked(sequence, writes)
	s.startFlush()
	return err
}

func (s *Shard) applyLocked(sequence uint64, writes []Write) error {
	s.apply.Lock()
	defer s.apply.Unlock()
	if sequence <= s.Applied() {
		return nil
	}
	if err := s.admit(writes); err != nil {
		return err
	}
	err := s.locate(writes)
	if err == nil {
		err = s.patch(writes)
	}
	if err != nil {
		s.settle()
		return fmt.Errorf("shard %s: sequence %d: %w", s.dir, sequence, err)
	}
	next := newVersion(sequence, s.change(writes))
	clear(s.scratch.documents)
	s.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current.release()
	s.current = next
	if s.memtable.Bytes() >= s.options.MemtableBytes {
		s.rotate()
	}
	s.notify()
	return nil
}

// admit returns when there is room for the writes. It lets go of apply while it waits.
func (s *Shard) admit(writes []Write) error {
	documents, bytes := 0, 0
	for i := range writes {
		if writes[i].Op == Delete {
			continue
		}
		documents++
		bytes += len(writes[i].Document)
		if writes[i].Op == Patch {
			bytes += s.current.documentBytes()
		}
	}
	ledger := s.options.ledger
	for {
		if err := s.waitForSpace(); err != nil || documents == 0 {
			return err
		}
		want := int64(s.memtable.Expect(documents, bytes))
		short := ledger.short(s.account, want)
		if short <= 0 {
			return nil
		}
		if s.memtable.Rows() == 0 { // who waits keeps nothing that cannot be flushed
			ledger.close(s.account)
			short = ledger.short(s.account, want)
		}
		s.apply.Unlock()
		err := ledger.grow(s.ctx, short, s.flushError)
		s.apply.Lock()
		switch {
		case err == nil && s.ctx.Err() != nil:
			ledger.give(short)
			fallthrough
		case s.ctx.Err() != nil:
			return fmt.Errorf("shard %s: %w", s.dir, ErrClosed)
		case err != nil:
			return fmt.Errorf("shard %s: memory is full and cannot be flushed: %w", s.dir, err)
		}
		ledger.add(s.account, short)
	}
}

// settle takes as much memory as the memtable has come to.
func (s *Shard) settle() {
	if s.memtable.Rows() == 0 {
		s.options.ledger.close(s.account)
		return
	}
	s.options.ledger.settle(s.account, int64(s.memtable.Bytes()))
}

// flushError is that of the last flush.
func (s *Shard) flushError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// waitForSpace returns when another memtable may be filled.
func (s *Shard) waitForSpace() error {
	for {
		s.mu.Lock()
		closed, full, failed := s.closed, len(s.pending) >= s.options.Memtables, s.failed
		s.mu.Unlock()
		switch {
		case closed:
			return fmt.Errorf("shard %s: %w", s.dir, ErrClosed)
		case !full:
			return nil
		case failed != nil:
			return fmt.Errorf("shard %s: memtables are full and cannot be flushed: %w", s.dir, failed)
		}
		s.space.Wait()
	}
}

// locate finds the documents that the writes are about in all parts but the memtable. This and patch are all of
// an Apply that can fail.
func (s *Shard) locate(writes []Write) error {
	c := &s.scratch
	c.hashes, c.documents = c.hashes[:0], c.documents[:0]
	older := s.current.parts
	if n := len(older); n > 0 && older[n-1].memtable == s.memtable {
		older = older[:n-1]
	}
	bytes := 0
	for i := range writes {
		w := &writes[i]
		w.Existed, w.Refused = false, nil
		var document vec.Value
		switch {
		case w.Op == Delete || w.Op == Patch:
		case w.Op != Upsert:
			return fmt.Errorf("write %d: unknown op %d", i, w.Op)
		case w.Document.Type() != vec.Object:
			return fmt.Errorf("write %d: document is %s, not an object", i, w.Document.Type())
		default:
			document = w.Document
		}
		if bytes += len(w.Document); bytes > MaxApplyBytes {
			return fmt.Errorf("write %d: more than %d bytes of documents", i, MaxApplyBytes)
		}
		c.hashes, c.documents = append(c.hashes, primary.Hash(w.ID)), append(c.documents, document)
	}
	c.found = slices.Grow(c.found[:0], len(writes))[:len(writes)]
	return c.finder.findAll(c.found, older, c.hashes, writes)
}

// change does the writes and returns the parts after them.
func (s *Shard) change(writes []Write) []*part {
	parts := slices.Clone(s.current.parts)
	editors := make([]*editor, len(parts))
	var newest *editor // of the memtable
	last := len(parts) - 1
	if last >= 0 && parts[last].memtable == s.memtable {
		newest = edit(parts[last].live)
		parts, editors = parts[:last], editors[:last]
	} else {
		newest = edit(nil)
	}
	for i := range writes {
		w, hash, old, document := &writes[i], s.scratch.hashes[i], s.scratch.found[i], s.scratch.documents[i]
		if w.Op == Patch && document == nil {
			continue
		}
		if doc, ok := s.inMemtable(newest, hash, w.ID); ok {
			w.Existed = newest.clear(doc)
		} else if old.at != nowhere {
			if editors[old.at] == nil {
				editors[old.at] = edit(parts[old.at].live)
			}
			w.Existed = editors[old.at].clear(old.doc)
		}
		if document != nil {
			if err := s.memtable.Append(hash, document); err != nil {
				panic("bug: a memtable refuses what Apply has let pass: " + err.Error())
			}
			newest.grow(s.memtable.Rows())
		}
	}
	for i, e := range editors {
		if e != nil {
			parts[i] = parts[i].with(e.done())
		}
	}
	if s.memtable.Rows() > 0 {
		parts = append(parts, &part{source: s.memtable.Publish(), memtable: s.memtable, live: newest.done()})
	}
	return parts
}

// inMemtable finds the live doc of an _id among those of the memtable, published or not.
func (s *Shard) inMemtable(live *editor, hash uint64, id []byte) (doc uint32, ok bool) {
	for doc, ok = s.memtable.First(hash); ok; doc, ok = s.memtable.Next(doc) {
		if live.has(doc) && hasID(s.memtable, doc, id) {
			return doc, true
		}
	}
	return 0, false
}

package index

import "time"

// Stats is what a shard, or all shards of a store, have and have done since they were opened.
type Stats struct {
	Shards        int
	Segments      int
	Damaged       int   // shards with damage: their collections cannot be queried
	Rows          int64 // live documents
	DeadRows      int64
	RowHits       uint64 // documents whose block was in the row cache
	RowMisses     uint64 // and those whose block had to be read
	RowCacheBytes int64
	FileBytes     int64
	MemtableBytes int64         // full ones included
	Waiting       int           // full memtables
	Behind        uint64        // writes, by sequence, that are applied and not on disk
	Flushes       int           // that came to an end
	FlushFailures int           //
	FlushTime     time.Duration // of all flushes
	FlushBytes    int64         // of the segments that they wrote
	Merges        int           // drops of expired segments included
	MergeFailures int
	MergeTime     time.Duration // rests included
	MergeRest     time.Duration // of it, time left to queries
	MergeBytes    int64         // of the segments that they wrote
	Expired       int64         // documents dropped because of their age, overwritten ones included
	FlushError    error         // of a flush that is still to be tried again
	MergeError    error         // the latest
}

// Stats of the shard.
func (s *Shard) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.counters
	stats.Shards, stats.Waiting, stats.FlushError = 1, len(s.pending), s.failed
	stats.Behind = s.current.sequence - s.durable.sequence
	for _, p := range s.current.parts {
		stats.Rows += int64(p.live.count())
		stats.DeadRows += int64(p.live.dead)
		if p.file != nil {
			if p.file.damage.Load() != nil {
				stats.Damaged = 1
			}
			stats.Segments++
			stats.FileBytes += p.file.entry.Bytes
		} else {
			stats.MemtableBytes += int64(p.view().Bytes())
		}
	}
	return stats
}

// add adds up two shards' stats, or a closed shard's counters.
func (s Stats) add(t Stats) Stats {
	s.Shards += t.Shards
	s.Segments += t.Segments
	s.Damaged += t.Damaged
	s.Rows += t.Rows
	s.DeadRows += t.DeadRows
	s.FileBytes += t.FileBytes
	s.MemtableBytes += t.MemtableBytes
	s.Waiting += t.Waiting
	s.Behind += t.Behind
	s.Flushes += t.Flushes
	s.FlushFailures += t.FlushFailures
	s.FlushTime += t.FlushTime
	s.FlushBytes += t.FlushBytes
	s.Merges += t.Merges
	s.MergeFailures += t.MergeFailures
	s.MergeTime += t.MergeTime
	s.MergeRest += t.MergeRest
	s.MergeBytes += t.MergeBytes
	s.Expired += t.Expired
	if t.FlushError != nil {
		s.FlushError = t.FlushError
	}
	if t.MergeError != nil {
		s.MergeError = t.MergeError
	}
	return s
}

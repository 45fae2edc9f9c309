package stream

import "sync/atomic"

// Stats count since Open. They are read one by one: a sum over several may be off by what
// happens meanwhile.
type Stats struct {
	Messages   int64 // published and acknowledged
	Bytes      int64 // of their Data
	Duplicates int64 // of those, repeats that were not stored again
	InFlight   int64 // bytes waiting for their sync now
	Refused    int64 // messages answered with ErrBusy
	Rounds     int64 // times that a log's waiting messages were written together
	Batches    int64 // of those, as one JetStream batch
	Delivered  int64 // messages given to Consume's apply
	Read       int64 // of those, read from the store, as after a restart; the others came straight from the tail
}

type counters struct {
	messages, bytes, duplicates, inFlight, refused, rounds, batches, delivered, read atomic.Int64
}

// Stats returns the counters, without waiting.
func (s *Stream) Stats() Stats {
	c := &s.stats
	return Stats{
		Messages: c.messages.Load(), Bytes: c.bytes.Load(), Duplicates: c.duplicates.Load(),
		InFlight: c.inFlight.Load(), Refused: c.refused.Load(),
		Rounds: c.rounds.Load(), Batches: c.batches.Load(),
		Delivered: c.delivered.Load(), Read: c.read.Load(),
	}
}

package server

import (
	"sync/atomic"
	"time"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/ingest/stream"
)

// LatencyBounds are the upper bounds of Stats.Latency.
var LatencyBounds = [...]time.Duration{
	time.Millisecond, 2 * time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 20 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second,
	10 * time.Second, 30 * time.Second, time.Minute,
}

// Stats is what a server has done since its Open, and what it is doing. They are read one by one: a sum
// over several may be off by what happens meanwhile.
type Stats struct {
	Queries     int64 // that ended, well or not
	Failed      int64 // of those, with an error
	Rows        int64 // that they returned
	RowsRead    int64
	RowsSkipped int64                         // by zone maps
	QueryTime   time.Duration                 // of all queries, waiting included
	Latency     [len(LatencyBounds) + 1]int64 // queries by time; the last took longer than any bound
	Writes      int64                         // requests
	Documents   int64                         // changes that were made
	Refused     int64                         // changes that were not

	Running, Waiting        int64 // queries in all virtual instances
	Instances               []InstanceStatus
	MemoryUsed, MemoryLimit int64 // bytes, of queries
	Collections             int
	Stream                  stream.Stats
	Index                   index.Stats
}

// counters are the part of Stats that Server counts itself.
type counters struct {
	queries, failed, rows, rowsRead, rowsSkipped, nanos, writes, documents, refused atomic.Int64
	latency                                                                         [len(LatencyBounds) + 1]atomic.Int64
}

// query counts a query that took that long.
func (c *counters) query(s *Summary, took time.Duration, err error) {
	c.queries.Add(1)
	if err != nil {
		c.failed.Add(1)
	}
	c.rows.Add(s.Rows)
	c.rowsRead.Add(s.RowsRead)
	c.rowsSkipped.Add(s.RowsSkipped)
	c.nanos.Add(int64(took))
	slot := 0
	for slot < len(LatencyBounds) && took > LatencyBounds[slot] {
		slot++
	}
	c.latency[slot].Add(1)
}

// write counts a request of changes.
func (c *counters) write(outcomes []ingest.Outcome, err error) {
	c.writes.Add(1)
	if err != nil {
		return // some may have been made: nobody knows which
	}
	refused := 0
	for i := range outcomes {
		if outcomes[i].Err != nil {
			refused++
		}
	}
	c.documents.Add(int64(len(outcomes) - refused))
	c.refused.Add(int64(refused))
}

// Stats of the server.
func (s *Server) Stats() Stats {
	c := &s.counters
	out := Stats{
		Queries: c.queries.Load(), Failed: c.failed.Load(), Rows: c.rows.Load(), RowsRead: c.rowsRead.Load(), RowsSkipped: c.rowsSkipped.Load(),
		QueryTime: time.Duration(c.nanos.Load()), Writes: c.writes.Load(), Documents: c.documents.Load(), Refused: c.refused.Load(),
		Instances: s.instanceStatuses(), MemoryUsed: s.memory.Used(), MemoryLimit: s.memory.Limit(),
		Collections: len(s.catalog.Collections("")), Stream: s.stream.Stats(), Index: s.store.Stats(),
	}
	for i := range out.Instances {
		out.Running += out.Instances[i].Running
		out.Waiting += out.Instances[i].Waiting
	}
	for i := range c.latency {
		out.Latency[i] = c.latency[i].Load()
	}
	return out
}

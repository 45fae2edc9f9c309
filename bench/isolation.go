package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Divided is a System whose work can be kept apart: queries of one virtual instance from writes through
// another.
type Divided interface {
	Writer
	// Apart makes a virtual instance and gives what runs a query in it. The error says why there is none.
	Apart(ctx context.Context, tables ...string) (func(ctx context.Context, sql string) error, error)
}

// Isolation is how long queries take while somebody else writes as fast as can be, and without.
type Isolation struct {
	Workload string      `json:"workload"`
	Scale    string      `json:"scale"`
	Peer     string      `json:"peer"`
	Rate     float64     `json:"rate_qps"`
	Idle     Percentiles `json:"idle"`
	Busy     Percentiles `json:"busy"`
	Written  float64     `json:"written_mb_per_s"` // meanwhile
}

const (
	isolationFor     = 15 * time.Second
	isolationRate    = 20 // queries a second
	isolationWriters = 4
	isolationBatch   = 1 << 20 // bytes a write
)

// isolation has a virtual instance answer at a steady rate, first alone, then beside a flat-out ingest.
func (r *Runner) isolation(ctx context.Context) error {
	for _, w := range r.Workloads {
		data, err := Generate(ctx, r.Work, w, r.Suite.Scale, nil)
		if err != nil {
			return err
		}
		payload, err := documents(w, r.Suite.Scale, latencyPayload)
		if err != nil {
			return err
		}
		for _, p := range r.Peers {
			out, err := r.isolationOf(ctx, data, p, payload)
			if err != nil {
				r.left(Left{Workload: w.Name, Peer: p.Name, Query: "isolation", Reason: err.Error()})
				continue
			}
			r.result.Isolation = append(r.result.Isolation, *out)
		}
	}
	return ctx.Err()
}

func (r *Runner) isolationOf(ctx context.Context, data *Dataset, p *Peer, payload [][]byte) (*Isolation, error) {
	at, err := r.loadPeer(ctx, data, p)
	if err != nil {
		return nil, err
	}
	defer r.close(at)
	system, ok := at.system.(Divided)
	if !ok {
		return nil, fmt.Errorf("has nothing to keep queries and writes apart: %w", ErrUnsupported)
	}
	var tables []string
	for _, t := range data.Workload.Tables {
		tables = append(tables, t.Name)
	}
	query, err := system.Apart(ctx, tables...)
	if err != nil {
		return nil, fmt.Errorf("no second virtual instance: %w", err)
	}
	var mix []string
	for i := range data.Workload.Queries {
		if sql, err := data.Workload.Queries[i].In(p); err == nil && query(ctx, sql) == nil {
			mix = append(mix, sql)
		}
	}
	if len(mix) == 0 {
		return nil, errors.New("answers no query of the workload")
	}
	run := func(ctx context.Context, i int) error { return query(ctx, mix[i%len(mix)]) }
	r.progress(0, 2, "isolation: %s, idle", p.Name)
	out := &Isolation{Workload: data.Workload.Name, Scale: data.Scale.Name, Peer: p.Name, Rate: isolationRate}
	idle, err := openLoop(ctx, isolationRate, isolationRate, isolationFor, run)
	if err != nil {
		return nil, err
	}
	r.progress(1, 2, "isolation: %s, beside an ingest", p.Name)
	flood := startFlood(ctx, system, payload)
	busy, err := openLoop(ctx, isolationRate, isolationRate, isolationFor, run)
	var flooding error
	if out.Written, flooding = flood(); err != nil || flooding != nil {
		return nil, errors.Join(err, flooding)
	}
	out.Idle, out.Busy = idle.Percentiles(), busy.Percentiles()
	return out, nil
}

// floodTable is what the flood goes to: not what is queried.
const floodTable = "flood"

// startFlood writes as fast as the writer takes it, until stop, which gives the MB/s that it took.
//
// What it writes is made before: the client is to take as little of the machine as it can.
func startFlood(ctx context.Context, w Writer, payload [][]byte) (stop func() (float64, error)) {
	ctx, cancel := context.WithCancel(ctx)
	bodies := batches(payload, isolationBatch)
	var mu sync.Mutex
	var bytes int64
	var failed error
	var writers sync.WaitGroup
	begin := time.Now()
	for each := range isolationWriters {
		writers.Go(func() {
			for at := each; ctx.Err() == nil; at += isolationWriters {
				body := bodies[at%len(bodies)]
				err := w.Write(ctx, floodTable, body)
				mu.Lock()
				if err == nil {
					bytes += int64(len(body))
				} else if ctx.Err() == nil && failed == nil {
					failed = err
				}
				done := failed != nil
				mu.Unlock()
				if done {
					return
				}
			}
		})
	}
	return func() (float64, error) {
		took := time.Since(begin)
		cancel()
		writers.Wait()
		return float64(bytes) / 1e6 / took.Seconds(), failed
	}
}

// batches puts documents together, NDJSON, until each batch has size bytes; the last one may have less.
func batches(documents [][]byte, size int) (out [][]byte) {
	var body []byte
	for _, document := range documents {
		if body = append(append(body, document...), '\n'); len(body) >= size {
			out, body = append(out, body), nil
		}
	}
	if body != nil {
		out = append(out, body)
	}
	return out
}

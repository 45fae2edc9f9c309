package bench

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Concurrency is how long queries take when they come at a steady rate, whether or not earlier ones are done.
type Concurrency struct {
	Workload string      `json:"workload"`
	Scale    string      `json:"scale"`
	Peer     string      `json:"peer"`
	Clients  int         `json:"clients"`
	Capacity float64     `json:"capacity_qps"` // of as many clients that each ask as soon as they have an answer
	Rate     float64     `json:"rate_qps"`     // at which queries came in the open loop
	Took     Percentiles `json:"took"`         // from when each should have been sent
}

// concurrencyClients are the numbers of connections.
var concurrencyClients = []int{1, 4, 16, 64}

const (
	capacityFor = 3 * time.Second
	openFor     = 10 * time.Second
	// openShare is the part of the capacity that comes in.
	openShare = 0.7
)

// concurrency has each peer that takes several requests at once answer a workload's queries, in turn.
func (r *Runner) concurrency(ctx context.Context) error {
	for _, w := range r.Workloads {
		data, err := Generate(ctx, r.Work, w, r.Suite.Scale, nil)
		if err != nil {
			return err
		}
		for _, p := range r.Peers {
			if !p.Parallel {
				r.left(Left{Workload: w.Name, Peer: p.Name, Reason: "its driver has one connection: not asked concurrently"})
				continue
			}
			if err := r.concurrencyOf(ctx, data, p); err != nil {
				r.left(Left{Workload: w.Name, Peer: p.Name, Reason: err.Error(), Failed: true})
			}
		}
	}
	return ctx.Err()
}

func (r *Runner) concurrencyOf(ctx context.Context, data *Dataset, p *Peer) error {
	at, err := r.loadPeer(ctx, data, p)
	if err != nil {
		return err
	}
	defer r.close(at)
	var mix []string
	for i := range data.Workload.Queries {
		if sql, err := data.Workload.Queries[i].In(p); err == nil && at.system.Run(ctx, sql) == nil {
			mix = append(mix, sql)
		}
	}
	if len(mix) == 0 {
		return fmt.Errorf("answers no query of the workload")
	}
	run := func(ctx context.Context, i int) error { return at.system.Run(ctx, mix[i%len(mix)]) }
	for i, clients := range concurrencyClients {
		r.progress(int64(i), int64(len(concurrencyClients)), "concurrency: %s with %d clients", p.Name, clients)
		c := Concurrency{Workload: data.Workload.Name, Scale: data.Scale.Name, Peer: p.Name, Clients: clients}
		if c.Capacity, err = closedLoop(ctx, clients, capacityFor, run); err != nil {
			return err
		}
		c.Rate = openShare * c.Capacity
		h, err := openLoop(ctx, clients, c.Rate, openFor, run)
		if err != nil {
			return err
		}
		c.Took = h.Percentiles()
		r.result.Concurrency = append(r.result.Concurrency, c)
	}
	return nil
}

// closedLoop is how many requests a second get done when each client sends one after the other.
func closedLoop(ctx context.Context, clients int, length time.Duration, run func(context.Context, int) error) (float64, error) {
	var next atomic.Int64
	begin := time.Now()
	err := together(clients, func() error {
		for time.Since(begin) < length {
			if err := run(ctx, int(next.Add(1)-1)); err != nil {
				return err
			}
		}
		return nil
	})
	return float64(next.Load()) / time.Since(begin).Seconds(), err
}

// openLoop sends requests at a rate. One that finds all clients busy waits for the next free one, and that
// counts: its time begins when it should have been sent. Nothing is left out because of it (what is known as
// coordinated omission).
func openLoop(ctx context.Context, clients int, rate float64, length time.Duration, run func(context.Context, int) error) (*Histogram, error) {
	total := int64(rate*length.Seconds()) + 1
	var next atomic.Int64
	var mu sync.Mutex
	all := &Histogram{}
	begin := time.Now()
	err := together(clients, func() error {
		mine := &Histogram{}
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			all.Merge(mine)
		}()
		for {
			i := next.Add(1) - 1
			if i >= total {
				return nil
			}
			due := begin.Add(time.Duration(float64(i) / rate * float64(time.Second)))
			select {
			case <-time.After(time.Until(due)):
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			if err := run(ctx, int(i)); err != nil {
				return err
			}
			mine.Add(time.Since(due))
		}
	})
	return all, err
}

// together runs n of a task and gives the first error.
func together(n int, task func() error) error {
	errs := make(chan error, n)
	for range n {
		go func() { errs <- task() }()
	}
	var first error
	for range n {
		if err := <-errs; first == nil {
			first = err
		}
	}
	return first
}

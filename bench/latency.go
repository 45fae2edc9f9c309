package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Latency is how long a durable write takes to be in the answers of queries, at a rate of writing.
type Latency struct {
	Workload string      `json:"workload"` // of the documents
	Scale    string      `json:"scale"`
	Peer     string      `json:"peer"`
	Wanted   float64     `json:"wanted_mb_per_s"`
	Reached  float64     `json:"reached_mb_per_s"`
	Visible  Percentiles `json:"visible"`   // from its acknowledgement to an answer that has it
	Sent     Percentiles `json:"sent"`      // from when it should have been sent to an answer that has it
	Acked    Percentiles `json:"acked"`     // from when it should have been sent to its acknowledgement
	Queries  Percentiles `json:"queries"`   // the polls themselves
	CPUShare float64     `json:"cpu_share"` // of the peer, in CPUs
}

// latencyRates are the rates of writing, in MB/s.
var latencyRates = []float64{1, 20}

const (
	latencyTable   = "stamped"
	latencyField   = "write_number" // the stamp; no workload's documents have one
	latencyFor     = 20 * time.Second
	latencyEvery   = 10 * time.Millisecond // between writes
	latencyWriters = 8                     // writes under way at once
	latencyPoll    = time.Millisecond
	latencyDrain   = 30 * time.Second // for the last writes to become visible
	latencyPayload = 32 << 20         // bytes of documents, over and over
)

// latencyQuery asks for the stamps past the last known one. Each write has one.
var latencyQuery = Query{Name: "latency", SQL: "SELECT s." + latencyField + " AS stamp FROM " + latencyTable + " s WHERE s." + latencyField + " > %d"}

// latencyWorkload has the table that is written to, with one row, so that the stamp is known.
var latencyWorkload = Workload{
	Name: "latency", Queries: []Query{latencyQuery},
	Scales: []Scale{{Name: "quick", Checksums: map[string]string{latencyTable: "3e1873e973bb9553"}}},
	Tables: []Table{{Name: latencyTable, Columns: []Column{{Name: latencyField, Type: Type{Kind: Int64}}}, Generate: func(_ float64, emit func([]byte) error) error { return emit([]byte(`{"` + latencyField + `":0}`)) }}},
}

// latency writes the documents of each workload's first table, stamped, at each rate, while it polls.
func (r *Runner) latency(ctx context.Context) error {
	for _, w := range r.Workloads {
		payload, err := documents(w, r.Suite.Scale, latencyPayload)
		if err != nil {
			return err
		}
		for i, p := range r.Peers {
			for _, rate := range latencyRates {
				r.progress(0, 0, "latency: %s at %g MB/s", p.Name, rate)
				l, err := r.latencyOf(ctx, p, payload, rate)
				if errors.Is(err, ErrUnsupported) {
					r.left(Left{Workload: w.Name, Peer: p.Name, Reason: err.Error()})
					break
				}
				if err != nil {
					r.left(Left{Workload: w.Name, Peer: p.Name, Query: fmt.Sprintf("latency at %g MB/s", rate), Reason: err.Error(), Failed: true})
					continue
				}
				l.Workload, l.Scale = w.Name, r.Suite.Scale
				r.result.Latencies = append(r.result.Latencies, *l)
			}
			if i == 0 {
				r.profileWriting(ctx, w, payload)
			}
		}
	}
	return ctx.Err()
}

// errEnough ends a generator early.
var errEnough = errors.New("enough")

// ownID is the field that is a document's id for Outcrop, and freeID what documents call it instead.
var ownID, freeID = []byte(`"_id":`), []byte(`"was_id":`)

// documents are the first of a workload's first table, up to some bytes. They are written over and over: without
// ids, so that none takes another's place.
func documents(w *Workload, scale string, limit int) ([][]byte, error) {
	s, err := w.Scale(scale)
	if err != nil {
		return nil, err
	}
	var out [][]byte
	err = w.Tables[0].Generate(s.Size, func(document []byte) error {
		if limit -= len(document); limit < 0 {
			return errEnough
		}
		out = append(out, bytes.Replace(document, ownID, freeID, 1))
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return out, nil
}

func (r *Runner) latencyOf(ctx context.Context, p *Peer, payload [][]byte, rate float64) (*Latency, error) {
	t, at, err := r.latencyTest(ctx, p, payload, rate)
	if err != nil {
		return nil, err
	}
	defer r.close(at)
	return t.run(ctx, p.Name, rate)
}

// profileWriting profiles the first peer at the highest rate, in a run that is not timed.
func (r *Runner) profileWriting(ctx context.Context, w *Workload, payload [][]byte) {
	if r.Suite.Profiles == 0 {
		return
	}
	p, rate := r.Peers[0], slices.Max(latencyRates)
	r.progress(0, 0, "latency: profile at %g MB/s", rate)
	t, at, err := r.latencyTest(ctx, p, payload, rate)
	if err != nil {
		r.left(Left{Workload: w.Name, Peer: p.Name, Query: ProfileWriting, Reason: "its profile: " + err.Error()})
		return
	}
	defer r.close(at)
	r.profile(ctx, Profile{Workload: w.Name, Scale: r.Suite.Scale, Work: ProfileWriting}, at.system, profileLoadFor, func(ctx context.Context) error {
		_, err := t.run(ctx, p.Name, rate)
		return err
	})
}

// latencyTest starts a peer and loads the one row that it begins with. The caller closes the peer.
func (r *Runner) latencyTest(ctx context.Context, p *Peer, payload [][]byte, rate float64) (*latencyTest, *running, error) {
	sql, err := latencyQuery.In(p)
	if err != nil {
		return nil, nil, err
	}
	data, err := Generate(ctx, r.Work, &latencyWorkload, "quick", nil)
	if err != nil {
		return nil, nil, err
	}
	at, err := r.start(ctx, p, &latencyWorkload)
	if err != nil {
		return nil, nil, err
	}
	writer, ok := at.system.(Writer)
	if !ok {
		err = fmt.Errorf("takes no documents while it is asked: %w", ErrUnsupported)
	} else {
		err = at.system.Load(ctx, data)
	}
	if err != nil {
		r.close(at)
		return nil, nil, err
	}
	return &latencyTest{writer: writer, system: at.system, sql: sql, payload: payload, perWrite: int(rate * 1e6 * latencyEvery.Seconds())}, at, nil
}

// latencyTest writes and polls at once.
type latencyTest struct {
	writer   Writer
	system   System
	sql      string // with a %d for the last stamp
	payload  [][]byte
	perWrite int // bytes

	mu     sync.Mutex
	due    []time.Time // when each write should have been sent
	acked  []time.Time // zero: not yet
	seen   []time.Time // zero: not yet
	ackedN int
	bytes  int64
	failed error
}

func (t *latencyTest) run(ctx context.Context, peer string, rate float64) (*Latency, error) {
	n := int(latencyFor / latencyEvery)
	t.due, t.acked, t.seen = make([]time.Time, n), make([]time.Time, n), make([]time.Time, n)
	ctx, cancel := context.WithTimeout(ctx, latencyFor+latencyDrain)
	defer cancel()
	before, err := t.system.Process().CPU()
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	var writers sync.WaitGroup
	stamps := make(chan int)
	for range latencyWriters {
		writers.Go(func() {
			for i := range stamps {
				t.write(ctx, i)
			}
		})
	}
	writers.Go(func() {
		defer close(stamps)
		for i := range n {
			t.due[i] = begin.Add(time.Duration(i) * latencyEvery)
			select {
			case <-time.After(time.Until(t.due[i])):
				stamps <- i
			case <-ctx.Done():
				return
			}
		}
	})
	var took time.Duration
	ended := make(chan struct{})
	go func() { writers.Wait(); took = time.Since(begin); close(ended) }()
	polls, err := t.poll(ctx, ended)
	<-ended
	if err = errors.Join(err, t.failed); err != nil {
		return nil, err
	}
	after, err := t.system.Process().CPU()
	if err != nil {
		return nil, err
	}
	l := &Latency{
		Peer: peer, Wanted: rate, Reached: float64(t.bytes) / 1e6 / took.Seconds(), Queries: polls.Percentiles(),
		CPUShare: (after - before).Seconds() / time.Since(begin).Seconds(),
	}
	var visible, sent, acked Histogram
	for i := range n {
		visible.Add(t.seen[i].Sub(t.acked[i]))
		sent.Add(t.seen[i].Sub(t.due[i]))
		acked.Add(t.acked[i].Sub(t.due[i]))
	}
	l.Visible, l.Sent, l.Acked = visible.Percentiles(), sent.Percentiles(), acked.Percentiles()
	return l, nil
}

// write sends the documents of write i, the first of them stamped i+1.
func (t *latencyTest) write(ctx context.Context, i int) {
	at := i * 7919 % len(t.payload) // somewhere else each time
	body := append(strconv.AppendInt([]byte(`{"`+latencyField+`":`), int64(i+1), 10), ',')
	body = append(body, t.payload[at][1:]...)
	for len(body) < t.perWrite {
		at = (at + 1) % len(t.payload)
		body = append(append(body, '\n'), t.payload[at]...)
	}
	err := t.writer.Write(ctx, latencyTable, body)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.acked[i] = time.Now()
	t.ackedN++
	t.bytes += int64(len(body))
	if err != nil && t.failed == nil {
		t.failed = fmt.Errorf("write %d: %w", i, err)
	}
}

// poll asks every latencyPoll, until all that was written is seen.
func (t *latencyTest) poll(ctx context.Context, ended <-chan struct{}) (*Histogram, error) {
	times := &Histogram{}
	ticker := time.NewTicker(latencyPoll)
	defer ticker.Stop()
	for next := 0; ; { // all stamps up to next have been seen
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return times, fmt.Errorf("of %d writes only %d became visible in time", len(t.due), next)
		}
		begin := time.Now()
		answer, err := t.system.Query(ctx, fmt.Sprintf(t.sql, next))
		if err != nil {
			return times, err
		}
		now := time.Now()
		times.Add(now.Sub(begin))
		for _, row := range answer.Rows {
			if stamp, ok := row[0].(int64); ok && 0 < stamp && stamp <= int64(len(t.seen)) && t.seen[stamp-1].IsZero() {
				t.seen[stamp-1] = now
			}
		}
		for next < len(t.seen) && !t.seen[next].IsZero() {
			next++
		}
		if next == len(t.seen) {
			return times, nil
		}
		select {
		case <-ended:
			t.mu.Lock()
			failed := t.failed
			t.mu.Unlock()
			if failed != nil {
				return times, nil // which run says
			}
		default:
		}
	}
}

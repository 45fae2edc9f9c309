package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// compare runs all workloads, each on all peers at once: every peer is a warm process while they take turns.
func (r *Runner) compare(ctx context.Context) error {
	for _, w := range r.Workloads {
		if err := r.workload(ctx, w); err != nil {
			return fmt.Errorf("workload %s: %w", w.Name, err)
		}
	}
	return nil
}

func (r *Runner) workload(ctx context.Context, w *Workload) error {
	data, err := Generate(ctx, r.Work, w, r.Suite.Scale, func(table string, bytes int64) {
		r.progress(bytes, 0, "%s: generating %s", w.Name, table)
	})
	if err != nil {
		return err
	}
	if err := r.questions(ctx, data); err != nil {
		return err
	}
	r.profileLoad(ctx, data)
	return nil
}

// questions asks all queries of all peers.
func (r *Runner) questions(ctx context.Context, data *Dataset) error {
	w := data.Workload
	peers := r.load(ctx, data)
	defer func() {
		for _, p := range peers {
			r.close(p)
		}
	}()
	if r.Suite.Cold {
		peers = r.coldStarts(ctx, data, peers)
	}
	for i := range w.Queries {
		r.progress(int64(i), int64(len(w.Queries)), "%s: %s", w.Name, w.Queries[i].Name)
		peers = r.query(ctx, data, &w.Queries[i], peers)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	r.profileQueries(ctx, w, peers)
	return nil
}

// load starts peers and loads them, one after the other. Those that fail are left out.
func (r *Runner) load(ctx context.Context, data *Dataset) (peers []*running) {
	w := data.Workload
	for i, p := range r.Peers {
		if reason, ok := w.Except[p.Name]; ok {
			r.left(Left{Workload: w.Name, Peer: p.Name, Reason: reason})
			continue
		}
		if reason := r.Suite.leaves(p.Name, w.Name); reason != "" {
			r.left(Left{Workload: w.Name, Peer: p.Name, Reason: reason})
			continue
		}
		if !worded(w, p) {
			r.left(Left{Workload: w.Name, Peer: p.Name, Reason: "no query is worded for it"})
			continue
		}
		r.progress(int64(i), int64(len(r.Peers)), "%s: loading %s", w.Name, p.Name)
		loaded, err := r.loadPeer(ctx, data, p)
		if err != nil {
			r.left(Left{Workload: w.Name, Peer: p.Name, Reason: err.Error(), Failed: true})
			continue
		}
		peers = append(peers, loaded)
	}
	return peers
}

func worded(w *Workload, p *Peer) bool {
	for i := range w.Queries {
		if _, err := w.Queries[i].In(p); err == nil {
			return true
		}
	}
	return false
}

func (r *Runner) loadPeer(ctx context.Context, data *Dataset, p *Peer) (*running, error) {
	begin := time.Now()
	at, err := r.start(ctx, p, data.Workload)
	if err != nil {
		return nil, err
	}
	load := Load{StartSeconds: time.Since(begin).Seconds(), Workload: data.Workload.Name, Scale: data.Scale.Name, Peer: p.Name, Rows: data.Rows(), JSONBytes: data.Bytes()}
	err = func() error {
		before, err := at.system.Process().CPU()
		if err != nil {
			return err
		}
		if load.EmptyRSS, err = at.system.Process().RSS(); err != nil {
			return err
		}
		begin = time.Now()
		if err := at.system.Load(ctx, data); err != nil {
			return fmt.Errorf("loading: %w", err)
		}
		load.Seconds = time.Since(begin).Seconds()
		after, err := at.system.Process().CPU()
		if err != nil {
			return err
		}
		load.CPUSeconds = (after - before).Seconds()
		if loader, ok := at.system.(Loader); ok {
			load.LoaderCPUSeconds = loader.LoaderCPU().Seconds()
		}
		if load.PeakRSS, err = at.system.Process().PeakRSS(); err != nil {
			return err
		}
		begin = time.Now()
		if err := at.system.Settle(ctx); err != nil {
			return fmt.Errorf("settling: %w", err)
		}
		load.SettleSeconds = time.Since(begin).Seconds()
		load.DiskBytes, err = diskBytes(at.setting.Dir)
		return err
	}()
	if err != nil {
		r.close(at)
		return nil, err
	}
	r.result.Loads = append(r.result.Loads, load)
	return at, nil
}

// coldStarts closes each peer and starts it on its folder again, up to the first answer.
func (r *Runner) coldStarts(ctx context.Context, data *Dataset, peers []*running) (left []*running) {
	for i, p := range peers {
		r.progress(int64(i), int64(len(peers)), "%s: starting %s again", data.Workload.Name, p.peer.Name)
		if err := r.coldStart(ctx, data, p); err != nil {
			r.left(Left{Workload: data.Workload.Name, Peer: p.peer.Name, Reason: "starting again: " + err.Error(), Failed: true})
			r.close(p)
			continue
		}
		left = append(left, p)
	}
	return left
}

func (r *Runner) coldStart(ctx context.Context, data *Dataset, p *running) (err error) {
	c := ColdStart{Workload: data.Workload.Name, Scale: data.Scale.Name, Peer: p.peer.Name}
	var sql string
	for i := range data.Workload.Queries {
		if sql, err = data.Workload.Queries[i].In(p.peer); err == nil {
			c.Query = data.Workload.Queries[i].Name
			break
		}
	}
	if err = p.system.Close(); err != nil {
		return err
	}
	if c.DiskBytes, err = diskBytes(p.setting.Dir); err != nil {
		return err
	}
	begin := time.Now()
	if p.system, err = p.peer.Start(ctx, p.setting); err != nil {
		p.system = nil
		return err
	}
	c.StartSeconds = time.Since(begin).Seconds()
	if c.RSS, err = p.system.Process().RSS(); err != nil {
		return err
	}
	begin = time.Now()
	if err = p.system.Run(ctx, sql); err != nil {
		return err
	}
	c.FirstSeconds = c.StartSeconds + time.Since(begin).Seconds()
	r.result.Starts = append(r.result.Starts, c)
	return nil
}

// query compares the answers to a query and then times it, and returns the peers that are still there.
func (r *Runner) query(ctx context.Context, data *Dataset, q *Query, peers []*running) (still []*running) {
	out := Timed{Workload: data.Workload.Name, Scale: data.Scale.Name, Query: q.Name, Rows: data.Rows()}
	var first *Answer
	var entrants []entrant
	for _, p := range peers {
		sql, err := q.In(p.peer)
		if err != nil {
			r.left(Left{Workload: data.Workload.Name, Peer: p.peer.Name, Query: q.Name, Reason: err.Error()})
			still = append(still, p)
			continue
		}
		t := Timing{Peer: p.peer.Name}
		begin := time.Now()
		answer, err := ask(ctx, p, sql)
		e := entrant{p, sql, len(out.Peers), r.Suite.Rounds}
		if time.Since(begin) > r.Suite.Patience {
			e.rounds = 1
		}
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			t.Failed = fmt.Sprintf("took more than %v; not asked again in this workload", queryTimeout)
			r.close(p)
		case err != nil:
			t.Failed = err.Error()
			still = append(still, p)
		case first == nil:
			first, out.Answer = answer, len(answer.Rows)
			entrants, still = append(entrants, e), append(still, p)
		default:
			if err := q.Compare(first, answer); err != nil {
				t.Wrong = err.Error()
			} else {
				entrants = append(entrants, e)
			}
			still = append(still, p)
		}
		out.Peers = append(out.Peers, t)
	}
	if !r.AnswersOnly {
		r.race(ctx, entrants, out.Peers)
	}
	r.result.Queries = append(r.result.Queries, out)
	return still
}

func ask(ctx context.Context, p *running, sql string) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	return p.system.Query(ctx, sql)
}

// entrant is a peer whose answer agrees, and where its times go.
type entrant struct {
	*running
	sql    string
	at     int
	rounds int
}

// race times the entrants, one after the other, round by round.
func (r *Runner) race(ctx context.Context, entrants []entrant, times []Timing) {
	for _, e := range entrants {
		if err := e.system.Process().ResetPeak(); err != nil {
			times[e.at].Failed = err.Error()
		}
	}
	single := make([]Histogram, len(times))
	for round := range r.Suite.Rounds {
		for _, e := range entrants {
			t := &times[e.at]
			if t.Failed != "" || round >= e.rounds {
				continue
			}
			wall, cpu, err := lap(ctx, e, r.Suite.Settled, &single[e.at])
			if err != nil {
				t.Failed, t.WallMS, t.CPUMS = err.Error(), nil, nil
				continue
			}
			t.WallMS, t.CPUMS = append(t.WallMS, ms(wall)), append(t.CPUMS, ms(cpu))
		}
	}
	for _, e := range entrants {
		times[e.at].PeakRSS, _ = e.system.Process().PeakRSS() // of one that ended: it failed above
		if took := single[e.at].Percentiles(); times[e.at].Failed == "" {
			times[e.at].Took = &took
		}
	}
}

// lap is the mean wall and CPU time of a query, repeated until it settles. Each repetition is counted in single.
func lap(ctx context.Context, e entrant, settled time.Duration, single *Histogram) (wall, cpu time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	before, err := e.system.Process().CPU()
	if err != nil {
		return 0, 0, err
	}
	begin, n := time.Now(), time.Duration(0)
	for n == 0 || time.Since(begin) < settled {
		sent := time.Now()
		if err := e.system.Run(ctx, e.sql); err != nil {
			return 0, 0, err
		}
		single.Add(time.Since(sent))
		n++
	}
	wall = time.Since(begin)
	after, err := e.system.Process().CPU()
	return wall / n, (after - before) / n, err
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// allocated is what a file takes of the disk: parts never written take nothing.
func allocated(info os.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return stat.Blocks * 512
	}
	return info.Size()
}

package bench

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Profiler is a System that tells what its process is busy with.
type Profiler interface {
	// Profile is a profile of the CPU time of the next while, as pprof reads it.
	Profile(ctx context.Context, length time.Duration) ([]byte, error)
}

// Profile is where the CPU time of the first peer goes while it does one thing, over and over.
type Profile struct {
	Workload string         `json:"workload"`
	Scale    string         `json:"scale"`
	Work     string         `json:"work"` // a query's name, ProfileLoading, or ProfileWriting
	Top      []ProfileEntry `json:"top"`  // the functions that take most of it, first the highest
	// Own are those of Outcrop's functions that do, when each is charged with what it calls of others: the
	// runtime's, libraries'. What no function of Outcrop's asked for, as most of the collection of garbage, is missing.
	Own []ProfileEntry `json:"own"`
}

// What is profiled beside queries.
const (
	ProfileLoading = "loading"
	ProfileWriting = "writing and polling"
)

// ProfileEntry is a function's share of the samples.
type ProfileEntry struct {
	Function string  `json:"function"`
	Flat     float64 `json:"flat"` // in itself; of 1
	Cum      float64 `json:"cum"`  // with all that it calls
}

const (
	profileFor     = 2 * time.Second // of a query
	profileLoadFor = 3 * time.Second // of loading and of writing
	profileTop     = 10              // entries
	// profileOwn begins the names of Outcrop\'s functions.
	profileOwn = "github.com/outcropdb/outcrop/"
)

// profileQueries profiles the queries of a workload that the first peer is slowest at, beside the fastest other.
func (r *Runner) profileQueries(ctx context.Context, w *Workload, peers []*running) {
	if r.Suite.Profiles == 0 || r.AnswersOnly || len(peers) == 0 || peers[0].peer != r.Peers[0] {
		return
	}
	worst := r.worst(w.Name)
	for i, t := range worst[:min(len(worst), r.Suite.Profiles)] {
		r.progress(int64(i), int64(r.Suite.Profiles), "%s: profile of %s", w.Name, t.Query)
		q := &w.Queries[slices.IndexFunc(w.Queries, func(q Query) bool { return q.Name == t.Query })]
		sql, err := q.In(peers[0].peer)
		if err != nil {
			continue // a query that it has times of is worded for it
		}
		r.profile(ctx, Profile{Workload: w.Name, Scale: t.Scale, Work: t.Query}, peers[0].system, profileFor,
			func(ctx context.Context) error { return peers[0].system.Run(ctx, sql) })
	}
}

// worst are the queries of a workload that the first peer and another have times of, those first where the
// first peer's are the longest beside the fastest other's.
func (r *Runner) worst(workload string) (worst []*Timed) {
	ours := r.Peers[0].Name
	ratios := map[*Timed]float64{}
	for i := range r.result.Queries {
		t := &r.result.Queries[i]
		if t.Workload != workload {
			continue
		}
		if _, ratio, ok := t.Fastest(ours); ok {
			ratios[t] = ratio.Median
			worst = append(worst, t)
		}
	}
	slices.SortStableFunc(worst, func(a, b *Timed) int { return cmp.Compare(ratios[a], ratios[b]) })
	return worst
}

// profileLoad profiles the beginning of a workload's load into the first peer, which starts anew for it.
func (r *Runner) profileLoad(ctx context.Context, data *Dataset) {
	if r.Suite.Profiles == 0 || r.AnswersOnly {
		return
	}
	r.progress(0, 0, "%s: profile of loading", data.Workload.Name)
	at, err := r.start(ctx, r.Peers[0], data.Workload)
	if err != nil {
		r.left(Left{Workload: data.Workload.Name, Peer: r.Peers[0].Name, Query: ProfileLoading, Reason: "its profile: " + err.Error()})
		return
	}
	defer r.close(at)
	loaded := false
	r.profile(ctx, Profile{Workload: data.Workload.Name, Scale: data.Scale.Name, Work: ProfileLoading}, at.system, profileLoadFor, func(ctx context.Context) error {
		if loaded {
			<-ctx.Done() // once is enough
			return nil
		}
		loaded = true
		return at.system.Load(ctx, data)
	})
}

// profile takes a profile while work is repeated, and adds it to the result. A system that is no Profiler has
// none.
func (r *Runner) profile(ctx context.Context, p Profile, system System, length time.Duration, work func(context.Context) error) {
	profiler, ok := system.(Profiler)
	if !ok {
		return
	}
	busy, rest := context.WithCancel(ctx)
	worked := make(chan error, 1)
	go func() {
		var err error
		for err == nil && busy.Err() == nil {
			err = work(busy)
		}
		worked <- err
	}()
	raw, err := profiler.Profile(ctx, length)
	var failed error
	select {
	case failed = <-worked:
		rest()
	default: // at work, and not to be finished
		rest()
		<-worked
	}
	if err = errors.Join(err, failed); err == nil {
		p.Top, p.Own, err = r.top(ctx, raw)
	}
	if err != nil {
		r.left(Left{Workload: p.Workload, Peer: r.Peers[0].Name, Query: p.Work, Reason: "its profile: " + err.Error()})
		return
	}
	r.result.Profiles = append(r.result.Profiles, p)
}

// top has the go command's pprof find the functions that take most of a profile's time.
func (r *Runner) top(ctx context.Context, raw []byte) (top, own []ProfileEntry, err error) {
	path := filepath.Join(r.dir, "profile")
	if err := os.WriteFile(path, raw, 0o644); err != nil {
		return nil, nil, err
	}
	defer os.Remove(path)
	run := func(options ...string) ([]ProfileEntry, error) {
		arguments := slices.Concat([]string{"tool", "pprof", "-top", "-nodecount", strconv.Itoa(profileTop)}, options, []string{path})
		out, err := exec.CommandContext(ctx, "go", arguments...).Output()
		if err != nil {
			return nil, fmt.Errorf("go tool pprof: %w", err)
		}
		return readTop(out)
	}
	top, err = run()
	if err == nil {
		own, err = run("-show", "^"+profileOwn)
	}
	if err == nil && len(top) == 0 {
		err = errors.New("is empty: there was too little to do")
	}
	return top, own, err
}

// readTop reads what pprof -top prints: a few lines about the profile, a line of titles, and an entry a line.
func readTop(out []byte) (entries []ProfileEntry, err error) {
	titles := false
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if !titles {
			titles = len(fields) == 5 && fields[0] == "flat" && fields[4] == "cum%"
			continue
		}
		if len(fields) < 6 {
			continue
		}
		flat, err1 := strconv.ParseFloat(strings.TrimSuffix(fields[1], "%"), 64)
		cum, err2 := strconv.ParseFloat(strings.TrimSuffix(fields[4], "%"), 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("a profile's entry: %w", err)
		}
		name := strings.TrimPrefix(strings.TrimSuffix(strings.Join(fields[5:], " "), " (inline)"), profileOwn)
		entries = append(entries, ProfileEntry{Function: name, Flat: flat / 100, Cum: cum / 100})
	}
	if !titles {
		return nil, fmt.Errorf("go tool pprof prints no table: %.100s", out)
	}
	return entries, nil
}

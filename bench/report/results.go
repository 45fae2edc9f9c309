// Package report says what runs have measured: as text, against the targets, and in docs/benchmarks.md.
package report

import (
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// Outcrop is the name of the peer that the others are compared with.
const Outcrop = "outcrop"

// Results are runs, those first whose figures are preferred. Discarded ones have none.
type Results []*bench.Result

func (r Results) counted() Results {
	return slices.DeleteFunc(slices.Clone(r), func(each *bench.Result) bool { return each.Discarded != "" })
}

// workloads are the names of those that were asked of.
func (r Results) workloads() (names []string) {
	for _, each := range r.counted() {
		for _, q := range each.Queries {
			if !slices.Contains(names, q.Workload) {
				names = append(names, q.Workload)
			}
		}
	}
	return names
}

// timed is a query's times, nil: none.
func (r Results) timed(workload, query string) *bench.Timed {
	return pick(r, func(r *bench.Result) []bench.Timed { return r.Queries }, func(t *bench.Timed) bool {
		return t.Workload == workload && (query == "" || t.Query == query) && t.Of(Outcrop) != nil
	})
}

func (r Results) load(workload, peer string) *bench.Load {
	return pick(r, func(r *bench.Result) []bench.Load { return r.Loads }, func(l *bench.Load) bool {
		return l.Workload == workload && l.Peer == peer && l.CPUSeconds > 0 && l.JSONBytes > 0
	})
}

// pick is the first of the first run's that is meant.
func pick[T any](r Results, list func(*bench.Result) []T, meant func(*T) bool) *T {
	for _, each := range r.counted() {
		all := list(each)
		for i := range all {
			if meant(&all[i]) {
				return &all[i]
			}
		}
	}
	return nil
}

// of gives all queries of a workload, of the first run that has any.
func (r Results) of(workload string) (all []bench.Timed) {
	for _, each := range r.counted() {
		for _, t := range each.Queries {
			if t.Workload == workload && t.Of(Outcrop) != nil {
				all = append(all, t)
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// lost are the queries of a workload, or of the names, that others were timed on and Outcrop has no times of, in
// the first run that has the workload.
func (r Results) lost(workload string, only ...string) (lost []string) {
	for _, each := range r.counted() {
		found := false
		for i := range each.Queries {
			t := &each.Queries[i]
			if t.Workload != workload || len(only) > 0 && !slices.Contains(only, t.Query) {
				continue
			}
			timed := slices.ContainsFunc(t.Peers, func(p bench.Timing) bool { return len(p.WallMS) > 0 })
			found = found || timed
			if timed && t.Of(Outcrop) == nil {
				lost = append(lost, t.Query)
			}
		}
		if found {
			return lost
		}
	}
	return nil
}

// profile is that of a work; empty: the first of a workload's queries, which is the one that Outcrop is slowest at.
func (r Results) profile(p profile) *bench.Profile {
	return pick(r, func(r *bench.Result) []bench.Profile { return r.Profiles }, func(each *bench.Profile) bool {
		return each.Workload == p.workload && (each.Work == p.work || p.work == "" && each.Work != bench.ProfileLoading && each.Work != bench.ProfileWriting)
	})
}

// Failures are what Outcrop did not do: queries without an answer, and work that it was left out of because of an
// error.
func Failures(r *bench.Result) (failures []string) {
	for _, q := range r.Queries {
		for _, t := range q.Peers {
			if t.Peer == Outcrop && t.Failed != "" {
				failures = append(failures, q.Workload+" "+q.Query+": "+brief(t.Failed))
			}
		}
	}
	for _, l := range r.Left {
		if l.Peer == Outcrop && l.Failed {
			failures = append(failures, strings.TrimSpace(l.Workload+" "+l.Query)+": "+brief(l.Reason))
		}
	}
	return failures
}

// Wrong are the queries with answers that differ.
func Wrong(r *bench.Result) (wrong []*bench.Timed) {
	for i := range r.Queries {
		if slices.ContainsFunc(r.Queries[i].Peers, func(t bench.Timing) bool { return t.Wrong != "" }) {
			wrong = append(wrong, &r.Queries[i])
		}
	}
	return wrong
}

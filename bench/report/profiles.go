package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// worstShown is how many targets, and how many queries, it is told of where the time goes.
const worstShown = 5

// profileFunctions is how many functions are shown of a profile.
const profileFunctions = 5

// profileSection says where the time goes in the targets that are missed by most, and in the queries that
// Outcrop is slowest at beside the fastest of the others.
func profileSection(r Results) section {
	s := section{title: "Where the time goes: the worst targets and queries", head: []string{"what", "measured", "profile of", "Outcrop's functions, with what they call of others", "all functions, each alone"}}
	shown := map[string]bool{}
	add := func(what, measured string, p *bench.Profile) {
		cells := []string{what, measured, "none was taken", "", ""}
		if p != nil {
			key := p.Workload + " " + p.Scale + " " + p.Work
			if shown[key] {
				return
			}
			shown[key] = true
			cells = []string{what, measured, key, functions(p.Own), functions(p.Top)}
		}
		s.rows = append(s.rows, cells)
	}
	for _, missed := range worstTargets(r) {
		t := missed.target
		measured := fmt.Sprintf("%s, must %s", number(missed.Median, t.Unit), number(t.Must, t.Unit))
		if missed.Short && !math.IsNaN(missed.Median) {
			measured += ", and not all of the work was done"
		}
		add(fmt.Sprintf("target %d, %s", t.Number, missed.work), measured, r.profile(t.where))
	}
	for _, q := range worstQueries(r) {
		add(fmt.Sprintf("%s %s, %s", q.timed.Workload, q.timed.Scale, q.timed.Query), fmt.Sprintf("%sx, against %s", short(q.ratio), q.peer), r.profile(profile{q.timed.Workload, q.timed.Query}))
	}
	return s
}

func functions(entries []bench.ProfileEntry) string {
	var out []string
	for _, e := range entries[:min(len(entries), profileFunctions)] {
		out = append(out, fmt.Sprintf("%.0f%% %s", 100*e.Flat, e.Function))
	}
	return strings.Join(out, ", ")
}

type missedTarget struct {
	Figure
	target *Target
	work   string // of the target, in full
}

// sameWork begins the work of a target that shares that of the row above.
const sameWork = "the same"

// worstTargets are those that are missed by the largest factor.
func worstTargets(r Results) (worst []missedTarget) {
	work := ""
	for i := range targets {
		if rest, same := strings.CutPrefix(targets[i].Work, sameWork); !same {
			work = targets[i].Work
		} else if rest != "" {
			work = strings.TrimSuffix(strings.TrimSuffix(work, ", p50"), ", p95") + rest
		}
		if f, verdict := targets[i].Measured(r); verdict == Missed && targets[i].where != (profile{}) {
			worst = append(worst, missedTarget{f, &targets[i], work})
		}
	}
	slices.SortStableFunc(worst, func(a, b missedTarget) int {
		return cmp.Compare(b.target.shortfall(b.Figure), a.target.shortfall(a.Figure))
	})
	return worst[:min(len(worst), worstShown)]
}

type slowQuery struct {
	timed *bench.Timed
	peer  string
	ratio float64
}

// worstQueries are those that Outcrop is slowest at, of the first run of each workload.
func worstQueries(r Results) (worst []slowQuery) {
	for _, w := range r.workloads() {
		for _, q := range r.of(w) {
			if peer, ratio, ok := q.Fastest(Outcrop); ok && ratio.Median < 1 {
				worst = append(worst, slowQuery{&q, peer, ratio.Median})
			}
		}
	}
	slices.SortStableFunc(worst, func(a, b slowQuery) int { return cmp.Compare(a.ratio, b.ratio) })
	return worst[:min(len(worst), worstShown)]
}

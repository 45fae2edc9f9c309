package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// Figure is what a target's work was measured at.
type Figure struct {
	bench.Spread
	Note string // on what: data, and what is missing of it
	// Scale of the data, where one was chosen.
	Scale string
	// Short: the work that was asked for was not done, so that no figure passes.
	Short bool
}

// figure finds one in results, if it is there.
type figure func(Results) (Figure, bool)

// at is a figure without a range.
func at(value float64, scale, note string) (Figure, bool) {
	return Figure{Spread: bench.Spread{Median: value, Low: value, High: value}, Scale: scale, Note: note}, true
}

// query is peer time / our time of a query; of several peers, that of the fastest.
func query(workload, name string, peers ...string) figure {
	return func(r Results) (best Figure, found bool) {
		t := r.timed(workload, name)
		if t == nil {
			return unanswered(r.lost(workload, name))
		}
		for _, p := range peers {
			if ratio, ok := t.Ratio(p, Outcrop); ok && (!found || ratio.Median < best.Median) {
				best, found = Figure{Spread: ratio, Scale: t.Scale, Note: fmt.Sprintf("%s rows; %s", count(t.Rows), p)}, true
			}
		}
		return best, found
	}
}

// unanswered is the figure of queries that Outcrop does not answer: none.
func unanswered(lost []string) (Figure, bool) {
	if len(lost) == 0 {
		return Figure{}, false
	}
	return Figure{Spread: bench.Spread{Median: math.NaN()}, Short: true, Note: "Outcrop does not answer " + strings.Join(lost, ", ")}, true
}

// geomean is that of all queries of a workload that both answer, or of some of them, round by round.
func geomean(workload, peer string, only ...string) figure {
	return rounds(workload, peer, only, func(theirs, ours []float64) float64 {
		ratios := make([]float64, len(theirs))
		for i := range ratios {
			ratios[i] = theirs[i] / ours[i]
		}
		return bench.Geomean(ratios)
	})
}

// sum is the ratio of the times for all queries of a workload that both answer, round by round.
func sum(workload, peer string) figure {
	return rounds(workload, peer, nil, func(theirs, ours []float64) float64 { return total(theirs) / total(ours) })
}

func total(figures []float64) (sum float64) {
	for _, x := range figures {
		sum += x
	}
	return sum
}

// rounds joins each round's times of all queries, or only some. What Outcrop does not answer makes it fall short.
func rounds(workload, peer string, only []string, join func(theirs, ours []float64) float64) figure {
	return func(r Results) (Figure, bool) {
		all, lost := r.of(workload), r.lost(workload, only...)
		n, missing, scale, rows := 0, 0, "", int64(0)
		var theirs, ours [][]float64 // by query
		for i := range all {
			if len(only) > 0 && !slices.Contains(only, all[i].Query) {
				continue
			}
			p := all[i].Of(peer)
			if p == nil {
				missing++
				continue
			}
			own := all[i].Of(Outcrop).WallMS
			paired := min(len(p.WallMS), len(own))
			theirs, ours = append(theirs, p.WallMS[:paired]), append(ours, own[:paired])
			n, scale, rows = max(n, paired), all[i].Scale, all[i].Rows
		}
		if len(theirs) == 0 {
			return unanswered(lost)
		}
		joined := make([]float64, n)
		for round := range joined {
			joined[round] = join(column(theirs, round), column(ours, round))
		}
		note := fmt.Sprintf("%s rows; %d queries", count(rows), len(theirs))
		if missing > 0 {
			note += fmt.Sprintf(", %d more that it does not answer", missing)
		}
		if len(lost) > 0 {
			note += "; Outcrop does not answer " + strings.Join(lost, ", ")
		}
		return Figure{Spread: bench.NewSpread(joined), Scale: scale, Note: note, Short: len(lost) > 0}, true
	}
}

// column is each query's time in a round; that of a query timed once is the same in all.
func column(times [][]float64, round int) []float64 {
	out := make([]float64, len(times))
	for i, t := range times {
		out[i] = t[round%len(t)]
	}
	return out
}

// percentile is one of a query's single times of ours, in us.
func percentile(workload, name string, of func(*bench.Percentiles) float64) figure {
	return func(r Results) (Figure, bool) {
		t := r.timed(workload, name)
		if t == nil || t.Of(Outcrop).Took == nil {
			return Figure{}, false
		}
		took := t.Of(Outcrop).Took
		return at(1000*of(took), t.Scale, fmt.Sprintf("%s rows; %d times", count(t.Rows), took.Count))
	}
}

// ingest is our MB of JSON a CPU-second over the peer's, on the first of the workloads that both have loaded.
func ingest(peer string, workloads ...string) figure {
	return func(r Results) (Figure, bool) {
		for _, w := range workloads {
			if ours, theirs := r.load(w, Outcrop), r.load(w, peer); ours != nil && theirs != nil {
				note := fmt.Sprintf("%s: %.0f against %.0f MB per CPU-second", w, rate(ours), rate(theirs))
				if both := ours.CPUSeconds + ours.LoaderCPUSeconds; ours.LoaderCPUSeconds > 0 {
					note += fmt.Sprintf("; %.0f with the client that sends", float64(ours.JSONBytes)/1e6/both)
				}
				return at(rate(ours)/rate(theirs), ours.Scale, note)
			}
		}
		return Figure{}, false
	}
}

func rate(l *bench.Load) float64 { return float64(l.JSONBytes) / 1e6 / l.CPUSeconds }

// sustained is the part of a rate of writing that has to be reached.
const sustained = 0.95

// latency is a percentile of how long a durable write takes to be visible, in ms.
func latency(rate float64, of func(*bench.Percentiles) float64) figure {
	return func(r Results) (Figure, bool) {
		l := pick(r, func(r *bench.Result) []bench.Latency { return r.Latencies },
			func(l *bench.Latency) bool { return l.Peer == Outcrop && l.Wanted == rate })
		if l == nil {
			return Figure{}, false
		}
		f, _ := at(of(&l.Visible), "", strings.TrimSpace(l.Workload+" "+l.Scale)+": "+fmt.Sprintf("%.1f MB/s reached; from when it was to be sent %.1f ms", l.Reached, of(&l.Sent)))
		f.Short = l.Reached < sustained*l.Wanted
		return f, true
	}
}

// isolation is the 95th percentile beside an ingest over that without.
func isolation(r Results) (Figure, bool) {
	i := pick(r, func(r *bench.Result) []bench.Isolation { return r.Isolation }, func(i *bench.Isolation) bool { return i.Peer == Outcrop })
	if i == nil {
		return Figure{}, false
	}
	return at(i.Busy.P95/i.Idle.P95, "", fmt.Sprintf("%s %s: beside %.0f MB/s: %.1f ms, without: %.1f ms", i.Workload, i.Scale, i.Written, i.Busy.P95, i.Idle.P95))
}

// storage is what is on disk over the JSON, of the first workload that there is.
func storage(workloads ...string) figure {
	return func(r Results) (Figure, bool) {
		for _, w := range workloads {
			if l := r.load(w, Outcrop); l != nil {
				return at(float64(l.DiskBytes)/float64(l.JSONBytes), l.Scale, fmt.Sprintf("%s: %s of %s", w, bytes(l.DiskBytes), bytes(l.JSONBytes)))
			}
		}
		return Figure{}, false
	}
}

// The workloads whose ids do and do not repeat.
const conflicting, unique = "httplogs", "httplogs-unique"

// ingestLoss is by how many percent ingest is slower where a quarter of the ids repeat.
func ingestLoss(r Results) (Figure, bool) {
	with, without := r.load(conflicting, Outcrop), r.load(unique, Outcrop)
	if with == nil || without == nil {
		return Figure{}, false
	}
	speed := func(l *bench.Load) float64 { return float64(l.JSONBytes) / 1e6 / l.Seconds }
	return at(100*(1-speed(with)/speed(without)), with.Scale, fmt.Sprintf("%.0f against %.0f MB/s", speed(with), speed(without)))
}

// scanLoss is by how many percent scans are slower afterwards, a row: all queries of the workload.
func scanLoss(r Results) (Figure, bool) {
	var losses []float64
	scale := ""
	for _, with := range r.of(conflicting) {
		without := r.timed(unique, with.Query)
		if without == nil || without.Scale != with.Scale {
			continue
		}
		scale = with.Scale
		losses = append(losses, bench.PairedRatio(with.Of(Outcrop).WallMS, without.Of(Outcrop).WallMS).Median)
	}
	if len(losses) == 0 {
		return Figure{}, false
	}
	return at(100*(bench.Geomean(losses)-1), scale, fmt.Sprintf("%d queries", len(losses)))
}

// firstAnswer is from the start to the first answer on the largest store, in ms.
func firstAnswer(r Results) (Figure, bool) {
	var largest *bench.ColdStart
	for _, each := range r.counted() {
		for i := range each.Starts {
			if s := &each.Starts[i]; s.Peer == Outcrop && (largest == nil || s.DiskBytes > largest.DiskBytes) {
				largest = s
			}
		}
	}
	if largest == nil {
		return Figure{}, false
	}
	return at(1000*largest.FirstSeconds, largest.Scale, fmt.Sprintf("%s, %s on disk", largest.Workload, bytes(largest.DiskBytes)))
}

// emptyRSS is the memory of an empty server, in MB.
func emptyRSS(r Results) (Figure, bool) {
	var all []float64
	for _, each := range r.counted() {
		for _, l := range each.Loads {
			if l.Peer == Outcrop {
				all = append(all, float64(l.EmptyRSS)/1e6)
			}
		}
	}
	if len(all) == 0 {
		return Figure{}, false
	}
	return Figure{Spread: bench.NewSpread(all), Note: fmt.Sprintf("%d starts", len(all))}, true
}

// count is a number for people.
func count(n int64) string {
	i := slices.IndexFunc(scales, func(s scale) bool { return float64(n) >= s.size })
	if i < 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%.3g%s", float64(n)/scales[i].size, scales[i].name)
}

type scale struct {
	size float64
	name string
}

var scales = []scale{{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}

// short is a number in three digits, or as many as it has before the point.
func short(x float64) string {
	if x >= 100 {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

func bytes(n int64) string { return count(n) + "B" }

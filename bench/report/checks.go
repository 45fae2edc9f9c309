package report

import (
	"fmt"

	"github.com/outcropdb/outcrop/bench"
)

// check holds a figure against what the machine could do at most, of which a system is to reach a share.
type check struct {
	what string // the condition
	// measured says how far Outcrop comes, and whether that is enough; ok is false when something is missing.
	measured func(Results) (text string, enough, ok bool)
}

// ofKernel is the rows that a query gets done in a CPU-second, over those of a kernel in one thread.
func ofKernel(workload, query, limit string, share float64) check {
	return check{fmt.Sprintf(">= %g of %s", share, limit), func(r Results) (string, bool, bool) {
		for _, each := range r.counted() {
			t, l := Results{each}.timed(workload, query), limitOf(each, limit)
			if t == nil || l == nil {
				continue
			}
			rate := float64(t.Rows) / 1e3 / bench.NewSpread(t.Of(Outcrop).CPUMS).Median
			return part(rate, l, share)
		}
		return "", false, false
	}}
}

// part is a rate over a limit.
func part(rate float64, l *bench.Limit, share float64) (string, bool, bool) {
	reached := rate / limitMean(l)
	return fmt.Sprintf("%.2g: %s of %s %s", reached, short(rate), short(limitMean(l)), l.Unit), reached >= share, true
}

// ofParse is the JSON that ingest takes in a CPU-second, over what parsing alone does.
func ofParse(share float64, workloads ...string) check {
	return check{fmt.Sprintf(">= %g of %s", share, bench.LimitParse), func(r Results) (string, bool, bool) {
		for _, w := range workloads {
			for _, each := range r.counted() {
				if load, l := (Results{each}).load(w, Outcrop), limitOf(each, bench.LimitParse); load != nil && l != nil {
					return part(rate(load), l, share)
				}
			}
		}
		return "", false, false
	}}
}

// echoes is a query's median over that of a bare HTTP request.
func echoes(workload, query string, most float64) check {
	return check{fmt.Sprintf("<= %g x %s", most, bench.LimitHTTP), func(r Results) (string, bool, bool) {
		for _, each := range r.counted() {
			t, l := Results{each}.timed(workload, query), limitOf(each, bench.LimitHTTP)
			if t == nil || l == nil || t.Of(Outcrop).Took == nil {
				continue
			}
			took := 1000 * t.Of(Outcrop).Took.P50
			return fmt.Sprintf("%s x: %s of %s us", short(took/limitMean(l)), short(took), short(limitMean(l))), took <= most*limitMean(l), true
		}
		return "", false, false
	}}
}

// within is a query's median wall time, in ms.
func within(workload, query string, most float64) check {
	return check{fmt.Sprintf("<= %g ms", most), func(r Results) (string, bool, bool) {
		t := r.timed(workload, query)
		if t == nil {
			return "", false, false
		}
		took := bench.NewSpread(t.Of(Outcrop).WallMS).Median
		return short(took) + " ms", took <= most, true
	}}
}

// syncMargin is what a visible write may take beyond making it durable, in ms.
const syncMargin = 1

// synced is the median from when a write was to be sent to an answer that has it, at a rate of writing.
func synced(rate float64) check {
	return check{fmt.Sprintf("<= %s + %d ms, from sent", bench.LimitSync, syncMargin), func(r Results) (string, bool, bool) {
		for _, each := range r.counted() {
			l := limitOf(each, bench.LimitSync)
			for _, latency := range each.Latencies {
				if latency.Peer == Outcrop && latency.Wanted == rate && l != nil {
					most := limitMean(l)/1000 + syncMargin
					return fmt.Sprintf("%s of %s ms", short(latency.Sent.P50), short(most)), latency.Sent.P50 <= most, true
				}
			}
		}
		return "", false, false
	}}
}

// equalAnswers counts the queries of a workload that all peers who were asked answered alike.
func equalAnswers(workload string) check {
	return check{"all answers equal", func(r Results) (string, bool, bool) {
		for _, each := range r.counted() {
			asked, equal := 0, 0
			for i := range each.Queries {
				if q := &each.Queries[i]; q.Workload == workload {
					asked++
					if agree(q) {
						equal++
					}
				}
			}
			if asked > 0 {
				return fmt.Sprintf("%d of %d", equal, asked), equal == asked, true
			}
		}
		return "", false, false
	}}
}

func agree(q *bench.Timed) bool {
	for _, t := range q.Peers {
		if t.Wrong != "" || t.Failed != "" {
			return false
		}
	}
	return true
}

// others is what peers keep on disk, over the JSON.
func others(workload string, peers ...string) check {
	return check{"for comparison", func(r Results) (text string, enough, ok bool) {
		for _, p := range peers {
			if l := r.load(workload, p); l != nil {
				if text != "" {
					text += ", "
				}
				text += fmt.Sprintf("%s %s", p, short(float64(l.DiskBytes)/float64(l.JSONBytes)))
			}
		}
		return text, true, text != ""
	}}
}

func limitOf(r *bench.Result, name string) *bench.Limit {
	for i := range r.Limits {
		if r.Limits[i].Name == name {
			return &r.Limits[i]
		}
	}
	return nil
}

// limitMean is between before and after the run.
func limitMean(l *bench.Limit) float64 { return (l.Before + l.After) / 2 }

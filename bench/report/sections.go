package report

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// section is a table with a title.
type section struct {
	title string
	head  []string
	rows  [][]string
}

// sections are what is shown of results, in order.
func sections(r Results) []section {
	return []section{
		targetSection(r), profileSection(r), peerSection(r), loadSection(r), startSection(r), latencySection(r), concurrencySection(r),
		isolationSection(r), limitSection(r), wrongSection(r), leftSection(r), querySection(r),
	}
}

// targetScale is that of the data that targets are stated for: on others a verdict is a hint.
const targetScale = "full"

// targetVerdict is the column of a target's verdict.
const targetVerdict = 7

func targetSection(r Results) section {
	s := section{title: "Targets", head: []string{"#", "work", "against", "must", "aim", "measured", "range", "verdict", "on", "held against the machine", "reached"}}
	for i := range targets {
		t := &targets[i]
		f, verdict := t.Measured(r)
		cells := []string{fmt.Sprint(t.Number), t.Work, t.Versus, number(t.Must, t.Unit), number(t.Aim, t.Unit), "", "", string(verdict), f.Note, t.check.what, ""}
		if verdict != Unproven {
			cells[5] = number(f.Median, t.Unit)
			if f.Scale != "" && f.Scale != targetScale {
				cells[7] += ", but " + f.Scale
			}
			if f.Low != f.High {
				cells[6] = fmt.Sprintf("%.2f-%.2f", f.Low, f.High)
			}
		}
		if t.check.measured != nil {
			if text, enough, ok := t.check.measured(r); ok {
				cells[10] = text
				if !enough {
					cells[10] += ", missed"
				}
			}
		}
		s.rows = append(s.rows, cells)
	}
	return s
}

func number(x float64, unit string) string {
	switch {
	case math.IsNaN(x):
		return "none"
	case unit == "x":
		return short(x) + "x"
	}
	return short(x) + " " + unit
}

func peerSection(r Results) section {
	s := section{title: "Systems", head: []string{"peer", "version", "setting"}}
	seen := map[string]bool{}
	for _, each := range r {
		for _, p := range each.Peers {
			if key := p.Name + " " + p.Version; !seen[key] {
				seen[key] = true
				s.rows = append(s.rows, []string{p.Name, p.Version, p.About})
			}
		}
	}
	return s
}

// querySection has a row for each query and peer. The ratio is their time over Outcrop's: above 1 Outcrop
// is faster.
func querySection(r Results) section {
	s := section{title: "Queries", head: []string{"workload", "query", "peer", "wall ms", "range", "CPU ms", "peak RSS", "their time / Outcrop's", "range"}}
	for _, each := range r.counted() {
		for i := range each.Queries {
			q := &each.Queries[i]
			for _, t := range q.Peers {
				cells := []string{q.Workload + " " + q.Scale, q.Query, t.Peer, "", "", "", "", "", ""}
				switch {
				case t.Wrong != "":
					cells[7] = "answer differs"
				case t.Failed != "":
					cells[7] = "failed"
				case len(t.WallMS) > 0:
					wall, cpu := bench.NewSpread(t.WallMS), bench.NewSpread(t.CPUMS)
					cells[3], cells[4] = fmt.Sprintf("%.3g", wall.Median), fmt.Sprintf("%.3g-%.3g", wall.Low, wall.High)
					if len(t.WallMS) == 1 && each.Rounds > 1 {
						cells[4] = "once" // it took longer than the suite's patience
					}
					cells[5], cells[6] = fmt.Sprintf("%.3g", cpu.Median), bytes(t.PeakRSS)
					if ratio, ok := q.Ratio(t.Peer, Outcrop); ok && t.Peer != Outcrop {
						cells[7], cells[8] = fmt.Sprintf("%.2f", ratio.Median), fmt.Sprintf("%.2f-%.2f", ratio.Low, ratio.High)
					}
				default:
					cells[7] = "answer equal"
				}
				s.rows = append(s.rows, cells)
			}
		}
	}
	return s
}

func loadSection(r Results) section {
	s := section{title: "Loading", head: []string{"workload", "peer", "rows", "JSON", "seconds", "CPU s", "client CPU s", "MB/s", "MB per CPU s", "peak RSS", "settling s", "on disk", "/ JSON"}}
	for _, each := range r.counted() {
		for _, l := range each.Loads {
			s.rows = append(s.rows, []string{
				l.Workload + " " + l.Scale, l.Peer, count(l.Rows), bytes(l.JSONBytes), fmt.Sprintf("%.2f", l.Seconds),
				fmt.Sprintf("%.2f", l.CPUSeconds), clientCPU(&l), fmt.Sprintf("%.0f", float64(l.JSONBytes)/1e6/l.Seconds), fmt.Sprintf("%.0f", rate(&l)),
				bytes(l.PeakRSS), fmt.Sprintf("%.2f", l.SettleSeconds), bytes(l.DiskBytes), fmt.Sprintf("%.2f", float64(l.DiskBytes)/float64(l.JSONBytes)),
			})
		}
	}
	return s
}

func clientCPU(l *bench.Load) string {
	if l.LoaderCPUSeconds == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", l.LoaderCPUSeconds)
}

func startSection(r Results) section {
	s := section{title: "Cold starts, file cache warm", head: []string{"workload", "peer", "on disk", "ready ms", "first answer ms", "query", "RSS when ready"}}
	for _, each := range r.counted() {
		for _, c := range each.Starts {
			s.rows = append(s.rows, []string{
				c.Workload + " " + c.Scale, c.Peer, bytes(c.DiskBytes), fmt.Sprintf("%.0f", 1000*c.StartSeconds),
				fmt.Sprintf("%.0f", 1000*c.FirstSeconds), c.Query, bytes(c.RSS),
			})
		}
	}
	return s
}

func triple(p bench.Percentiles) string {
	return fmt.Sprintf("%.2f / %.2f / %.2f", p.P50, p.P95, p.P99)
}

func latencySection(r Results) section {
	s := section{title: "Durable write to answer: ms, p50 / p95 / p99", head: []string{"documents", "peer", "MB/s wanted", "reached", "from acknowledged", "from to be sent", "acknowledged", "a poll", "CPUs"}}
	for _, each := range r.counted() {
		for _, l := range each.Latencies {
			s.rows = append(s.rows, []string{
				l.Workload + " " + l.Scale, l.Peer, fmt.Sprint(l.Wanted), fmt.Sprintf("%.2f", l.Reached), triple(l.Visible), triple(l.Sent), triple(l.Acked),
				triple(l.Queries), fmt.Sprintf("%.2f", l.CPUShare),
			})
		}
	}
	return s
}

func concurrencySection(r Results) section {
	s := section{title: "Concurrency, open loop: ms, p50 / p95 / p99", head: []string{"workload", "peer", "clients", "closed loop queries/s", "came in queries/s", "took"}}
	for _, each := range r.counted() {
		for _, c := range each.Concurrency {
			s.rows = append(s.rows, []string{c.Workload + " " + c.Scale, c.Peer, fmt.Sprint(c.Clients), fmt.Sprintf("%.0f", c.Capacity), fmt.Sprintf("%.0f", c.Rate), triple(c.Took)})
		}
	}
	return s
}

func isolationSection(r Results) section {
	s := section{title: "Isolation: ms, p50 / p95 / p99", head: []string{"workload", "peer", "alone", "beside an ingest", "MB/s of it"}}
	for _, each := range r.counted() {
		for _, i := range each.Isolation {
			s.rows = append(s.rows, []string{i.Workload + " " + i.Scale, i.Peer, triple(i.Idle), triple(i.Busy), fmt.Sprintf("%.0f", i.Written)})
		}
	}
	return s
}

func limitSection(r Results) section {
	s := section{title: "Limits of the machine", head: []string{"run", "limit", "before", "after", "unit"}}
	for _, each := range r {
		for _, l := range each.Limits {
			s.rows = append(s.rows, []string{each.Suite, l.Name, short(l.Before), short(l.After), l.Unit})
		}
	}
	return s
}

func wrongSection(r Results) section {
	s := section{title: "Answers that differ, and failures", head: []string{"workload", "query", "peer", "what"}}
	for _, each := range r {
		for _, q := range each.Queries {
			for _, t := range q.Peers {
				if what := cmp.Or(t.Wrong, t.Failed); what != "" {
					s.rows = append(s.rows, []string{q.Workload + " " + q.Scale, q.Query, t.Peer, brief(what)})
				}
			}
		}
	}
	return s
}

func leftSection(r Results) section {
	s := section{title: "Left out", head: []string{"suite", "workload", "query", "peer", "why"}}
	for _, each := range r {
		for _, l := range each.Left {
			s.rows = append(s.rows, []string{each.Suite, l.Workload, l.Query, l.Peer, brief(l.Reason)})
		}
	}
	return s
}

// briefLength is how much is shown of what a peer says: the first line, up to here.
const briefLength = 160

func brief(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(text); len(runes) > briefLength {
		text = string(runes[:briefLength]) + "..."
	}
	return text
}

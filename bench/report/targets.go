package report

import (
	"math"

	"github.com/outcropdb/outcrop/bench"
)

// Target is what Outcrop is to reach.
type Target struct {
	Number int
	Work   string
	Versus string // a ratio of their time and ours; empty: an absolute figure
	Unit   string // x, ms, us, MB, %
	Must   float64
	Aim    float64
	Lower  bool // less is better
	figure figure
	check  check   // of the machine's limits; none: the target has no such condition
	where  profile // where the time goes
}

// profile names a profile: of a workload, and of what; empty: of the query that Outcrop is slowest at there.
type profile struct{ workload, work string }

func p50(p *bench.Percentiles) float64 { return p.P50 }
func p95(p *bench.Percentiles) float64 { return p.P95 }
func p99(p *bench.Percentiles) float64 { return p.P99 }

const (
	typed = "DuckDB, typed"
	click = "ClickHouse, hints and sort key"
	best  = "the better of DuckDB and ClickHouse"
)

// none is the check of a target that has none.
var none check

// targets are all, on one machine, with the same data, two threads each, hot.
var targets = []Target{
	{1, "JSONBench-like, 5 queries, geometric mean", typed, "x", 2, 5, false, geomean("bsky", "duckdb"), none, profile{"bsky", ""}},
	{2, "the same", click, "x", 0.8, 1.5, false, geomean("bsky", "clickhouse"), none, profile{"bsky", ""}},
	{3, "SSB star, sum of 13 queries", typed, "x", 1, 2, false, sum("ssb", "duckdb"), none, profile{"ssb", ""}},
	{3, "the same", click, "x", 2.5, 5, false, sum("ssb", "clickhouse"), none, profile{"ssb", ""}},
	{4, "scan, filter, sum", typed, "x", 3, 8, false, query("events20m", "sum", "duckdb"), ofKernel("events20m", "sum", bench.LimitFilterSum, 0.5), profile{"events20m", "sum"}},
	{5, "group by a string of 200 values", typed, "x", 2, 5, false, query("events20m", "group_string", "duckdb"), ofKernel("events20m", "group_string", bench.LimitDictionary, 0.6), profile{"events20m", "group_string"}},
	{6, "group by int64, 1M groups", click, "x", 1, 1.5, false, query("events20m", "group_int_1m", "clickhouse"), ofKernel("events20m", "group_int_1m", bench.LimitRadix1M, 0.6), profile{"events20m", "group_int_1m"}},
	{6, "group by int64, 10M groups", best, "x", 2, 5, false, query("events20m", "group_int_10m", "duckdb", "clickhouse"), ofKernel("events20m", "group_int_10m", bench.LimitRadix, 0.6), profile{"events20m", "group_int_10m"}},
	{7, "top-k", typed, "x", 1.5, 4, false, query("events20m", "top_k", "duckdb"), check{what: "zone maps skip"}, profile{"events20m", "top_k"}},
	{8, "selective AND, at most 0.1% of rows", typed, "x", 20, 100, false, query("events20m", "selective_and", "duckdb"), within("events20m", "selective_and", 0.5), profile{"events20m", "selective_and"}},
	{9, "point lookup by _id over HTTP, p50", "", "us", 150, 60, true, percentile("events20m", "lookup", p50), echoes("events20m", "lookup", 2), profile{"events20m", "lookup"}},
	{9, "the same, p99", "", "us", 600, 200, true, percentile("events20m", "lookup", p99), none, profile{"events20m", "lookup"}},
	{10, "join to a dimension of 1M rows", best, "x", 1.2, 3, false, query("events20m", "join", "duckdb", "clickhouse"), ofKernel("events20m", "join", bench.LimitRandomRead, 0.4), profile{"events20m", "join"}},
	{11, "substring scan", click, "x", 2, 8, false, query("events20m", "substring", "clickhouse"), ofKernel("events20m", "substring", bench.LimitSubstring, 0.4), profile{"events20m", "substring"}},
	{11, "text, best ten by score", "bleve", "x", 3, 10, false, geomean("text", "bleve", "top10", "top10_phrase"), none, profile{"text", "top10"}},
	{11, "in its place: documents with words, counted", "bleve", "x", 3, 10, false, geomean("text", "bleve", "common", "rare", "word", "nowhere", "both", "prefix"), none, profile{"text", ""}},
	{12, "ingest, MB of JSON per CPU-second", click, "x", 1.5, 4, false, ingest("clickhouse", "bsky", "rock"), ofParse(0.15, "bsky", "rock"), profile{"bsky", bench.ProfileLoading}},
	{13, "the same", "PostgreSQL, jsonb and GIN", "x", 5, 12, false, ingest("postgres", "bsky", "rock"), none, profile{"bsky", bench.ProfileLoading}},
	{14, "durable write to answer at 1 MB/s, p50", "", "ms", 5, 1.5, true, latency(1, p50), synced(1), profile{"bsky", bench.ProfileWriting}},
	{14, "the same, p95", "", "ms", 15, 4, true, latency(1, p95), none, profile{"bsky", bench.ProfileWriting}},
	{14, "the same, p99", "", "ms", 40, 10, true, latency(1, p99), none, profile{"bsky", bench.ProfileWriting}},
	{15, "durable write to answer at 20 MB/s, p95", "", "ms", 70, 20, true, latency(20, p95), none, profile{"bsky", bench.ProfileWriting}},
	{16, "p95 beside a flat-out ingest of another instance / alone", "", "x", 1.5, 1.15, true, isolation, none, profile{}},
	{17, "storage with all indexes / raw JSON", "", "x", 0.6, 0.35, true, storage("bsky"), others("bsky", "clickhouse-json", "postgres"), profile{}},
	{18, "a quarter of writes are upserts: ingest loss", "", "%", 30, 10, true, ingestLoss, none, profile{conflicting, bench.ProfileLoading}},
	{18, "the same: scan loss afterwards", "", "%", 10, 3, true, scanLoss, none, profile{conflicting, ""}},
	{19, "ClickBench-shaped, 43 queries, geometric mean", typed, "x", 0.7, 1.5, false, geomean("hits", "duckdb"), equalAnswers("hits"), profile{"hits", ""}},
	{19, "the same", click, "x", 0.7, 1.2, false, geomean("hits", "clickhouse"), equalAnswers("hits"), profile{"hits", ""}},
	{20, "start to first answer, largest store", "", "ms", 300, 50, true, firstAnswer, none, profile{}},
	{20, "memory of an empty server", "", "MB", 60, 30, true, emptyRSS, none, profile{}},
}

// Targets are all.
func Targets() []Target { return targets }

// shortfall is by which factor a figure misses what it must be: above 1 it does.
func (t *Target) shortfall(f Figure) float64 {
	switch {
	case math.IsNaN(f.Median):
		return math.Inf(1)
	case t.Lower:
		return f.Median / t.Must
	}
	return t.Must / f.Median
}

// Verdict on a figure.
type Verdict string

// The verdicts, from best to worst.
const (
	Reached  Verdict = "aim reached"
	Met      Verdict = "must met"
	Missed   Verdict = "missed"
	Unproven Verdict = "not measured"
)

// Measured is the figure of a target in results, and what to think of it.
func (t *Target) Measured(r Results) (Figure, Verdict) {
	f, ok := t.figure(r)
	if !ok {
		return f, Unproven
	}
	if math.IsNaN(f.Median) {
		return f, Missed
	}
	passes := func(bound float64) bool {
		if t.Lower {
			return f.Median <= bound
		}
		return f.Median >= bound
	}
	switch {
	case f.Short:
		return f, Missed
	case passes(t.Aim):
		return f, Reached
	case passes(t.Must):
		return f, Met
	}
	return f, Missed
}

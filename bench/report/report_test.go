package report

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

var update = flag.Bool("update", false, "write what reports are now to testdata")

// timing has three rounds around a time.
func timing(peer string, ms float64) bench.Timing {
	return bench.Timing{
		Peer: peer, WallMS: []float64{ms, 1.25 * ms, 0.75 * ms}, CPUMS: []float64{2 * ms, 2 * ms, 2 * ms}, PeakRSS: 100e6,
		Took: &bench.Percentiles{Count: 300, P50: ms, P99: 2 * ms},
	}
}

// sample has some of everything.
func sample() *bench.Result {
	return &bench.Result{
		Format: 2, Suite: "full", Started: time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC), Seconds: 1200, Threads: 2, Rounds: 3,
		Machine: bench.Machine{CPU: "Some CPU", CPUs: 2, Memory: 24e9, Kernel: "6.1", Go: "go1.26", Revision: "abc", Load: "0.1"},
		Peers:   []bench.PeerInfo{{Name: "outcrop", About: "ours", Version: "1"}, {Name: "duckdb", About: "a | b", Version: "2.0"}},
		Left:    []bench.Left{{Peer: "postgres", Reason: "is not there\nsecond line"}, {Workload: "bsky", Peer: "bleve", Reason: "no query is worded for it"}},
		Loads: []bench.Load{
			{Workload: "bsky", Scale: "full", Peer: "outcrop", Rows: 1e6, JSONBytes: 500e6, Seconds: 5, CPUSeconds: 4, LoaderCPUSeconds: 1, PeakRSS: 1e9, DiskBytes: 200e6, EmptyRSS: 40e6},
			{Workload: "bsky", Scale: "full", Peer: "clickhouse", Rows: 1e6, JSONBytes: 500e6, Seconds: 6, CPUSeconds: 10, PeakRSS: 1e9, DiskBytes: 100e6},
		},
		Starts: []bench.ColdStart{{Workload: "bsky", Scale: "full", Peer: "outcrop", Query: "q1", StartSeconds: 0.02, FirstSeconds: 0.03, DiskBytes: 200e6, RSS: 50e6}},
		Queries: []bench.Timed{
			{Workload: "bsky", Scale: "full", Query: "q1", Rows: 1e6, Answer: 10, Peers: []bench.Timing{timing("outcrop", 1), timing("duckdb", 10), {Peer: "clickhouse", Wrong: "row 1: 1 against 2"}}},
			{Workload: "bsky", Scale: "full", Query: "q2", Rows: 1e6, Answer: 10, Peers: []bench.Timing{timing("outcrop", 4), timing("duckdb", 2), {Peer: "clickhouse", Failed: "refused"}}},
			{Workload: "events20m", Scale: "quick", Query: "lookup", Rows: 2e5, Answer: 1, Peers: []bench.Timing{timing("outcrop", 0.1), timing("duckdb", 1)}},
			{Workload: "events20m", Scale: "quick", Query: "join", Rows: 2e5, Answer: 1, Peers: []bench.Timing{timing("outcrop", 10), timing("duckdb", 4)}},
			{Workload: "events20m", Scale: "quick", Query: "top_k", Rows: 2e5, Answer: 1, Peers: []bench.Timing{{Peer: "outcrop", Failed: "out of memory"}, timing("duckdb", 1)}},
		},
		Latencies: []bench.Latency{
			{Workload: "bsky", Scale: "quick", Peer: "outcrop", Wanted: 1, Reached: 1, Visible: bench.Percentiles{P50: 1, P95: 10, P99: 50}},
			{Workload: "bsky", Scale: "quick", Peer: "outcrop", Wanted: 20, Reached: 15, Visible: bench.Percentiles{P95: 3}},
		},
		Concurrency: []bench.Concurrency{{Workload: "bsky", Scale: "full", Peer: "outcrop", Clients: 4, Capacity: 1000, Rate: 700, Took: bench.Percentiles{P50: 1, P95: 2, P99: 3}}},
		Profiles: []bench.Profile{{
			Workload: "events20m", Scale: "quick", Work: "join",
			Top: []bench.ProfileEntry{{Function: "runtime.memmove", Flat: 0.5, Cum: 0.5}}, Own: []bench.ProfileEntry{{Function: "exec.(*join).Write", Flat: 0.75, Cum: 0.9}},
		}},
		Limits: []bench.Limit{
			{Name: "memory copy", Unit: "GB/s", Before: 20, After: 21},
			{Name: bench.LimitRandomRead, Unit: "Mrow/s", Before: 40, After: 60},
			{Name: bench.LimitHTTP, Unit: "us", Before: 60, After: 60},
		},
	}
}

// TestPage compares a page and its chart with testdata; -update writes what they are now.
func TestPage(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "page.md")
	text := "# Written by hand\n\n" + pageBegin + "\nold\n" + pageEnd + "\n\nBy hand, too.\n"
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "benchmarks"), 0o755); err != nil {
		t.Fatal(err)
	}
	stale := filepath.Join(dir, "benchmarks", "gone.svg")
	if err := os.WriteFile(stale, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second changes nothing
		if err := Page(page, Results{sample()}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(stale); err == nil {
		t.Error("the chart of a workload that is gone is still there")
	}
	golden(t, page, "page.md")
	golden(t, filepath.Join(dir, "benchmarks", "bsky.svg"), "bsky.svg")
	if err := os.WriteFile(page, []byte("no markers"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Page(page, Results{sample()}); err == nil || !strings.Contains(err.Error(), pageBegin) {
		t.Errorf("a page without markers: got %v", err)
	}
}

func golden(t *testing.T, path, name string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(want, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if old, err := os.ReadFile(want); err != nil || string(old) != string(got) {
		t.Errorf("%s is not what testdata has, %v; got:\n%s", name, err, got)
	}
}

func TestTargets(t *testing.T) {
	verdicts := func(r Results, number int) (out []Verdict) {
		for i := range targets {
			if targets[i].Number == number {
				_, v := targets[i].Measured(r)
				out = append(out, v)
			}
		}
		return out
	}
	r := Results{sample()}
	for number, want := range map[int][]Verdict{
		1:  {Met},                  // 10 and 0.5: 2.2
		2:  {Unproven},             // answers differ
		7:  {Missed},               // Outcrop failed
		9:  {Met, Reached},         // 100 and 200 us
		10: {Missed},               // 0.4
		12: {Met},                  // 125 against 50 MB per CPU-second
		14: {Reached, Met, Missed}, // 1, 10, 50 ms
		15: {Missed},               // 3 ms, but 15 MB/s
		17: {Met},                  // 0.4
		20: {Reached, Met},         // 30 ms, 40 MB
	} {
		got := verdicts(r, number)
		if !slices.Equal(got, want) {
			t.Errorf("target %d: got %v, want %v", number, got, want)
		}
	}
	for number := 1; number <= 20; number++ {
		if len(verdicts(r, number)) == 0 {
			t.Errorf("there is no target %d", number)
		}
	}
	discarded := sample()
	discarded.Discarded = "the machine moved"
	for i := range targets {
		if _, v := targets[i].Measured(Results{discarded}); v != Unproven {
			t.Errorf("target %d: a discarded run has a verdict: %s", targets[i].Number, v)
		}
	}
	if _, v := targets[0].Measured(Results{discarded, sample()}); v != Met {
		t.Errorf("behind a discarded run: got %s", v)
	}
}

// TestUnanswered: a query that Outcrop does not answer makes the whole fall short, however fast the others are.
func TestUnanswered(t *testing.T) {
	r := sample()
	r.Queries[1].Peers[0] = bench.Timing{Peer: Outcrop, Failed: "refused"}
	f, ok := geomean("bsky", "duckdb")(Results{r})
	if !ok || !f.Short || math.Abs(f.Median-10) > 1e-9 || !strings.Contains(f.Note, "does not answer q2") {
		t.Errorf("one of two: got %+v", f)
	}
	if f, ok := geomean("bsky", "duckdb", "q2")(Results{r}); !ok || !f.Short || !math.IsNaN(f.Median) {
		t.Errorf("the only one: got %+v", f)
	}
	if _, ok := geomean("bsky", "duckdb", "q3")(Results{r}); ok {
		t.Error("a query that nobody was asked has a figure")
	}
	if f := Failures(r); len(f) != 2 || f[0] != "bsky q2: refused" {
		t.Errorf("failures: got %q", f)
	}
}

func TestChecks(t *testing.T) {
	r := Results{sample()}
	for _, c := range []struct {
		check  check
		text   string
		enough bool
	}{
		{ofKernel("events20m", "join", bench.LimitRandomRead, 0.4), "0.2: 10 of 50 Mrow/s", false}, // 200k rows in 20 ms
		{ofKernel("events20m", "join", bench.LimitRandomRead, 0.1), "0.2: 10 of 50 Mrow/s", true},
		{echoes("events20m", "lookup", 2), "1.67 x: 100 of 60 us", true},
		{within("events20m", "join", 0.5), "10 ms", false},
		{equalAnswers("bsky"), "0 of 2", false},
		{others("bsky", "clickhouse", "postgres"), "clickhouse 0.2", true},
	} {
		if text, enough, ok := c.check.measured(r); !ok || text != c.text || enough != c.enough {
			t.Errorf("%s: got %q, %v, %v, want %q, %v", c.check.what, text, enough, ok, c.text, c.enough)
		}
	}
	if _, _, ok := ofParse(0.15, "bsky").measured(r); ok {
		t.Error("a limit that was not measured has a share")
	}
}

// TestRounds has a slow query that was timed once: the rounds of the others still make the range.
func TestRounds(t *testing.T) {
	r := sample()
	slow := &r.Queries[1].Peers[1]
	slow.WallMS = slow.WallMS[:1]
	r.Queries[0].Peers[1].WallMS[1] *= 4
	f, ok := sum("bsky", "duckdb")(Results{r})
	if want := (bench.Spread{Median: 12.0 / 5, Low: (7.5 + 2) / (0.75 + 4), High: (50 + 2) / (1.25 + 4)}); !ok || f.Spread != want {
		t.Errorf("got %v, want %v", f.Spread, want)
	}
}

func TestText(t *testing.T) {
	var out strings.Builder
	Text(&out, sample())
	for _, want := range []string{"answer differs", "refused", "is not there", "must met", "memory copy"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "second line") {
		t.Error("only the first line of a reason is to be shown")
	}
	if n := len(Wrong(sample())); n != 1 {
		t.Errorf("answers that differ: got %d queries, want 1", n)
	}
}

func TestCompare(t *testing.T) {
	before, after := sample(), sample()
	after.Queries[0].Peers[0] = timing("outcrop", 0.5)
	var out strings.Builder
	Compare(&out, before, after)
	for line := range strings.Lines(out.String()) {
		if strings.Contains(line, "q1") && strings.Contains(line, "outcrop") {
			if !strings.Contains(line, "2.00") {
				t.Errorf("twice as fast: got %s", line)
			}
			return
		}
	}
	t.Errorf("q1 is missing in:\n%s", out.String())
}

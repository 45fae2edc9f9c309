package bench

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Suite is what a run does.
type Suite struct {
	Name, About string
	// Scale of the data, and the workloads unless others are asked for; none: all.
	Scale     string
	Workloads []string
	// Rounds of each query, every peer once a round; Settled is for how long a peer repeats a query in a
	// round, of which the mean counts.
	Rounds  int
	Settled time.Duration
	// Patience: a query whose answer took a peer longer is timed once on it and not every round.
	Patience time.Duration
	// Without are peers that would take too long, unless they are asked for by name.
	Without []Without
	// Profiles is of how many queries of each workload, those that Outcrop is slowest at beside the fastest of
	// the others, a profile is taken; 0: none.
	Profiles int
	// Cold: starts on loaded folders are measured, too.
	Cold bool
	run  func(*Runner, context.Context) error
}

// Without leaves a peer out of a suite, for a reason that results show.
type Without struct {
	Peer   string
	But    []string // workloads that it is measured on all the same
	Reason string
}

// leaves is the reason why a suite leaves a peer out of a workload, or empty.
func (s *Suite) leaves(peer, workload string) string {
	for _, w := range s.Without {
		if w.Peer == peer && !slices.Contains(w.But, workload) {
			return w.Reason + "; --peer " + peer + " asks for it"
		}
	}
	return ""
}

// textReason is why DuckDB over text is left out.
const textReason = "it parses all text for every query; schemaless DuckDB is measured on bsky and rock"

// The peers that suites leave out, so that they end in the time that they promise.
var (
	quickWithout = []Without{
		{Peer: "postgres", Reason: "takes longer than all others together"},
		{Peer: "datafusion", Reason: "Polars stands for engines over Parquet files"},
		{Peer: "duckdb-json", But: []string{"bsky", "rock"}, Reason: textReason},
	}
	fullWithout = []Without{
		{Peer: "postgres", But: []string{"bsky"}, Reason: "takes longer than all others together, and its target, for ingest, is measured on bsky"},
		{Peer: "datafusion", Reason: "Polars stands for engines over Parquet files"},
		{Peer: "duckdb-json", But: []string{"bsky", "rock"}, Reason: textReason},
		{Peer: "clickhouse-json", But: []string{"bsky", "hits", "rock"}, Reason: "schemaless ClickHouse is measured on bsky, hits and rock; tables joined as JSON took it longer than all others together"},
	}
)

// minRounds are the fewest from which a median and a range are told.
const minRounds = 7

// suites are all that there are.
var suites = []Suite{
	{Name: "quick", About: "all workloads, small: under 3 minutes; equal answers, and a first look at times", Scale: "quick", Rounds: minRounds, Settled: 2 * time.Millisecond, Patience: 100 * time.Millisecond, Without: quickWithout, run: (*Runner).compare},
	{Name: "full", About: "all workloads at the sizes of the targets, cold starts: under 40 minutes", Scale: "full", Rounds: minRounds, Settled: 20 * time.Millisecond, Patience: 5 * time.Second, Without: fullWithout, Cold: true, Profiles: 5, run: (*Runner).compare},
	{Name: "latency", About: "from a durable write to a query's answer that has it, at 1 and 20 MB/s", Scale: "quick", Workloads: []string{"bsky"}, Profiles: 1, run: (*Runner).latency},
	{Name: "concurrency", About: "open loop with 1, 4, 16 and 64 clients", Scale: "quick", Workloads: []string{"bsky"}, run: (*Runner).concurrency},
	{Name: "isolation", About: "queries of one virtual instance while another ingests flat out", Scale: "quick", Workloads: []string{"bsky"}, run: (*Runner).isolation},
}

// Suites are all suites.
func Suites() []Suite { return suites }

// SuiteNamed is the suite of the name, or an error that lists those that there are.
func SuiteNamed(name string) (Suite, error) {
	var names []string
	for _, s := range suites {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Suite{}, fmt.Errorf("there is no suite %q; there are %s", name, strings.Join(names, ", "))
}

package bench

import (
	"context"
	"fmt"
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
	// Without names peers that take too long for the suite, unless they are asked for.
	Without []string
	// Cold: starts on loaded folders are measured, too.
	Cold bool
	run  func(*Runner, context.Context) error
}

// minRounds are the fewest from which a median and a range are told.
const minRounds = 7

// suites are all that there are.
var suites = []Suite{
	{Name: "quick", About: "all workloads, small: under 3 minutes; equal answers, and a first look at times", Scale: "quick", Rounds: minRounds, Settled: 2 * time.Millisecond, Patience: 100 * time.Millisecond, Without: []string{"postgres"}, run: (*Runner).compare},
	{Name: "full", About: "all workloads at the sizes of the targets, cold starts: under 40 minutes", Scale: "full", Rounds: minRounds, Settled: 20 * time.Millisecond, Patience: 15 * time.Second, Cold: true, run: (*Runner).compare},
	{Name: "latency", About: "from a durable write to a query's answer that has it, at 1 and 20 MB/s", Scale: "quick", Workloads: []string{"bsky"}, run: (*Runner).latency},
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

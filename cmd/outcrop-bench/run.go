package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/bench"
	"github.com/outcropdb/outcrop/bench/peer"
	"github.com/outcropdb/outcrop/bench/report"
	"github.com/outcropdb/outcrop/bench/workload"
)

// defaultThreads is what the targets are stated for.
const defaultThreads = 2

// allPeers asks for every peer.
const allPeers = "all"

// parsedWorkload has the documents that bare parsing is measured on: those that the targets of ingest are.
const parsedWorkload = "bsky"

type runCommand struct {
	Suite       string   `default:"quick" help:"quick, full, latency, concurrency or isolation."`
	Workload    []string `placeholder:"NAME" help:"Only these."`
	Peer        []string `placeholder:"NAME" help:"Only these, and Outcrop; all: those, too, that the suite leaves out."`
	Scale       string   `placeholder:"NAME" help:"Other data than the suite's: tiny, quick, full, ..."`
	Rounds      int      `placeholder:"N" help:"Other than the suite's."`
	Profiles    int      `default:"-1" placeholder:"N" help:"Profile Outcrop in the N queries of each workload that it is slowest at beside others. Default: the suite's."`
	AnswersOnly bool     `help:"Compare answers and time nothing."`
	Limits      bool     `default:"true" negatable:"" help:"Measure what the machine can do, before and after."`
	Out         string   `type:"path" placeholder:"FILE" help:"Where the result goes. Default: .cache/bench/SUITE.json, which report takes, or partial.json of a run that is not all of the suite."`
}

// Run runs a suite.
func (c *runCommand) Run(ctx context.Context, g *grammar) error {
	r, err := c.runner(g)
	if err != nil {
		return err
	}
	bar := newBar()
	r.Progress = bar.show
	result, err := r.Run(ctx)
	bar.clear()
	if err != nil {
		return err
	}
	out := c.Out
	switch {
	case out != "":
	case c.partial():
		out = filepath.Join(g.work(), partialResult)
	default:
		out = filepath.Join(g.work(), r.Suite.Name+".json")
	}
	if err := result.Write(out); err != nil {
		return err
	}
	report.Text(os.Stdout, result)
	fmt.Println("result:", out)
	if failures := report.Failures(result); len(failures) > 0 {
		return fmt.Errorf("what Outcrop failed in:\n%s", strings.Join(failures, "\n"))
	}
	if n := len(report.Wrong(result)); n > 0 {
		return fmt.Errorf("answers to %d queries differ, see above", n)
	}
	return nil
}

// partialResult is the file of a run that is not all of a suite: report takes it only by name.
const partialResult = "partial.json"

// partial tells whether the run is less than a suite, or another.
func (c *runCommand) partial() bool {
	return len(c.Workload) > 0 || len(c.Peer) > 0 || c.Scale != "" || c.Rounds > 0 || c.AnswersOnly || !c.Limits
}

func (c *runCommand) runner(g *grammar) (*bench.Runner, error) {
	suite, err := bench.SuiteNamed(c.Suite)
	if err != nil {
		return nil, err
	}
	if c.Scale != "" {
		suite.Scale = c.Scale
	}
	if c.Profiles >= 0 {
		suite.Profiles = c.Profiles
	}
	if c.Rounds > 0 {
		suite.Rounds = c.Rounds
	}
	if len(c.Peer) > 0 {
		suite.Without = nil
	}
	names := c.Workload
	if len(names) == 0 {
		names = suite.Workloads
	}
	r := &bench.Runner{Suite: suite, Root: g.Root, Work: g.work(), Threads: min(defaultThreads, runtime.NumCPU()), AnswersOnly: c.AnswersOnly}
	if r.Workloads, err = workload.Named(names...); err != nil {
		return nil, err
	}
	if slices.Contains(c.Peer, allPeers) {
		c.Peer = nil
	}
	if r.Peers, err = peer.Named(c.Peer...); err != nil {
		return nil, err
	}
	if c.Limits && !c.AnswersOnly {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		parsed, err := workload.Named(parsedWorkload)
		if err != nil {
			return nil, err
		}
		r.Limits = []bench.LimitSource{bench.Memory, bench.Kernels(g.Root), bench.Parse(parsed[0]), bench.Sync, bench.Echo(self, "echo")}
	}
	return r, nil
}

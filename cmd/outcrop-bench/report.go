package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/outcropdb/outcrop/bench"
	"github.com/outcropdb/outcrop/bench/report"
)

type reportCommand struct {
	Result []string `arg:"" optional:"" type:"existingfile" help:"Results, the preferred ones first. Default: the last of each suite, in .cache/bench."`
	Page   string   `type:"path" placeholder:"FILE" help:"The page, whose part between two markers is written anew. Default: docs/benchmarks.md."`
}

// preferred is the order of suites: where two have a figure, the first one's counts.
var preferred = []string{"full", "latency", "concurrency", "isolation", "quick"}

// Run writes the page and its charts.
func (c *reportCommand) Run(g *grammar) error {
	paths := c.Result
	if len(paths) == 0 {
		for _, suite := range preferred {
			if path := filepath.Join(g.work(), suite+".json"); exists(path) {
				paths = append(paths, path)
			}
		}
	}
	if len(paths) == 0 {
		return errors.New("there is no result: run outcrop-bench run first")
	}
	var results report.Results
	for _, path := range paths {
		r, err := bench.ReadResult(path)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	page := c.Page
	if page == "" {
		page = filepath.Join(g.Root, "docs", "benchmarks.md")
	}
	if err := report.Page(page, results); err != nil {
		return err
	}
	fmt.Println(page)
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

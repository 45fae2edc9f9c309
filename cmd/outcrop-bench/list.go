package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/outcropdb/outcrop/bench"
	"github.com/outcropdb/outcrop/bench/peer"
	"github.com/outcropdb/outcrop/bench/workload"
)

type listCommand struct {
	Queries bool `help:"Each query of each workload, too."`
}

func newTable(columns ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(os.Stdout)
	t.SetStyle(table.StyleLight)
	t.AppendHeader(columns)
	return t
}

// Run lists.
func (c *listCommand) Run(ctx context.Context, g *grammar) error {
	t := newTable("suite", "what", "rounds")
	for _, s := range bench.Suites() {
		t.AppendRow(table.Row{s.Name, s.About, s.Rounds})
	}
	t.Render()
	t = newTable("workload", "what", "queries", "scales")
	for _, w := range workload.All() {
		var scales []string
		for _, s := range w.Scales {
			scales = append(scales, fmt.Sprintf("%s (%g)", s.Name, s.Size))
		}
		t.AppendRow(table.Row{w.Name, w.About, len(w.Queries), strings.Join(scales, ", ")})
	}
	t.Render()
	if c.Queries {
		t = newTable("workload", "query", "what")
		for _, w := range workload.All() {
			for _, q := range w.Queries {
				t.AppendRow(table.Row{w.Name, q.Name, q.About})
			}
		}
		t.Render()
	}
	t = newTable("peer", "what", "version")
	for _, p := range peer.All() {
		version, err := p.Version(ctx, bench.Setting{Root: g.Root})
		if err != nil {
			version = "cannot run: " + err.Error()
		}
		t.AppendRow(table.Row{p.Name, p.About, version})
	}
	t.Render()
	return nil
}

package main

import (
	"context"
	"fmt"

	"github.com/outcropdb/outcrop/bench"
	"github.com/outcropdb/outcrop/bench/workload"
)

type genCommand struct {
	Workload []string `placeholder:"NAME" help:"Which; default: all."`
	Scale    string   `default:"quick" help:"How much: ${default} and full are what those suites take."`
}

// Run generates.
func (c *genCommand) Run(ctx context.Context, g *grammar) error {
	workloads, err := workload.Named(c.Workload...)
	if err != nil {
		return err
	}
	bar := newBar()
	for _, w := range workloads {
		data, err := bench.Generate(ctx, g.work(), w, c.Scale, func(table string, bytes int64) {
			bar.show(w.Name+": "+table, bytes, 0)
		})
		bar.clear()
		if err != nil {
			return err
		}
		for _, t := range w.Tables {
			f := data.File(t.Name)
			fmt.Printf("%s\t%d documents\t%.1f MB\n", f.Path, f.Rows, float64(f.Bytes)/1e6)
		}
	}
	return nil
}

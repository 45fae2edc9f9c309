package main

import (
	"fmt"
	"os"

	"github.com/outcropdb/outcrop/bench"
	"github.com/outcropdb/outcrop/bench/report"
)

type compareCommand struct {
	Before string `arg:"" type:"existingfile" help:"Result of an earlier run."`
	After  string `arg:"" type:"existingfile" help:"Result of a later one."`
}

// Run compares.
func (c *compareCommand) Run() error {
	before, err := bench.ReadResult(c.Before)
	if err != nil {
		return err
	}
	after, err := bench.ReadResult(c.After)
	if err != nil {
		return err
	}
	if before.Machine.CPU != after.Machine.CPU || before.Machine.CPUs != after.Machine.CPUs {
		fmt.Printf("two machines: %s with %d CPUs, %s with %d CPUs\n", before.Machine.CPU, before.Machine.CPUs, after.Machine.CPU, after.Machine.CPUs)
	}
	report.Compare(os.Stdout, before, after)
	return nil
}

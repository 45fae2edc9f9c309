// Command outcrop-bench measures Outcrop beside other systems: see docs/benchmarks.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/outcropdb/outcrop/bench"
)

const description = `Outcrop beside other systems: same data, same questions, same machine, one run.

  outcrop-bench list
  outcrop-bench run --suite quick
  outcrop-bench run --suite full --workload bsky --peer duckdb
  outcrop-bench compare before.json after.json
  outcrop-bench report

Run it in the checkout, where make build and make bench-peers have put what it measures.`

// grammar is the command line.
type grammar struct {
	Root string `type:"existingdir" default:"." help:"The checkout: bin/outcrop and .cache/venv are in it."`

	List    listCommand    `cmd:"" help:"Show suites, workloads with their queries, and peers, and which of them can run here."`
	Gen     genCommand     `cmd:"" help:"Generate data, or check what is there."`
	Run     runCommand     `cmd:"" help:"Run a suite and write its result."`
	Compare compareCommand `cmd:"" help:"Show what has changed between two results."`
	Report  reportCommand  `cmd:"" help:"Write results into docs/benchmarks.md."`
	Echo    echoCommand    `cmd:"" hidden:"" help:"Serve what the limits of HTTP and gRPC are measured with."`
}

// work is the folder for data, logs and results.
func (g *grammar) work() string { return filepath.Join(g.Root, ".cache", "bench") }

func main() {
	var g grammar
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed := kong.Parse(&g, kong.Name("outcrop-bench"), kong.Description(description), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{NoExpandSubcommands: true, WrapUpperBound: 100}), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&g))
	root, err := filepath.Abs(g.Root)
	if err == nil {
		g.Root = root
		err = parsed.Run()
	}
	if err != nil {
		if errors.Is(err, context.Canceled) {
			err = errors.New("interrupted")
		}
		fmt.Fprintln(os.Stderr, "outcrop-bench:", err)
		os.Exit(1)
	}
}

// echoCommand is started by the run, and ends with its standard input.
type echoCommand struct {
	Protocol string `arg:"" help:"HTTP or gRPC."`
}

// Run serves.
func (c *echoCommand) Run() error { return bench.ServeEcho(c.Protocol, os.Stdin, os.Stdout) }

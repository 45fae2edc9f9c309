// Command outcrop is all of Outcrop in one binary: the server, and the tools to talk to it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/outcropdb/outcrop/vec/simd"
)

// The addresses that the server listens on, and the tools call, unless told otherwise.
const (
	defaultData   = "./outcrop-data"
	defaultHTTP   = "127.0.0.1:8321"
	defaultURL    = "http://" + defaultHTTP
	defaultFlight = "127.0.0.1:8322"
)

const description = `Real-time analytics over schemaless JSON, in one binary.

Start a server with some sample documents, ask it, load your own:

  outcrop serve --sample
  outcrop sql -c "SELECT kind, COUNT(*) AS n FROM commons.events GROUP BY kind"
  outcrop load clicks.ndjson.gz --collection web.clicks

Every flag can also be given as an environment variable (--log-level is OUTCROP_LOG_LEVEL) and in the YAML file that --config names (log-level: debug). A flag goes before the environment, that before the file.`

// grammar is the command line.
type grammar struct {
	Config string `type:"path" placeholder:"FILE" help:"YAML file with values for flags, under their names."`

	Serve   serveCommand   `cmd:"" help:"Run the server."`
	SQL     sqlCommand     `cmd:"" name:"sql" help:"Ask a server in SQL, one statement or interactively."`
	Load    loadCommand    `cmd:"" help:"Load files of JSON, CSV or Parquet into a collection."`
	Inspect inspectCommand `cmd:"" help:"Show what is in a data folder or a segment file, without a server."`
	Check   checkCommand   `cmd:"" help:"Check that everything in a data folder is as it was written, without a server."`
	Version versionCommand `cmd:"" help:"Print the version and what it runs on."`
}

// console is where a command reads from and writes to. Results go to out; all that is said about them
// goes to err.
type console struct {
	in       *os.File
	out, err io.Writer
}

func main() {
	os.Exit(run(os.Args[1:], console{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// run is main, with the exit status as its result: 0, or 1 after an error, or 2 after a wrong command line.
func run(args []string, io console) int {
	if err := simd.UseEnv(); err != nil {
		fmt.Fprintln(io.err, "outcrop:", err)
		return 2
	}
	var commands grammar
	exited := -1
	parser, err := kong.New(&commands,
		kong.Name("outcrop"), kong.Description(description), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{NoExpandSubcommands: true, WrapUpperBound: 100}),
		kong.DefaultEnvars("OUTCROP"), kong.Writers(io.out, io.err), kong.Exit(func(code int) { exited = code }),
		kong.Vars{"data": defaultData, "http": defaultHTTP, "url": defaultURL, "flight": defaultFlight},
		kong.Bind(io))
	if err != nil {
		panic("bug: " + err.Error())
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(io.err, "outcrop: %s\nTry: outcrop --help\n", err)
		return 2
	}
	if err := parsed.Run(); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(io.err, "outcrop:", err)
		}
		return 1
	}
	return 0
}

// errReported ends a command that has already said what is wrong.
var errReported = errors.New("reported")

// exitInterrupted is the status that shells give to what SIGINT ended.
const exitInterrupted = 130

// errInterrupted is the cause of an interruptible context's end.
var errInterrupted = errors.New("interrupted")

// interruptible is a context that ends with the first SIGINT or SIGTERM; the second ends the process.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		for n := 0; ; n++ {
			select {
			case <-signals:
				if n > 0 {
					os.Exit(exitInterrupted)
				}
				cancel(errInterrupted)
			case <-done:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
}

package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

// outcrop is the system at home: bin/outcrop, asked over HTTP. It is told nothing of the data.
var outcrop = bench.Peer{
	Name: "outcrop", About: "Outcrop over HTTP; no schema, no hints, no sort order",
	Dialects: []string{"outcrop", ""},
	Parallel: true,
	Version:  outcropVersion,
	Start: func(ctx context.Context, s bench.Setting) (bench.System, error) {
		o := &outcropSystem{setting: s}
		return o, o.start(ctx)
	},
}

// outcropKey is the admin's API key of the servers started here.
const outcropKey = "outcrop-bench-key-of-a-server-on-loopback-only"

// outcropPoll is how often a starting server is looked after, outcropStart for how long.
const (
	outcropPoll  = time.Millisecond
	outcropStart = 2 * time.Minute
)

func outcropBinary(s bench.Setting) string { return filepath.Join(s.Root, "bin", "outcrop") }

func outcropVersion(ctx context.Context, s bench.Setting) (string, error) {
	out, err := exec.CommandContext(ctx, outcropBinary(s), "version").Output()
	if errors.Is(err, os.ErrNotExist) {
		return "", errors.New("bin/outcrop is not there: run make build")
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimPrefix(first, "outcrop "), err
}

// outcropSystem is a bench.System and, in outcrop_write.go, a bench.Divided.
type outcropSystem struct {
	setting bench.Setting
	process *bench.Process
	url     string
	debug   string // URL of profiles
	loader  time.Duration
}

var (
	_ bench.System   = (*outcropSystem)(nil)
	_ bench.Profiler = (*outcropSystem)(nil)
	_ bench.Loader   = (*outcropSystem)(nil)
)

// start starts a server and waits until it answers.
func (o *outcropSystem) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, outcropStart, fmt.Errorf("bin/outcrop was not ready after %v: if it is older than this program, run make build", outcropStart))
	defer cancel()
	ready := o.setting.Dir + ".ready"
	if err := os.Remove(ready); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	c := exec.Command(outcropBinary(o.setting), "serve", "--data", o.setting.Dir, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0",
		"--cpus", fmt.Sprintf("0-%d", o.setting.Threads-1), "--ready-file", ready, "--debug", "127.0.0.1:0", "--log-level", "warn")
	c.Env = append(os.Environ(), "OUTCROP_API_KEY="+outcropKey, fmt.Sprintf("GOMAXPROCS=%d", o.setting.Threads))
	c.Stdout, c.Stderr = o.setting.Log, o.setting.Log
	var err error
	if o.process, err = bench.StartProcess(c); err != nil {
		return err
	}
	ticker := time.NewTicker(outcropPoll)
	defer ticker.Stop()
	for {
		text, err := os.ReadFile(ready)
		if address := outcropAddresses(string(text)); err == nil && address["profiles"] != "" {
			o.url, o.debug = address["http"], address["profiles"]
			return nil
		}
		select {
		case <-ticker.C:
		case <-o.process.Ended():
			return errors.New("outcrop serve ended: its log says why")
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), o.process.Stop())
		}
	}
}

// outcropAddresses are the lines of a ready file that end: a name, a colon, an address. The last is "profiles".
func outcropAddresses(text string) map[string]string {
	addresses := map[string]string{}
	for line := range strings.Lines(text) {
		if name, address, ok := strings.Cut(line, ": "); ok && strings.HasSuffix(address, "\n") {
			addresses[name] = strings.TrimSpace(address)
		}
	}
	return addresses
}

// Load is outcrop load, once a table, as a user would.
func (o *outcropSystem) Load(ctx context.Context, d *bench.Dataset) error {
	for _, t := range d.Workload.Tables {
		if d.File(t.Name).Rows == 0 { // load makes no collection of an empty file
			if err := o.create(ctx, t.Name); err != nil {
				return err
			}
			continue
		}
		arguments := []string{
			"load", d.File(t.Name).Path, "--url", o.url, "--collection", "commons." + t.Name,
			"--input-format", "json", "--state", o.setting.Dir + ".load", "--max-errors", "0", "--quiet",
		}
		if t.Key != "" {
			arguments = append(arguments, "--id-field", t.Key)
		}
		c := exec.CommandContext(ctx, outcropBinary(o.setting), arguments...)
		c.Env = append(os.Environ(), "OUTCROP_API_KEY="+outcropKey)
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("outcrop load: %w: %s", err, bytes.TrimSpace(out))
		}
		o.loader += c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
	return nil
}

// LoaderCPU is that of outcrop load.
func (o *outcropSystem) LoaderCPU() time.Duration { return o.loader }

// Settle restarts the server: ending, it flushes what it has in memory, and starting, it trims its log.
func (o *outcropSystem) Settle(ctx context.Context) error {
	if err := o.process.Stop(); err != nil {
		return err
	}
	return o.start(ctx)
}

// outcropQuery is the body of a query.
type outcropQuery struct {
	SQL struct {
		Query string `json:"query"`
	} `json:"sql"`
}

func newOutcropQuery(sql string) (q outcropQuery) {
	q.SQL.Query = sql
	return q
}

// Query asks and decodes.
func (o *outcropSystem) Query(ctx context.Context, sql string) (*bench.Answer, error) {
	var reply struct {
		Columns []struct{ Name string }      `json:"column_fields"`
		Rows    []map[string]json.RawMessage `json:"results"`
	}
	err := o.post(ctx, outcropSelf+"/queries", newOutcropQuery(sql), decodeInto(&reply))
	if err != nil {
		return nil, err
	}
	a := &bench.Answer{}
	for _, c := range reply.Columns {
		a.Columns = append(a.Columns, c.Name)
	}
	for _, fields := range reply.Rows {
		row := make([]any, len(a.Columns))
		for i, name := range a.Columns {
			if text, ok := fields[name]; ok { // undefined is left out
				if row[i], err = bench.Cell(text); err != nil {
					return nil, err
				}
			}
		}
		a.Rows = append(a.Rows, row)
	}
	return a, nil
}

// Run asks and takes the reply in.
func (o *outcropSystem) Run(ctx context.Context, sql string) error {
	return o.post(ctx, outcropSelf+"/queries", newOutcropQuery(sql), nil)
}

// Process of the server.
func (o *outcropSystem) Process() *bench.Process { return o.process }

// Close ends the server.
func (o *outcropSystem) Close() error { return o.process.Stop() }

package peer

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/outcropdb/outcrop/bench"
)

//go:embed driver.py
var driverScript string

// driver is a system that is a Python package, in a Python process of its own that a script drives: see
// driver.py for how they talk. It embeds into a System, and serves one request at a time.
type driver struct {
	process *bench.Process
	mu      sync.Mutex
	in      io.Writer
	out     *bufio.Reader
}

// driverRequest is a line to a driver.
type driverRequest struct {
	Op      string            `json:"op"`
	SQL     string            `json:"sql,omitempty"`
	Dir     string            `json:"dir,omitempty"`
	Threads int               `json:"threads,omitempty"`
	Options map[string]string `json:"options,omitzero"`
	Tables  []driverTable     `json:"tables,omitempty"`
}

// driverTable is a table for the driver to load.
type driverTable struct {
	Name    string            `json:"name"`
	Path    string            `json:"path"`
	Columns map[string]string `json:"columns,omitempty"` // name to type, in the words of the system
}

// driverReply is a line from one.
type driverReply struct {
	Error   string              `json:"error"`
	Columns []string            `json:"columns"`
	Rows    [][]json.RawMessage `json:"rows"`
}

func driverPython(s bench.Setting) string {
	return filepath.Join(s.Root, ".cache", "venv", "bin", "python")
}

// driverVersion asks Python for the version of a package.
func driverVersion(module string) func(context.Context, bench.Setting) (string, error) {
	return func(ctx context.Context, s bench.Setting) (string, error) {
		out, err := exec.CommandContext(ctx, driverPython(s), "-c", "import "+module+"; print("+module+".__version__)").Output()
		if err != nil {
			return "", fmt.Errorf("the Python package %s is not there: run make bench-peers", module)
		}
		return strings.TrimSpace(string(out)), nil
	}
}

// startDriver starts a script, which follows driver.py, and opens the system's data folder. The options are
// the script's.
func startDriver(ctx context.Context, s bench.Setting, script string, options map[string]string) (*driver, error) {
	return drive(ctx, s, exec.Command(driverPython(s), "-c", driverScript+script), options)
}

// drive starts a program that talks as driver.py does, and opens the system's data folder.
func drive(ctx context.Context, s bench.Setting, command *exec.Cmd, options map[string]string) (*driver, error) {
	if options == nil {
		options = map[string]string{}
	}
	command.Dir, command.Stderr = s.Dir, s.Log
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	d := &driver{in: in, out: bufio.NewReaderSize(out, 1<<16)}
	if d.process, err = bench.StartProcess(command); err != nil {
		return nil, err
	}
	if _, err = d.ask(ctx, driverRequest{Op: "open", Dir: s.Dir, Threads: s.Threads, Options: options}); err != nil {
		return nil, errors.Join(err, d.process.Stop())
	}
	return d, nil
}

// ask sends a request and waits for its reply. When ctx ends before that, so does the process: it cannot be
// interrupted in any other way.
func (d *driver) ask(ctx context.Context, request driverRequest) (*driverReply, error) {
	line, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	defer context.AfterFunc(ctx, d.process.Kill)()
	if _, err := d.in.Write(append(line, '\n')); err != nil {
		return nil, d.ended()
	}
	text, err := d.out.ReadBytes('\n')
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, d.ended()
	}
	reply := &driverReply{}
	if err := json.Unmarshal(text, reply); err != nil {
		return nil, fmt.Errorf("the driver's reply: %w", err)
	}
	if reply.Error != "" {
		return nil, errors.New(reply.Error)
	}
	return reply, nil
}

// ended is the error of a driver that is gone.
func (d *driver) ended() error {
	return fmt.Errorf("the driver has ended (%s): what it printed is in .cache/bench/log", d.process.Fate())
}

// loadTables has the script load all tables. typeOf gives the system's name of a type; a column of one that has
// none is left out.
func (d *driver) loadTables(ctx context.Context, data *bench.Dataset, typeOf func(bench.Type) string) error {
	request := driverRequest{Op: "load"}
	for _, t := range data.Workload.Tables {
		columns := map[string]string{}
		for _, c := range t.Columns {
			if name := typeOf(c.Type); name != "" {
				columns[c.Name] = name
			}
		}
		request.Tables = append(request.Tables, driverTable{Name: t.Name, Path: data.File(t.Name).Path, Columns: columns})
	}
	_, err := d.ask(ctx, request)
	return err
}

// execute runs statements that have no result.
func (d *driver) execute(ctx context.Context, statements ...string) error {
	for _, sql := range statements {
		if _, err := d.ask(ctx, driverRequest{Op: "execute", SQL: sql}); err != nil {
			return err
		}
	}
	return nil
}

// Query asks and decodes.
func (d *driver) Query(ctx context.Context, sql string) (*bench.Answer, error) {
	reply, err := d.ask(ctx, driverRequest{Op: "query", SQL: sql})
	if err != nil {
		return nil, err
	}
	a := &bench.Answer{Columns: reply.Columns}
	for _, cells := range reply.Rows {
		row := make([]any, len(cells))
		for i, text := range cells {
			if row[i], err = bench.Cell(text); err != nil {
				return nil, err
			}
		}
		a.Rows = append(a.Rows, row)
	}
	return a, nil
}

// Run has the script fetch all rows, which stay there.
func (d *driver) Run(ctx context.Context, sql string) error {
	_, err := d.ask(ctx, driverRequest{Op: "run", SQL: sql})
	return err
}

// Process is Python's.
func (d *driver) Process() *bench.Process { return d.process }

// Close closes the data folder and ends the process.
func (d *driver) Close() error {
	_, err := d.ask(context.Background(), driverRequest{Op: "close"})
	return errors.Join(err, d.process.Stop())
}

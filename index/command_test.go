package index

import (
	"context"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/vec"
)

// TestCommands runs the files in testdata/commands. Their commands:
//
//	open [memtable-bytes=N]                open the shard (once closed or crashed)
//	write sequence=N                       per line: put ID N, delete ID, patch ID, or fail ID, a patch in vain
//	flush | close | crash                  crash is a power failure now
//	tick second=N [retention=SECONDS]
//	hold | drop                            take a snapshot; close it
//	scan [held] | get [held] ID... | lookup [held] path=P value=N | skip path=P value=N | fields [held]
//	state                                  sequences, parts with their rows and dead rows
//	files                                  in the shard's folder
//	fail after=N                           the file system crashes N operations from now
func TestCommands(t *testing.T) {
	datadriven.Walk(t, "testdata/commands", func(t *testing.T, path string) {
		c := &commands{disk: fs.NewCrash(1, 0)}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			out, err := c.run(t, d)
			if err != nil {
				return "error: " + err.Error()
			}
			if out == "" {
				return "ok"
			}
			return strings.TrimSuffix(out, "\n")
		})
		if c.shard != nil {
			c.shard.Close()
		}
	})
}

type commands struct {
	disk  *fs.Crash
	shard *Shard
	held  *Snapshot
}

func (c *commands) run(t *testing.T, d *datadriven.TestData) (string, error) {
	number := func(name string) (n int) {
		if d.HasArg(name) {
			d.ScanArgs(t, name, &n)
		}
		return n
	}
	switch d.Cmd {
	case "open":
		var err error
		c.shard, err = Open(c.disk, "shard", Options{MemtableBytes: number("memtable-bytes"), FlushAge: 10 * time.Second})
		return "", err
	case "write":
		writes, err := parseWrites(d.Input)
		if err != nil {
			return "", err
		}
		refused := ""
		err = c.shard.Apply(uint64(number("sequence")), writes)
		for _, w := range writes {
			switch {
			case w.Refused != nil:
				refused += fmt.Sprintf("%s: %s\n", w.ID, w.Refused)
			case w.Op == Patch && !w.Existed:
				refused += fmt.Sprintf("%s: is not there\n", w.ID)
			}
		}
		return refused, err
	case "flush":
		return "", c.shard.Flush(context.Background())
	case "close":
		return "", c.shard.Close()
	case "crash":
		c.disk = c.disk.Restart()
		return "", c.shard.Close()
	case "fail":
		c.disk.CrashAt(number("after"))
		return "", nil
	case "tick":
		c.shard.Tick(time.Unix(int64(number("second")), 0), time.Duration(number("retention"))*time.Second)
		return "", nil
	case "hold":
		var err error
		c.held, err = c.shard.Snapshot()
		return "", err
	case "drop":
		c.held.Close()
		c.held = nil
		return "", nil
	case "files":
		names, err := c.disk.List("shard")
		return strings.Join(names, "\n"), err
	case "state":
		return state(c.shard), nil
	}
	s := c.held
	if len(d.CmdArgs) > 0 && d.CmdArgs[0].Key == "held" {
		d.CmdArgs = d.CmdArgs[1:]
	} else {
		var err error
		if s, err = c.shard.Snapshot(); err != nil {
			return "", err
		}
		defer s.Close()
	}
	return ask(t, s, d)
}

func parseWrites(input string) (writes []Write, err error) {
	for line := range strings.Lines(input) {
		switch words := strings.Fields(line); {
		case len(words) == 3 && words[0] == "put":
			n, err := strconv.ParseInt(words[2], 10, 64)
			if err != nil {
				return nil, err
			}
			writes = append(writes, upsert(words[1], n))
		case len(words) == 2 && words[0] == "delete":
			writes = append(writes, remove(words[1]))
		case len(words) == 2 && (words[0] == "patch" || words[0] == "fail"):
			writes = append(writes, patchOf(words[1], words[0] == "fail"))
		default:
			return nil, fmt.Errorf("write %q: want put ID N, delete ID, patch ID or fail ID", line)
		}
	}
	return writes, nil
}

func state(s *Shard) string {
	out := fmt.Sprintf("applied %d durable %d\n", s.Applied(), s.Durable())
	for _, p := range s.current.parts {
		name := "memtable"
		if p.file != nil {
			name = "segment " + strconv.FormatUint(p.file.entry.ID, 10)
		}
		out += fmt.Sprintf("%s: %d rows, %d dead\n", name, p.Rows(), p.live.dead)
	}
	return out
}

func ask(t *testing.T, s *Snapshot, d *datadriven.TestData) (string, error) {
	predicate := func() Predicate {
		var path string
		var n int64
		d.ScanArgs(t, "path", &path)
		d.ScanArgs(t, "value", &n)
		at, err := vec.ParsePath(path)
		if err != nil {
			t.Fatal(err)
		}
		return Predicate{Path: at, Op: vec.OpIn, Values: []vec.Value{vec.IntValue(vec.Int, n)}}
	}
	var lines []string
	switch d.Cmd {
	case "scan":
		got := model{}
		for _, p := range s.Parts() {
			if err := checkPart(p, got); err != nil {
				return "", err
			}
		}
		return got.String(), nil
	case "get":
		for _, arg := range d.CmdArgs {
			p, doc, ok, err := s.Get([]byte(arg.Key))
			if err != nil {
				return "", err
			}
			line := arg.Key + " is not there"
			if ok {
				document, err := p.Document(doc)
				if err != nil {
					return "", err
				}
				line = fmt.Sprint(arg.Key, "=", document.Field("n").Int())
			}
			lines = append(lines, line)
		}
	case "lookup":
		p := predicate()
		for _, part := range s.Parts() {
			docs, exact, err := part.Lookup(p)
			if err != nil {
				return "", err
			}
			if docs == nil {
				lines = append(lines, fmt.Sprintf("no index: scan; estimate %d", part.Estimate(p)))
				continue
			}
			lines = append(lines, fmt.Sprintf("docs %v exact %v estimate %d", docs.ToArray(), exact, part.Estimate(p)))
		}
		lines = append(lines, fmt.Sprintf("selectivity %.2f", s.Selectivity(p)))
	case "skip":
		for _, part := range s.Parts() {
			lines = append(lines, fmt.Sprint(part.Skips(predicate(), 0, part.Rows())))
		}
	case "fields":
		for _, f := range s.Fields() {
			lines = append(lines, fmt.Sprintf("%s %s %d of %d", f.Path, f.Type, f.Count, f.Total))
		}
		for _, p := range s.Paths(vec.Path{"inner"}) {
			lines = append(lines, "inner has "+p.String()+" "+fmt.Sprint(s.Types(p).Types()))
		}
		sort.Strings(lines)
	default:
		return "", fmt.Errorf("unknown command %s", d.Cmd)
	}
	return strings.Join(lines, "\n"), nil
}

package peer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// bleve finds documents by their words, in a program around the Go library: internal/bleve. It is asked query
// strings, and answers how many documents there are, without scoring them; behind "top 10: " which are the best
// by BM25.
var bleve = bench.Peer{
	Name: "bleve", About: "bleve, a scorch index of words with their places, one segment; counts without scores, the best by BM25",
	Dialects: []string{"bleve"},
	Version:  bleveVersion,
	Start: func(ctx context.Context, s bench.Setting) (bench.System, error) {
		command := exec.Command(bleveProgram(s))
		command.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", s.Threads))
		d, err := drive(ctx, s, command, nil)
		if err != nil {
			return nil, err
		}
		return &bleveSystem{d}, nil
	},
}

func bleveProgram(s bench.Setting) string { return filepath.Join(s.Root, "bin", "outcrop-bench-bleve") }

func bleveVersion(ctx context.Context, s bench.Setting) (string, error) {
	out, err := exec.CommandContext(ctx, bleveProgram(s), "version").Output()
	if err != nil {
		return "", errors.New("bin/outcrop-bench-bleve is not there: run make bench-peers")
	}
	return strings.TrimSpace(string(out)), nil
}

// bleveSystem is a bench.System.
type bleveSystem struct{ *driver }

// Load indexes the one table that a workload of texts has.
func (b *bleveSystem) Load(ctx context.Context, data *bench.Dataset) error {
	if len(data.Workload.Tables) != 1 {
		return fmt.Errorf("more than one table: %w", bench.ErrUnsupported)
	}
	t := data.Workload.Tables[0]
	columns := map[string]string{}
	for _, c := range t.Columns {
		if kind, ok := bleveKinds[c.Type.Kind]; ok {
			columns[c.Name] = kind
		}
	}
	if t.Key != "" {
		columns[t.Key] = "id"
	}
	_, err := b.ask(ctx, driverRequest{Op: "load", Tables: []driverTable{{Name: t.Name, Path: data.File(t.Name).Path, Columns: columns}}})
	return err
}

// Settle merges the segments.
func (b *bleveSystem) Settle(ctx context.Context) error { return b.execute(ctx, "merge") }

// bleveKinds are internal/bleve's names for kinds. Fields of others are not searched.
var bleveKinds = map[bench.Kind]string{bench.String: "text", bench.Int64: "number", bench.Float64: "number"}

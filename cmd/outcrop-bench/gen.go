package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/outcropdb/outcrop/bench"
	"github.com/outcropdb/outcrop/bench/workload"
)

type genCommand struct {
	Workload []string `placeholder:"NAME" help:"Which; default: all."`
	Format   string   `enum:"ndjson,parquet" default:"ndjson" help:"${enum}. Parquet has the declared types, and lies beside the NDJSON that it is made of."`
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
			if c.Format == "parquet" {
				bar.show(w.Name+": "+t.Name+" as Parquet", 0, 0)
				f, err = parquetFile(&t, f)
				bar.clear()
				if err != nil {
					return fmt.Errorf("workload %s: %w", w.Name, err)
				}
			}
			fmt.Printf("%s\t%d documents\t%.1f MB\n", f.Path, f.Rows, float64(f.Bytes)/1e6)
		}
	}
	return nil
}

// parquetFile writes a table as Parquet beside its NDJSON, unless it is there. Its name, too, has the documents'
// checksum.
func parquetFile(t *bench.Table, from bench.File) (f bench.File, err error) {
	f = bench.File{Path: strings.TrimSuffix(from.Path, ".ndjson") + ".parquet", Rows: from.Rows}
	info, err := os.Stat(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = writeParquet(t, from, f.Path); err == nil {
			info, err = os.Stat(f.Path)
		}
	}
	if err != nil {
		return f, err
	}
	f.Bytes = info.Size()
	return f, nil
}

func writeParquet(t *bench.Table, from bench.File, path string) error {
	in, err := os.Open(from.Path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(path), t.Name+".part*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name()) // fails when it has its name
	defer out.Close()
	buffered := bufio.NewWriterSize(out, 1<<20)
	rows, err := bench.Parquet(buffered, t, in)
	switch {
	case err != nil:
		return err
	case rows != from.Rows:
		return fmt.Errorf("table %s: %d rows were written of %d documents", t.Name, rows, from.Rows)
	}
	if err := errors.Join(buffered.Flush(), out.Close()); err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
}

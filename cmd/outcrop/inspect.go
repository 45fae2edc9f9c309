package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/sys/unix"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/manifest"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/index/segment"
)

type inspectCommand struct {
	Fields bool   `help:"List the fields of segments in a folder, too. Of a segment file they are always listed."`
	Path   string `arg:"" default:"${data}" type:"path" help:"Data folder, or segment file."`
}

// Help is shown behind the flags.
func (inspectCommand) Help() string {
	return `  outcrop inspect                         (./outcrop-data)
  outcrop inspect /var/lib/outcrop --fields
  outcrop inspect outcrop-data/index/collections/ID/0/00000001.segment

Nothing is changed. Collections go by their ids, since their names are in the log. What a server has in memory is not in segments yet.`
}

// sections of a segment file, in the order in which they are shown.
var sections = []string{"columns", "inverted", "rows", "primary", "fields"}

// Run shows what is there.
func (c *inspectCommand) Run(io console) error {
	info, err := os.Stat(c.Path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return c.file(io.out)
	}
	return c.folder(io)
}

// readOnly is the files of a disk, which stay as they are. Reading a shard also removes what a crash left:
// here that only seems so.
type readOnly struct{ fs.Disk }

// Remove does nothing.
func (readOnly) Remove(string) error { return nil }

func (c *inspectCommand) folder(io console) error {
	root := filepath.Join(c.Path, "index")
	collections := filepath.Join(root, "collections")
	ids, err := fs.Disk{}.List(collections)
	if err != nil {
		return fmt.Errorf("%s is no data folder: %w", c.Path, err)
	}
	if owner, ok := lockedBy(filepath.Join(root, "lock")); ok {
		fmt.Fprintf(io.err, "A server (process %s) is using the folder: what follows may change while it is read.\n", owner)
	}
	shards, err := readShards(collections, ids)
	if err != nil {
		return err
	}
	printShards(io.out, shards)
	for _, s := range shards {
		if len(s.state.Segments) == 0 {
			continue
		}
		fmt.Fprintf(io.out, "\ncollection %s, shard %d\n", s.collection, s.number)
		if err := c.segments(io.out, s); err != nil {
			return err
		}
	}
	return nil
}

// lockedBy is the process that holds a lock, if one does.
func lockedBy(name string) (owner string, ok bool) {
	f, err := os.Open(name)
	if err != nil {
		return "", false
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB); !errors.Is(err, unix.EWOULDBLOCK) {
		return "", false
	}
	text, _ := io.ReadAll(io.LimitReader(f, 32))
	return printable(string(slices.DeleteFunc(text, func(b byte) bool { return b == '\n' }))), true
}

// shardState is a shard as its manifest has it.
type shardState struct {
	collection string
	number     int
	dir        string
	state      manifest.Manifest
}

// readShards reads the manifests of all shards, by collection and number.
func readShards(dir string, ids []string) ([]shardState, error) {
	var out []shardState
	for _, id := range ids {
		names, err := fs.Disk{}.List(filepath.Join(dir, id))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			n, err := strconv.Atoi(name)
			if err != nil {
				continue
			}
			s := shardState{collection: id, number: n, dir: filepath.Join(dir, id, name)}
			if s.state, err = manifest.Load(readOnly{}, s.dir); err != nil {
				return nil, err
			}
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b shardState) int {
		return cmp.Or(cmp.Compare(a.collection, b.collection), cmp.Compare(a.number, b.number))
	})
	return out, nil
}

// newTable is a table whose columns from the given one on, counted from 1, are numbers.
func newTable(w io.Writer, numbersFrom int, header ...any) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(w)
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(header)
	var columns []table.ColumnConfig
	for n := numbersFrom; n <= len(header); n++ {
		columns = append(columns, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	return t
}

func printShards(w io.Writer, shards []shardState) {
	t := newTable(w, 2, "collection", "shard", "segments", "documents", "dead", "bytes", "raw bytes", "log position")
	for _, s := range shards {
		var rows, dead, bytes, raw int64
		for _, segment := range s.state.Segments {
			rows += int64(segment.Rows)
			bytes += segment.Bytes
			raw += segment.Raw
			dead += deadRows(segment)
		}
		t.AppendRow(table.Row{s.collection, s.number, len(s.state.Segments), thousands(rows - dead), thousands(dead), size(bytes), size(raw), s.state.Sequence})
	}
	t.Render()
}

func deadRows(s manifest.Segment) int64 {
	if s.Dead == nil {
		return 0
	}
	return int64(s.Dead.GetCardinality())
}

func (c *inspectCommand) segments(w io.Writer, s shardState) error {
	header := []any{"segment", "newest", "documents", "dead", "bytes"}
	for _, name := range sections {
		header = append(header, name)
	}
	t := newTable(w, 3, header...)
	var fields []func()
	for _, entry := range s.state.Segments {
		name := filepath.Join(s.dir, manifest.Name(entry.ID))
		opened, done, err := openSegment(name)
		if err != nil {
			return err
		}
		newest := "unknown"
		if entry.Newest != manifest.Forever {
			newest = time.UnixMicro(entry.Newest).UTC().Format(time.RFC3339)
		}
		row := table.Row{entry.ID, newest, thousands(int64(entry.Rows)), thousands(deadRows(entry)), size(opened.Bytes())}
		for _, section := range sections {
			row = append(row, size(opened.Size(section)))
		}
		t.AppendRow(row)
		if c.Fields {
			all := opened.Fields()
			fields = append(fields, func() {
				fmt.Fprintf(w, "segment %d\n", entry.ID)
				printFields(w, all)
			})
		}
		done()
	}
	t.Render()
	for _, show := range fields {
		show()
	}
	return nil
}

// openSegment opens a segment file until done is called.
func openSegment(name string) (s *segment.Segment, done func(), err error) {
	mapping, err := fs.Disk{}.Map(name)
	if err != nil {
		return nil, nil, err
	}
	s, err = segment.Open(mapping.Bytes, filepath.Base(name), row.NewCache(0))
	if err != nil {
		mapping.Close()
		return nil, nil, err
	}
	return s, func() { mapping.Close() }, nil
}

// file shows a segment file.
func (c *inspectCommand) file(w io.Writer) error {
	s, done, err := openSegment(c.Path)
	if err != nil {
		return err
	}
	defer done()
	t := newTable(w, 1, "documents", "bytes", sections[0], sections[1], sections[2], sections[3], sections[4])
	cells := table.Row{thousands(int64(s.Rows())), size(s.Bytes())}
	for _, section := range sections {
		cells = append(cells, size(s.Size(section)))
	}
	t.AppendRow(cells)
	t.Render()
	printFields(w, s.Fields())
	return nil
}

func printFields(w io.Writer, fields []column.Field) {
	t := newTable(w, 3, "field", "type", "documents", "of")
	for _, f := range fields {
		t.AppendRow(table.Row{printable(f.Path.String()), f.Type.String(), thousands(int64(f.Count)), thousands(int64(f.Total))})
	}
	t.Render()
}

package main

import (
	"cmp"
	"encoding/json"
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

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/index/manifest"
	"github.com/outcropdb/outcrop/index/row"
	"github.com/outcropdb/outcrop/index/segment"
)

type inspectCommand struct {
	Fields bool   `help:"List the columns of segments in a folder, too. Of a segment file they are always listed."`
	JSON   bool   `name:"json" help:"As JSON: an object a segment, one a line."`
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
	if !c.JSON {
		printShards(io.out, shards)
	}
	for _, s := range shards {
		if len(s.state.Segments) == 0 {
			continue
		}
		if c.JSON {
			if err := c.segmentsJSON(io.out, s); err != nil {
				return err
			}
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

// shardFolders are the folders of the shards of collections, which are in dir.
func shardFolders(dir string, ids []string) (dirs []string, err error) {
	for _, id := range ids {
		names, err := fs.Disk{}.List(filepath.Join(dir, id))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if _, err := strconv.Atoi(name); err == nil {
				dirs = append(dirs, filepath.Join(dir, id, name))
			}
		}
	}
	return dirs, nil
}

// readShards reads the manifests of all shards, by collection and number.
func readShards(dir string, ids []string) ([]shardState, error) {
	dirs, err := shardFolders(dir, ids)
	if err != nil {
		return nil, err
	}
	var out []shardState
	for _, dir := range dirs {
		n, _ := strconv.Atoi(filepath.Base(dir))
		s := shardState{collection: filepath.Base(filepath.Dir(dir)), number: n, dir: dir}
		if s.state, err = manifest.Load(fs.ReadOnly{FS: fs.Disk{}}, dir); err != nil {
			return nil, err
		}
		out = append(out, s)
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
			all, err := opened.Columns()
			if err != nil {
				done()
				return err
			}
			fields = append(fields, func() {
				fmt.Fprintf(w, "segment %d\n", entry.ID)
				printColumns(w, all)
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
	columns, err := s.Columns()
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(w).Encode(newSegmentJSON(s, columns))
	}
	t := newTable(w, 1, "documents", "bytes", sections[0], sections[1], sections[2], sections[3], sections[4])
	cells := table.Row{thousands(int64(s.Rows())), size(s.Bytes())}
	for _, section := range sections {
		cells = append(cells, size(s.Size(section)))
	}
	t.AppendRow(cells)
	t.Render()
	printColumns(w, columns)
	return nil
}

func printColumns(w io.Writer, columns []segment.ColumnInfo) {
	t := newTable(w, 5, "field", "type", "encoding", "list", "documents", "distinct", "bytes", "list bytes")
	for _, c := range columns {
		distinct := ""
		if c.Terms > 0 {
			distinct = thousands(int64(c.Terms))
		}
		t.AppendRow(table.Row{printable(c.Path.String()), c.Type.String(), c.Encoding, c.List, thousands(int64(c.Count)), distinct, size(c.Bytes), size(c.ListBytes)})
	}
	t.Render()
}

// segmentJSON is a segment as --json shows it.
type segmentJSON struct {
	Collection string           `json:"collection,omitempty"`
	Shard      *int             `json:"shard,omitempty"`
	Segment    string           `json:"segment"`
	Documents  int              `json:"documents"`
	Dead       int64            `json:"dead"`
	Bytes      int64            `json:"bytes"`
	Sections   map[string]int64 `json:"sections"`
	Columns    []columnJSON     `json:"columns,omitempty"`
}

type columnJSON struct {
	Field     []string `json:"field"`
	Type      string   `json:"type"`
	Encoding  string   `json:"encoding"`
	Documents int      `json:"documents"`
	Distinct  int      `json:"distinct,omitempty"`
	Bytes     int64    `json:"bytes"`
	List      string   `json:"list,omitempty"`
	ListBytes int64    `json:"list_bytes,omitempty"`
}

func newSegmentJSON(s *segment.Segment, columns []segment.ColumnInfo) segmentJSON {
	out := segmentJSON{Segment: s.Name(), Documents: s.Rows(), Bytes: s.Bytes(), Sections: map[string]int64{}}
	for _, name := range sections {
		out.Sections[name] = s.Size(name)
	}
	for _, c := range columns {
		out.Columns = append(out.Columns, columnJSON{append([]string{}, c.Path...), c.Type.String(), c.Encoding, c.Count, c.Terms, c.Bytes, c.List, c.ListBytes})
	}
	return out
}

// segmentsJSON writes the segments of a shard, with their columns if those are wanted.
func (c *inspectCommand) segmentsJSON(w io.Writer, s shardState) error {
	for _, entry := range s.state.Segments {
		opened, done, err := openSegment(filepath.Join(s.dir, manifest.Name(entry.ID)))
		if err != nil {
			return err
		}
		var columns []segment.ColumnInfo
		if c.Fields {
			columns, err = opened.Columns()
		}
		if err == nil {
			out := newSegmentJSON(opened, columns)
			out.Collection, out.Shard, out.Dead = s.collection, &s.number, deadRows(entry)
			err = json.NewEncoder(w).Encode(out)
		}
		done()
		if err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// maxParallel bounds the requests of a load that are under way at once, and with them its memory.
const maxParallel = 64

type loadCommand struct {
	connection
	Files       []string `arg:"" name:"file" help:"Files, patterns like 'logs/*.json.gz', or - for standard input."`
	Collection  string   `required:"" placeholder:"WS.NAME" help:"Collection to load into; it and its workspace are made when they are not there."`
	InputFormat string   `enum:"auto,json,csv,tsv,parquet" default:"auto" help:"What the files hold: ${enum}. auto goes by their names, and by their beginnings."`
	IDField     string   `placeholder:"FIELD" help:"Field, at the top of each document, whose value becomes the document's _id."`
	CSVComma    string   `name:"csv-delimiter" placeholder:"CHAR" help:"What separates the fields of CSV. Default: a comma, or a tab for tsv."`
	CSVTypes    string   `name:"csv-types" enum:"on,off" default:"on" help:"on: a CSV field that looks like a number or a bool is one. off: all are strings."`
	Parallel    int      `default:"8" help:"Requests under way at once, up to 64. Versions of a document stay in the order of the files."`
	MaxErrors   int64    `default:"100" help:"Stop when more documents than this cannot be loaded; -1: never stop."`
	Resume      bool     `help:"Go on where an interrupted load of the same files stopped."`
	State       string   `type:"path" placeholder:"DIR" help:"Folder that remembers how far loads got. Default: outcrop/load in the user's state folder."`
	Quiet       bool     `short:"q" help:"Show no progress."`
}

// Help is shown behind the flags.
func (loadCommand) Help() string {
	return `JSON may be one document a line, documents one after the other, or an array of documents. CSV has its field names in the first line; an empty field is null. Files may be packed with gzip (.gz) or zstd (.zst).

  outcrop load movies.json --collection films.movies
  outcrop load 'logs/*.ndjson.gz' --collection web.hits
  outcrop load flights-3m.parquet --collection commons.flights
  outcrop load people.csv --collection commons.people --id-field email
  zcat dump.gz | outcrop load - --collection commons.dump

A document without _id gets one made of the file and its place in it, so that loading a file again replaces its documents instead of doubling them, and --resume can go on after an interruption. The exit status is 1 when any document could not be loaded.`
}

// Run loads the files.
func (c *loadCommand) Run(io console) error {
	ctx, stop := interruptible()
	defer stop()
	client, err := c.connection.client()
	if err != nil {
		return err
	}
	options, err := c.options()
	if err != nil {
		return err
	}
	states, err := c.states()
	if err != nil {
		return err
	}
	names, err := expand(c.Files)
	if err != nil {
		return err
	}
	var files []*loadFile
	for _, name := range names {
		file, err := newLoadFile(name, states, c.Resume)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	workspace, name := splitCollection(c.Collection)
	if err := client.createCollection(ctx, workspace, name); err != nil {
		return err
	}
	progress := newProgress(io.err, files, c.MaxErrors, c.Quiet)
	l := &loader{client: client, path: collectionPath(workspace, name) + "/docs", options: options, in: io.in, progress: progress}
	start := time.Now()
	err = l.load(ctx, files, c.Parallel)
	if err == nil {
		err = client.awaitVisible(ctx, workspace, name, l.fences)
	}
	progress.finish(c.Collection, time.Since(start))
	if err != nil {
		err = errors.Join(err, progress.keep(files))
		if errors.Is(err, errInterrupted) && !slices.Contains(names, stdinName) {
			return fmt.Errorf("%w; the same command with --resume goes on from here", err)
		}
		return err
	}
	for _, file := range files {
		file.forget()
	}
	if progress.rejected() > 0 {
		return errReported
	}
	return nil
}

// options checks the flags that say how to read.
func (c *loadCommand) options() (readOptions, error) {
	o := readOptions{format: c.InputFormat, idField: c.IDField, inferTypes: c.CSVTypes == "on"}
	if c.Parallel < 1 || c.Parallel > maxParallel {
		return o, fmt.Errorf("--parallel %d is not from 1 to %d", c.Parallel, maxParallel)
	}
	if comma := []rune(strings.ReplaceAll(c.CSVComma, `\t`, "\t")); len(comma) == 1 {
		o.comma = comma[0]
	} else if len(comma) > 1 {
		return o, fmt.Errorf("--csv-delimiter %q is more than one character", c.CSVComma)
	}
	return o, nil
}

// states is the folder of states, with what loads that may go on from one have in common.
func (c *loadCommand) states() (stateStore, error) {
	dir := c.State
	if dir == "" {
		folder, err := stateFolder()
		if err != nil {
			return stateStore{}, fmt.Errorf("%w; name a folder for the state of loads with --state", err)
		}
		dir = filepath.Join(folder, "outcrop", "load")
	}
	return stateStore{dir: dir, url: c.URL, collection: c.Collection}, nil
}

// splitCollection splits ws.name at its last dot. A name alone is in the default workspace.
func splitCollection(full string) (workspace, name string) {
	if at := strings.LastIndexByte(full, '.'); at >= 0 {
		return full[:at], full[at+1:]
	}
	return "commons", full
}

// stdinName stands for standard input.
const stdinName = "-"

// expand replaces patterns by the files that they match. What names a file is no pattern.
func expand(names []string) ([]string, error) {
	var out []string
	for _, name := range names {
		if name == stdinName || exists(name) || !strings.ContainsAny(name, `*?[`) {
			out = append(out, name)
			continue
		}
		matches, err := filepath.Glob(name)
		if err != nil {
			return nil, fmt.Errorf("pattern %s: %w", name, err)
		}
		if len(matches) == 0 {
			return nil, fmt.Errorf("pattern %s matches no file", name)
		}
		out = append(out, matches...)
	}
	if n := len(out); n > 1 && slices.Contains(out, stdinName) {
		return nil, errors.New("standard input (-) is loaded alone, not together with files")
	}
	return out, nil
}

// loader carries documents from files to a collection.
type loader struct {
	client   *client
	path     string // of the collection's documents in the API
	options  readOptions
	in       *os.File
	progress *progress
	fences   []string // of each sender's last request
}

// load loads files one after the other: one goroutine reads, parallel ones send, each from a lane of its own.
func (l *loader) load(ctx context.Context, files []*loadFile, parallel int) error {
	group, ctx := errgroup.WithContext(ctx)
	lanes := newLanes(parallel)
	group.Go(func() error {
		defer lanes.close()
		for _, file := range files {
			if err := l.read(ctx, file, lanes); err != nil {
				return err
			}
		}
		lanes.flush()
		return nil
	})
	senders := make([]sender, parallel)
	for i := range senders {
		s := &senders[i]
		s.client, s.path = l.client, l.path
		group.Go(func() error {
			for b := range lanes.queues[i] {
				refused, err := s.send(ctx, b)
				if err == nil {
					err = l.progress.sent(b, refused)
				}
				if err != nil {
					return err
				}
				lanes.free <- b
			}
			return nil
		})
	}
	err := group.Wait()
	for i := range senders {
		if senders[i].fence != "" {
			l.fences = append(l.fences, senders[i].fence)
		}
	}
	return err
}

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/fs"
)

type checkCommand struct {
	Quiet bool   `short:"q" help:"Show no progress."`
	Data  string `arg:"" default:"${data}" type:"path" help:"Data folder."`
}

// Help is shown behind the flags.
func (checkCommand) Help() string {
	return `  outcrop check                           (./outcrop-data)
  outcrop check /var/lib/outcrop

Reads every byte of every segment: checksums, values, inverted lists against columns, documents, _ids. What is wrong is listed, and the status is 1. Nothing is changed. The server has to be stopped.`
}

// Run checks the folder.
func (c *checkCommand) Run(at console) error {
	root := filepath.Join(c.Data, "index")
	collections := filepath.Join(root, "collections")
	ids, err := fs.Disk{}.List(collections)
	if err != nil {
		return fmt.Errorf("%s is no data folder: %w", c.Data, err)
	}
	if owner, ok := lockedBy(filepath.Join(root, "lock")); ok {
		return fmt.Errorf("%s is in use by process %s: stop the server, or check a backup", c.Data, owner)
	}
	var found []error
	bad := func(err error) { found = append(found, err) }
	shards, err := shardFolders(collections, ids)
	if err != nil {
		return err
	}
	bar := progressbar.NewOptions64(segmentBytes(shards), progressbar.OptionSetWriter(at.err), progressbar.OptionShowBytes(true), progressbar.OptionUseIECUnits(true),
		progressbar.OptionSetVisibility(!c.Quiet && onTerminal(at.err)), progressbar.OptionSetWidth(20), progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	for _, dir := range shards {
		index.Check(fs.ReadOnly{FS: fs.Disk{}}, dir, bad, func(bytes int64) { _ = bar.Add64(bytes) })
	}
	_ = bar.Finish()
	checkLog(filepath.Join(c.Data, "log"), bad)
	for _, err := range found {
		fmt.Fprintln(at.out, printable(err.Error()))
	}
	if len(found) > 0 {
		fmt.Fprintf(at.err, "outcrop: %d things are wrong in %s\n", len(found), c.Data)
		return errReported
	}
	fmt.Fprintf(at.out, "%d shards, %s of segments: all is well\n", len(shards), size(segmentBytes(shards)))
	return nil
}

// onTerminal tells whether somebody watches what is written.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// segmentBytes is the size of all segment files in folders.
func segmentBytes(dirs []string) (total int64) {
	for _, dir := range dirs {
		files, _ := filepath.Glob(filepath.Join(dir, "*.segment"))
		for _, name := range files {
			if info, err := os.Stat(name); err == nil {
				total += info.Size()
			}
		}
	}
	return total
}

// checkLog looks for the files of the embedded log's streams. With a log elsewhere there is no such folder.
func checkLog(dir string, bad func(error)) {
	streams, _ := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", "*"))
	for _, stream := range streams {
		for _, name := range []string{"meta.inf", "meta.sum", "msgs"} {
			file := filepath.Join(stream, name)
			if _, err := os.Stat(file); err != nil {
				bad(&fs.DamageError{File: file, Err: errors.New("is not there")})
			}
		}
	}
}

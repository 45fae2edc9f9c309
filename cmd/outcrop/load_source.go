package main

import (
	"os"
	"path/filepath"
	"strings"
)

// readOptions say how files are read.
type readOptions struct {
	format     string // of the files; "auto": by name and beginning
	idField    string // whose value becomes _id; "": none
	comma      rune   // of CSV; 0: the format's own
	inferTypes bool   // of CSV
}

// source reads the documents of one file, from wherever it was opened to start.
type source interface {
	// next appends the next document, encoded, to dst. io.EOF: there is none. A *badDocument is about one
	// document, and next may be called again; any other error is final.
	next(dst []byte) ([]byte, error)
	// position is where the next document is to be looked for. A source opened there goes on from it, and
	// counts positions as this one does.
	position() int64
	// read is the number of bytes of the file that have been read, for showing progress.
	read() int64
	close() error
}

// badDocument is a document that cannot be loaded. The others can.
type badDocument struct {
	where string // in the file, for people
	err   error
}

func (e *badDocument) Error() string { return e.where + ": " + e.err.Error() }

// sources are how files of each format are opened, to read from a position on.
var sources = map[string]func(f *loadFile, in *os.File, from int64, o readOptions) (source, error){
	"json":    openJSON,
	"csv":     openCSV,
	"tsv":     openCSV,
	"parquet": openParquet,
}

// formatsByExtension of the file, behind those of packing.
var formatsByExtension = map[string]string{
	".json": "json", ".ndjson": "json", ".jsonl": "json", ".geojson": "json",
	".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".parquet": "parquet", ".pq": "parquet",
}

// formatOf finds the format of a file by its name or else by its beginning. What says nothing is JSON.
func formatOf(name, head string) string {
	for _, packing := range packings {
		name = strings.TrimSuffix(name, packing.extension)
	}
	if format, ok := formatsByExtension[strings.ToLower(filepath.Ext(name))]; ok {
		return format
	}
	if strings.HasPrefix(head, parquetMagic) {
		return "parquet"
	}
	return "json"
}

// parquetMagic begins every Parquet file.
const parquetMagic = "PAR1"

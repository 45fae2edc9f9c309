package main

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// reading is a file whose documents are being read and put into lanes.
type reading struct {
	*loader
	*lanes
	file    *loadFile
	from    source
	stretch *stretch // the current one
	count   int64    // of its documents that are in batches
	bad     int64    // of its documents that are not
}

// read reads a file from where it was left off.
func (l *loader) read(ctx context.Context, file *loadFile, into *lanes) error {
	if file.state.Done {
		return nil
	}
	from, err := file.open(l.in, l.options)
	if err != nil {
		return fmt.Errorf("%s: %w", file.name, err)
	}
	defer from.close()
	r := &reading{loader: l, lanes: into, file: file, from: from}
	r.begin()
	writer := &documentWriter{idField: l.options.idField, prefix: file.state.Prefix}
	var encoded, text []byte
	for {
		place := from.position()
		encoded, err = from.next(encoded[:0])
		if err == nil {
			text, err = writer.append(text[:0], encoded, from.position())
			if err != nil {
				err = &badDocument{where: file.where(place), err: err}
			}
		}
		bad, isBad := errors.AsType[*badDocument](err)
		switch {
		case err == io.EOF:
			file.read.Store(true)
			return r.end()
		case isBad:
			err = r.reject(bad)
		case err != nil:
			err = fmt.Errorf("%s: %w", file.name, err)
		case tooLarge(text):
			err = r.reject(&badDocument{where: file.where(place), err: fmt.Errorf("the document has %s of JSON text; a request takes %s",
				size(int64(len(text))), size(maxRequestBytes))})
		default:
			err = r.add(ctx, writer.id, text, place)
		}
		if err != nil {
			return err
		}
	}
}

func (r *reading) reject(bad *badDocument) error {
	r.bad++
	return r.progress.reject(r.file.name + ": " + bad.Error())
}

// add puts a document into its lane, and ends the stretch with the turn.
func (r *reading) add(ctx context.Context, id, document []byte, place int64) error {
	if err := r.lanes.add(ctx, id, document, batched{r.stretch, place}); err != nil {
		return err
	}
	r.count++
	if !r.due() {
		return nil
	}
	if err := r.end(); err != nil {
		return err
	}
	r.next()
	r.begin()
	return nil
}

// begin begins a stretch.
func (r *reading) begin() {
	r.stretch, r.count, r.bad = r.progress.begin(r.file), 0, 0
}

// end ends the stretch where the file is being read.
func (r *reading) end() error {
	return r.progress.end(r.stretch, r.from.position(), r.count, r.bad, r.from.read())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// What one request carries: enough that its own cost does not count, little enough that a few of them keep
// the server busy and the loader small.
const (
	batchBytes     = 2 << 20
	batchDocuments = 20_000 // the most that the API takes
)

// maxRequestBytes is the most that the API takes.
const maxRequestBytes = 10 << 20

// batch is the documents of one request.
type batch struct {
	file    *loadFile
	stretch *stretch
	body    []byte  // {"data":[...]}
	places  []int64 // where in the file each document begins
}

const (
	bodyBegin = `{"data":[`
	bodyEnd   = `]}`
)

// begin empties the batch for documents of a file.
func (b *batch) begin(file *loadFile) {
	*b = batch{file: file, stretch: &stretch{}, body: append(b.body[:0], bodyBegin...), places: b.places[:0]}
}

// add puts a document, as JSON text, into the batch.
func (b *batch) add(document []byte, place int64) {
	if len(b.places) > 0 {
		b.body = append(b.body, ',')
	}
	b.body = append(b.body, document...)
	b.places = append(b.places, place)
}

// fits tells whether a document may be added.
func (b *batch) fits(document []byte) bool {
	return len(b.body)+1+len(document)+len(bodyEnd) <= maxRequestBytes
}

// full tells whether the batch is to be sent.
func (b *batch) full() bool { return len(b.body) >= batchBytes || len(b.places) >= batchDocuments }

// packer fills batches with the documents of a file.
type packer struct {
	*loader
	file    *loadFile
	from    source
	free    <-chan *batch
	filled  chan<- *batch
	current *batch
}

// read reads a file from where it was left off.
func (l *loader) read(ctx context.Context, file *loadFile, free <-chan *batch, filled chan<- *batch) error {
	if file.state.Done {
		return nil
	}
	from, err := file.open(l.in, l.options)
	if err != nil {
		return fmt.Errorf("%s: %w", file.name, err)
	}
	defer from.close()
	p := &packer{loader: l, file: file, from: from, free: free, filled: filled}
	if err := p.begin(ctx); err != nil {
		return err
	}
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
			return p.send(ctx, from.position())
		case isBad:
			p.current.stretch.bad++
			err = l.progress.reject(file.name + ": " + bad.Error())
		case err != nil:
			err = fmt.Errorf("%s: %w", file.name, err)
		default:
			err = p.add(ctx, text, place)
		}
		if err != nil {
			return err
		}
	}
}

// begin waits for a batch that is free.
func (p *packer) begin(ctx context.Context) error {
	select {
	case p.current = <-p.free:
		p.current.begin(p.file)
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// add puts a document into the current batch, and sends that when it is full.
func (p *packer) add(ctx context.Context, document []byte, place int64) error {
	if !p.current.fits(document) && len(p.current.places) > 0 {
		if err := errors.Join(p.send(ctx, place), p.begin(ctx)); err != nil {
			return err
		}
	}
	if !p.current.fits(document) {
		p.current.stretch.bad++
		return p.progress.reject(fmt.Sprintf("%s: %s: the document has %s of JSON text; a request takes %s",
			p.file.name, p.file.where(place), size(int64(len(document))), size(maxRequestBytes)))
	}
	p.current.add(document, place)
	if !p.current.full() {
		return nil
	}
	if err := p.send(ctx, p.from.position()); err != nil {
		return err
	}
	return p.begin(ctx)
}

// send hands the current batch, which ends at a position of the file, to the senders.
func (p *packer) send(ctx context.Context, to int64) error {
	p.current.body = append(p.current.body, bodyEnd...)
	p.current.stretch.to = to
	p.progress.packed(p.current, p.from.read())
	select {
	case p.filled <- p.current:
		p.current = nil
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

package main

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// packing is a way to compress files, told by their names and by how they begin.
type packing struct {
	extension string
	magic     string
	open      func(io.Reader) (io.ReadCloser, error)
}

var packings = []packing{
	{".gz", "\x1f\x8b", func(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }},
	{".zst", "\x28\xb5\x2f\xfd", func(r io.Reader) (io.ReadCloser, error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}},
	{".bz2", "BZh", func(r io.Reader) (io.ReadCloser, error) { return io.NopCloser(bzip2.NewReader(r)), nil }},
}

// countingReader counts what is read through it; the count may be asked for from anywhere.
type countingReader struct {
	from  io.Reader
	bytes atomic.Int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.bytes.Add(int64(n))
	return n, err
}

// textStream is the text of a file, unpacked.
type textStream struct {
	*bufio.Reader
	file     *os.File
	packed   io.Closer // nil: it is not
	counting *countingReader
}

// readAhead is the buffer between file and text.
const readAhead = 256 << 10

// openText opens a file, or in when the name is stdinName, at an offset of its text.
func openText(name string, in *os.File, offset int64) (*textStream, error) {
	t := &textStream{file: in}
	if name != stdinName {
		var err error
		if t.file, err = os.Open(name); err != nil {
			return nil, err
		}
	}
	if err := t.begin(offset); err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

func (t *textStream) begin(offset int64) error {
	t.counting = &countingReader{from: t.file}
	t.Reader = bufio.NewReaderSize(t.counting, readAhead)
	head, err := t.Peek(4)
	if err != nil && err != io.EOF {
		return err
	}
	for _, p := range packings {
		if strings.HasPrefix(string(head), p.magic) {
			unpacked, err := p.open(t.Reader)
			if err != nil {
				return err
			}
			t.packed, t.Reader = unpacked, bufio.NewReaderSize(unpacked, readAhead)
			break
		}
	}
	if offset == 0 {
		return nil
	}
	if t.packed == nil {
		if at, err := t.file.Seek(offset, io.SeekStart); err == nil && at == offset {
			t.counting.bytes.Store(offset)
			t.Reader.Reset(t.counting)
			return nil
		}
	}
	if _, err := io.CopyN(io.Discard, t.Reader, offset); err != nil {
		return fmt.Errorf("going on at byte %d of the text: %w", offset, err)
	}
	return nil
}

// read is the number of bytes of the file, not of its text, that have been read.
func (t *textStream) read() int64 { return t.counting.bytes.Load() }

func (t *textStream) close() error {
	if t.packed != nil {
		t.packed.Close()
	}
	return t.file.Close()
}

// byteOrderMark may begin a text; it is no part of it.
var byteOrderMark = []byte("\uFEFF")

// skipMark passes over a byte order mark and returns its length, or 0.
func (t *textStream) skipMark() int64 {
	if head, _ := t.Peek(len(byteOrderMark)); !bytes.Equal(head, byteOrderMark) {
		return 0
	}
	n, _ := t.Discard(len(byteOrderMark))
	return int64(n)
}

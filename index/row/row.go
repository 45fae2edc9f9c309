// Package row answers: here is a doc id, what is the whole document?
//
// Documents stand in blocks that are compressed together:
//
//	blocks     each some zstd frames, of documents that are split into shapes and contents
//	directory  per block: offset, first doc id, sizes, xxhash64 of the compressed block
//	tail       number of blocks, number of documents, xxhash64 of directory and the two
package row

import (
	"encoding/binary"
	"fmt"
	"io"
	"sort"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/zstd"

	"github.com/outcropdb/outcrop/vec"
)

const (
	// BlockBytes is the size at which a block is closed: large enough to compress well, small enough
	// that a lookup decodes it in less than 100 microseconds.
	BlockBytes = 64 << 10
	// MaxDocument bounds an encoded document, and so what a block may ask for when it is decoded.
	MaxDocument = 64 << 20
	// maxBlock is what a block may be decoded to.
	maxBlock = MaxDocument + BlockBytes
	// frameBytes is the least size of a zstd frame. A block is several, between fields, because each has a
	// code of its own, which is short where a field has few characters, as hexadecimal ones do.
	frameBytes = 2 << 10

	entryBytes = 32
	tailBytes  = 16
)

// Compression is by zstd, at its fastest: contents split by field gain most from its codes, which s2 and lz4
// have none of, and little from a longer search. Decoding costs more than theirs, a cached block nothing.
var (
	encoder = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false), zstd.WithAllLitEntropyCompression(true),
			zstd.WithWindowSize(4*BlockBytes), zstd.WithEncoderConcurrency(2))
	})
	decoder = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(2*MaxDocument))
	})
)

// Writer writes documents in order of their doc ids.
type Writer struct {
	w         io.Writer
	zstd      *zstd.Encoder
	offset    uint64
	docs      uint32   // in closed blocks
	waiting   []uint32 // where each document ends in data
	data      []byte
	splitter  splitter
	raw       []byte // split
	packed    []byte // and compressed
	directory []byte
}

// NewWriter writes to w, which it does not close.
func NewWriter(w io.Writer) (*Writer, error) {
	z, err := encoder()
	return &Writer{w: w, zstd: z}, err
}

// Append adds the next document, copied.
func (w *Writer) Append(doc vec.Value) error {
	if len(doc) > MaxDocument {
		return fmt.Errorf("document %d: %d bytes are more than the %d that rows hold", w.docs+uint32(len(w.waiting)), len(doc), MaxDocument)
	}
	w.data = append(w.data, doc...)
	if w.waiting = append(w.waiting, uint32(len(w.data))); len(w.data) >= BlockBytes {
		return w.closeBlock()
	}
	return nil
}

func (w *Writer) closeBlock() error {
	if len(w.waiting) == 0 {
		return nil
	}
	start := uint32(0)
	for _, end := range w.waiting {
		w.splitter.add(w.data[start:end])
		start = end
	}
	w.packed = w.packed[:0]
	done := 0
	w.raw = w.splitter.split(w.raw[:0], len(w.waiting), func(raw []byte) {
		if len(raw)-done >= frameBytes {
			w.packed = w.zstd.EncodeAll(raw[done:], w.packed)
			done = len(raw)
		}
	})
	w.packed = w.zstd.EncodeAll(w.raw[done:], w.packed)
	e := binary.LittleEndian.AppendUint64(w.directory, w.offset)
	e = binary.LittleEndian.AppendUint32(e, w.docs)
	e = binary.LittleEndian.AppendUint32(e, uint32(len(w.waiting)))
	e = binary.LittleEndian.AppendUint32(e, uint32(len(w.packed)))
	e = binary.LittleEndian.AppendUint32(e, uint32(len(w.data)))
	w.directory = binary.LittleEndian.AppendUint64(e, xxhash.Sum64(w.packed))
	w.offset += uint64(len(w.packed))
	w.docs += uint32(len(w.waiting))
	w.waiting, w.data = w.waiting[:0], w.data[:0]
	_, err := w.w.Write(w.packed)
	return err
}

// Close writes what is left and the directory; the Writer is done.
func (w *Writer) Close() error {
	if err := w.closeBlock(); err != nil {
		return err
	}
	tail := binary.LittleEndian.AppendUint32(w.directory, uint32(len(w.directory)/entryBytes))
	tail = binary.LittleEndian.AppendUint32(tail, w.docs)
	tail = binary.LittleEndian.AppendUint64(tail, xxhash.Sum64(tail))
	_, err := w.w.Write(tail)
	return err
}

// Reader reads what a Writer wrote. Any number of workers may use it at once.
type Reader struct {
	data      []byte // blocks
	directory []byte
	rows      uint32
	cache     *Cache
	id        uint64
}

// Open reads the directory of data, which is kept. Blocks are decoded into cache.
func Open(data []byte, cache *Cache) (*Reader, error) {
	if len(data) < tailBytes {
		return nil, fmt.Errorf("rows are cut short: %d bytes", len(data))
	}
	tail := data[len(data)-tailBytes:]
	blocks := int(binary.LittleEndian.Uint32(tail))
	start := len(data) - tailBytes - blocks*entryBytes
	if start < 0 {
		return nil, fmt.Errorf("rows are cut short: %d bytes for %d blocks", len(data), blocks)
	}
	want := binary.LittleEndian.Uint64(tail[8:])
	if got := xxhash.Sum64(data[start : len(data)-8]); got != want {
		return nil, fmt.Errorf("directory of rows: checksum %016x, file says %016x", got, want)
	}
	r := &Reader{
		data: data[:start], directory: data[start : len(data)-tailBytes],
		rows: binary.LittleEndian.Uint32(tail[4:]), cache: cache, id: cache.newID(),
	}
	next := uint64(0)
	for i := range blocks {
		e := r.entry(i)
		if uint64(e.first) != next || e.docs == 0 || e.offset > uint64(start) || uint64(e.stored) > uint64(start)-e.offset {
			return nil, fmt.Errorf("block %d of rows: documents %d to %d, %d bytes at %d of %d", i, e.first, uint64(e.first)+uint64(e.docs), e.stored, e.offset, start)
		}
		next += uint64(e.docs)
	}
	if next != uint64(r.rows) {
		return nil, fmt.Errorf("blocks of rows have %d documents, want %d", next, r.rows)
	}
	return r, nil
}

type entry struct {
	offset                   uint64
	first, docs, stored, raw uint32
	checksum                 uint64
}

func (r *Reader) entry(i int) entry {
	b := r.directory[i*entryBytes:]
	return entry{
		binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:]),
		binary.LittleEndian.Uint32(b[16:]), binary.LittleEndian.Uint32(b[20:]), binary.LittleEndian.Uint64(b[24:]),
	}
}

// Rows is the number of documents.
func (r *Reader) Rows() int { return int(r.rows) }

// Document is the document of that id. It aliases memory that is never written again, and that the
// garbage collector keeps as long as the document is used.
func (r *Reader) Document(doc uint32) (vec.Value, error) {
	if doc >= r.rows {
		return nil, fmt.Errorf("document %d of %d", doc, r.rows)
	}
	i := sort.Search(len(r.directory)/entryBytes, func(i int) bool { return r.entry(i).first > doc }) - 1
	b := r.cache.get(r.id, i)
	if b == nil {
		var err error
		if b, err = r.decode(i); err != nil {
			return nil, fmt.Errorf("block %d of rows: %w", i, err)
		}
		r.cache.put(r.id, i, b)
	}
	at := doc - r.entry(i).first
	from, to := b.offsets[at], b.offsets[at+1]
	return vec.Value(b.data[from:to:to]), nil
}

func (r *Reader) decode(i int) (*block, error) {
	e := r.entry(i)
	packed := r.data[e.offset:][:e.stored]
	if got := xxhash.Sum64(packed); got != e.checksum {
		return nil, fmt.Errorf("checksum %016x, file says %016x", got, e.checksum)
	}
	z, err := decoder()
	if err != nil {
		return nil, err
	}
	raw, err := z.DecodeAll(packed, nil)
	if err != nil {
		return nil, err
	}
	return join(raw, int(e.docs), int(e.raw))
}

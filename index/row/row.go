// Package row answers: here is a doc id, what is the whole document?
//
// A document is its shape and its contents. Contents that stand in a column already are taken from there; rows
// keep the others, and the shapes, in blocks:
//
//	blocks     each some zstd frames, of documents that are split into shapes and contents
//	directory  per block: offset, first doc id, sizes, xxhash64 of the compressed block
//	tail       number of blocks, number of documents, xxhash64 of directory and the two
package row

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"sort"
	"sync"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/zstd"

	"github.com/outcropdb/outcrop/vec"
)

const (
	// BlockBytes is the size of shapes and kept contents at which a block is closed: large enough to compress
	// well, small enough that a lookup decodes it in less than 100 microseconds.
	BlockBytes = 64 << 10
	// BlockDocs is the number of documents at which a block is closed, and blockDocuments their size: who reads
	// many gets them by the block.
	BlockDocs      = 256
	blockDocuments = 1 << 20
	// MaxDocument bounds an encoded document, and so what a block may ask for when it is decoded.
	MaxDocument = 64 << 20
	// maxBlock is what a block may be decoded to.
	maxBlock = MaxDocument + blockDocuments
	// maxLevels bounds the nesting of a document that is put together.
	maxLevels = 200
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
	docs      uint32 // in closed blocks
	waiting   int    // documents in the splitter
	size      int    // of them
	splitter  splitter
	raw       []byte // split
	packed    []byte // and compressed
	directory []byte
}

// NewWriter writes to w, which it does not close. holds says whether the sub-column of a path and type has the
// contents of all documents that have the type there, exactly; nil: none does. It does not keep the path.
func NewWriter(w io.Writer, holds func(path vec.Path, t vec.Type) bool) (*Writer, error) {
	z, err := encoder()
	return &Writer{w: w, zstd: z, splitter: splitter{holds: holds}}, err
}

// Append adds the next document, copied.
func (w *Writer) Append(doc vec.Value) error {
	if len(doc) > MaxDocument {
		return fmt.Errorf("document %d: %d bytes are more than the %d that rows hold", int(w.docs)+w.waiting, len(doc), MaxDocument)
	}
	w.splitter.add(doc)
	w.waiting++
	if w.size += len(doc); w.waiting == BlockDocs || w.size >= blockDocuments || w.splitter.bytes >= BlockBytes {
		return w.closeBlock()
	}
	return nil
}

func (w *Writer) closeBlock() error {
	if w.waiting == 0 {
		return nil
	}
	w.packed = w.packed[:0]
	done := 0
	w.raw = w.splitter.split(w.raw[:0], w.waiting, func(raw []byte) {
		if len(raw)-done >= frameBytes {
			w.packed = w.zstd.EncodeAll(raw[done:], w.packed)
			done = len(raw)
		}
	})
	w.packed = w.zstd.EncodeAll(w.raw[done:], w.packed)
	e := binary.LittleEndian.AppendUint64(w.directory, w.offset)
	e = binary.LittleEndian.AppendUint32(e, w.docs)
	e = binary.LittleEndian.AppendUint32(e, uint32(w.waiting))
	e = binary.LittleEndian.AppendUint32(e, uint32(len(w.packed)))
	e = binary.LittleEndian.AppendUint32(e, uint32(w.size))
	w.directory = binary.LittleEndian.AppendUint64(e, xxhash.Sum64(w.packed))
	w.offset += uint64(len(w.packed))
	w.docs += uint32(w.waiting)
	w.waiting, w.size = 0, 0
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
	columns   Columns
	cache     *Cache
	id        uint64

	// touched remembers, by the number of a block modulo its length, the block plus 1 of which a document was
	// put together by itself. At the next document of it all of them are: one here and there is cheaper alone,
	// many are cheaper together.
	touched [16]atomic.Uint32

	mu    sync.Mutex
	plans map[string]*plan // shapes that blocks share
	known int              // bytes of plans
}

// maxKnown bounds the memory of the shapes that blocks of a Reader share. Blocks with others have their own.
const maxKnown = 256 << 10

// Open reads the directory of data, which is kept. Contents that the Writer did not keep come from columns, which
// is not called before the first document is asked for. Blocks are read into cache.
func Open(data []byte, columns Columns, cache *Cache) (*Reader, error) {
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
		rows: binary.LittleEndian.Uint32(tail[4:]), columns: columns, cache: cache, id: cache.newID(), plans: map[string]*plan{},
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
	value, err := r.document(i, int(doc-r.entry(i).first))
	if err != nil {
		return nil, fmt.Errorf("block %d of rows: %w", i, err)
	}
	return value, nil
}

// document is document number at of block i.
func (r *Reader) document(i, at int) (vec.Value, error) {
	all, b := r.cache.find(r.id, i)
	if all == nil && b == nil {
		var err error
		if b, err = r.read(i); err != nil {
			return nil, err
		}
		r.cache.put(r.id, i, b)
	}
	if all == nil {
		mark := uint32(i) + 1
		if r.touched[i%len(r.touched)].Swap(mark) != mark {
			return b.document(at)
		}
		var err error
		if all, err = b.all(); err != nil {
			return nil, err
		}
		r.cache.put(r.id, i, all)
	}
	span := all.spans[at]
	return vec.Value(all.data[span[0]:span[1]:span[1]]), nil
}

// read reads block i.
func (r *Reader) read(i int) (*block, error) {
	e := r.entry(i)
	packed := r.data[e.offset:][:e.stored]
	if got := xxhash.Sum64(packed); got != e.checksum {
		return nil, fmt.Errorf("checksum %016x, file says %016x", got, e.checksum)
	}
	z, err := decoder()
	if err != nil {
		return nil, err
	}
	split, err := z.DecodeAll(packed, nil)
	if err != nil {
		return nil, err
	}
	return readBlock(split, e.first, int(e.docs), int(e.raw), r.plan)
}

// plan reads a shape, once for most blocks.
func (r *Reader) plan(shape []byte) (*plan, error) {
	r.mu.Lock()
	p := r.plans[string(shape)]
	r.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := readPlan(bytes.Clone(shape), r.columns)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known+p.bytes <= maxKnown && r.plans[string(shape)] == nil {
		r.plans[string(shape)] = p
		r.known += p.bytes
		p.bytes = 0 // it is the Reader's
	}
	return p, nil
}

package column

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// zoneBytes is how much of a block's least and greatest content its zone keeps.
const zoneBytes = 16

// contentValues is contents. Per block there is a head of headWords words: codec and rows of a frame, width of a
// length, kept bytes of the least and greatest content, and size of the contents; their size as stored, and the
// least length; the least and the greatest content's first bytes. Behind all heads follow, per block, the
// lengths, as packed differences from the least, and the contents: as they are, or the ends of their frames, u32,
// and the frames.
type contentValues struct {
	t      vec.Type
	count  int
	blocks []contentBlock
	spare  sync.Pool // of *unpacked, which remember the block that they hold: the next batch is often of the same
}

const headWords = 6

type contentBlock struct {
	codec     codec
	frameRows int // 0: not compressed
	width     int
	size      int
	least     uint32
	low, high []byte
	lengths   []uint64
	stored    []byte
}

func sizeContents(v *study) int {
	if !hasData(v.Kind) || v.Kind.Layout() != vec.Varlen {
		return math.MaxInt
	}
	return len(v.Data) + v.Count() + 8*headWords*blocksOf(v.Count())
}

func writeContents(dst []byte, v *study) []byte { return writeBlocks(dst, v.Values) }

// writeBlocks compresses by one of the codecs; by any if none is given.
func writeBlocks(dst []byte, v *Values, codecs ...codec) []byte {
	return writeZoned(dst, v, v, codecs...)
}

// writeZoned is writeBlocks with the zones of other contents, which v's stand for.
func writeZoned(dst []byte, v, of *Values, codecs ...codec) []byte {
	head := len(dst)
	dst = append(dst, make([]byte, 8*headWords*blocksOf(v.Count()))...)
	for from := 0; from < v.Count(); from += BlockRows {
		to := min(from+BlockRows, v.Count())
		lengths := make([]uint32, to-from)
		least, most := uint32(math.MaxUint32), uint32(0)
		low, high := of.content(from), of.content(from)
		for i := range lengths {
			lengths[i] = uint32(len(v.content(from + i)))
			least, most = min(least, lengths[i]), max(most, lengths[i])
			content := of.content(from + i)
			if bytes.Compare(content, low) < 0 {
				low = content
			}
			if bytes.Compare(content, high) > 0 {
				high = content
			}
		}
		for i := range lengths {
			lengths[i] -= least
		}
		width := simd.PackedWidth(uint64(most - least))
		words := make([]uint64, simd.PackedWords(len(lengths), width))
		simd.PackUint32(words, lengths, width)
		data := v.Data[v.Offsets[from]:v.Offsets[to]]
		rows := frameRows(to-from, len(data))
		codec, stored := compressFrames(data, v.Offsets[from:to+1], rows, codecs...)
		if len(codecs) == 0 {
			codecs = append(codecs, codec) // the other blocks are much like the first
		}

		h := dst[head : head+8*headWords]
		h[0], h[1] = frameHead(codec, rows), uint8(width)
		h[2], h[3] = uint8(copy(h[16:32], low)), uint8(copy(h[32:48], high))
		binary.LittleEndian.PutUint32(h[4:], uint32(len(data)))
		binary.LittleEndian.PutUint32(h[8:], uint32(len(stored)))
		binary.LittleEndian.PutUint32(h[12:], least)
		head += 8 * headWords
		dst = appendPadded(appendNumbers(dst, words), stored)
	}
	return dst
}

func openContents(c *cursor, t vec.Type, count int) (values, error) {
	if !hasData(t) || t.Layout() != vec.Varlen {
		return nil, fmt.Errorf("contents of type %s", t)
	}
	v := &contentValues{t: t, count: count}
	heads := c.bytes(8 * headWords * blocksOf(count))
	for from := 0; c.err == nil && from < count; from += BlockRows {
		h := heads[:8*headWords]
		heads = heads[8*headWords:]
		b := contentBlock{
			width: int(h[1]),
			size:  int(binary.LittleEndian.Uint32(h[4:])),
			least: binary.LittleEndian.Uint32(h[12:]),
		}
		b.codec, b.frameRows = readFrameHead(h[0])
		if b.width > 32 || h[2] > zoneBytes || h[3] > zoneBytes {
			return nil, fmt.Errorf("lengths of %d bits, zone of %d and %d bytes", b.width, h[2], h[3])
		}
		b.low, b.high = h[16:16+h[2]], h[32:32+h[3]]
		b.lengths = c.words(simd.PackedWords(min(BlockRows, count-from), b.width))
		b.stored = c.bytes(int(binary.LittleEndian.Uint32(h[8:])))
		v.blocks = append(v.blocks, b)
	}
	return v, c.err
}

// offsets writes the offsets of the block's contents.
func (b *contentBlock) offsets(out []uint32) {
	simd.UnpackUint32(out[1:], b.lengths, 0, b.width)
	out[0] = 0
	at := uint32(0)
	for i := 1; i < len(out); i++ {
		at += out[i] + b.least
		out[i] = at
	}
}

// unpacked is a block as it is read: its offsets and contents, the latter in place if they are not
// compressed, else in buffer, frame by frame.
type unpacked struct {
	block        *contentBlock
	offsets      []uint32
	data, buffer []byte
	decoded      []bool // frames
}

// get is for a reader, who puts it back into spare.
func (v *contentValues) get() *unpacked {
	if u, ok := v.spare.Get().(*unpacked); ok {
		return u
	}
	return &unpacked{offsets: make([]uint32, BlockRows+1)}
}

// load decodes block number i, if it is not there yet.
func (v *contentValues) load(u *unpacked, i int) error {
	b := &v.blocks[i]
	if u.block == b {
		return nil
	}
	u.block = nil
	if err := u.load(b, min(BlockRows, v.count-i*BlockRows)); err != nil {
		return err
	}
	u.block = b
	return nil
}

// load decodes a block of rows values.
func (u *unpacked) load(b *contentBlock, rows int) (err error) {
	u.offsets = u.offsets[:rows+1]
	b.offsets(u.offsets)
	switch u.data = b.stored; {
	case b.codec == codecNone:
	case b.frameRows > 0:
		err = u.begin(b, rows)
	default:
		err = errFrames
	}
	if err != nil {
		return err
	}
	if last := u.offsets[rows]; int(last) != len(u.data) {
		return fmt.Errorf("lengths add up to %d, contents are %d bytes", last, len(u.data))
	}
	return checkOffsets(u.offsets)
}

func (v *contentValues) read(out *vec.Vector, from, to int) error {
	out.Make(v.t, to-from)
	u := v.get()
	defer v.spare.Put(u)
	for done := from; done < to; {
		block := done / BlockRows
		first, end := done-block*BlockRows, min(to-block*BlockRows, BlockRows)
		if err := v.load(u, block); err != nil {
			return err
		}
		if err := u.frames(u.block, first, end, len(u.offsets)-1); err != nil {
			return err
		}
		shift := uint32(len(out.Data)) - u.offsets[first]
		out.Data = append(out.Data, u.data[u.offsets[first]:u.offsets[end]]...)
		for i, offset := range u.offsets[first+1 : end+1] {
			out.Offsets[done-from+i+1] = offset + shift
		}
		done += end - first
	}
	return nil
}

func (v *contentValues) gather(out *vec.Vector, ranks []uint32) error {
	out.Make(v.t, len(ranks))
	u := v.get()
	defer v.spare.Put(u)
	for i, rank := range ranks {
		block := int(rank) / BlockRows
		if err := v.load(u, block); err != nil {
			return err
		}
		at := int(rank) % BlockRows
		if err := u.frames(u.block, at, at+1, len(u.offsets)-1); err != nil {
			return err
		}
		out.Data = append(out.Data, u.data[u.offsets[at]:u.offsets[at+1]]...)
		out.Offsets[i+1] = uint32(len(out.Data))
	}
	return nil
}

func (v *contentValues) overlaps(spans []vec.Span, from, to int) bool {
	for block := from / BlockRows; block <= (to-1)/BlockRows; block++ {
		b := &v.blocks[block]
		for _, s := range spans {
			start := s.From
			if len(b.high) == zoneBytes { // perhaps cut off
				start = start[:min(len(start), zoneBytes)]
			}
			if bytes.Compare(start, b.high) <= 0 && (s.To == nil || bytes.Compare(b.low, s.To) < 0) {
				return true
			}
		}
	}
	return false
}

func (v *contentValues) terms() *vec.Vector { return nil }

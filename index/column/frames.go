package column

import (
	"encoding/binary"
	"errors"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/s2"
)

const (
	// maxFrameRows is the most contents that are compressed together: a document's are read by themselves, too.
	// It is a power of two.
	maxFrameRows = 256
	// maxFrameBytes is about how much is compressed together where contents are long.
	maxFrameBytes = 64 << 10
)

// frameRows is the number of contents in a frame, a power of two, for so many of size bytes.
func frameRows(count, size int) int {
	rows := maxFrameRows
	for rows > 1 && size/count*rows > maxFrameBytes {
		rows /= 2
	}
	return rows
}

// compressFrames gives the contents of a block, which end at offsets[1:], in the form in which to store them: by
// the best of the codecs, or of those given, the ends of frames, u32 each, and the frames, of rows contents each.
func compressFrames(data []byte, offsets []uint32, rows int, codecs ...codec) (codec, []byte) {
	if len(codecs) == 0 {
		c, _ := compress(data)
		codecs = []codec{c}
	}
	if codecs[0] == codecNone || len(data) == 0 {
		return codecNone, data
	}
	count := len(offsets) - 1
	frames := (count + rows - 1) / rows
	stored := make([]byte, 4*frames, 4*frames+len(data))
	for i := range frames {
		frame := data[offsets[i*rows]-offsets[0] : offsets[min((i+1)*rows, count)]-offsets[0]]
		before := len(stored)
		if codecs[0] == codecS2 {
			stored = append(stored, s2.EncodeBetter(nil, frame)...)
		} else {
			stored = zstdEncoder().EncodeAll(frame, stored)
		}
		if (len(stored)-before)*maxRatio < len(frame) {
			return codecNone, data
		}
		binary.LittleEndian.PutUint32(stored[4*i:], uint32(len(stored)-4*frames))
	}
	if len(stored)*100 >= len(data)*compressBelow {
		return codecNone, data
	}
	return codecs[0], stored
}

// head is how a block's codec and the rows of its frames stand in one byte.
func frameHead(c codec, rows int) uint8 { return uint8(c) | uint8(bits.Len(uint(rows)))<<4 }

// readFrameHead is the codec and the rows of a frame; 0: all are one frame, and no ends are written.
func readFrameHead(b uint8) (codec, int) {
	if b>>4 == 0 {
		return codec(b), 0
	}
	return codec(b & 15), 1 << (b>>4 - 1)
}

var errFrames = errors.New("frames of contents are cut short")

// frame decodes frame i of a block of count values into its place in u.buffer, if it is not there yet.
func (u *unpacked) frame(b *contentBlock, i, count int) error {
	if u.decoded[i] {
		return nil
	}
	frames := (count + b.frameRows - 1) / b.frameRows
	from, to := u.offsets[i*b.frameRows], u.offsets[min((i+1)*b.frameRows, count)]
	begin, end := uint32(0), binary.LittleEndian.Uint32(b.stored[4*i:])
	if i > 0 {
		begin = binary.LittleEndian.Uint32(b.stored[4*(i-1):])
	}
	contents := b.stored[4*frames:]
	if begin > end || int(end) > len(contents) {
		return errFrames
	}
	got, err := decompress(u.buffer[from:from:to], b.codec, contents[begin:end], int(to-from))
	if err != nil {
		return err
	}
	if len(got) != int(to-from) || len(got) > 0 && &got[0] != &u.buffer[from] {
		return errFrames
	}
	u.decoded[i] = true
	return nil
}

// frames decodes those that hold the values from..to-1 of a block of count values.
func (u *unpacked) frames(b *contentBlock, from, to, count int) error {
	if b.codec == codecNone || b.frameRows == 0 {
		return nil
	}
	for i := from / b.frameRows; i*b.frameRows < to; i++ {
		if err := u.frame(b, i, count); err != nil {
			return err
		}
	}
	return nil
}

// begin makes room for the frames of a block of count values, none of which is decoded.
func (u *unpacked) begin(b *contentBlock, count int) error {
	frames := (count + b.frameRows - 1) / b.frameRows
	if len(b.stored) < 4*frames || b.size > len(b.stored)*maxRatio {
		return errFrames
	}
	u.decoded = slices.Grow(u.decoded[:0], frames)[:frames]
	clear(u.decoded)
	u.buffer = slices.Grow(u.buffer[:0], b.size)[:b.size]
	u.data = u.buffer
	return nil
}

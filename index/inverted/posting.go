package inverted

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

const (
	// packedFrom is the number of docs from which a posting is packed; fewer are written as the steps from doc
	// to doc, a byte or two each.
	packedFrom = 8
	// packedBlock is the number of docs that are packed at one width.
	packedBlock = 128
	// roaringRoom is by how much larger than packed, in percent, a roaring bitmap may be, since it is quicker to
	// combine.
	roaringRoom = 125
	// isRoaring is the first byte of a posting that is a roaring bitmap; else it is a width.
	isRoaring = 0xff
)

// appendPosting writes ascending docs.
func appendPosting(dst []byte, docs []uint32) []byte {
	if len(docs) < packedFrom {
		last := uint32(0)
		for _, doc := range docs {
			dst = binary.AppendUvarint(dst, uint64(doc-last))
			last = doc
		}
		return dst
	}
	start := len(dst)
	dst = appendPackedDocs(dst, docs)
	// A container of a roaring bitmap takes 2 bytes a doc, or 8 KiB: only dense ones and runs can be as small.
	if span := uint64(docs[len(docs)-1]-docs[0]) + 1; span/uint64(len(docs)) < 64 {
		b := roaring.BitmapOf(docs...)
		b.RunOptimize()
		if size := b.GetSerializedSizeInBytes(); size*100 <= uint64(len(dst)-start)*roaringRoom {
			bytes, err := b.ToBytes()
			if err != nil {
				panic("bug: " + err.Error()) // it writes to memory
			}
			return append(append(dst[:start], isRoaring), bytes...)
		}
	}
	return dst
}

// appendPackedDocs writes blocks of the steps from doc to doc less one: the width, the steps, in whole bytes.
func appendPackedDocs(dst []byte, docs []uint32) []byte {
	next := uint32(0) // the least doc that may follow
	for len(docs) > 0 {
		block := docs[:min(packedBlock, len(docs))]
		docs = docs[len(block):]
		var all uint32
		for i, at := 0, next; i < len(block); i++ {
			all |= block[i] - at
			at = block[i] + 1
		}
		width := bits.Len32(all)
		dst = append(dst, byte(width))
		var word uint64
		filled := 0
		for _, doc := range block {
			word |= uint64(doc-next) << filled
			next = doc + 1
			for filled += width; filled >= 8; filled -= 8 {
				dst = append(dst, byte(word))
				word >>= 8
			}
		}
		if filled > 0 {
			dst = append(dst, byte(word))
		}
	}
	return dst
}

// readPosting adds the docs of a posting of n: to docs, or if it is a bitmap to out.
func readPosting(out *roaring.Bitmap, docs []uint32, posting []byte, n, rows int) ([]uint32, error) {
	switch {
	case n < packedFrom:
		return readSteps(docs, posting, n, rows)
	case len(posting) > 0 && posting[0] == isRoaring:
		return docs, readRoaring(out, posting[1:], rows)
	}
	next := uint64(0)
	for n > 0 {
		block := min(packedBlock, n)
		n -= block
		if len(posting) == 0 || posting[0] > 32 {
			return docs, errShort
		}
		width := int(posting[0])
		size := (block*width + 7) / 8
		if posting = posting[1:]; size > len(posting) {
			return docs, errShort
		}
		mask := uint64(1)<<width - 1
		for i, bit := 0, 0; i < block; i, bit = i+1, bit+width {
			doc := next + wordAt(posting, bit>>3)>>(bit&7)&mask
			if doc >= uint64(rows) {
				return docs, fmt.Errorf("doc %d of %d", doc, rows)
			}
			docs = append(docs, uint32(doc))
			next = doc + 1
		}
		posting = posting[size:]
	}
	return docs, nil
}

// wordAt is the 8 bytes at data[at:], of which those behind the end are 0.
func wordAt(data []byte, at int) uint64 {
	if at+8 <= len(data) {
		return binary.LittleEndian.Uint64(data[at:])
	}
	var tail [8]byte
	copy(tail[:], data[min(at, len(data)):])
	return binary.LittleEndian.Uint64(tail[:])
}

func readSteps(docs []uint32, posting []byte, n, rows int) ([]uint32, error) {
	doc := uint64(0)
	for range n {
		step, k := binary.Uvarint(posting)
		if doc += step; k <= 0 || step >= uint64(rows) || doc >= uint64(rows) {
			return docs, errShort
		}
		posting = posting[k:]
		docs = append(docs, uint32(doc))
	}
	return docs, nil
}

func readRoaring(out *roaring.Bitmap, posting []byte, rows int) error {
	b := roaring.New()
	if _, err := b.FromBuffer(posting); err != nil {
		return err
	}
	if err := b.Validate(); err != nil {
		return err
	}
	if b.Maximum() >= uint32(rows) {
		return fmt.Errorf("doc %d of %d", b.Maximum(), rows)
	}
	out.Or(b)
	return nil
}

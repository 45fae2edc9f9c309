package column

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

const (
	// minSymbolic is the size of contents from which on a symbol table, of up to 2 KiB, may pay.
	minSymbolic = 32 << 10
	// symbolicBeats is how much larger than compressed contents those of symbols may be, in percent: a text is
	// read without decompressing others, and a block in less time.
	symbolicBeats = 110
)

// tableOf makes a symbol table for v's contents, from some of them. It goes back to the pool.
func tableOf(v *Values) *counts {
	c := countsPool.Get().(*counts)
	var sample [][]byte
	taken := 0
	step := max(1, min(len(v.Data), v.Count()*symbolPiece)/symbolSample)
	for i := 0; i < v.Count() && taken < symbolSample; i += step {
		text := v.content(i)
		if from := i * 31 % max(1, len(text)-symbolPiece); len(text) > symbolPiece { // not always the beginning
			text = text[from : from+symbolPiece]
		}
		sample = append(sample, text)
		taken += len(text)
	}
	c.findSymbols(sample)
	return c
}

// encodeAll are the codes of v's contents, as contents.
func (t *symbolTable) encodeAll(v *Values) *Values {
	codes := &Values{Kind: v.Kind, Docs: v.Docs, Offsets: make([]uint32, 1, v.Count()+1)}
	for i := range v.Count() {
		codes.Data = t.encode(codes.Data, v.Data, int(v.Offsets[i]), int(v.Offsets[i+1]))
		codes.Offsets = append(codes.Offsets, uint32(len(codes.Data)))
	}
	return codes
}

func sizeSymbolic(v *study) int {
	if !hasData(v.Kind) || v.Kind.Layout() != vec.Varlen || len(v.Data) < minSymbolic || v.dictionarySize() < sizeContents(v) {
		return math.MaxInt
	}
	if size := v.symbolicSize(); size*100 <= v.compressedSize()*symbolicBeats {
		return size
	}
	return math.MaxInt
}

// The symbols: how many, the lengths, the bytes. Then blocks as of contents, of codes that are not compressed, but
// with the zones of what they stand for.
func writeSymbolic(dst []byte, v *study) []byte {
	return writeSymbols(dst, v.Values, v.symbols())
}

func writeSymbols(dst []byte, v *Values, t *symbolTable) []byte {
	var lengths []byte
	var words []uint64
	for _, s := range t.symbols {
		lengths, words = append(lengths, s.length), append(words, s.bytes)
	}
	dst = appendNumbers(appendPadded(appendWord(dst, uint64(len(words))), lengths), words)
	return writeZoned(dst, t.encodeAll(v), v, codecNone)
}

// symbolicValues is symbolic.
type symbolicValues struct {
	symbols [256]symbol // of codes that are none: of no length
	*contentValues
}

func openSymbolic(c *cursor, t vec.Type, count int) (values, error) {
	n := int(min(c.word(), maxSymbols+1))
	lengths, words := c.bytes(n), c.words(n)
	if c.err != nil || n > maxSymbols {
		return nil, fmt.Errorf("%d symbols, or cut short", n)
	}
	v := &symbolicValues{}
	for i, length := range lengths {
		if length < 1 || length > symbolBytes {
			return nil, fmt.Errorf("symbol of %d bytes", length)
		}
		v.symbols[i] = symbol{words[i], length}
	}
	stored, err := openContents(c, t, count)
	if err != nil {
		return nil, err
	}
	v.contentValues = stored.(*contentValues)
	for _, b := range v.blocks {
		if b.codec != codecNone {
			return nil, fmt.Errorf("codes in compression %d: the file is of a later version", b.codec)
		}
	}
	return v, nil
}

// append writes what codes stand for behind dst.
func (v *symbolicValues) append(dst, codes []byte) []byte {
	dst = slices.Grow(dst, (len(codes)+1)*symbolBytes)
	at := len(dst)
	dst = dst[:cap(dst)]
	for i := 0; i < len(codes); i++ {
		if codes[i] != escape {
			s := &v.symbols[codes[i]]
			binary.LittleEndian.PutUint64(dst[at:], s.bytes)
			at += int(s.length)
			continue
		}
		if i++; i < len(codes) { // else there is nothing behind it, which encode does not write
			dst[at] = codes[i]
			at++
		}
	}
	return dst[:at]
}

func (v *symbolicValues) read(out *vec.Vector, from, to int) error {
	out.Make(v.t, to-from)
	u := v.get()
	defer v.spare.Put(u)
	for done := from; done < to; {
		block := done / BlockRows
		first, end := done-block*BlockRows, min(to-block*BlockRows, BlockRows)
		if err := v.load(u, block); err != nil {
			return err
		}
		for i := first; i < end; i++ {
			out.Data = v.append(out.Data, u.data[u.offsets[i]:u.offsets[i+1]])
			out.Offsets[done-from+i-first+1] = uint32(len(out.Data))
		}
		done += end - first
	}
	return nil
}

func (v *symbolicValues) gather(out *vec.Vector, ranks []uint32) error {
	out.Make(v.t, len(ranks))
	u := v.get()
	defer v.spare.Put(u)
	for i, rank := range ranks {
		block, at := int(rank)/BlockRows, int(rank)%BlockRows
		var codes []byte
		var err error
		if alone := i+1 == len(ranks) || int(ranks[i+1])/BlockRows != block; alone && u.block != &v.blocks[block] {
			codes, err = u.content(&v.blocks[block], at)
		} else if err = v.load(u, block); err == nil {
			codes = u.data[u.offsets[at]:u.offsets[at+1]]
		}
		if err != nil {
			return err
		}
		out.Data = v.append(out.Data, codes)
		out.Offsets[i+1] = uint32(len(out.Data))
	}
	return nil
}

// content is one content of a block that is not compressed, without the offsets of all.
func (u *unpacked) content(b *contentBlock, at int) ([]byte, error) {
	u.block = nil
	lengths := u.offsets[:at+1]
	simd.UnpackUint32(lengths, b.lengths, 0, b.width)
	end := uint64(at+1) * uint64(b.least)
	for _, length := range lengths {
		end += uint64(length)
	}
	if end > uint64(len(b.stored)) {
		return nil, fmt.Errorf("content %d ends at %d, contents are %d bytes", at, end, len(b.stored))
	}
	return b.stored[end-uint64(lengths[at])-uint64(b.least) : end], nil
}

package column

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

const (
	uuidBytes = 16
	uuidText  = 36 // 8-4-4-4-12 digits
)

// uuidPairs is where a UUID's bytes, two digits each, are in its text.
var uuidPairs = [uuidBytes]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

// uuidValues is uuids. They have the order of their texts; low and high are texts, one per block.
type uuidValues struct {
	low, high []byte
	data      []byte
}

// parseUUID is the bytes of a UUID's text, if that is what writeUUID makes of them.
func parseUUID(text []byte) (uuid [uuidBytes]byte, ok bool) {
	if len(text) != uuidText || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return uuid, false
	}
	for i, at := range uuidPairs {
		high, low := digit(text[at]), digit(text[at+1])
		if high|low > 15 {
			return uuid, false
		}
		uuid[i] = high<<4 | low
	}
	return uuid, true
}

// digit is the value of a hexadecimal digit in lower case; more than 15 if it is none.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 0xff
}

// writeUUID makes text, of uuidText bytes, that of a UUID.
func writeUUID(text, uuid []byte) {
	text, uuid = text[:uuidText], uuid[:uuidBytes]
	binary.LittleEndian.PutUint64(text, digits(uuid))
	middle := digits(uuid[4:])
	text[8] = '-'
	binary.LittleEndian.PutUint32(text[9:], uint32(middle))
	text[13] = '-'
	binary.LittleEndian.PutUint32(text[14:], uint32(middle>>32))
	middle = digits(uuid[8:])
	text[18] = '-'
	binary.LittleEndian.PutUint32(text[19:], uint32(middle))
	text[23] = '-'
	binary.LittleEndian.PutUint32(text[24:], uint32(middle>>32))
	binary.LittleEndian.PutUint64(text[28:], digits(uuid[12:]))
}

// digits are the eight of the first four bytes, the first in the lowest byte.
func digits(bytes []byte) uint64 {
	const ones = 0x0101_0101_0101_0101
	x := uint64(binary.LittleEndian.Uint32(bytes))
	x = (x | x<<16) & 0x0000_ffff_0000_ffff
	x = (x | x<<8) & 0x00ff_00ff_00ff_00ff
	x = x>>4&0x000f_000f_000f_000f | x&0x000f_000f_000f_000f<<8
	letters := (x + 6*ones) >> 4 & ones
	return x + '0'*ones + letters*('a'-'0'-10)
}

func sizeUUIDs(v *study) int {
	if v.Kind != vec.String || len(v.Data) != uuidText*v.Count() {
		return math.MaxInt
	}
	for i := range v.Count() {
		if _, ok := parseUUID(v.content(i)); !ok {
			return math.MaxInt
		}
	}
	return uuidBytes * (v.Count() + 2*blocksOf(v.Count()))
}

// The least and the greatest UUID of each block, first all the least, and then all UUIDs.
func writeUUIDs(dst []byte, v *study) []byte {
	var low, high, all []byte
	for from := 0; from < v.Count(); from += BlockRows {
		least, most := [uuidBytes]byte{}, [uuidBytes]byte{}
		for i := from; i < min(from+BlockRows, v.Count()); i++ {
			uuid, _ := parseUUID(v.content(i))
			if i == from || bytes.Compare(uuid[:], least[:]) < 0 {
				least = uuid
			}
			if i == from || bytes.Compare(uuid[:], most[:]) > 0 {
				most = uuid
			}
			all = append(all, uuid[:]...)
		}
		low, high = append(low, least[:]...), append(high, most[:]...)
	}
	return appendPadded(append(append(dst, low...), high...), all)
}

func openUUIDs(c *cursor, t vec.Type, count int) (values, error) {
	if t != vec.String {
		return nil, fmt.Errorf("UUIDs of type %s", t)
	}
	zone := func() []byte {
		uuids := c.bytes(uuidBytes * blocksOf(count))
		texts := make([]byte, uuidText*(len(uuids)/uuidBytes))
		writeTexts(texts, uuids)
		return texts
	}
	return &uuidValues{low: zone(), high: zone(), data: c.bytes(uuidBytes * count)}, c.err
}

func writeTexts(texts, uuids []byte) {
	for ; len(uuids) > 0; texts, uuids = texts[uuidText:], uuids[uuidBytes:] {
		writeUUID(texts, uuids)
	}
}

// makeTexts gives out room for rows UUIDs.
func makeTexts(out *vec.Vector, rows int) {
	out.Make(vec.String, rows)
	for i := range out.Offsets {
		out.Offsets[i] = uint32(uuidText * i)
	}
	out.Data = slices.Grow(out.Data[:0], uuidText*rows)[:uuidText*rows]
}

func (v *uuidValues) read(out *vec.Vector, from, to int) error {
	makeTexts(out, to-from)
	writeTexts(out.Data, v.data[uuidBytes*from:uuidBytes*to])
	return nil
}

func (v *uuidValues) gather(out *vec.Vector, ranks []uint32) error {
	makeTexts(out, len(ranks))
	for i, rank := range ranks {
		writeUUID(out.Data[uuidText*i:], v.data[uuidBytes*int(rank):])
	}
	return nil
}

func (v *uuidValues) overlaps(spans []vec.Span, from, to int) bool {
	for block := from / BlockRows; block <= (to-1)/BlockRows; block++ {
		low, high := v.low[uuidText*block:][:uuidText], v.high[uuidText*block:][:uuidText]
		for _, s := range spans {
			if bytes.Compare(s.From, high) <= 0 && (s.To == nil || bytes.Compare(low, s.To) < 0) {
				return true
			}
		}
	}
	return false
}

func (v *uuidValues) terms() *vec.Vector { return nil }

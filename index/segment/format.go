// Package segment keeps the sections of many documents in one immutable file: their columns, the inverted
// lists of these, the whole documents, and sections of others. docs/segment.md draws it.
package segment

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"github.com/cespare/xxhash/v2"
)

// Version of the format that Build writes, and the only one that Open reads. Those before it were never released.
const Version = 3

// magic begins and ends the file.
const magic = "outcrop\n"

// The sections that every segment has. Others may have any other name.
const (
	sectionColumns  = "columns"
	sectionInverted = "inverted"
	sectionRows     = "rows"
	sectionFields   = "fields"
)

const (
	headBytes = 16 // magic, version
	tailBytes = 32 // offset, size and xxhash64 of the table of sections, magic
)

// place is where bytes are in the file, and their xxhash64.
type place struct {
	offset, size, checksum uint64
}

// section of the file. The checksum of rows is 0: each of its blocks has its own, and so has each
// sub-column in columns and inverted.
type section struct {
	name string
	place
}

// checked are the bytes at p, if they are what was written.
func (p place) checked(data []byte) ([]byte, error) {
	b := data[p.offset:][:p.size:p.size]
	if got := xxhash.Sum64(b); got != p.checksum {
		return nil, fmt.Errorf("checksum %016x, file says %016x", got, p.checksum)
	}
	return b, nil
}

// within tells whether p lies in the given number of bytes.
func (p place) within(size uint64) bool { return p.offset <= size && p.size <= size-p.offset }

// appendTable writes the table of sections.
func appendTable(dst []byte, sections []section) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(sections)))
	for _, s := range sections {
		dst = append(binary.AppendUvarint(dst, uint64(len(s.name))), s.name...)
		dst = appendPlace(dst, s.place)
	}
	return dst
}

func appendPlace(dst []byte, p place) []byte {
	dst = binary.AppendUvarint(binary.AppendUvarint(dst, p.offset), p.size)
	return binary.LittleEndian.AppendUint64(dst, p.checksum)
}

// versionError says that a file was written by another program.
type versionError uint64

func (v versionError) Error() string {
	if v < Version {
		return fmt.Sprintf("is of format version %d, this program reads %d: load the documents again, into another data folder", uint64(v), Version)
	}
	return fmt.Sprintf("is of format version %d, this program reads %d: use a later one", uint64(v), Version)
}

// readTable finds the table of sections, and the sections of a file.
func readTable(data []byte) (table place, sections map[string]place, err error) {
	if len(data) < headBytes+tailBytes || string(data[:len(magic)]) != magic {
		return table, nil, errors.New("is not a segment")
	}
	if v := binary.LittleEndian.Uint64(data[len(magic):]); v != Version {
		return table, nil, versionError(v)
	}
	tail := data[len(data)-tailBytes:]
	if string(tail[24:]) != magic {
		return table, nil, errors.New("is cut short: its end is missing")
	}
	table = place{binary.LittleEndian.Uint64(tail), binary.LittleEndian.Uint64(tail[8:]), binary.LittleEndian.Uint64(tail[16:])}
	if !table.within(uint64(len(data) - tailBytes)) {
		return table, nil, fmt.Errorf("table of sections: %d bytes at %d of %d", table.size, table.offset, len(data))
	}
	b, err := table.checked(data)
	if err != nil {
		return table, nil, fmt.Errorf("table of sections: %w", err)
	}
	d := &decoder{data: b}
	sections = map[string]place{}
	for range d.count() {
		name := string(d.bytes(d.count()))
		p := d.place(uint64(len(data) - tailBytes))
		if d.err != nil {
			break
		}
		sections[name] = p
	}
	return table, sections, d.err
}

// decoder reads the table of sections and the fields. After an error everything reads as zero.
type decoder struct {
	data []byte
	err  error
}

var errFields = errors.New("fields are cut short")

func (d *decoder) uvarint() uint64 {
	n, k := binary.Uvarint(d.data)
	if k <= 0 {
		d.err, d.data = errFields, nil
		return 0
	}
	d.data = d.data[k:]
	return n
}

// count is a number of things of which each takes a byte or more.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.data)) {
		d.err, d.data = errFields, nil
		return 0
	}
	return int(n)
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.data) {
		d.err, d.data = errFields, nil
		return nil
	}
	b := d.data[:n:n]
	d.data = d.data[n:]
	return b
}

func (d *decoder) byte() byte {
	b := d.bytes(1)
	if b == nil {
		return 0
	}
	return b[0]
}

// place is a place within size bytes.
func (d *decoder) place(size uint64) place {
	p := place{offset: d.uvarint(), size: d.uvarint()}
	if b := d.bytes(8); b != nil {
		p.checksum = binary.LittleEndian.Uint64(b)
	}
	if d.err == nil && !p.within(size) {
		d.err = fmt.Errorf("%d bytes at %d of %d", p.size, p.offset, size)
	}
	return p
}

// align gives data at an address that numbers can be read from in place: mapped files are, others may
// have to be copied.
func align(data []byte) []byte {
	if uintptr(unsafe.Pointer(unsafe.SliceData(data)))%8 == 0 {
		return data
	}
	words := make([]uint64, len(data)/8+1)
	aligned := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(data))
	copy(aligned, data)
	return aligned
}

package simd

import "encoding/binary"

// PrefixRows sets bit i of out where row i begins with prefix and clears it elsewhere.
func PrefixRows(out []uint64, data []byte, offsets []uint32, prefix []byte) {
	affixRows(out, data, offsets, prefix, atStart)
}

// SuffixRows sets bit i of out where row i ends with suffix and clears it elsewhere.
func SuffixRows(out []uint64, data []byte, offsets []uint32, suffix []byte) {
	affixRows(out, data, offsets, suffix, atEnd)
}

// EqualRows sets bit i of out where row i is value and clears it elsewhere.
func EqualRows(out []uint64, data []byte, offsets []uint32, value []byte) {
	affixRows(out, data, offsets, value, whole)
}

type place uint8

const (
	atStart place = iota
	atEnd
	whole
)

func affixRows(out []uint64, data []byte, offsets []uint32, affix []byte, where place) {
	rows := len(offsets) - 1
	if rows <= 0 {
		return
	}
	clear(out[:Words(rows)])
	head, mask := headOf(affix)
	length := uint32(len(affix))
	from := offsets[0]
	for row, to := range offsets[1:] {
		at, fits := from, to-from >= length
		switch where {
		case atEnd:
			at = to - length
		case whole:
			fits = to-from == length
		}
		if fits && matchAt(data, int(at), affix, head, mask) {
			Set(out, row)
		}
		from = to
	}
}

// headOf is the first eight bytes of affix as a word, and the bits of it that affix has.
func headOf(affix []byte) (head, mask uint64) {
	var first [8]byte
	n := copy(first[:], affix)
	if n > 0 {
		mask = low(8 * n)
	}
	return binary.LittleEndian.Uint64(first[:]), mask
}

// matchAt reports whether affix is at data[at:], which is as long. Most rows are told apart by the first eight bytes.
func matchAt(data []byte, at int, affix []byte, head, mask uint64) bool {
	if len(data)-at >= 8 {
		if binary.LittleEndian.Uint64(data[at:])&mask != head {
			return false
		}
		if len(affix) <= 8 {
			return true
		}
	}
	return string(data[at:at+len(affix)]) == string(affix)
}

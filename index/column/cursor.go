package column

import (
	"encoding/binary"
	"errors"
	"unsafe"
)

// Everything in an encoded sub-column begins at a multiple of 8 bytes, so that mapped memory is read as
// the numbers that it holds, in place. Numbers are little-endian.

var errShort = errors.New("encoded column is cut short")

// cursor reads what pad and its like have written. After an error everything reads as empty.
type cursor struct {
	data []byte
	err  error
}

// bytes are the next n, and the padding behind them is passed over.
func (c *cursor) bytes(n int) []byte {
	padded := (n + 7) &^ 7
	if n < 0 || padded < n || padded > len(c.data) {
		c.err, c.data = errShort, nil
		return nil
	}
	b := c.data[:n:n]
	c.data = c.data[padded:]
	return b
}

// word is the next number.
func (c *cursor) word() uint64 {
	b := c.bytes(8)
	if b == nil {
		return 0
	}
	return binary.LittleEndian.Uint64(b)
}

// words are the next n numbers, in place.
func (c *cursor) words(n int) []uint64 { return numbers[uint64](c, n) }

// numbers are the next n numbers, in place.
func numbers[T uint64 | int64 | float64 | uint32](c *cursor, n int) []T {
	size := int(unsafe.Sizeof(T(0)))
	if n < 0 || n > len(c.data)/size {
		c.err, c.data = errShort, nil
		return nil
	}
	b := c.bytes(n * size)
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/size)
}

// appendNumbers writes numbers and padding.
func appendNumbers[T uint64 | int64 | float64 | uint32](dst []byte, ns []T) []byte {
	size := int(unsafe.Sizeof(T(0)))
	return appendPadded(dst, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(ns))), len(ns)*size))
}

// appendPadded writes bytes and padding.
func appendPadded(dst, b []byte) []byte {
	dst = append(dst, b...)
	return append(dst, make([]byte, -len(b)&7)...)
}

// appendWord writes a number.
func appendWord(dst []byte, n uint64) []byte { return binary.LittleEndian.AppendUint64(dst, n) }

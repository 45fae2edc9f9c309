package column

import (
	"fmt"
	"slices"

	"github.com/klauspost/compress/s2"
)

// codec is how contents are compressed. The numbers are written to disk.
type codec uint8

const (
	codecNone codec = 0
	codecS2   codec = 1
)

const (
	// compressBelow is the share of its size, in percent, to which compression has to bring contents for
	// their reading to be worth the decoding.
	compressBelow = 75
	// maxRatio bounds how much larger contents are than their compressed form, so that a few bad bytes
	// do not ask for much memory. What would compress better is stored, or is better off in a dictionary.
	maxRatio = 256
)

// compress gives data in the form in which to store it.
func compress(data []byte) (codec, []byte) {
	small := s2.EncodeBetter(nil, data)
	if len(small)*100 < len(data)*compressBelow && len(small)*maxRatio >= len(data) {
		return codecS2, small
	}
	return codecNone, data
}

// decompress writes the content of a codec other than codecNone, of size bytes, behind dst.
func decompress(dst []byte, c codec, stored []byte, size int) ([]byte, error) {
	switch c {
	case codecS2:
		if n, err := s2.DecodedLen(stored); err != nil || n != size || size > len(stored)*maxRatio {
			return nil, fmt.Errorf("%d bytes of compressed content do not give %d", len(stored), size)
		}
		dst = slices.Grow(dst, size)
		if _, err := s2.Decode(dst[len(dst):len(dst)+size], stored); err != nil {
			return nil, fmt.Errorf("compressed content: %w", err)
		}
		return dst[:len(dst)+size], nil
	}
	return nil, fmt.Errorf("unknown compression %d: the file is of a later version", c)
}

package column

import (
	"fmt"
	"slices"
	"sync"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
)

// codec is how contents are compressed. The numbers are written to disk.
type codec uint8

const (
	codecNone codec = 0
	codecS2   codec = 1 // quick
	codecZstd codec = 2 // small, even without repetition if there are few characters: hashes, UUIDs, base32
)

const (
	// compressBelow is the share of its size, in percent, to which s2 has to bring contents for their
	// reading to be worth the decoding; and zstd, three times slower, what s2 or storing would take.
	compressBelow = 75
	// maxRatio bounds how much larger contents are than their compressed form, so that a few bad bytes
	// do not ask for much memory. What would compress better is stored, or is better off in a dictionary.
	maxRatio = 256
	// zstdWindow is large enough for the contents of most blocks.
	zstdWindow = 256 << 10
)

var (
	zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
		return must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false), zstd.WithAllLitEntropyCompression(true),
			zstd.WithWindowSize(zstdWindow), zstd.WithEncoderConcurrency(2)))
	})
	zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
		return must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecodeAllCapLimit(true)))
	})
)

// must is for options that are constants.
func must[T any](x T, err error) T {
	if err != nil {
		panic("bug: " + err.Error())
	}
	return x
}

// compress gives data in the form in which to store it, by the best of the codecs, or of those given.
func compress(data []byte, codecs ...codec) (codec, []byte) {
	best, stored := codecNone, data
	try := func(c codec, small []byte) {
		if len(small)*100 < len(stored)*compressBelow && len(small)*maxRatio >= len(data) {
			best, stored = c, small
		}
	}
	given := func(c codec) bool { return len(codecs) == 0 || slices.Contains(codecs, c) }
	if given(codecS2) && s2.EstimateBlockSize(data) > 0 { // else it is not worth a try
		try(codecS2, s2.EncodeBetter(nil, data))
	}
	if given(codecZstd) {
		try(codecZstd, zstdEncoder().EncodeAll(data, nil))
	}
	return best, stored
}

// decompress writes the content of a codec other than codecNone, of size bytes, behind dst.
func decompress(dst []byte, c codec, stored []byte, size int) ([]byte, error) {
	if size > len(stored)*maxRatio {
		return nil, fmt.Errorf("%d bytes of compressed content do not give %d", len(stored), size)
	}
	dst = slices.Grow(dst, size)
	room := dst[len(dst) : len(dst)+size : len(dst)+size]
	var content []byte
	var err error
	switch c {
	case codecS2:
		if n, e := s2.DecodedLen(stored); e != nil || n != size {
			return nil, fmt.Errorf("compressed content is of %d bytes, want %d", n, size)
		}
		content, err = s2.Decode(room, stored)
	case codecZstd:
		content, err = zstdDecoder().DecodeAll(stored, room[:0])
	default:
		return nil, fmt.Errorf("unknown compression %d: the file is of a later version", c)
	}
	if err != nil {
		return nil, fmt.Errorf("compressed content: %w", err)
	}
	return append(dst, content...)[:len(dst)+len(content)], nil
}

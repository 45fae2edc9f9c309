package primary

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"slices"

	"github.com/FastFilter/xorfilter"
)

// A filter tells of most hashes that are not in a table that they are not, in a tenth of the memory: it is a
// binary fuse filter (Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor Filters", 2022) with 8 bits
// a fingerprint. One in 256 of the other hashes seems to be there. In bytes, little-endian:
//
//	u64 seed, u32 segment length, u32 segment count, then the fingerprints, padded to a multiple of 8
const filterHead = 16

// filter aliases a section. The zero filter has nothing.
type filter struct{ xorfilter.BinaryFuse8 }

// appendFilter writes the filter of hashes, in any order. It writes nothing if there are none.
func appendFilter(dst []byte, hashes []uint64) []byte {
	if len(hashes) == 0 {
		return dst
	}
	f, err := xorfilter.PopulateBinaryFuse8(slices.Clone(hashes)) // it changes what it is given
	if err != nil {
		panic("bug: a filter cannot be built: " + err.Error())
	}
	dst = binary.LittleEndian.AppendUint64(dst, f.Seed)
	dst = binary.LittleEndian.AppendUint32(dst, f.SegmentLength)
	dst = binary.LittleEndian.AppendUint32(dst, f.SegmentCount)
	dst = append(dst, f.Fingerprints...)
	return append(dst, make([]byte, -len(dst)&7)...)
}

// openFilter reads what appendFilter wrote. No place that a hash leads to is outside of the fingerprints then.
func openFilter(section []byte) (f filter, err error) {
	if len(section) == 0 {
		return f, nil
	}
	if len(section) < filterHead {
		return f, fmt.Errorf("primary section: a filter of %d bytes is shorter than its head", len(section))
	}
	f.Seed = binary.LittleEndian.Uint64(section)
	f.SegmentLength = binary.LittleEndian.Uint32(section[8:])
	f.SegmentCount = binary.LittleEndian.Uint32(section[12:])
	fingerprints := section[filterHead:]
	size := (uint64(f.SegmentCount) + 2) * uint64(f.SegmentLength) // a hash leads to three segments in a row
	if bits.OnesCount32(f.SegmentLength) != 1 || f.SegmentCount == 0 || size > uint64(len(fingerprints)) || size+8 <= uint64(len(fingerprints)) {
		return f, fmt.Errorf("primary section: a filter of %d segments of %d does not have %d bytes", f.SegmentCount, f.SegmentLength, len(fingerprints))
	}
	f.SegmentLengthMask = f.SegmentLength - 1
	f.SegmentCountLength = f.SegmentCount * f.SegmentLength
	f.Fingerprints = fingerprints[:size]
	return f, nil
}

// may tells that a hash may be in the table.
func (f *filter) may(hash uint64) bool { return len(f.Fingerprints) > 0 && f.Contains(hash) }

// Package primary answers: here is an _id, where is its newest version?
//
// Each part has its own answer: a segment a Table, in its file; the memtable a Map. Both lead from the hash
// of an _id to the docs that may have it; the caller compares the _id itself, and takes the doc that is
// live: of all docs of an _id, in all parts, at most one is.
package primary

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/cespare/xxhash/v2"
)

// Hash of an _id's content. It is written to disk.
func Hash(id []byte) uint64 { return xxhash.Sum64(id) }

// A table is a header of u32 keys, u32 buckets and u64 bytes of the filter, little-endian, the filter, and then the
// buckets, of a cache line's size each. A new document asks every segment in vain, so the filter, which the caches
// hold, is asked first:
//
//	10 x uint16  tags: bits 16..31 of the hash, 1 in place of 0; 0: the slot is empty
//	 4 x byte    full: 1 if a key that belongs here or before went on to the next bucket; 3 unused
//	10 x uint32  docs
//
// A key's bucket is its hash scaled to the number of buckets, or the next with an empty slot, around the end.
const (
	headerBytes = 16
	bucketBytes = 64
	slots       = 10
	fullAt      = 2 * slots
	docsAt      = fullAt + 4
	fill        = 8 // keys per bucket on average: one in six buckets overflows
)

// Build makes the section for docs[i] under hashes[i]. Hashes may repeat.
func Build(hashes []uint64, docs []uint32) []byte {
	buckets := len(hashes)/fill + 1
	section := appendFilter(make([]byte, headerBytes, headerBytes+buckets*bucketBytes*5/4), hashes)
	binary.LittleEndian.PutUint32(section, uint32(len(hashes)))
	binary.LittleEndian.PutUint32(section[4:], uint32(buckets))
	binary.LittleEndian.PutUint64(section[8:], uint64(len(section)-headerBytes))
	first := len(section)
	section = append(section, make([]byte, buckets*bucketBytes)...)
	used := make([]uint8, buckets)
	for i, hash := range hashes {
		b := home(hash, uint32(buckets))
		for used[b] == slots {
			section[first+b*bucketBytes+fullAt] = 1
			if b++; b == buckets {
				b = 0
			}
		}
		bucket, slot := section[first+b*bucketBytes:], int(used[b])
		binary.LittleEndian.PutUint16(bucket[2*slot:], tag(hash))
		binary.LittleEndian.PutUint32(bucket[docsAt+4*slot:], docs[i])
		used[b]++
	}
	return section
}

func home(hash uint64, buckets uint32) int {
	high, _ := bits.Mul64(hash, uint64(buckets))
	return int(high)
}

// tag is from bits that decide neither the shard (the lowest) nor the bucket (the highest).
func tag(hash uint64) uint16 { return max(uint16(hash>>16), 1) }

// Table is the section of a segment.
type Table struct {
	filter  filter
	buckets []byte
	count   uint32
	keys    int
}

// Open checks the section's form; it aliases it.
func Open(section []byte) (Table, error) {
	if len(section) < headerBytes {
		return Table{}, fmt.Errorf("primary section: %d bytes, shorter than its header", len(section))
	}
	t := Table{count: binary.LittleEndian.Uint32(section[4:]), keys: int(binary.LittleEndian.Uint32(section))}
	size, rest := binary.LittleEndian.Uint64(section[8:]), section[headerBytes:]
	if t.count == 0 || size > uint64(len(rest)) || uint64(len(rest))-size != uint64(t.count)*bucketBytes {
		return Table{}, fmt.Errorf("primary section: %d bytes do not hold a filter of %d and %d buckets", len(section), size, t.count)
	}
	var err error
	if t.filter, err = openFilter(rest[:size]); err != nil {
		return Table{}, err
	}
	t.buckets = rest[size:]
	return t, nil
}

// May tells that a doc may have the hash; of hashes that none has, it is wrong about one in 256.
func (t *Table) May(hash uint64) bool { return t.filter.may(hash) }

// Keys is the number of docs in the table.
func (t Table) Keys() int { return t.keys }

// Probe is a walk over the docs that may have a hash.
type Probe struct {
	table  Table
	bucket uint32
	left   uint32 // buckets not yet entered: a damaged table must not be walked for ever
	slot   int
	tag    uint16
}

// Find starts a walk.
func (t Table) Find(hash uint64) Probe {
	return Probe{table: t, bucket: uint32(home(hash, t.count)), left: t.count - 1, tag: tag(hash)}
}

// Next is another doc whose _id may be the one; about one in ten thousand is not.
func (p *Probe) Next() (doc uint32, ok bool) {
	const ones, highs = 0x0001_0001_0001_0001, 0x8000_8000_8000_8000
	pattern := uint64(p.tag) * ones
	for {
		bucket := p.table.buckets[uint64(p.bucket)*bucketBytes:][:bucketBytes]
		if p.slot == 0 { // most probes end here: is the tag in any of the ten slots?
			a := binary.LittleEndian.Uint64(bucket) ^ pattern
			b := binary.LittleEndian.Uint64(bucket[8:]) ^ pattern
			c := binary.LittleEndian.Uint64(bucket[12:]) ^ pattern
			if ((a-ones)&^a|(b-ones)&^b|(c-ones)&^c)&highs == 0 {
				p.slot = slots
			}
		}
		for ; p.slot < slots; p.slot++ {
			if binary.LittleEndian.Uint16(bucket[2*p.slot:]) == p.tag {
				doc = binary.LittleEndian.Uint32(bucket[docsAt+4*p.slot:])
				p.slot++
				return doc, true
			}
		}
		if bucket[fullAt] == 0 || p.left == 0 {
			return 0, false
		}
		p.left--
		p.slot = 0
		if p.bucket++; p.bucket == p.table.count {
			p.bucket = 0
		}
	}
}

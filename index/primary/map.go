package primary

import "sync"

// Map is the memtable's primary index: for each hash the docs that have it, newest first. One writer adds;
// readers walk at the same time.
type Map struct {
	mu       sync.RWMutex
	hashes   []uint64 // of each doc
	previous []uint32 // doc+1 of the doc before it with the same hash; 0: none
	slots    []uint32 // open addressing by hash: doc+1 of the newest doc; 0: empty
	used     int
}

// firstSlots is few: most of many collections' memtables are small.
const firstSlots = 64

// NewMap makes an empty one.
func NewMap() *Map { return &Map{slots: make([]uint32, firstSlots)} }

// Add adds the next doc, from 0.
func (m *Map) Add(hash uint64) (doc uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	doc = uint32(len(m.hashes))
	slot := m.slot(hash)
	m.hashes = append(m.hashes, hash)
	m.previous = append(m.previous, m.slots[slot])
	if m.slots[slot] == 0 {
		m.used++
	}
	m.slots[slot] = doc + 1
	if m.used > len(m.slots)/2 {
		m.grow()
	}
	return doc
}

// slot is where the hash is, or belongs. Half of the slots are empty, so the walk ends.
func (m *Map) slot(hash uint64) int {
	at := int(hash>>32) & (len(m.slots) - 1)
	for m.slots[at] != 0 && m.hashes[m.slots[at]-1] != hash {
		at = (at + 1) & (len(m.slots) - 1)
	}
	return at
}

func (m *Map) grow() {
	old := m.slots
	m.slots = make([]uint32, 2*len(old))
	for _, newest := range old {
		if newest != 0 {
			m.slots[m.slot(m.hashes[newest-1])] = newest
		}
	}
}

// First is the newest doc of a hash.
func (m *Map) First(hash uint64) (doc uint32, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	newest := m.slots[m.slot(hash)]
	return newest - 1, newest != 0
}

// Next is the doc before doc with the same hash.
func (m *Map) Next(doc uint32) (before uint32, ok bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	previous := m.previous[doc]
	return previous - 1, previous != 0
}

// Hashes of the docs from 0 to rows-1. They alias m and do not change.
func (m *Map) Hashes(rows int) []uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.hashes[:rows:rows]
}

// Bytes of memory.
func (m *Map) Bytes() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return 8*cap(m.hashes) + 4*cap(m.previous) + 4*len(m.slots)
}

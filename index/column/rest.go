package column

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"sort"
	"sync"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// The rest of an object's fields are those whose keys have no sub-columns. Of each of these keys it is known which
// docs have it, so that a rare field is read from few documents.

// Keyed is a Sub of type Rest that knows its keys.
type Keyed interface {
	// Under is the sub-column of type Rest of the docs that have a key, and perhaps some that have not; none if no
	// doc has it.
	Under(key string) []Sub
	// Names yields every key that is known, with the number of docs that have it.
	Names() iter.Seq2[string, int]
}

// underRest is what there is below a key of the rest, in the place of all the rest.
func underRest(rest []Sub, key string) []Sub {
	if len(rest) == 0 {
		return nil
	}
	if keyed, ok := rest[0].(Keyed); ok {
		return keyed.Under(key)
	}
	return rest
}

// restKeys are which docs have which of an object's keys that have no sub-columns. One writer adds; the lock is for
// those who read meanwhile.
type restKeys struct {
	mu       sync.RWMutex
	docs     map[string][]uint32 // by key, ascending
	unlisted []uint32            // docs with keys beyond MaxRestKeys
}

// add notes a doc and tells whether the key is a new one. more is false at the limit of keys.
func (r *restKeys) add(key []byte, doc uint32, more bool) (isNew, added bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	docs, ok := r.docs[string(key)]
	switch {
	case len(docs) > 0 && docs[len(docs)-1] == doc:
		return false, false
	case ok || more:
		r.docs[string(key)] = append(docs, doc)
		return !ok, true
	}
	if n := len(r.unlisted); n == 0 || r.unlisted[n-1] != doc {
		r.unlisted = append(r.unlisted, doc)
		return false, true
	}
	return false, false
}

// of are the docs up to last that may have a key.
func (r *restKeys) of(key string, last uint32) []uint32 {
	r.mu.RLock()
	docs, unlisted := r.docs[key], r.unlisted
	r.mu.RUnlock()
	docs, unlisted = upTo(docs, last), upTo(unlisted, last)
	if len(unlisted) == 0 {
		return docs
	}
	return union(docs, unlisted)
}

func upTo(docs []uint32, last uint32) []uint32 {
	n := sort.Search(len(docs), func(i int) bool { return docs[i] > last })
	return docs[:n:n]
}

// union of two ascending lists.
func union(a, b []uint32) []uint32 {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// Under implements Keyed. Values of type Rest that have been asked for a key know of no further ones: what is below
// that key is in the documents.
func (v *Values) Under(key string) []Sub {
	if v.rest == nil || len(v.Docs) == 0 {
		return []Sub{v}
	}
	docs := v.rest.of(key, v.Docs[len(v.Docs)-1])
	if len(docs) == 0 {
		return nil
	}
	return []Sub{&Values{Kind: Rest, Docs: docs}}
}

// Names implements Keyed.
func (v *Values) Names() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		if v.rest == nil || len(v.Docs) == 0 {
			return
		}
		last := v.Docs[len(v.Docs)-1]
		v.rest.mu.RLock()
		all := maps.Clone(v.rest.docs)
		v.rest.mu.RUnlock()
		for _, key := range slices.Sorted(maps.Keys(all)) {
			if n := len(upTo(all[key], last)); n > 0 && !yield(key, n) {
				return
			}
		}
	}
}

// restValues is the rest in a file: keys, sorted, and of each the ranks, among the docs that have some, of the docs
// that have it.
type restValues struct {
	noValues
	count    int
	starts   []uint32 // of each key in names, and the end
	names    []byte
	first    []uint32 // of each key in ranks, the end, and the end of the ranks of docs with keys that are not listed
	ranks    []uint64 // packed
	rankBits int
}

func sizeRest(v *study) int {
	if v.rest == nil {
		return math.MaxInt
	}
	return 0
}

func writeRest(dst []byte, v *study) []byte {
	last := v.Docs[len(v.Docs)-1]
	v.rest.mu.RLock()
	defer v.rest.mu.RUnlock()
	var names []byte
	var ranks []uint32
	starts, first := []uint32{0}, []uint32{0}
	add := func(docs []uint32) {
		at := 0
		for _, doc := range docs {
			i, _ := slices.BinarySearch(v.Docs[at:], doc)
			at += i
			ranks = append(ranks, uint32(at))
		}
		first = append(first, uint32(len(ranks)))
	}
	for _, key := range slices.Sorted(maps.Keys(v.rest.docs)) {
		if docs := upTo(v.rest.docs[key], last); len(docs) > 0 {
			names = append(names, key...)
			starts = append(starts, uint32(len(names)))
			add(docs)
		}
	}
	add(upTo(v.rest.unlisted, last))
	dst = appendWord(appendWord(dst, uint64(len(starts)-1)), uint64(len(names)))
	dst = appendPadded(appendNumbers(dst, starts), names)
	dst = appendNumbers(dst, first)
	width := simd.PackedWidth(uint64(len(v.Docs) - 1))
	packed := make([]uint64, simd.PackedWords(len(ranks), width))
	simd.PackUint32(packed, ranks, width)
	return appendNumbers(dst, packed)
}

func openRest(c *cursor, t vec.Type, count int) (values, error) {
	if t != Rest {
		return nil, fmt.Errorf("there are no keys of type %s", t)
	}
	keys, bytes := c.word(), c.word()
	if keys > uint64(len(c.data)) || bytes > uint64(len(c.data)) {
		return nil, errShort
	}
	v := &restValues{noValues: noValues{t}, count: count, rankBits: simd.PackedWidth(uint64(count - 1))}
	v.starts, v.names = numbers[uint32](c, int(keys)+1), c.bytes(int(bytes))
	v.first = numbers[uint32](c, int(keys)+2)
	if c.err != nil || !slices.IsSorted(v.starts) || !slices.IsSorted(v.first) || uint64(v.starts[keys]) != bytes {
		return nil, errShort
	}
	v.ranks = c.words(simd.PackedWords(int(v.first[keys+1]), v.rankBits))
	return v, c.err
}

// key is key number i.
func (v *restValues) key(i int) string { return string(v.names[v.starts[i]:v.starts[i+1]]) }

// ranksOf are the ranks that may have a key.
func (v *restValues) ranksOf(key string) []uint32 {
	n := len(v.starts) - 1
	ranks := v.unpack(n)
	if i := sort.Search(n, func(i int) bool { return v.key(i) >= key }); i < n && v.key(i) == key {
		if len(ranks) == 0 {
			return v.unpack(i)
		}
		return union(v.unpack(i), ranks)
	}
	return ranks
}

func (v *restValues) unpack(i int) []uint32 {
	from, to := int(v.first[i]), int(v.first[i+1])
	ranks := make([]uint32, to-from)
	for i := range ranks {
		ranks[i] = uint32(min(simd.PackedAt(v.ranks, from+i, v.rankBits), uint64(v.count-1)))
	}
	return ranks
}

// Under is as Keyed has it, of a sub-column of type Rest.
func (s *Stored) Under(key string) []Sub {
	v, ok := s.values.(*restValues)
	if !ok { // written before there were keys
		return []Sub{s}
	}
	docs := v.ranksOf(key)
	if len(docs) == 0 {
		return nil
	}
	if s.presence.count != s.presence.rows {
		all := s.presence.all()
		for i, rank := range docs {
			docs[i] = all[rank]
		}
	}
	return []Sub{&Values{Kind: Rest, Docs: docs}}
}

// Names is as Keyed has it.
func (s *Stored) Names() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		v, ok := s.values.(*restValues)
		for i := 0; ok && i < len(v.starts)-1; i++ {
			if !yield(v.key(i), int(v.first[i+1]-v.first[i])) {
				return
			}
		}
	}
}

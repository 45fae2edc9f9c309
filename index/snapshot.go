package index

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/index/primary"
	"github.com/outcropdb/outcrop/vec"
)

// Snapshot is the documents of a collection as they were when it was taken: of each shard, after one of its
// writes. It never changes, and any number of workers may use it, until it is closed.
type Snapshot struct {
	versions []*version // by shard
	readers  *atomic.Int64
	parts    []Part
	finders  sync.Pool
	once     sync.Once
}

// newSnapshot takes over the versions. While it is open, it counts among the readers.
func newSnapshot(versions []*version, readers *atomic.Int64) *Snapshot {
	s := &Snapshot{versions: versions, readers: readers}
	readers.Add(1)
	for _, v := range versions {
		for _, p := range v.parts {
			s.parts = append(s.parts, p)
		}
	}
	s.finders.New = func() any { return new(finder) }
	return s
}

// Close gives the snapshot back. What its parts gave out is not to be used any more.
func (s *Snapshot) Close() {
	s.once.Do(func() {
		for _, v := range s.versions {
			v.release()
		}
		s.readers.Add(-1)
	})
}

// Parts of all shards.
func (s *Snapshot) Parts() []Part { return s.parts }

// Shards is the number of shards.
func (s *Snapshot) Shards() int { return len(s.versions) }

// Applied is the sequence of a shard's latest write that the snapshot shows.
func (s *Snapshot) Applied(shard int) uint64 { return s.versions[shard].sequence }

// Get finds a document by its _id's content.
func (s *Snapshot) Get(id []byte) (p Part, doc uint32, ok bool, err error) {
	f := s.finders.Get().(*finder)
	defer s.finders.Put(f)
	hash := primary.Hash(id)
	parts := s.versions[hash%uint64(len(s.versions))].parts
	at, doc, ok, err := f.find(parts, hash, id)
	if !ok || err != nil {
		return nil, 0, false, err
	}
	return parts[at], doc, true, nil
}

// Rows is the number of documents.
func (s *Snapshot) Rows() (n int64) {
	for _, v := range s.versions {
		n += v.rows()
	}
	return n
}

// Types of the values at path, null and undefined included; none when there are no documents.
func (s *Snapshot) Types(path vec.Path) (set vec.TypeSet) {
	for _, p := range s.parts {
		set |= p.Types(path)
	}
	return set
}

// Selectivity is the share of documents that satisfy p, an upper bound from 0 to 1.
func (s *Snapshot) Selectivity(p Predicate) float64 {
	var found, rows float64
	for _, part := range s.parts {
		found += float64(part.Estimate(p))
		rows += float64(part.Rows())
	}
	if rows == 0 {
		return 0
	}
	return min(found/rows, 1)
}

// Field is a line of DESCRIBE.
type Field = column.Field

// Fields lists every type at every path, through arrays too, by path and type. It counts documents that
// have been overwritten or deleted until their segment is merged.
func (s *Snapshot) Fields() []Field {
	type place struct {
		path string
		t    vec.Type
	}
	merged := map[place]*Field{}
	var list []*Field
	for _, v := range s.versions {
		for _, p := range v.parts {
			for _, f := range p.Fields() {
				at := place{f.Path.String(), f.Type}
				if have := merged[at]; have != nil {
					have.Count += f.Count
					continue
				}
				f := f
				merged[at] = &f
				list = append(list, &f)
			}
		}
	}
	totals := s.totals()
	fields := make([]Field, len(list))
	for i, f := range list {
		f.Total = totals[f.Path.String()]
		fields[i] = *f
	}
	slices.SortFunc(fields, func(a, b Field) int {
		if c := slices.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return cmp.Compare(a.Type, b.Type)
	})
	return fields
}

// totals is, by path, how many values could have been there in all parts: a part without the path adds
// the objects that it has where the path begins.
func (s *Snapshot) totals() map[string]uint64 {
	totals := map[string]uint64{}
	parents := map[string]string{}
	var parts []map[string]uint64 // by path: total of the path; by path and "{": objects there
	for _, v := range s.versions {
		for _, p := range v.parts {
			here := map[string]uint64{"{": uint64(p.Rows())}
			for _, f := range p.Fields() {
				path := f.Path.String()
				parents[path] = f.Path[:len(f.Path)-1].String()
				here[path] = f.Total
				if f.Type == vec.Object {
					here[path+"{"] = f.Count
				}
			}
			parts = append(parts, here)
		}
	}
	for path, parent := range parents {
		for _, here := range parts {
			if total, ok := here[path]; ok {
				totals[path] += total
			} else {
				totals[path] += here[parent+"{"]
			}
		}
	}
	return totals
}

// Paths lists the paths below prefix that documents have, not through arrays, in order.
func (s *Snapshot) Paths(prefix vec.Path) []vec.Path {
	seen := map[string]bool{}
	var paths []vec.Path
	for _, v := range s.versions {
		for _, p := range v.parts {
			add := func(path vec.Path) {
				if len(path) > len(prefix) && slices.Equal(path[:len(prefix)], prefix) && !seen[path.String()] {
					seen[path.String()] = true
					paths = append(paths, slices.Clone(path))
				}
			}
			for path, sub := range p.Subs() {
				if keyed, ok := sub.(column.Keyed); ok && sub.Type() == column.Rest {
					for key := range keyed.Names() {
						add(append(path[:len(path):len(path)], key))
					}
					continue
				}
				add(path)
			}
		}
	}
	slices.SortFunc(paths, func(a, b vec.Path) int { return slices.Compare(a, b) })
	return paths
}

// Names are the top-level fields that documents have, in order.
func (s *Snapshot) Names() []string {
	seen := map[string]bool{}
	for _, v := range s.versions {
		for _, p := range v.parts {
			root := p.Root()
			for _, child := range root.Children {
				seen[child.Key] = true
			}
			for key := range root.Rest() {
				seen[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Sizes is where a collection's bytes are.
type Sizes struct {
	Column, Inverted, Row, Primary int64 // sections of segment files
	Files                          int64 // whole segment files
	Memory                         int64 // memtables
}

// Bytes adds up the parts' sizes.
func (s *Snapshot) Bytes() (sizes Sizes) {
	for _, v := range s.versions {
		for _, p := range v.parts {
			if p.file == nil {
				sizes.Memory += int64(p.view().Bytes())
				continue
			}
			p.file.add(&sizes)
		}
	}
	return sizes
}

package exec

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

const (
	// maxUnpartitioned is the number of groups that one table has at most: its slots stay in the L2 cache.
	maxUnpartitioned = 1 << 15
	// minPartitioned is the number of groups from which on it is looked ahead whether they will be many more:
	// earlyFactor times as many, so that partitioning them at once is worth its while.
	minPartitioned = 1 << 12
	earlyFactor    = 4
	// partitionBits of the keys' hashes, the highest, number the partitions.
	partitionBits  = 6
	partitionCount = 1 << partitionBits
)

// worthPartitioning tells, of groups that have taken some rows, whether they are too many for one table, or will
// be. Of r rows that fall on D groups at random, about r*r/2D fall on one that is there already, while r is less
// than D or so.
func worthPartitioning(groups, rows int) bool {
	return groups > maxUnpartitioned || groups > minPartitioned && rows < 2*groups && rows*rows > 2*earlyFactor*maxUnpartitioned*(rows-groups)
}

// router tells to which partition each row of a batch belongs.
type router struct {
	hashes []uint64
	rows   []uint32                   // row numbers, by partition
	starts [partitionCount + 1]uint32 // partition p has rows[starts[p]:starts[p+1]]
}

func (r *router) route(keys []*vec.Vector, rows int) {
	r.hashes = slices.Grow(r.hashes[:0], rows)[:rows]
	vec.Hash(r.hashes, keys[0])
	for _, k := range keys[1:] {
		vec.Combine(r.hashes, k)
	}
	const shift = 64 - partitionBits
	r.starts = [partitionCount + 1]uint32{}
	for _, h := range r.hashes {
		r.starts[h>>shift+1]++
	}
	for p := range partitionCount {
		r.starts[p+1] += r.starts[p]
	}
	r.rows = slices.Grow(r.rows[:0], rows)[:rows]
	next := r.starts
	for i, h := range r.hashes {
		at := &next[h>>shift]
		r.rows[*at] = uint32(i)
		*at++
	}
}

// of is the rows of a partition, ascending.
func (r *router) of(p int) []uint32 { return r.rows[r.starts[p]:r.starts[p+1]] }

// partitions are the groups of one worker, by the hash of their keys. Rows wait until a partition has a batch
// of them, whose groups are then looked up in a table that is small enough for the cache.
type partitions struct {
	updater *updater
	router  router
	columns []int // that the measures need
	parts   [partitionCount]partition
	bytes   int64 // of all partitions
}

// partition is some of the groups, and rows that are still to be aggregated.
type partition struct {
	*groups
	keys  []*vec.Vector
	batch vec.Batch // has only the columns that the measures need
	bytes int64     // of groups and rows, when last asked
}

// partition distributes the groups of a worker, which are given up.
func (a *aggregate) partition(g *groups, u *updater) (*partitions, error) {
	var needed []plan.Expr
	for i := range a.plan.Measures {
		m := &a.plan.Measures[i]
		needed = append(needed, m.Args...)
		for _, o := range m.Order {
			needed = append(needed, o.Expr)
		}
		if m.Filter != nil {
			needed = append(needed, m.Filter)
		}
	}
	ps := &partitions{updater: u, columns: columnsOf(needed...)}
	for n := range ps.parts {
		p := &ps.parts[n]
		var err error
		if p.groups, err = a.newGroups(); err != nil {
			return nil, err
		}
		p.keys = emptyVectors(a.keys())
		if len(ps.columns) > 0 {
			p.batch.Columns = make([]*vec.Vector, ps.columns[len(ps.columns)-1]+1)
		}
		for _, c := range ps.columns {
			p.batch.Columns[c] = &vec.Vector{}
		}
	}
	return ps, a.split(g, ps)
}

// split takes groups into the partitions that they belong to.
func (a *aggregate) split(g *groups, ps *partitions) error {
	owners, mapping := make([]uint8, g.len()), make([]uint32, g.len())
	keys, some := newVectors(a.keys()), newVectors(a.keys())
	var numbers [vec.BatchRows]uint32
	for from := 0; from < len(owners); from += vec.BatchRows {
		to := min(from+vec.BatchRows, len(owners))
		g.table.Keys(keys, from, to)
		ps.router.route(keys, to-from)
		for n := range ps.parts {
			rows := ps.router.of(n)
			for i, k := range keys {
				some[i].Take(k, rows)
			}
			if err := ps.parts[n].table.Insert(numbers[:len(rows)], some, len(rows)); err != nil {
				return err
			}
			for i, row := range rows {
				owners[from+int(row)], mapping[from+int(row)] = uint8(n), numbers[i]
			}
		}
	}
	own := make([]uint32, len(mapping))
	for n := range ps.parts {
		for i, owner := range owners {
			if own[i] = function.Skip; int(owner) == n {
				own[i] = mapping[i]
			}
		}
		if err := a.mergeStates(ps.parts[n].groups, g, own); err != nil {
			return err
		}
		ps.count(&ps.parts[n])
	}
	return nil
}

// add takes the rows of b, whose keys have been evaluated.
func (ps *partitions) add(keys []*vec.Vector, b *vec.Batch) error {
	ps.router.route(keys, b.Rows)
	for n := range ps.parts {
		rows := ps.router.of(n)
		if len(rows) == 0 {
			continue
		}
		p := &ps.parts[n]
		for i, k := range p.keys {
			k.AppendTake(keys[i], rows)
		}
		for _, c := range ps.columns {
			p.batch.Columns[c].AppendTake(b.Columns[c], rows)
		}
		if p.batch.Rows += len(rows); p.batch.Rows >= vec.BatchRows {
			if err := ps.aggregate(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// aggregate takes the rows that wait into p's groups.
func (ps *partitions) aggregate(p *partition) error {
	if err := p.update(ps.updater, p.keys, &p.batch); err != nil {
		return err
	}
	ps.count(p)
	for _, list := range [][]*vec.Vector{p.keys, p.batch.Columns} {
		for _, v := range list {
			switch {
			case v == nil:
			case v.Type == vec.Dynamic:
				v.Reset(vec.Null)
			default:
				v.Reset(v.Type)
			}
		}
	}
	p.batch.Rows = 0
	return nil
}

// count brings the number of bytes up to date.
func (ps *partitions) count(p *partition) {
	bytes := p.groups.bytes()
	for _, k := range p.keys {
		bytes += int64(k.Bytes())
	}
	for _, c := range ps.columns {
		bytes += int64(p.batch.Columns[c].Bytes())
	}
	ps.bytes += bytes - p.bytes
	p.bytes = bytes
}

// flush takes all rows that wait.
func (ps *partitions) flush() error {
	for n := range ps.parts {
		if p := &ps.parts[n]; p.batch.Rows > 0 {
			if err := ps.aggregate(p); err != nil {
				return err
			}
		}
	}
	return nil
}

package function

import (
	"slices"

	"github.com/axiomhq/hyperloglog"

	"github.com/outcropdb/outcrop/vec"
)

// approximate is APPROX_DISTINCT: a HyperLogLog sketch per group.
type approximate struct {
	sketches []*hyperloglog.Sketch // nil: no value yet
	taken    []uint32              // by group: values up to sketchValues
	held     int
	hashes   []uint64
}

// What a sketch takes: at first 4 bytes a value or so, in the end this many.
const (
	sketchBytes  = 16 << 10
	sketchValues = sketchBytes / 4
)

func (a *approximate) grow(groups int) {
	a.sketches, a.taken = grow(a.sketches, groups), grow(a.taken, groups)
}

func (a *approximate) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	a.grow(numGroups)
	v := args[0]
	a.hashes = slices.Grow(a.hashes[:0], rows)[:rows]
	vec.Hash(a.hashes, v)
	for i, h := range a.hashes {
		if v.IsNull(i) {
			continue
		}
		g := groupOf(groups, i)
		if a.sketches[g] == nil {
			a.sketches[g] = hyperloglog.New14()
		}
		a.sketches[g].InsertHash(h)
		a.charge(g, 1)
	}
	return nil
}

// charge counts n more values of group g as memory.
func (a *approximate) charge(g int, n uint32) {
	more := min(n, sketchValues-a.taken[g])
	a.taken[g] += more
	a.held += 4 * int(more)
}

func (a *approximate) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	o := other.(*approximate)
	a.grow(numGroups)
	for g, sketch := range o.sketches {
		to, ok := mapped(mapping, g)
		switch {
		case !ok || sketch == nil:
			continue
		case a.sketches[to] == nil:
			a.sketches[to] = sketch
		default:
			if err := a.sketches[to].Merge(sketch); err != nil {
				panic("bug: merge sketches: " + err.Error())
			}
		}
		a.charge(to, o.taken[g])
	}
	return nil
}

func (a *approximate) Result(out *vec.Vector, from, to int) error {
	a.grow(to)
	out.Make(vec.Int, to-from)
	for i := range out.I64 {
		if out.I64[i] = 0; a.sketches[from+i] != nil {
			out.I64[i] = int64(a.sketches[from+i].Estimate())
		}
	}
	return nil
}

func (a *approximate) Bytes() int { return 12*cap(a.sketches) + a.held + 8*cap(a.hashes) }

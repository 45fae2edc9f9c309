package exec

import (
	"slices"

	"github.com/outcropdb/outcrop/exec/hashtable"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// groups are aggregated rows: a table of keys, and the states of the measures by group.
type groups struct {
	table  *hashtable.Table // nil without keys: one group
	states []function.Aggregate
}

func (a *aggregate) newGroups() (*groups, error) {
	g := &groups{}
	if n := a.keys(); n > 0 {
		g.table = hashtable.New(n)
	}
	for i := range a.plan.Measures {
		m := &a.plan.Measures[i]
		f, ok := function.LookupAggregate(m.Function)
		if !ok {
			return nil, plan.Errorf(m.At, "unknown aggregate function %s", m.Function)
		}
		call := function.Call{Args: len(m.Args), Distinct: m.Distinct, Limit: -1}
		if m.Limit > 0 {
			call.Limit = m.Limit
		}
		for _, o := range m.Order {
			call.Order = append(call.Order, function.Order{Descending: o.Descending, NullsFirst: o.NullsFirst})
		}
		state, err := f.New(call)
		if err != nil {
			return nil, located(m.At, err)
		}
		g.states = append(g.states, state)
	}
	return g, nil
}

func (g *groups) len() int {
	if g.table == nil {
		return 1
	}
	return g.table.Len()
}

func (g *groups) bytes() (n int64) {
	if g.table != nil {
		n = g.table.Bytes()
	}
	for _, s := range g.states {
		n += int64(s.Bytes())
	}
	return n
}

// updater is what a worker brings rows into groups with.
type updater struct {
	measures []*measure
	numbers  []uint32 // group by row
}

// update takes the rows of b, whose keys have been evaluated.
func (g *groups) update(u *updater, keys []*vec.Vector, b *vec.Batch) error {
	var numbers []uint32
	if g.table != nil {
		u.numbers = slices.Grow(u.numbers[:0], b.Rows)[:b.Rows]
		numbers = u.numbers
		if err := g.table.Insert(numbers, keys, b.Rows); err != nil {
			return err
		}
	}
	for i, m := range u.measures {
		if err := m.update(g.states[i], b, numbers, g.len()); err != nil {
			return err
		}
	}
	return nil
}

// merged is all groups of a list, in the largest of it, whose states know how many there are.
func (a *aggregate) merged(list []*groups) (*groups, error) {
	all := slices.MaxFunc(list, func(x, y *groups) int { return x.len() - y.len() })
	for _, g := range list {
		if g != all {
			if err := a.merge(all, g); err != nil {
				return nil, err
			}
		}
	}
	fresh, err := a.newGroups()
	if err != nil {
		return nil, err
	}
	return all, a.mergeStates(all, fresh, nil)
}

// merge takes other's groups into all.
func (a *aggregate) merge(all, other *groups) error {
	var mapping []uint32
	if other.table != nil {
		mapping = make([]uint32, other.len())
		keys := newVectors(a.keys())
		for from := 0; from < len(mapping); from += vec.BatchRows {
			to := min(from+vec.BatchRows, len(mapping))
			other.table.Keys(keys, from, to)
			if err := all.table.Insert(mapping[from:to], keys, to-from); err != nil {
				return err
			}
		}
	}
	return a.mergeStates(all, other, mapping)
}

func (a *aggregate) mergeStates(all, other *groups, mapping []uint32) error {
	for i, s := range all.states {
		if err := s.Merge(other.states[i], mapping, all.len()); err != nil {
			return located(a.plan.Measures[i].At, err)
		}
	}
	return nil
}

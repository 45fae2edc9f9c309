package exec

import (
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/outcropdb/outcrop/exec/hashtable"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// aggregate groups rows: the Sink of one pipeline, the Source of the next. Each worker aggregates what it
// is given; what they have is merged when they are done.
type aggregate struct {
	plan *plan.Aggregate
	env  *env
	mu   sync.Mutex
	all  *groups // merged so far; nil: no worker was done yet
	next atomic.Int64
}

func newAggregate(p *plan.Aggregate, env *env) *aggregate { return &aggregate{plan: p, env: env} }

// keys is the number of columns that the table knows groups by: with several grouping sets, the number of
// the set is one.
func (a *aggregate) keys() int {
	if len(a.plan.Sets) > 1 {
		return len(a.plan.Keys) + 1
	}
	return len(a.plan.Keys)
}

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

func (a *aggregate) Open(w *instance.Worker) (Writer, error) {
	g, err := a.newGroups()
	if err != nil {
		return nil, err
	}
	out := &aggregateWriter{aggregate: a, groups: g, account: instance.Account{Budget: w.Budget}}
	if out.keys, err = a.env.evaluators(a.plan.Keys); err != nil {
		return nil, err
	}
	out.keyVectors = make([]*vec.Vector, len(out.keys))
	for i := range a.plan.Measures {
		m, err := a.env.measure(&a.plan.Measures[i])
		if err != nil {
			return nil, err
		}
		out.measures = append(out.measures, m)
	}
	return out, nil
}

// Close makes the groups that exist even without rows: the one of no keys, and those of empty grouping sets.
func (a *aggregate) Close() (err error) {
	if a.all == nil {
		if a.all, err = a.newGroups(); err != nil {
			return err
		}
	}
	for n, set := range a.plan.Sets {
		if len(set) > 0 || len(a.plan.Sets) == 1 {
			continue
		}
		keys := newVectors(a.keys())
		for _, k := range keys {
			k.SetNulls(1, false)
		}
		keys[len(keys)-1].SetConst(vec.IntValue(vec.Int, int64(n)), 1)
		if err := a.all.table.Insert(make([]uint32, 1), keys, 1); err != nil {
			return err
		}
	}
	fresh, err := a.newGroups()
	if err != nil {
		return err
	}
	for i, s := range a.all.states { // states that have not seen the new groups learn how many there are
		if err := s.Merge(fresh.states[i], nil, a.all.len()); err != nil {
			return located(a.plan.Measures[i].At, err)
		}
	}
	return nil
}

type aggregateWriter struct {
	*aggregate
	groups     *groups
	keys       []evaluator
	keyVectors []*vec.Vector
	measures   []*measure
	numbers    []uint32 // group by row
	none       vec.Vector
	set        vec.Vector
	setKeys    []*vec.Vector
	account    instance.Account
	failed     bool
}

// measure evaluates what one aggregate function is given.
type measure struct {
	filter  *selection // nil: all rows
	args    []evaluator
	vectors []*vec.Vector
	groups  []uint32
	at      plan.Position
}

func (v *env) measure(m *plan.Measure) (*measure, error) {
	args := slices.Clone(m.Args)
	for _, o := range m.Order {
		args = append(args, o.Expr)
	}
	evaluators, err := v.evaluators(args)
	if err != nil {
		return nil, err
	}
	out := &measure{args: evaluators, vectors: make([]*vec.Vector, len(args)), at: m.At}
	if m.Filter != nil {
		condition, err := v.evaluator(m.Filter)
		if err != nil {
			return nil, err
		}
		out.filter = &selection{condition: condition, rows: newSubset(args...)}
	}
	return out, nil
}

func (m *measure) update(state function.Aggregate, b *vec.Batch, groups []uint32, count int) error {
	if m.filter != nil {
		some, err := m.filter.of(b)
		if err != nil || some.Rows == 0 && groups != nil {
			return err
		}
		if some != b && groups != nil {
			m.groups = m.groups[:0]
			for _, row := range m.filter.rows.rows {
				m.groups = append(m.groups, groups[row])
			}
			groups = m.groups
		}
		b = some
	}
	if err := evalAll(m.vectors, m.args, b); err != nil {
		return err
	}
	return located(m.at, state.Update(groups, count, m.vectors, b.Rows))
}

func (a *aggregateWriter) Write(b *vec.Batch) (err error) {
	defer func() { a.failed = a.failed || err != nil }()
	if err := evalAll(a.keyVectors, a.keys, b); err != nil {
		return err
	}
	if len(a.plan.Sets) <= 1 {
		return a.update(b, a.keyVectors)
	}
	a.none.SetNulls(b.Rows, false)
	for n, set := range a.plan.Sets {
		a.setKeys = a.setKeys[:0]
		for i, v := range a.keyVectors {
			if !slices.Contains(set, i) {
				v = &a.none
			}
			a.setKeys = append(a.setKeys, v)
		}
		a.set.SetConst(vec.IntValue(vec.Int, int64(n)), b.Rows)
		if err := a.update(b, append(a.setKeys, &a.set)); err != nil {
			return err
		}
	}
	return nil
}

func (a *aggregateWriter) update(b *vec.Batch, keys []*vec.Vector) error {
	g := a.groups
	var numbers []uint32
	if g.table != nil {
		a.numbers = slices.Grow(a.numbers[:0], b.Rows)[:b.Rows]
		numbers = a.numbers
		if err := g.table.Insert(numbers, keys, b.Rows); err != nil {
			return err
		}
	}
	for i, m := range a.measures {
		if err := m.update(g.states[i], b, numbers, g.len()); err != nil {
			return err
		}
	}
	return a.account.Set(g.bytes())
}

// Close merges. The groups stay accounted for until the query's budget is closed.
func (a *aggregateWriter) Close() error {
	if a.failed {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.all == nil {
		a.all = a.groups
		return nil
	}
	if a.all.len() < a.groups.len() {
		a.all, a.groups = a.groups, a.all
	}
	return a.merge(a.groups)
}

// merge takes other's groups into all.
func (a *aggregate) merge(other *groups) error {
	var mapping []uint32
	if other.table != nil {
		mapping = make([]uint32, other.len())
		keys := newVectors(a.keys())
		for from := 0; from < len(mapping); from += vec.BatchRows {
			to := min(from+vec.BatchRows, len(mapping))
			other.table.Keys(keys, from, to)
			if err := a.all.table.Insert(mapping[from:to], keys, to-from); err != nil {
				return err
			}
		}
	}
	for i, s := range a.all.states {
		if err := s.Merge(other.states[i], mapping, a.all.len()); err != nil {
			return located(a.plan.Measures[i].At, err)
		}
	}
	return nil
}

func newVectors(n int) []*vec.Vector {
	out := make([]*vec.Vector, n)
	for i := range out {
		out[i] = &vec.Vector{}
	}
	return out
}

// aggregateReader gives the groups.
type aggregateReader struct {
	source *aggregateSource
	batch  vec.Batch
}

// aggregateSource is the aggregate as a Source; its Open and Close are not the Sink's.
type aggregateSource struct{ *aggregate }

// Parallel is the number of batches of groups: few groups are not worth a second worker.
func (a *aggregateSource) Parallel() int { return max(1, a.all.len()/(8*vec.BatchRows)) }

func (a *aggregateSource) Open(*instance.Worker) (Reader, error) {
	columns := a.keys() + len(a.plan.Measures)
	return &aggregateReader{a, vec.Batch{Columns: newVectors(columns)}}, nil
}

func (a *aggregateSource) Close() error { return nil }

func (r *aggregateReader) Close() error { return nil }

func (r *aggregateReader) Read() (*vec.Batch, error) {
	a := r.source
	to := int(a.next.Add(vec.BatchRows))
	from := to - vec.BatchRows
	if to = min(to, a.all.len()); from >= to {
		return nil, io.EOF
	}
	// Columns go out as keys, measures, number of the set; the table has the number as its last key.
	keys := len(a.plan.Keys)
	columns := r.batch.Columns
	if a.all.table != nil {
		out := columns[:keys:keys]
		if a.keys() > keys {
			out = append(out, columns[len(columns)-1])
		}
		a.all.table.Keys(out, from, to)
	}
	for i, s := range a.all.states {
		if err := s.Result(columns[keys+i], from, to); err != nil {
			return nil, located(a.plan.Measures[i].At, err)
		}
	}
	r.batch.Rows = to - from
	return &r.batch, nil
}

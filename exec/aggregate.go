package exec

import (
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// aggregate groups rows: the Sink of one pipeline, the Source of the next. Each worker aggregates what it
// is given, into one table while the groups are few, then into one for each partition of the keys' hashes. What
// the workers have is merged when it is read, each partition by itself (morsel-driven parallelism with
// partitioned aggregation: Leis et al., SIGMOD 2014).
type aggregate struct {
	plan        *plan.Aggregate
	env         *env
	mu          sync.Mutex
	whole       []*groups     // of workers that are done
	partitioned []*partitions // of others
	shares      [][]*groups   // what is to be merged with each other
	next        atomic.Int64  // share that is read next
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

func (a *aggregate) Open(w *instance.Worker) (Writer, error) {
	g, err := a.newGroups()
	if err != nil {
		return nil, err
	}
	out := &aggregateWriter{aggregate: a, groups: g, updater: &updater{}, account: instance.Account{Budget: w.Budget}}
	if out.keys, err = a.env.evaluators(a.plan.Keys); err != nil {
		return nil, err
	}
	out.keyVectors = make([]*vec.Vector, len(out.keys))
	for i := range a.plan.Measures {
		m, err := a.env.measure(&a.plan.Measures[i])
		if err != nil {
			return nil, err
		}
		out.updater.measures = append(out.updater.measures, m)
	}
	return out, nil
}

type aggregateWriter struct {
	*aggregate
	groups     *groups
	rows       int         // that groups have taken
	parts      *partitions // in the place of groups, once those are many
	updater    *updater
	keys       []evaluator
	keyVectors []*vec.Vector
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
	if a.parts != nil {
		if err := a.parts.add(keys, b); err != nil {
			return err
		}
		return a.account.Set(a.parts.bytes)
	}
	if err := a.groups.update(a.updater, keys, b); err != nil {
		return err
	}
	a.rows += b.Rows
	if worthPartitioning(a.groups.len(), a.rows) {
		var err error
		if a.parts, err = a.partition(a.groups, a.updater); err != nil {
			return err
		}
		a.groups = nil
	}
	return a.account.Set(a.bytes())
}

func (a *aggregateWriter) bytes() int64 {
	if a.parts != nil {
		return a.parts.bytes
	}
	return a.groups.bytes()
}

// Close hands the groups over. They stay accounted for until the query's budget is closed.
func (a *aggregateWriter) Close() error {
	if a.failed {
		return nil
	}
	if a.parts != nil {
		if err := a.parts.flush(); err != nil {
			return err
		}
		if err := a.account.Set(a.parts.bytes); err != nil {
			return err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.parts != nil {
		a.partitioned = append(a.partitioned, a.parts)
	} else {
		a.whole = append(a.whole, a.groups)
	}
	return nil
}

// Close makes shares of what the workers have: one, or one for each partition.
func (a *aggregate) Close() error {
	if len(a.partitioned) == 0 {
		if len(a.whole) == 0 {
			g, err := a.newGroups()
			if err != nil {
				return err
			}
			a.whole = append(a.whole, g)
		}
		a.shares = [][]*groups{a.whole}
		return a.emptySets(a.whole[0])
	}
	for _, g := range a.whole {
		if err := a.split(g, a.partitioned[0]); err != nil {
			return err
		}
	}
	a.shares = make([][]*groups, partitionCount)
	for n := range a.shares {
		for _, p := range a.partitioned {
			a.shares[n] = append(a.shares[n], p.parts[n].groups)
		}
	}
	a.whole, a.partitioned = nil, nil
	return nil
}

// emptySets adds the groups of empty grouping sets, which there are even without rows.
func (a *aggregate) emptySets(to *groups) error {
	for n, set := range a.plan.Sets {
		if len(set) > 0 || len(a.plan.Sets) == 1 {
			continue
		}
		keys := newVectors(a.keys())
		for _, k := range keys {
			k.SetNulls(1, false)
		}
		keys[len(keys)-1].SetConst(vec.IntValue(vec.Int, int64(n)), 1)
		if err := to.table.Insert(make([]uint32, 1), keys, 1); err != nil {
			return err
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

// aggregateSource is the aggregate as a Source; its Open and Close are not the Sink's.
type aggregateSource struct{ *aggregate }

// Parallel is the number of shares: few groups are not worth a second worker.
func (a *aggregateSource) Parallel() int { return len(a.shares) }

func (a *aggregateSource) Open(*instance.Worker) (Reader, error) {
	columns := a.keys() + len(a.plan.Measures)
	return &aggregateReader{source: a, batch: vec.Batch{Columns: newVectors(columns)}}, nil
}

func (a *aggregateSource) Close() error { return nil }

// aggregateReader merges a share and gives its groups, then the next one.
type aggregateReader struct {
	source *aggregateSource
	groups *groups // nil: before the first share
	from   int     // group that is read next
	batch  vec.Batch
}

func (r *aggregateReader) Close() error { return nil }

func (r *aggregateReader) Read() (_ *vec.Batch, err error) {
	a := r.source
	for r.groups == nil || r.from >= r.groups.len() {
		n := int(a.next.Add(1)) - 1
		if n >= len(a.shares) {
			return nil, io.EOF
		}
		if r.groups, err = a.merged(a.shares[n]); err != nil {
			return nil, err
		}
		r.from, a.shares[n] = 0, nil
	}
	from, to := r.from, min(r.from+vec.BatchRows, r.groups.len())
	r.from = to
	// Columns go out as keys, measures, number of the set; the table has the number as its last key.
	keys := len(a.plan.Keys)
	columns := r.batch.Columns
	if r.groups.table != nil {
		out := columns[:keys:keys]
		if a.keys() > keys {
			out = append(out, columns[len(columns)-1])
		}
		r.groups.table.Keys(out, from, to)
	}
	for i, s := range r.groups.states {
		if err := s.Result(columns[keys+i], from, to); err != nil {
			return nil, located(a.plan.Measures[i].At, err)
		}
	}
	r.batch.Rows = to - from
	return &r.batch, nil
}

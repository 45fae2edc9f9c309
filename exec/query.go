package exec

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/plan"
)

// Query is a compiled plan. It runs once.
type Query struct {
	pipelines []*pipeline // in run order
	counters  Counters
	profile   *Profile
}

// Counters say what a query has done so far. Safe to read while it runs.
type Counters struct {
	RowsRead    atomic.Int64 // documents that scans and lookups looked at
	RowsSkipped atomic.Int64 // documents that zone maps spared
}

// Counters of the query.
func (q *Query) Counters() *Counters { return &q.counters }

// Profile is what each operator did, once the query has run; nil unless Options.Analyze was set.
func (q *Query) Profile() *Profile { return q.profile }

// Run executes the query on the instance that admitted it and closes the caller's Sink at the end, if
// all went well. A cancelled context ends it within one batch, with the context's cause.
func (q *Query) Run(ctx context.Context, admission *instance.Admission) error {
	for i, p := range q.pipelines {
		if err := p.run(ctx, admission); err != nil {
			for _, rest := range q.pipelines[i+1:] {
				_ = rest.source.Close() // nothing was read; the first error is the one to tell
			}
			return err
		}
	}
	return nil
}

// Options of Compile.
type Options struct {
	Now     int64 // microseconds since 1970, what current_timestamp() says
	Analyze bool  // keep a Profile
}

// Compile cuts a plan at its breakers into pipelines; the last ends in sink. snapshots has one for each
// collection of the plan and stays open until the query has run. Parameters have been substituted.
func Compile(node plan.Node, snapshots map[string]*index.Snapshot, sink Sink, options Options) (*Query, error) {
	q := &Query{}
	c := &compiler{query: q, snapshots: snapshots, env: &env{now: options.Now}}
	if options.Analyze {
		q.profile = &Profile{}
	}
	if err := c.compile(node, sink); err != nil {
		return nil, err
	}
	return q, nil
}

type compiler struct {
	query     *Query
	snapshots map[string]*index.Snapshot
	env       *env
}

// compile adds the pipelines that bring node's rows to sink.
func (c *compiler) compile(n plan.Node, sink Sink) error {
	if err := c.subqueries(n); err != nil {
		return err
	}
	sink = c.query.profile.sink(n, sink)
	switch x := n.(type) {
	case *plan.Read:
		snapshot := c.snapshots[x.Collection]
		if snapshot == nil {
			panic("bug: no snapshot of " + x.Name)
		}
		c.add(newRead(x, snapshot, c.env, &c.query.counters), sink)
		return nil
	case *plan.Values:
		c.add(&values{rows: x.Rows, columns: len(x.Fields), env: c.env}, sink)
		return nil
	case *plan.Filter:
		return c.compile(x.Input, &filter{condition: x.Condition, next: sink, env: c.env})
	case *plan.Project:
		return c.compile(x.Input, &project{expressions: x.Expressions, next: sink, env: c.env})
	case *plan.Unnest:
		return c.compile(x.Input, &unnest{plan: x, next: sink, env: c.env})
	case *plan.Aggregate:
		a := newAggregate(x, c.env)
		return c.breaker(x.Input, a, &aggregateSource{a}, sink)
	case *plan.Sort:
		s := newSorter(x, -1, c.env)
		return c.breaker(x.Input, s, &sortSource{s}, sink)
	case *plan.Fetch:
		return c.fetch(x, sink)
	case *plan.Join:
		return c.join(x, sink)
	case *plan.Set:
		to := &shared{Sink: sink, left: len(x.Sources)}
		for _, source := range x.Sources {
			if err := c.compile(source, to); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("not supported yet: relation %T", n)
}

func (c *compiler) add(source Source, sink Sink) {
	c.query.pipelines = append(c.query.pipelines, &pipeline{source, sink})
}

// breaker ends the input's pipelines in an operator that gives its rows only when it has seen them all.
func (c *compiler) breaker(input plan.Node, in Sink, out Source, sink Sink) error {
	if err := c.compile(input, in); err != nil {
		return err
	}
	c.add(out, sink)
	return nil
}

func (c *compiler) fetch(x *plan.Fetch, sink Sink) error {
	offset, err := rowCount(x.Offset, 0, "OFFSET")
	if err != nil {
		return err
	}
	count, err := rowCount(x.Count, -1, "LIMIT")
	if err != nil {
		return err
	}
	sink = newLimit(offset, count, sink)
	if order, ok := x.Input.(*plan.Sort); ok && count >= 0 && offset+count <= maxTopK {
		if err := c.subqueries(order); err != nil {
			return err
		}
		s := newSorter(order, int(offset+count), c.env)
		return c.breaker(order.Input, c.query.profile.sink(order, s), &sortSource{s}, sink)
	}
	return c.compile(x.Input, sink)
}

func (c *compiler) join(x *plan.Join, sink Sink) error {
	build := newBuild(x, c.env)
	if err := c.compile(x.Right, build); err != nil {
		return err
	}
	if x.Kind != plan.Right && x.Kind != plan.Full {
		return c.compile(x.Left, &probe{build: build, next: sink})
	}
	to := &shared{Sink: sink, left: 2}
	if err := c.compile(x.Left, &probe{build: build, next: to}); err != nil {
		return err
	}
	c.add(&unmatched{build: build}, to)
	return nil
}

// subqueries compiles those in n's own expressions; they run before n does.
func (c *compiler) subqueries(n plan.Node) (err error) {
	plan.MapExprs(n, func(e plan.Expr) plan.Expr {
		return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
			if s, ok := e.(*plan.Subquery); ok && err == nil && c.env.result(s) == nil {
				result := newSubquery(s.Kind, s.At)
				c.env.results = append(c.env.results, subqueryResult{s.Plan, s.Kind, result})
				err = c.compile(s.Plan, result)
			}
			return e
		})
	})
	return err
}

// Collections lists the collections that a plan reads, sorted.
func Collections(n plan.Node) []string {
	var out []string
	for _, r := range plan.Reads(n) {
		out = append(out, r.Collection)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

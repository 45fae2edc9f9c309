package bind

import (
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
)

// item is a column of the select list, over the columns of FROM.
type item struct {
	column
	expr plan.Expr
}

// block is a SELECT while it is bound.
type block struct {
	*binder
	in       environment
	scope    *scope
	where    plan.Expr
	items    []item
	grouping *grouping // nil: rows are not grouped
	measures measures
	having   plan.Expr
	order    []plan.SortField
	distinct bool
}

// selection binds a SELECT and what follows it.
func (b *binder) selection(s *sql.Select, end tail, in environment) (*table, error) {
	switch {
	case s.DistinctOn != nil:
		return nil, unsupported(s.DistinctOn[0], "DISTINCT ON")
	case s.Windows != nil:
		return nil, unsupported(s.Windows[0], "WINDOW")
	case s.Qualify != nil:
		return nil, unsupported(s.Qualify, "QUALIFY")
	case s.ClusterBy != nil:
		return nil, plan.Errorf(s.ClusterBy[0].Pos(), "CLUSTER BY has its place in an ingest transformation only")
	}
	from, err := b.from(s.From, in)
	if err != nil {
		return nil, err
	}
	k := &block{binder: b, in: in, scope: &scope{tables: *from, outer: in.outer}, distinct: s.Distinct}
	if err := k.bind(s, end.order); err != nil {
		return nil, err
	}
	return k.plan(end)
}

// bind binds all expressions of the SELECT, so that all columns that it reads are known.
func (k *block) bind(s *sql.Select, order []sql.OrderItem) (err error) {
	if k.where, err = k.clause("WHERE", nil).condition(s.Where); err != nil {
		return err
	}
	list := k.clause("the select list", &k.measures)
	for _, i := range s.Items {
		items, err := list.items(i)
		if err != nil {
			return err
		}
		k.items = append(k.items, items...)
	}
	if s.GroupBy != nil {
		c := k.clause("GROUP BY", nil)
		c.aliases = k.items
		if k.grouping, err = c.groupBy(s.GroupBy); err != nil {
			return err
		}
	}
	having := k.clause("HAVING", &k.measures)
	having.aliases = k.items
	if k.having, err = having.condition(s.Having); err != nil {
		return err
	}
	c := k.clause("ORDER BY", &k.measures)
	c.aliases = k.items
	if k.order, err = c.orderBy(order); err != nil {
		return err
	}
	if k.grouping == nil && (k.having != nil || k.measures.list != nil) {
		k.grouping = &grouping{}
	}
	if k.grouping != nil {
		return k.overGroups()
	}
	return nil
}

func (k *block) clause(name string, m *measures) *clause {
	return &clause{binder: k.binder, in: k.in, name: name, scope: k.scope, measures: m}
}

// plan puts the relations of the SELECT on top of each other, once everything is bound: filter, group,
// filter groups, sort, compute what goes out, limit.
func (k *block) plan(end tail) (*table, error) {
	n := k.scope.build()
	relations := k.scope.relations
	if k.where != nil {
		n = &plan.Filter{Input: n, Condition: number(k.where, relations)}
	}
	if k.grouping != nil {
		n = k.aggregate(n)
		relations = nil
		if k.having != nil {
			n = &plan.Filter{Input: n, Condition: k.having}
		}
	}
	if k.distinct || k.sortsOutput() {
		return k.sortedOutput(n, relations, end)
	}
	if k.order != nil {
		sort := &plan.Sort{Input: n}
		for _, f := range k.order {
			f.Expr = number(f.Expr, relations)
			sort.Fields = append(sort.Fields, f)
		}
		n = sort
	}
	t := k.project(n, relations)
	var err error
	t.node, err = k.fetch(t.node, end)
	return t, err
}

// project computes what goes out.
func (k *block) project(n plan.Node, relations []*relation) *table {
	p := &plan.Project{Input: n}
	t := &table{node: p}
	for _, i := range k.items {
		p.Expressions = append(p.Expressions, number(i.expr, relations))
		p.Names = append(p.Names, i.name)
		t.columns = append(t.columns, i.column)
	}
	return t
}

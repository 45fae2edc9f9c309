package bind

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
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
	return k.table(end)
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

// table is the SELECT once all is bound.
func (k *block) table(end tail) (*table, error) {
	fetch, err := k.fetch(end)
	if err != nil {
		return nil, err
	}
	t := &table{}
	for _, i := range k.items {
		t.columns = append(t.columns, i.column)
	}
	if k.distinct || k.sortsOutput() {
		order, err := k.outputOrder(end)
		if err != nil {
			return nil, err
		}
		t.build = func() plan.Node {
			n := k.project(k.rows())
			if k.distinct {
				n = distinct(n, t.columns)
			}
			return fetch(sorted(n, order))
		}
		return t, nil
	}
	t.build = func() plan.Node {
		n, relations := k.rows()
		order := slices.Clone(k.order)
		for i := range order {
			order[i].Expr = number(order[i].Expr, relations)
		}
		return fetch(k.project(sorted(n, order), relations))
	}
	if k.grouping == nil {
		t.deepen = k.deepen
	}
	return t, nil
}

// rows are those that the select list is computed of, and the relations that it refers to: filtered,
// grouped, and filtered again.
func (k *block) rows() (plan.Node, []*relation) {
	n, relations := k.scope.build(), k.scope.relations
	if k.where != nil {
		n = &plan.Filter{Input: n, Condition: number(k.where, relations)}
	}
	if k.grouping == nil {
		return n, relations
	}
	n = k.aggregate(n)
	if k.having != nil {
		n = &plan.Filter{Input: n, Condition: k.having}
	}
	return n, nil
}

// project computes what goes out.
func (k *block) project(n plan.Node, relations []*relation) plan.Node {
	p := &plan.Project{Input: n}
	for _, i := range k.items {
		p.Expressions = append(p.Expressions, number(i.expr, relations))
		p.Names = append(p.Names, i.name)
	}
	return p
}

// deepen is table's: a path in a column of documents goes out as a column of its own.
func (k *block) deepen(i int, path vec.Path) (int, vec.Type, bool) {
	documents, ok := k.items[i].expr.(*ref)
	if !ok {
		return 0, 0, false
	}
	e, ok := k.below(documents, path)
	if !ok {
		return 0, 0, false
	}
	at := k.itemOf(e)
	if at < 0 {
		at = len(k.items)
		k.items = append(k.items, item{hiddenColumn(path, e.t), e})
	}
	return at, e.t, true
}

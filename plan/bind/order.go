package bind

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
)

// orderBy binds ORDER BY: numbers and names are those of the select list's columns, if it has them.
func (c *clause) orderBy(list []sql.OrderItem) ([]plan.SortField, error) {
	var out []plan.SortField
	for _, o := range list {
		e, err := c.ordinal(o.Expr)
		if column, ok := o.Expr.(*sql.Column); ok {
			e, err = aliased(c.aliases, sql.Name{Place: column.Place, Text: column.Name})
		}
		if e == nil && err == nil {
			e, err = c.expr(o.Expr)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, sortField(o, e))
	}
	return out, nil
}

// sortsOutput tells whether the order is by a value that goes out and would be another if it were computed
// for the sort as well.
func (k *block) sortsOutput() bool {
	return slices.ContainsFunc(k.order, func(f plan.SortField) bool { return volatile(f.Expr) && k.itemOf(f.Expr) >= 0 })
}

// itemOf is the column of the select list that e is, -1 if it is none.
func (k *block) itemOf(e plan.Expr) int {
	return slices.IndexFunc(k.items, func(i item) bool { return same(i.expr, e) })
}

// sortedOutput computes what goes out, drops repeated rows if DISTINCT says so, and sorts by what is left.
func (k *block) sortedOutput(n plan.Node, relations []*relation, end tail) (*table, error) {
	t := k.project(n, relations)
	if k.distinct {
		t = distinct(t)
	}
	sort := &plan.Sort{Input: t.node}
	for i, f := range k.order {
		at := k.itemOf(f.Expr)
		x := end.order[i].Expr
		switch {
		case at < 0 && k.distinct:
			return nil, plan.Errorf(x.Pos(), "with SELECT DISTINCT, ORDER BY %s must be in the select list", shortText(x))
		case at < 0:
			return nil, unsupported(x, "ORDER BY %s, which is not selected, beside a random column", shortText(x))
		}
		f.Expr = &plan.FieldRef{Index: at, T: k.items[at].t}
		sort.Fields = append(sort.Fields, f)
	}
	if sort.Fields != nil {
		t.node = sort
	}
	var err error
	t.node, err = k.fetch(t.node, end)
	return t, err
}

// orderTable sorts and limits a query that is no SELECT, by its columns.
func (b *binder) orderTable(t *table, end tail, in environment) (*table, error) {
	r := &relation{node: t.node, columns: t.columns}
	s := &scope{tables: tables{relations: []*relation{r}}}
	c := &clause{binder: b, in: in, name: "ORDER BY", scope: s}
	for i, column := range t.columns {
		c.aliases = append(c.aliases, item{column, r.column(i, plan.Position{})})
	}
	order, err := c.orderBy(end.order)
	if err != nil {
		return nil, err
	}
	n := t.node
	if order != nil {
		for i := range order {
			order[i].Expr = number(order[i].Expr, s.relations)
		}
		n = &plan.Sort{Input: n, Fields: order}
	}
	n, err = b.fetch(n, end)
	return &table{n, t.columns}, err
}

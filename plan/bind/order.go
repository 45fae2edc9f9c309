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

// outputOrder is the order by the columns that go out.
func (k *block) outputOrder(end tail) ([]plan.SortField, error) {
	var fields []plan.SortField
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
		fields = append(fields, f)
	}
	return fields, nil
}

// orderTable sorts and limits a query that is no SELECT, by its columns.
func (b *binder) orderTable(t *table, end tail, in environment) (*table, error) {
	r := &relation{table: table{columns: t.columns}}
	s := &scope{tables: tables{relations: []*relation{r}}}
	c := &clause{binder: b, in: in, name: "ORDER BY", scope: s}
	for i, column := range t.columns {
		c.aliases = append(c.aliases, item{column, r.column(i, plan.Position{})})
	}
	order, err := c.orderBy(end.order)
	if err != nil {
		return nil, err
	}
	for i := range order {
		order[i].Expr = number(order[i].Expr, s.relations)
	}
	fetch, err := b.fetch(end)
	return &table{t.columns, func() plan.Node { return fetch(sorted(t.build(), order)) }, t.deepen}, err
}

func sorted(n plan.Node, order []plan.SortField) plan.Node {
	if order == nil {
		return n
	}
	return &plan.Sort{Input: n, Fields: order}
}

package bind

import (
	"fmt"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// tail is what follows the body of a query.
type tail struct {
	order         []sql.OrderItem
	limit, offset sql.Expr
}

func (b *binder) query(q *sql.Query, in environment) (*table, error) {
	if b.queries++; b.queries > MaxQueries {
		return nil, plan.Errorf(q.Pos(), "the statement has more than %d queries, counting each use of a query of WITH and of a view", MaxQueries)
	}
	if err := b.ctx.Err(); err != nil {
		return nil, err
	}
	if q.WithTies {
		return nil, unsupported(q, "WITH TIES")
	}
	if q.With != nil {
		in.with = with(q.With, in)
	}
	end := tail{q.OrderBy, q.Limit, q.Offset}
	if s, ok := q.Body.(*sql.Select); ok {
		return b.selection(s, end, in)
	}
	t, err := b.body(q.Body, in)
	if err != nil {
		return nil, err
	}
	return b.orderTable(t, end, in)
}

// with adds the queries of WITH to those that are seen; each sees those before it.
func with(w *sql.With, in environment) *commonTable {
	for i := range w.Tables {
		c := &commonTable{def: &w.Tables[i], in: in, next: in.with}
		if w.Recursive {
			c.in.with = c
		}
		in.with = c
	}
	return in.with
}

func (b *binder) body(body sql.Body, in environment) (*table, error) {
	switch x := body.(type) {
	case *sql.Select:
		return b.selection(x, tail{}, in)
	case *sql.Values:
		return b.values(x, in)
	case *sql.SetOperation:
		return b.setOperation(x, in)
	case *sql.Query:
		return b.query(x, in)
	}
	panic("bug: unknown body of a query")
}

func (b *binder) setOperation(x *sql.SetOperation, in environment) (*table, error) {
	if x.Op != "UNION" {
		return nil, unsupported(x, "%s", x.Op)
	}
	var parts []*table
	var columns []column
	for _, body := range union(x, x.All, nil) {
		t, err := b.body(body, in)
		if err != nil {
			return nil, err
		}
		parts = append(parts, t)
		if columns == nil {
			columns = t.columns
			continue
		}
		if err := sameShape(columns, t.columns, body); err != nil {
			return nil, err
		}
		columns = combined(columns, t.columns)
	}
	return &table{columns: columns, build: func() plan.Node {
		set := &plan.Set{Kind: plan.UnionAll}
		for _, t := range parts {
			set.Sources = append(set.Sources, t.build())
		}
		if x.All {
			return set
		}
		return distinct(set, columns)
	}}, nil
}

// union lists the parts of a chain of UNION ALL. UNION drops duplicates of all parts, so that a UNION
// below it, with ALL or without, is a part of its chain as well.
func union(body sql.Body, all bool, parts []sql.Body) []sql.Body {
	x, ok := body.(*sql.SetOperation)
	if !ok || x.Op != "UNION" || all && !x.All {
		return append(parts, body)
	}
	return union(x.Right, all, union(x.Left, all, parts))
}

// sameShape tells whether rows of one table can stand below those of the other.
func sameShape(first, other []column, at sql.Node) error {
	if len(first) != len(other) {
		return plan.Errorf(at.Pos(), "the parts of a UNION need equally many columns: the first has %d, this one %d", len(first), len(other))
	}
	for i, c := range other {
		if (c.documents == nil) != (first[i].documents == nil) {
			return plan.Errorf(at.Pos(), "column %d of a UNION is * in one part and not in another; name the columns in each", i+1)
		}
	}
	return nil
}

func combined(a, b []column) []column {
	out := make([]column, len(a))
	for i, c := range a {
		out[i] = column{name: c.name, t: plan.CommonType(c.t, b[i].t)}
		if c.documents != nil {
			out[i].documents = c.documents.or(b[i].documents)
		}
	}
	return out
}

// distinct drops repeated rows.
func distinct(n plan.Node, columns []column) plan.Node {
	a := &plan.Aggregate{Input: n}
	for i, c := range columns {
		a.Keys = append(a.Keys, &plan.FieldRef{Index: i, T: c.t})
		a.Names = append(a.Names, c.name)
	}
	return a
}

// nothing is one row without columns: what a SELECT without FROM reads.
func nothing() plan.Node { return &plan.Values{Rows: [][]plan.Expr{{}}} }

// values binds VALUES. Rows that are not all constants are computed one by one.
func (b *binder) values(x *sql.Values, in environment) (*table, error) {
	c := &clause{binder: b, in: in, name: "VALUES", scope: &scope{outer: in.outer}}
	out := &plan.Values{}
	constant := true
	for _, row := range x.Rows {
		exprs, err := c.exprs(row)
		if err != nil {
			return nil, err
		}
		for i, e := range exprs {
			constant = constant && isConstant(e)
			if len(out.Rows) == 0 {
				out.Fields = append(out.Fields, plan.Field{Name: fmt.Sprintf("column%d", i+1), Type: e.Type()})
			}
			out.Fields[i].Type = plan.CommonType(out.Fields[i].Type, e.Type())
		}
		out.Rows = append(out.Rows, exprs)
	}
	t := &table{build: func() plan.Node { return out }}
	var names []string
	for _, f := range out.Fields {
		t.columns = append(t.columns, column{name: f.Name, t: f.Type})
		names = append(names, f.Name)
	}
	if constant {
		return t, nil
	}
	set := &plan.Set{Kind: plan.UnionAll}
	for _, row := range out.Rows {
		set.Sources = append(set.Sources, &plan.Project{Input: nothing(), Expressions: row, Names: names})
	}
	t.build = func() plan.Node { return set }
	return t, nil
}

func isConstant(e plan.Expr) bool {
	switch e.(type) {
	case *plan.Literal, *plan.Parameter:
		return true
	}
	return false
}

// fetch puts LIMIT and OFFSET over a relation.
func (b *binder) fetch(end tail) (func(plan.Node) plan.Node, error) {
	count, err := b.rowCount(end.limit, "LIMIT")
	if err != nil {
		return nil, err
	}
	offset, err := b.rowCount(end.offset, "OFFSET")
	return func(n plan.Node) plan.Node {
		if count == nil && offset == nil {
			return n
		}
		return &plan.Fetch{Input: n, Offset: offset, Count: count}
	}, err
}

// rowCount is the constant behind LIMIT or OFFSET; nil where there is none, or NULL.
func (b *binder) rowCount(e sql.Expr, clause string) (plan.Expr, error) {
	switch x := e.(type) {
	case nil:
		return nil, nil
	case *sql.Parameter:
		return b.parameter(x), nil
	case *sql.Literal:
		switch n := x.Value.(type) {
		case nil:
			return nil, nil
		case int64:
			if n >= 0 {
				return &plan.Literal{Value: vec.IntValue(vec.Int, n)}, nil
			}
		}
	}
	return nil, plan.Errorf(e.Pos(), "%s is %s, want an int that is not negative, or a parameter", clause, sql.Format(e))
}

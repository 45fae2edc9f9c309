package bind

import (
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// unnestOf is the UNNEST that x is; nil if it is another table. A function that yields an array is one.
func unnestOf(x *sql.TableRef) *sql.Unnest {
	switch s := x.Source.(type) {
	case *sql.Unnest:
		return s
	case *sql.TableFunction:
		return &sql.Unnest{Place: s.Place, Expr: s.Call, Ordinality: s.Ordinality}
	case *sql.TableRef:
		return unnestOf(s)
	}
	return nil
}

func startsWithUnnest(t sql.Table) bool {
	switch x := t.(type) {
	case *sql.Join:
		return startsWithUnnest(x.Left)
	case *sql.TableRef:
		return unnestOf(x) != nil
	}
	return false
}

// unnest gives the rows of the tables before it once for each element of an array.
func (b *binder) unnest(x *sql.TableRef, u *sql.Unnest, before *tables, kind plan.JoinKind, in environment) (*tables, error) {
	if x.Sample != nil {
		return nil, unsupported(x.Sample, "TABLESAMPLE")
	}
	if before == nil {
		before = &tables{build: nothing}
	}
	c := &clause{binder: b, in: in, name: "UNNEST", scope: &scope{tables: *before, outer: in.outer}}
	array, err := c.expr(u.Expr)
	if err != nil {
		return nil, err
	}
	if t := array.Type(); t != vec.Array && t != vec.Dynamic && !t.IsNull() {
		return nil, plan.Errorf(u.Expr.Pos(), "UNNEST needs an array, %s is %s", sql.Format(u.Expr), t)
	}
	r := elements(x, u)
	if inner, ok := x.Source.(*sql.TableRef); ok { // (UNNEST(...) AS a) AS b
		r = elements(inner, u)
	}
	after, err := renamed(r, x, nil)
	if err != nil {
		return nil, err
	}
	all, err := beside(before, after)
	if err != nil {
		return nil, err
	}
	all.build = func() plan.Node {
		n := &plan.Unnest{Input: before.build(), Array: number(array, before.relations), Ordinality: u.Ordinality, Outer: kind == plan.Left}
		for _, c := range r.columns {
			n.Names = append(n.Names, c.name)
		}
		return n
	}
	return all, nil
}

// elements is the relation of an UNNEST: the elements, and their numbers. The column of elements has the
// alias inside of UNNEST for a name, else the table's alias: UNNEST(a) AS t gives t, and t.x is x of it.
func elements(x *sql.TableRef, u *sql.Unnest) *relation {
	r := &relation{at: x.At, element: u.Element.Text == "" && x.Columns == nil}
	name, ordinal := u.Element.Text, u.Ordinal.Text
	if name == "" {
		name = x.Alias.Text
	}
	if name == "" {
		name = "unnest"
		if call, ok := x.Source.(*sql.TableFunction); ok {
			name = call.Call.Name
		}
	}
	if ordinal == "" {
		ordinal = "ordinality"
	}
	if x.Alias.Text != "" {
		r.name = []string{x.Alias.Text}
	}
	r.columns = []column{{name: name, t: vec.Dynamic}}
	if u.Ordinality {
		r.columns = append(r.columns, column{name: ordinal, t: vec.Int})
	}
	return r
}

// joinUnnest binds left JOIN UNNEST(...).
func (b *binder) joinUnnest(x *sql.Join, ref *sql.TableRef, u *sql.Unnest, left *tables, in environment) (*tables, error) {
	kind := joinKinds[x.Kind]
	switch {
	case kind == plan.Right || kind == plan.Full:
		return nil, unsupported(x, "%s JOIN UNNEST", x.Kind)
	case x.Natural || x.Using != nil:
		return nil, unsupported(x, "JOIN UNNEST other than by ON")
	}
	all, err := b.unnest(ref, u, left, kind, in)
	if err != nil || isTrue(x.On) {
		return all, err
	}
	if kind == plan.Left {
		return nil, unsupported(x.On, "LEFT JOIN UNNEST ON a condition; write ON TRUE")
	}
	c := &clause{binder: b, in: in, name: "ON", scope: &scope{tables: *all, outer: in.outer}}
	condition, err := c.condition(x.On)
	if err != nil {
		return nil, err
	}
	build := all.build
	all.build = func() plan.Node {
		input := build()
		return &plan.Filter{Input: input, Condition: number(condition, all.relations)}
	}
	return all, nil
}

// isTrue tells the condition TRUE, or none.
func isTrue(e sql.Expr) bool {
	l, ok := e.(*sql.Literal)
	return e == nil || ok && l.Value == true
}

package bind

import (
	"fmt"
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec/function"
)

// forms are the calls that exec evaluates itself and that have the form of calls in SQL, too; most: -1 for
// any number of arguments. condition tells that the first argument is one.
var forms = map[string]struct {
	least, most int
	arity       string
	condition   bool
}{
	"if":       {2, 3, "2 or 3 arguments", true},
	"coalesce": {1, -1, "at least 1 argument", false},
	"try":      {1, 1, "1 argument", false},
}

// call binds a function's or an aggregate's call.
func (c *clause) call(x *sql.Call) (plan.Expr, error) {
	if x.Over != nil {
		return nil, unsupported(x, "window functions: %s", shortText(x))
	}
	for _, arg := range x.Args {
		if lambda, ok := arg.(*sql.Lambda); ok {
			return nil, unsupported(lambda, "lambda expressions")
		}
	}
	if f, ok := function.LookupAggregate(x.Name); ok {
		return c.aggregate(x, f)
	}
	form, isForm := forms[x.Name]
	f, ok := function.Lookup(x.Name)
	if !ok && !isForm {
		if x.Name == "grouping" {
			return nil, unsupported(x, "GROUPING")
		}
		return nil, plan.Errorf(x.Pos(), "unknown function %s%s", x.Name, suggestFunction(x.Name))
	}
	if what := aggregatesOnly(x); what != "" {
		return nil, plan.Errorf(x.Pos(), "%s is for aggregate functions, and %s is none", what, x.Name)
	}
	args, err := c.exprs(x.Args)
	if err != nil {
		return nil, err
	}
	if !isForm {
		if x.Name == "position" { // position(part IN s)
			slices.Reverse(args)
		}
		return callFunction(f, x.Name, x, args)
	}
	if len(args) < form.least || form.most >= 0 && len(args) > form.most {
		return nil, plan.Errorf(x.Pos(), "%s takes %s, not %d", x.Name, form.arity, len(args))
	}
	of := args
	if form.condition {
		if err := isCondition(x.Args[0], args[0], "if"); err != nil {
			return nil, err
		}
		of = args[1:]
	}
	return &plan.Call{Function: x.Name, Args: args, T: commonType(of), At: x.Pos()}, nil
}

func suggestFunction(name string) string {
	if near := function.Nearest(name); near != "" {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}

// aggregatesOnly is what a call has that only aggregates' calls may have.
func aggregatesOnly(x *sql.Call) string {
	switch {
	case x.Star:
		return "(*)"
	case x.Distinct:
		return "DISTINCT"
	case x.OrderBy != nil:
		return "ORDER BY"
	case x.Limit != nil:
		return "LIMIT"
	case x.WithinGroup != nil:
		return "WITHIN GROUP"
	case x.Filter != nil:
		return "FILTER"
	case x.Nulls != "":
		return x.Nulls + " NULLS"
	}
	return ""
}

// measures are the aggregates of a SELECT, each once.
type measures struct {
	list []plan.Measure
}

// aggregate binds the call of an aggregate function.
func (c *clause) aggregate(x *sql.Call, f *function.AggregateFunction) (plan.Expr, error) {
	switch {
	case c.inside:
		return nil, plan.Errorf(x.Pos(), "aggregate %s stands inside another aggregate; compute the inner one in a subquery", x.Name)
	case c.measures == nil:
		return nil, plan.Errorf(x.Pos(), "aggregate %s has no place in %s", x.Name, c.name)
	case x.Nulls == "IGNORE":
		return nil, unsupported(x, "IGNORE NULLS; use FILTER (WHERE x IS NOT NULL)")
	}
	inner := *c
	inner.inside, inner.aliases = true, nil
	args, err := inner.exprs(x.Args)
	if err != nil {
		return nil, err
	}
	m := plan.Measure{Function: f.Name, Args: args, Distinct: x.Distinct, At: x.Pos()}
	if m.Filter, err = inner.condition(x.Filter); err != nil {
		return nil, err
	}
	if err := inner.measureOrder(&m, x, f); err != nil {
		return nil, err
	}
	if f.Name == "count" && m.Distinct && len(args) > 1 {
		if err := countRows(&m, x); err != nil {
			return nil, err
		}
	}
	if !f.Takes(len(m.Args)) || x.Star && f.Name != "count" {
		return nil, plan.Errorf(x.Pos(), "%s takes %s, not %s", x.Name, f.Arity(), given(x))
	}
	m.Type = f.Returns(types(m.Args))
	return c.measures.add(m), nil
}

// countRows makes COUNT(DISTINCT a, b) count arrays, of rows in which neither is null.
func countRows(m *plan.Measure, at sql.Node) error {
	conditions := []plan.Expr{m.Filter}
	for _, arg := range m.Args {
		e, err := operator("is_not_null", at, arg)
		if err != nil {
			return err
		}
		conditions = append(conditions, e)
	}
	m.Filter = plan.And(conditions...)
	row, err := operator("array_create", at, m.Args...)
	m.Args = []plan.Expr{row}
	return err
}

// measureOrder binds ORDER BY, WITHIN GROUP and LIMIT of an aggregate. Those that do not depend on the order
// of rows take what WITHIN GROUP orders by as their first argument: percentile_cont(0.5) WITHIN GROUP (ORDER
// BY x) is percentile_cont(x, 0.5).
func (c *clause) measureOrder(m *plan.Measure, x *sql.Call, f *function.AggregateFunction) error {
	order := x.OrderBy
	if x.WithinGroup != nil {
		order = x.WithinGroup
		switch {
		case x.OrderBy != nil:
			return plan.Errorf(x.WithinGroup[0].Pos(), "%s has an ORDER BY and a WITHIN GROUP; leave one out", x.Name)
		case f.Ordered:
		case len(order) > 1 || order[0].Descending:
			return unsupported(order[0], "WITHIN GROUP of %s by more than one ascending value", x.Name)
		default:
			e, err := c.expr(order[0].Expr)
			m.Args = append([]plan.Expr{e}, m.Args...)
			return err
		}
	}
	for _, o := range order {
		e, err := c.expr(o.Expr)
		if err != nil {
			return err
		}
		if f.Ordered {
			m.Order = append(m.Order, sortField(o, e))
		}
	}
	if x.Limit == nil {
		return nil
	}
	if !f.Limited {
		return plan.Errorf(x.Limit.Pos(), "%s takes no LIMIT", x.Name)
	}
	n, ok := x.Limit.(*sql.Literal)
	limit, isInt := int64(0), false
	if ok {
		limit, isInt = n.Value.(int64)
	}
	if !isInt || limit < 1 {
		return plan.Errorf(x.Limit.Pos(), "LIMIT of an aggregate is %s, want an int from 1", shortText(x.Limit))
	}
	m.Limit = limit
	return nil
}

func (ms *measures) add(m plan.Measure) *measureRef {
	i := slices.IndexFunc(ms.list, func(other plan.Measure) bool { return sameMeasure(m, other) })
	if i < 0 {
		i = len(ms.list)
		ms.list = append(ms.list, m)
	}
	return &measureRef{i, m.Type}
}

func sameMeasure(a, b plan.Measure) bool {
	return a.Function == b.Function && a.Distinct == b.Distinct && a.Limit == b.Limit && same(a.Filter, b.Filter) &&
		slices.EqualFunc(a.Args, b.Args, same) && slices.EqualFunc(a.Order, b.Order, sameOrder)
}

func sameOrder(a, b plan.SortField) bool {
	return a.Descending == b.Descending && a.NullsFirst == b.NullsFirst && same(a.Expr, b.Expr)
}

func given(x *sql.Call) string {
	if x.Star {
		return "*"
	}
	return fmt.Sprint(len(x.Args))
}

// sortField is a key of an order: nulls are greatest unless the query says where they go.
func sortField(o sql.OrderItem, e plan.Expr) plan.SortField {
	first := o.Descending
	if o.Nulls != "" {
		first = o.Nulls == "FIRST"
	}
	return plan.SortField{Expr: e, Descending: o.Descending, NullsFirst: first}
}

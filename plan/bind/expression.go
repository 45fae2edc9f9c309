package bind

import (
	"strconv"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// clause binds the expressions of one clause of a query.
type clause struct {
	*binder
	in       environment
	name     string // for errors: WHERE, GROUP BY ...
	scope    *scope
	measures *measures // where aggregates are collected; nil: they have no place here
	inside   bool      // of an aggregate's call
	aliases  []item    // of the select list, as far as they are seen
}

func (c *clause) exprs(list []sql.Expr) ([]plan.Expr, error) {
	out := make([]plan.Expr, len(list))
	for i, e := range list {
		var err error
		if out[i], err = c.expr(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// condition binds an expression whose truth is asked; nil stays nil.
func (c *clause) condition(e sql.Expr) (plan.Expr, error) {
	if e == nil {
		return nil, nil
	}
	out, err := c.expr(e)
	if err != nil {
		return nil, err
	}
	return out, isCondition(e, out, c.name)
}

func isCondition(e sql.Expr, bound plan.Expr, where string) error {
	if t := bound.Type(); t != vec.Bool && t != vec.Dynamic && !t.IsNull() {
		return plan.Errorf(e.Pos(), "%s needs a condition, %s is %s", where, shortText(e), t)
	}
	return nil
}

func (c *clause) expr(e sql.Expr) (plan.Expr, error) {
	switch x := e.(type) {
	case *sql.Column, *sql.Field:
		return c.field(x)
	case *sql.Literal:
		return &plan.Literal{Value: literal(x.Value)}, nil
	case *sql.Undefined:
		return &plan.Literal{}, nil
	case *sql.TypedLiteral:
		return typedLiteral(x)
	case *sql.Interval:
		return c.interval(x)
	case *sql.Parameter:
		return c.parameter(x), nil
	case *sql.Unary:
		return c.unary(x)
	case *sql.Binary:
		return c.binary(x)
	case *sql.Is:
		return c.is(x)
	case *sql.Between:
		return c.between(x)
	case *sql.In:
		return c.inList(x)
	case *sql.Like:
		return c.like(x)
	case *sql.Quantified:
		return c.quantified(x)
	case *sql.Exists:
		return c.subquery(x, plan.Exists, nil, x.Query)
	case *sql.Subquery:
		return c.subquery(x, plan.Scalar, nil, x.Query)
	case *sql.Case:
		return c.caseOf(x)
	case *sql.Cast:
		return c.cast(x)
	case *sql.Call:
		return c.call(x)
	case *sql.Array:
		return c.array(x)
	case *sql.Object:
		return c.object(x)
	case *sql.Subscript:
		return c.callOf("element_at", x, x.Of, x.Index)
	case *sql.Slice:
		return nil, unsupported(x, "x[from:to]; use slice(array, start, length)")
	case *sql.Row:
		return nil, unsupported(x, "rows as values: %s", shortText(x))
	case *sql.Star:
		return nil, plan.Errorf(x.Pos(), "* has its place in a select list and in count(*) only")
	}
	panic("bug: unknown expression")
}

// field binds a path, or a key of another expression's value.
func (c *clause) field(e sql.Expr) (plan.Expr, error) {
	base, path := pathOf(e)
	if base == nil {
		return c.resolve(path)
	}
	of, err := c.expr(base)
	return getAll(of, path), err
}

// pathOf takes a.b.c apart. base is what it begins with if that is no name.
func pathOf(e sql.Expr) (base sql.Expr, path []sql.Name) {
	switch x := e.(type) {
	case *sql.Column:
		return nil, []sql.Name{{Place: x.Place, Text: x.Name}}
	case *sql.Field:
		base, path = pathOf(x.Of)
		return base, append(path, sql.Name{Place: x.Place, Text: x.Name})
	}
	return e, nil
}

func (b *binder) parameter(x *sql.Parameter) plan.Expr {
	name := x.Name
	if name == "" {
		name = strconv.Itoa(x.Index)
	}
	t, ok := b.options.Parameters[name]
	if !ok {
		t = vec.Dynamic
	}
	return &plan.Parameter{Name: name, T: t}
}

// callOf binds arguments and calls a function that is no form.
func (c *clause) callOf(name string, at sql.Node, args ...sql.Expr) (plan.Expr, error) {
	bound, err := c.exprs(args)
	if err != nil {
		return nil, err
	}
	return operator(name, at, bound...)
}

func (c *clause) caseOf(x *sql.Case) (plan.Expr, error) {
	var operand plan.Expr
	var err error
	if x.Operand != nil {
		if operand, err = c.expr(x.Operand); err != nil {
			return nil, err
		}
		if volatile(operand) {
			return nil, unsupported(x.Operand, "CASE of a function that answers differently each time; name its value in a subquery")
		}
	}
	out := &plan.Case{}
	for _, w := range x.Whens {
		when, err := c.expr(w.Condition)
		if err != nil {
			return nil, err
		}
		if operand == nil {
			err = isCondition(w.Condition, when, "WHEN")
		} else {
			when, err = operator("equal", w.Condition, operand, when)
		}
		if err != nil {
			return nil, err
		}
		then, err := c.expr(w.Result)
		if err != nil {
			return nil, err
		}
		out.Arms = append(out.Arms, plan.Arm{When: when, Then: then})
	}
	if x.Else != nil {
		out.Else, err = c.expr(x.Else)
	}
	return out, err
}

// subquery binds a query inside an expression.
func (c *clause) subquery(at sql.Node, kind plan.SubqueryKind, value plan.Expr, q *sql.Query) (plan.Expr, error) {
	in := c.in
	in.outer = c.scope
	t, err := c.query(q, in)
	if err != nil {
		return nil, err
	}
	if kind != plan.Exists && len(t.columns) != 1 {
		return nil, plan.Errorf(q.Pos(), "a subquery here needs one column, this one has %d", len(t.columns))
	}
	if kind != plan.Exists && t.columns[0].documents != nil {
		return nil, plan.Errorf(q.Pos(), "a subquery here needs one column, not *")
	}
	return &plan.Subquery{Kind: kind, Value: value, Plan: t.build(), At: at.Pos()}, nil
}

func commonType(list []plan.Expr) vec.Type {
	t := vec.Null
	for _, e := range list {
		t = plan.CommonType(t, e.Type())
	}
	return t
}

// maxText is how much of an expression errors and names of columns show, in bytes.
const maxText = 64

// shortText is an expression as SQL, cut where it is long.
func shortText(e sql.Expr) string {
	text := sql.Format(e)
	if len(text) <= maxText {
		return text
	}
	cut := maxText
	for cut > 0 && text[cut]&0xC0 == 0x80 { // inside of a character
		cut--
	}
	return text[:cut] + "..."
}

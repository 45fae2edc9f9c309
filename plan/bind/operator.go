package bind

import (
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// operators are the functions behind them. Those with not are the opposite.
var operators = map[string]struct {
	function string
	not      bool
}{
	"=": {"equal", false}, "<>": {"not_equal", false}, "<": {"lt", false}, "<=": {"lte", false}, ">": {"gt", false}, ">=": {"gte", false},
	"IS DISTINCT FROM": {"is_distinct_from", false}, "IS NOT DISTINCT FROM": {"is_not_distinct_from", false},
	"||": {"concat", false}, "+": {"add", false}, "-": {"subtract", false}, "*": {"multiply", false}, "/": {"divide", false},
	"%": {"modulus", false}, "^": {"power", false},
	"&": {"bitwise_and", false}, "|": {"bitwise_or", false}, "#": {"bitwise_xor", false},
	"<<": {"bitwise_left_shift", false}, ">>": {"bitwise_arithmetic_shift_right", false},
	"~": {"regexp_like", false}, "~*": {"regexp_ilike", false}, "!~": {"regexp_like", true}, "!~*": {"regexp_ilike", true},
	"->": {"json_get", false}, "->>": {"json_get_text", false}, "AT TIME ZONE": {"at_timezone", false},
	"LIKE": {"like", false}, "ILIKE": {"ilike", false}, "NOT LIKE": {"like", true}, "NOT ILIKE": {"ilike", true},
}

// operator calls a function of vec/function.
func operator(name string, at sql.Node, args ...plan.Expr) (plan.Expr, error) {
	f, ok := function.Lookup(name)
	if !ok {
		panic("bug: no function " + name)
	}
	return callFunction(f, name, at, args)
}

// callFunction calls f, which the query calls name.
func callFunction(f *function.Function, name string, at sql.Node, args []plan.Expr) (plan.Expr, error) {
	if !f.Takes(len(args)) {
		return nil, plan.Errorf(at.Pos(), "%s takes %s, not %d", name, f.Arity(), len(args))
	}
	return &plan.Call{Function: f.Name, Args: args, T: f.Returns(types(args)), At: at.Pos()}, nil
}

func types(list []plan.Expr) []vec.Type {
	out := make([]vec.Type, len(list))
	for i, e := range list {
		out[i] = e.Type()
	}
	return out
}

func not(e plan.Expr, at sql.Node) plan.Expr {
	return &plan.Call{Function: "not", Args: []plan.Expr{e}, T: vec.Bool, At: at.Pos()}
}

// notIf negates e if it is to be.
func notIf(negate bool, e plan.Expr, err error, at sql.Node) (plan.Expr, error) {
	if err != nil || !negate {
		return e, err
	}
	return not(e, at), nil
}

func (c *clause) unary(x *sql.Unary) (plan.Expr, error) {
	switch x.Op {
	case "NOT":
		e, err := c.expr(x.Expr)
		if err != nil {
			return nil, err
		}
		return not(e, x), isCondition(x.Expr, e, "NOT")
	case "-":
		return c.callOf("negate", x, x.Expr)
	case "~":
		return c.callOf("bitwise_not", x, x.Expr)
	}
	return c.expr(x.Expr) // +
}

func (c *clause) binary(x *sql.Binary) (plan.Expr, error) {
	switch x.Op {
	case "AND":
		return c.logic("and", x)
	case "OR":
		return c.logic("or", x)
	}
	op := operators[x.Op]
	e, err := c.callOf(op.function, x, x.Left, x.Right)
	return notIf(op.not, e, err, x)
}

// logic binds a chain of ANDs, or of ORs, as one call.
func (c *clause) logic(form string, x *sql.Binary) (plan.Expr, error) {
	call := &plan.Call{Function: form, T: vec.Bool, At: x.Pos()}
	for _, part := range chain(x, x.Op, nil) {
		e, err := c.expr(part)
		if err != nil {
			return nil, err
		}
		if err := isCondition(part, e, x.Op); err != nil {
			return nil, err
		}
		call.Args = append(call.Args, e)
	}
	return call, nil
}

func chain(e sql.Expr, op string, parts []sql.Expr) []sql.Expr {
	if x, ok := e.(*sql.Binary); ok && x.Op == op {
		return chain(x.Right, op, chain(x.Left, op, parts))
	}
	return append(parts, e)
}

// tests are the functions of IS.
var tests = map[string][2]string{
	"NULL": {"is_null", "is_not_null"}, "UNDEFINED": {"is_undefined", "is_not_undefined"},
	"TRUE": {"is_true", "is_not_true"}, "FALSE": {"is_false", "is_not_false"}, "UNKNOWN": {"is_null", "is_not_null"},
}

func (c *clause) is(x *sql.Is) (plan.Expr, error) {
	name := tests[x.What][0]
	if x.Not {
		name = tests[x.What][1]
	}
	return c.callOf(name, x, x.Expr)
}

func (c *clause) between(x *sql.Between) (plan.Expr, error) {
	args, err := c.exprs([]sql.Expr{x.Expr, x.Low, x.High})
	if err != nil {
		return nil, err
	}
	if volatile(args[0]) {
		return nil, unsupported(x.Expr, "BETWEEN of a function that answers differently each time; name its value in a subquery")
	}
	inside := func(low, high plan.Expr) plan.Expr {
		from := &plan.Call{Function: "gte", Args: []plan.Expr{args[0], low}, T: vec.Bool, At: x.Pos()}
		to := &plan.Call{Function: "lte", Args: []plan.Expr{args[0], high}, T: vec.Bool, At: x.Pos()}
		return plan.And(from, to)
	}
	e := inside(args[1], args[2])
	if x.Symmetric {
		e = &plan.Call{Function: "or", Args: []plan.Expr{e, inside(args[2], args[1])}, T: vec.Bool, At: x.Pos()}
	}
	return notIf(x.Not, e, nil, x)
}

func (c *clause) inList(x *sql.In) (plan.Expr, error) {
	value, err := c.expr(x.Expr)
	if err != nil {
		return nil, err
	}
	var e plan.Expr
	if x.Query != nil {
		e, err = c.subquery(x, plan.Within, value, x.Query)
	} else {
		var options []plan.Expr
		options, err = c.exprs(x.List)
		e = &plan.InList{Value: value, Options: options}
	}
	return notIf(x.Not, e, err, x)
}

func (c *clause) like(x *sql.Like) (plan.Expr, error) {
	if x.Op == "SIMILAR TO" {
		return nil, unsupported(x, "SIMILAR TO; use LIKE or ~")
	}
	args := []sql.Expr{x.Expr, x.Pattern}
	if x.Escape != nil {
		args = append(args, x.Escape)
	}
	e, err := c.callOf(operators[x.Op].function, x, args...)
	return notIf(x.Not, e, err, x)
}

// quantified binds x op ANY (...) and x op ALL (...): over a query = ANY and <> ALL, which are IN and NOT
// IN; over an array that is written out, any comparison.
func (c *clause) quantified(x *sql.Quantified) (plan.Expr, error) {
	array, written := x.Array.(*sql.Array)
	any := x.Quantifier == "ANY"
	switch {
	case x.Query != nil && (x.Op == "=" && any || x.Op == "<>" && !any):
		return c.inList(&sql.In{Place: x.Place, Expr: x.Expr, Not: !any, Query: x.Query})
	case x.Query != nil:
		return nil, unsupported(x, "%s %s (SELECT ...); = ANY and <> ALL are", x.Op, x.Quantifier)
	case !written:
		return nil, unsupported(x, "%s %s over an array that is not written out; use array_contains", x.Op, x.Quantifier)
	}
	value, err := c.expr(x.Expr)
	if err != nil {
		return nil, err
	}
	if volatile(value) {
		return nil, unsupported(x.Expr, "%s of a function that answers differently each time", x.Quantifier)
	}
	var args []plan.Expr
	op := operators[x.Op]
	for _, element := range array.Elements {
		e, err := c.expr(element)
		if err != nil {
			return nil, err
		}
		e, err = operator(op.function, x, value, e)
		if e, err = notIf(op.not, e, err, x); err != nil {
			return nil, err
		}
		args = append(args, e)
	}
	switch {
	case len(args) == 0:
		return &plan.Literal{Value: vec.BoolValue(!any)}, nil
	case len(args) == 1:
		return args[0], nil
	case any:
		return &plan.Call{Function: "or", Args: args, T: vec.Bool, At: x.Pos()}, nil
	}
	return &plan.Call{Function: "and", Args: args, T: vec.Bool, At: x.Pos()}, nil
}

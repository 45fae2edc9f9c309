package bind

import (
	"bytes"
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// Which number a column has in its relation's output depends on what other columns the query turns out to
// need. Until a SELECT is bound as a whole, its expressions refer to columns by ref, and to aggregates by
// measureRef.

// ref is a column of a relation in FROM.
type ref struct {
	of    *relation
	index int
	t     vec.Type
	root  int           // of a path in documents: their column's index; a collection's are all 0
	path  vec.Path      // the path
	text  string        // as the query called it
	at    plan.Position // where
}

func (r *ref) Type() vec.Type { return r.t }

// measureRef is an aggregate of the SELECT.
type measureRef struct {
	index int
	t     vec.Type
}

func (m *measureRef) Type() vec.Type { return m.t }

// number replaces the refs in e by the columns' numbers in the relations' output, side by side. It is for
// relations whose columns are all known.
func number(e plan.Expr, relations []*relation) plan.Expr {
	return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
		r, ok := e.(*ref)
		if !ok {
			return e
		}
		before := 0
		for _, other := range relations {
			if other == r.of {
				return &plan.FieldRef{Index: before + r.index, T: r.t}
			}
			before += other.width()
		}
		panic("bug: a column of no relation in FROM")
	})
}

func numberAll(list []plan.Expr, relations []*relation) []plan.Expr {
	var out []plan.Expr
	for _, e := range list {
		out = append(out, number(e, relations))
	}
	return out
}

// same tells whether two expressions mean the same, so that one can stand for the other. Calls of volatile
// functions do only if they are one.
func same(a, b plan.Expr) bool {
	if a == b {
		return true
	}
	switch x := a.(type) {
	case *ref:
		y, ok := b.(*ref)
		return ok && x.of == y.of && x.index == y.index
	case *measureRef:
		y, ok := b.(*measureRef)
		return ok && x.index == y.index
	case *plan.Literal:
		y, ok := b.(*plan.Literal)
		return ok && bytes.Equal(x.Value, y.Value)
	case *plan.Parameter:
		y, ok := b.(*plan.Parameter)
		return ok && x.Name == y.Name
	case *plan.Call:
		y, ok := b.(*plan.Call)
		return ok && x.Function == y.Function && !volatileCall(x) && slices.EqualFunc(x.Args, y.Args, same)
	case *plan.Cast:
		y, ok := b.(*plan.Cast)
		return ok && x.To == y.To && x.Try == y.Try && same(x.Input, y.Input)
	case *plan.Case:
		y, ok := b.(*plan.Case)
		return ok && same(x.Else, y.Else) && slices.EqualFunc(x.Arms, y.Arms, func(a, b plan.Arm) bool {
			return same(a.When, b.When) && same(a.Then, b.Then)
		})
	case *plan.InList:
		y, ok := b.(*plan.InList)
		return ok && same(x.Value, y.Value) && slices.EqualFunc(x.Options, y.Options, same)
	}
	return false
}

func volatileCall(c *plan.Call) bool {
	f, ok := function.Lookup(c.Function)
	return ok && f.Volatile
}

// volatile tells whether computing e twice may give two answers.
func volatile(e plan.Expr) bool {
	found := false
	plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
		if c, ok := e.(*plan.Call); ok {
			found = found || volatileCall(c)
		}
		return e
	})
	return found
}

// replace rebuilds e from the root down: where f gives another expression, that stands in its place; else
// its operands are looked at.
func replace(e plan.Expr, f func(plan.Expr) plan.Expr) plan.Expr {
	if e == nil {
		return nil
	}
	if other := f(e); other != nil {
		return other
	}
	list := func(in []plan.Expr) []plan.Expr {
		out := make([]plan.Expr, len(in))
		for i, e := range in {
			out[i] = replace(e, f)
		}
		return out
	}
	switch x := e.(type) {
	case *plan.Call:
		c := *x
		c.Args = list(x.Args)
		return &c
	case *plan.Cast:
		c := *x
		c.Input = replace(x.Input, f)
		return &c
	case *plan.Case:
		c := &plan.Case{Else: replace(x.Else, f)}
		for _, arm := range x.Arms {
			c.Arms = append(c.Arms, plan.Arm{When: replace(arm.When, f), Then: replace(arm.Then, f)})
		}
		return c
	case *plan.InList:
		return &plan.InList{Value: replace(x.Value, f), Options: list(x.Options)}
	case *plan.Subquery:
		c := *x
		c.Value = replace(x.Value, f)
		return &c
	}
	return e
}

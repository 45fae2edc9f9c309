package optimize

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// factor takes equalities of two columns that stand in every alternative of an OR out of it, so that they
// can join: (a = b AND x) OR (a = b AND y) is a = b AND (x OR y), also where they are null. Other
// conditions stay: one may be there to keep the next from failing.
func factor(n plan.Node, _ *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		return plan.MapExprs(n, func(e plan.Expr) plan.Expr { return plan.RewriteExpr(e, factorOne) })
	})
}

func factorOne(e plan.Expr) plan.Expr {
	or, ok := e.(*plan.Call)
	if !ok || or.Function != "or" {
		return e
	}
	alternatives := make([][]plan.Expr, len(or.Args))
	for i, arg := range or.Args {
		alternatives[i] = plan.Conjuncts(arg)
	}
	common, _ := split(alternatives[0], func(e plan.Expr) bool {
		_, _, ok := equalColumns(e)
		return ok && !slices.ContainsFunc(alternatives[1:], func(list []plan.Expr) bool { return !hasEqual(list, e) })
	})
	if len(common) == 0 {
		return e
	}
	rest := make([]plan.Expr, len(alternatives))
	for i, list := range alternatives {
		rest[i] = plan.And(slices.DeleteFunc(list, func(e plan.Expr) bool { return hasEqual(common, e) })...)
		if rest[i] == nil { // nothing but what all have
			return plan.And(common...)
		}
	}
	return plan.And(append(common, &plan.Call{Function: "or", Args: rest, T: vec.Bool, At: or.At})...)
}

// equalColumns are the columns that an equality of two columns compares, the lower first.
func equalColumns(e plan.Expr) (low, high int, ok bool) {
	call, ok := e.(*plan.Call)
	if !ok || call.Function != "equal" {
		return 0, 0, false
	}
	a, ok := call.Args[0].(*plan.FieldRef)
	b, ok2 := call.Args[1].(*plan.FieldRef)
	if !ok || !ok2 {
		return 0, 0, false
	}
	return min(a.Index, b.Index), max(a.Index, b.Index), true
}

// hasEqual tells whether e is an equality of columns that list has too.
func hasEqual(list []plan.Expr, e plan.Expr) bool {
	low, high, ok := equalColumns(e)
	return ok && slices.ContainsFunc(list, func(other plan.Expr) bool {
		l, h, ok := equalColumns(other)
		return ok && l == low && h == high
	})
}

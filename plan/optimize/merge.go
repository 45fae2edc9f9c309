package optimize

import "github.com/outcropdb/outcrop/plan"

// merge makes one of two projections, and takes a projection into the aggregate above it, where that
// computes nothing twice. Documents that a subquery hands on whole are then read by the paths that are
// asked for.
func merge(n plan.Node, _ *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		switch n.(type) {
		case *plan.Project, *plan.Aggregate:
		default:
			return n
		}
		below, ok := n.Inputs()[0].(*plan.Project)
		if !ok || !mergeable(n, below) {
			return n
		}
		above := plan.MapExprs(n, func(e plan.Expr) plan.Expr {
			return replaceColumns(e, func(i int) plan.Expr { return below.Expressions[i] })
		})
		return above.WithInputs([]plan.Node{below.Input})
	})
}

// mergeable tells whether n may compute itself what it takes from below: each expression is cheap, or used
// once by all of n's together.
func mergeable(n plan.Node, below *plan.Project) bool {
	uses := make([]int, len(below.Expressions))
	plan.MapExprs(n, func(e plan.Expr) plan.Expr {
		for _, i := range columns(e) {
			uses[i]++
		}
		return e
	})
	for i, e := range below.Expressions {
		if uses[i] > 0 && volatile(e) || uses[i] > 1 && !cheap(e) {
			return false
		}
	}
	return true
}

// cheap tells columns, their fields, and constants.
func cheap(e plan.Expr) bool {
	switch x := e.(type) {
	case *plan.FieldRef, *plan.Literal:
		return true
	case *plan.Call:
		return x.Function == "get" && cheap(x.Args[0])
	}
	return false
}

package optimize

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// push moves conditions as far down as they mean the same, and equalities into the joins they belong to.
func push(n plan.Node, _ *Context) plan.Node { return pushInto(n, nil) }

// pushInto is n, with only the rows that meet the conditions.
func pushInto(n plan.Node, conditions []plan.Expr) plan.Node {
	switch x := n.(type) {
	case *plan.Read:
		if len(conditions) == 0 {
			return x
		}
		c := *x
		c.Filter = plan.And(append([]plan.Expr{x.Filter}, conditions...)...)
		return &c
	case *plan.Filter:
		own := slices.DeleteFunc(plan.Conjuncts(x.Condition), isTrue)
		return pushInto(x.Input, append(own, conditions...))
	case *plan.Project:
		below, above := split(conditions, func(e plan.Expr) bool {
			return !slices.ContainsFunc(columns(e), func(i int) bool { return volatile(x.Expressions[i]) })
		})
		for i, e := range below {
			below[i] = replaceColumns(e, func(i int) plan.Expr { return x.Expressions[i] })
		}
		return filtered(x.WithInputs([]plan.Node{pushInto(x.Input, below)}), above)
	case *plan.Aggregate:
		below, above := split(conditions, func(e plan.Expr) bool {
			return len(x.Sets) <= 1 && len(x.Keys) > 0 && within(e, 0, len(x.Keys))
		})
		for i, e := range below {
			below[i] = replaceColumns(e, func(i int) plan.Expr { return x.Keys[i] })
		}
		return filtered(x.WithInputs([]plan.Node{pushInto(x.Input, below)}), above)
	case *plan.Sort:
		return x.WithInputs([]plan.Node{pushInto(x.Input, conditions)})
	case *plan.Set:
		sources := make([]plan.Node, len(x.Sources))
		for i, s := range x.Sources {
			sources[i] = pushInto(s, slices.Clone(conditions))
		}
		return x.WithInputs(sources)
	case *plan.Unnest:
		below, above := split(conditions, func(e plan.Expr) bool { return within(e, 0, len(x.Input.Schema())) })
		return filtered(x.WithInputs([]plan.Node{pushInto(x.Input, below)}), above)
	case *plan.Join:
		return pushJoin(x, conditions)
	}
	inputs := slices.Clone(n.Inputs())
	for i, in := range inputs {
		inputs[i] = pushInto(in, nil)
	}
	return filtered(n.WithInputs(inputs), conditions)
}

// isTrue tells conditions that every row meets.
func isTrue(e plan.Expr) bool {
	l, ok := e.(*plan.Literal)
	return ok && l.Type() == vec.Bool && l.Value.Bool()
}

func filtered(n plan.Node, conditions []plan.Expr) plan.Node {
	if len(conditions) == 0 {
		return n
	}
	return &plan.Filter{Input: n, Condition: plan.And(conditions...)}
}

// pushJoin distributes the conditions above a join and its own: those on one side go there where the kind
// of join lets them, an equality of both sides becomes a pair, the rest stays.
func pushJoin(x *plan.Join, above []plan.Expr) plan.Node {
	c := *x
	left, right := len(x.Left.Schema()), len(x.Right.Schema())
	isLeft := func(e plan.Expr) bool { return within(e, 0, left) }
	isRight := func(e plan.Expr) bool { return within(e, left, left+right) }
	on := plan.Conjuncts(x.Condition)
	if x.Kind == plan.Inner {
		on, above = append(on, above...), nil
	}
	var toLeft, toRight []plan.Expr
	switch x.Kind {
	case plan.Inner:
		toLeft, on = split(on, isLeft)
		toRight, on = split(on, isRight)
	case plan.Left, plan.LeftSemi, plan.LeftAnti:
		toLeft, above = split(above, isLeft)
		toRight, on = split(on, isRight)
	case plan.Right:
		toRight, above = split(above, isRight)
		toLeft, on = split(on, isLeft)
	}
	shift := func(e plan.Expr) plan.Expr { return moveColumns(e, -left) }
	for i, e := range toRight {
		toRight[i] = shift(e)
	}
	c.Equal = slices.Clone(x.Equal)
	rest := on[:0:0]
	for _, e := range on {
		call, ok := e.(*plan.Call)
		switch {
		case ok && call.Function == "equal" && isLeft(call.Args[0]) && isRight(call.Args[1]):
			c.Equal = append(c.Equal, plan.EqualPair{Left: call.Args[0], Right: shift(call.Args[1])})
		case ok && call.Function == "equal" && isLeft(call.Args[1]) && isRight(call.Args[0]):
			c.Equal = append(c.Equal, plan.EqualPair{Left: call.Args[1], Right: shift(call.Args[0])})
		default:
			rest = append(rest, e)
		}
	}
	c.Condition = plan.And(rest...)
	c.Left, c.Right = pushInto(x.Left, toLeft), pushInto(x.Right, toRight)
	return filtered(&c, above)
}

func split(list []plan.Expr, test func(plan.Expr) bool) (yes, no []plan.Expr) {
	for _, e := range list {
		if test(e) {
			yes = append(yes, e)
		} else {
			no = append(no, e)
		}
	}
	return yes, no
}

// columns that an expression refers to, in any order.
func columns(e plan.Expr) []int {
	var out []int
	plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
		if f, ok := e.(*plan.FieldRef); ok {
			out = append(out, f.Index)
		}
		return e
	})
	return out
}

// within tells expressions that need columns from..to-1 alone, and at least one of them.
func within(e plan.Expr, from, to int) bool {
	list := columns(e)
	return len(list) > 0 && !volatile(e) && !slices.ContainsFunc(list, func(i int) bool { return i < from || i >= to })
}

func volatile(e plan.Expr) bool {
	found := false
	plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
		if c, ok := e.(*plan.Call); ok {
			f, known := function.Lookup(c.Function)
			found = found || known && f.Volatile
		}
		return e
	})
	return found
}

func replaceColumns(e plan.Expr, with func(int) plan.Expr) plan.Expr {
	return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
		if f, ok := e.(*plan.FieldRef); ok {
			return with(f.Index)
		}
		return e
	})
}

func moveColumns(e plan.Expr, by int) plan.Expr {
	return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
		if f, ok := e.(*plan.FieldRef); ok {
			return &plan.FieldRef{Index: f.Index + by, T: f.T}
		}
		return e
	})
}

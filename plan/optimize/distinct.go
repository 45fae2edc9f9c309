package optimize

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
)

// distinct makes groups of what COUNT, SUM and AVG take once: many groups are found in parallel, the distinct
// rows of one measure are not. count(DISTINCT x) BY k counts the groups of k and x. Without keys, measures of
// several such arguments are computed by themselves, each from columns of its own, and joined.
func distinct(n plan.Node, _ *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		a, ok := n.(*plan.Aggregate)
		if !ok || len(a.Sets) > 1 || !slices.ContainsFunc(a.Measures, func(m plan.Measure) bool { return m.Distinct }) {
			return n
		}
		parts, ok := byArgument(a)
		switch {
		case !ok:
			return n
		case len(parts) == 1 || len(parts) == 2 && len(a.Keys) > 0 && composable(a):
			return regrouped(a)
		case len(a.Keys) == 0 && rereadable(a.Input):
			return sideBySide(a, parts)
		}
		return n
	})
}

// grouped are the functions whose DISTINCT is worth groups; that of MIN and MAX, say, changes nothing.
var grouped = map[string]bool{"count": true, "sum": true, "avg": true}

// byArgument lists the measures of each distinct argument, and those without DISTINCT. ok is false if one
// cannot be computed from groups.
func byArgument(a *plan.Aggregate) (parts [][]int, ok bool) {
	schema := a.Input.Schema()
	at := map[string]int{}
	for i, m := range a.Measures {
		argument := ""
		if m.Distinct {
			if !grouped[m.Function] || len(m.Args) != 1 || m.Filter != nil || volatile(m.Args[0]) {
				return nil, false
			}
			argument = "distinct " + plan.Text(m.Args[0], schema)
		}
		part, seen := at[argument]
		if !seen {
			part = len(parts)
			at[argument] = part
			parts = append(parts, nil)
		}
		parts[part] = append(parts[part], i)
	}
	return parts, true
}

// composed are the functions that an answer can be made with of the answers for parts of the rows, at least one.
var composed = map[string]string{"count": "sum", "min": "min", "max": "max"}

// composable tells whether all measures are of one distinct argument, or composed.
func composable(a *plan.Aggregate) bool {
	arguments := map[string]bool{}
	for _, m := range a.Measures {
		switch {
		case m.Distinct:
			arguments[plan.Text(m.Args[0], a.Input.Schema())] = true
		case composed[m.Function] == "":
			return false
		}
	}
	return len(arguments) == 1
}

// regrouped computes measures of one distinct argument from the groups of the keys and it.
func regrouped(a *plan.Aggregate) plan.Node {
	inner := &plan.Aggregate{Input: a.Input, Keys: slices.Clone(a.Keys), Names: slices.Clone(a.Names[:len(a.Keys)])}
	outer := &plan.Aggregate{Input: inner, Names: a.Names}
	for i, k := range a.Keys {
		outer.Keys = append(outer.Keys, &plan.FieldRef{Index: i, T: k.Type()})
	}
	for _, m := range a.Measures {
		if m.Distinct && len(inner.Keys) == len(a.Keys) {
			inner.Keys, inner.Names = append(inner.Keys, m.Args[0]), append(inner.Names, "distinct")
		}
	}
	for i, m := range a.Measures {
		if m.Distinct {
			m.Distinct, m.Args = false, []plan.Expr{&plan.FieldRef{Index: len(a.Keys), T: inner.Keys[len(a.Keys)].Type()}}
		} else {
			inner.Measures, inner.Names = append(inner.Measures, m), append(inner.Names, a.Names[len(a.Keys)+i])
			m = plan.Measure{
				Function: composed[m.Function], Type: m.Type, At: m.At,
				Args: []plan.Expr{&plan.FieldRef{Index: len(inner.Keys) + len(inner.Measures) - 1, T: m.Type}},
			}
		}
		outer.Measures = append(outer.Measures, m)
	}
	return outer
}

// rereadable tells inputs that can be read several times: no joins or groups, whose work would be done again, and
// nothing volatile, which would give other rows each time, nor subqueries, which may be either.
func rereadable(n plan.Node) bool {
	same := true
	plan.MapExprs(n, func(e plan.Expr) plan.Expr {
		same = same && !volatile(e)
		return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
			_, subquery := e.(*plan.Subquery)
			same = same && !subquery
			return e
		})
	})
	switch n.(type) {
	case *plan.Read:
		return same
	case *plan.Filter, *plan.Project:
		return same && rereadable(n.Inputs()[0])
	}
	return false
}

// sideBySide computes the parts of an aggregate without keys, each of one row, and joins these.
func sideBySide(a *plan.Aggregate, parts [][]int) plan.Node {
	var joined plan.Node
	columns := make([]plan.Expr, len(a.Measures))
	width := 0
	for _, part := range parts {
		one := &plan.Aggregate{Input: copied(a.Input)}
		for _, i := range part {
			one.Measures = append(one.Measures, a.Measures[i])
			one.Names = append(one.Names, a.Names[i])
			columns[i] = &plan.FieldRef{Index: width, T: a.Measures[i].Type}
			width++
		}
		var node plan.Node = one
		if a.Measures[part[0]].Distinct {
			node = regrouped(one)
		}
		if joined == nil {
			joined = node
		} else {
			joined = &plan.Join{Left: joined, Right: node, Kind: plan.Inner}
		}
	}
	return &plan.Project{Input: joined, Expressions: columns, Names: a.Names}
}

// copied is a plan of its own with the same meaning: operators are told by their addresses.
func copied(n plan.Node) plan.Node {
	if read, ok := n.(*plan.Read); ok {
		other := *read
		return &other
	}
	inputs := slices.Clone(n.Inputs())
	for i, in := range inputs {
		inputs[i] = copied(in)
	}
	return n.WithInputs(inputs)
}

package optimize

import (
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// elements tells a read what a filter above an unnesting of one of its arrays implies: of UNNEST(tags AS t) ...
// WHERE t = 'x', only documents that have 'x' among their tags give rows. The filter stays.
func elements(n plan.Node, _ *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		filter, ok := n.(*plan.Filter)
		if !ok {
			return n
		}
		if in := imply(filter.Input, plan.Conjuncts(filter.Condition)); in != filter.Input {
			return filter.WithInputs([]plan.Node{in})
		}
		return n
	})
}

// imply is n, whose read below knows what the conditions on n's columns say of elements.
func imply(n plan.Node, conditions []plan.Expr) plan.Node {
	switch x := n.(type) {
	case *plan.Filter:
		if in := imply(x.Input, conditions); in != x.Input {
			return x.WithInputs([]plan.Node{in})
		}
	case *plan.Unnest:
		in := x.Input
		if read, rebuild := arrayRead(in); read != nil {
			if found := elementPredicates(conditions, x, read); len(found) > 0 {
				grown := *read
				grown.Implied = append(found, read.Implied...)
				in = rebuild(&grown)
			}
		}
		// The columns of the input come first: those conditions that are on an element of one further down.
		if in = imply(in, conditions); in != x.Input {
			return x.WithInputs([]plan.Node{in})
		}
	}
	return n
}

// arrayRead finds the read whose columns come first among n's.
func arrayRead(n plan.Node) (*plan.Read, func(plan.Node) plan.Node) {
	switch x := n.(type) {
	case *plan.Read:
		return x, func(r plan.Node) plan.Node { return r }
	case *plan.Filter, *plan.Unnest:
		if read, rebuild := arrayRead(n.Inputs()[0]); read != nil {
			return read, func(r plan.Node) plan.Node { return x.WithInputs([]plan.Node{rebuild(r)}) }
		}
	}
	return nil, nil
}

// elementPredicates are the conditions on the elements of x, an unnesting of an array of read.
func elementPredicates(conditions []plan.Expr, x *plan.Unnest, read *plan.Read) []vec.Predicate {
	array, ok := x.Array.(*plan.FieldRef)
	if !ok || array.Index >= len(read.Schema()) {
		return nil
	}
	column := array.Index
	if read.Output != nil {
		column = read.Output[column]
	}
	path, element := read.Columns[column].Path, len(x.Input.Schema())
	if len(path) == 0 {
		return nil
	}
	found := predicates(conditions, func(e plan.Expr) (p vec.Predicate, ok bool) {
		below, ok := belowElement(e, element)
		return vec.Predicate{Path: path, Each: true, Below: below}, ok
	})
	kept := found[:0]
	for _, p := range found {
		if p.Op == vec.OpIn || p.Op == vec.OpRange || p.Op == vec.OpPrefix {
			kept = append(kept, p)
		}
	}
	return kept
}

// belowElement is the path from the column of an element to what e is.
func belowElement(e plan.Expr, element int) (below vec.Path, ok bool) {
	switch x := e.(type) {
	case *plan.FieldRef:
		return nil, x.Index == element
	case *plan.Call:
		if x.Function != "get" || len(x.Args) != 2 {
			return nil, false
		}
		key, isKey := x.Args[1].(*plan.Literal)
		if !isKey || key.Type() != vec.String {
			return nil, false
		}
		below, ok = belowElement(x.Args[0], element)
		return append(below, string(key.Value.Content())), ok
	}
	return nil, false
}

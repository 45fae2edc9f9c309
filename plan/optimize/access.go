package optimize

import (
	"fmt"
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

const (
	// lookupSelectivity: predicates that more of the documents meet are not worth a look at the inverted
	// lists; reading their columns costs less.
	lookupSelectivity = 0.05
	// andSelectivity: beside a selective predicate, another one is intersected only if it leaves out most.
	andSelectivity = 0.25
	// maxPrimaryKeys: more _ids than this are looked up in the inverted lists.
	maxPrimaryKeys = 10_000
)

// access writes into each read how its documents are reached.
func access(n plan.Node, c *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		read, ok := n.(*plan.Read)
		if !ok {
			return n
		}
		out := *read
		out.Access = choose(read, c)
		return &out
	})
}

func choose(r *plan.Read, c *Context) plan.Access {
	rows := float64(c.Stats.Rows(r.Collection))
	predicates := slices.DeleteFunc(Predicates(r), func(p vec.Predicate) bool { return !answerable(p, r, c) })
	scan := plan.Access{Kind: plan.Scan, Predicates: predicates, Estimate: rows, Reason: "no condition that an index answers"}
	if len(predicates) == 0 {
		return scan
	}
	if i := slices.IndexFunc(predicates, isPrimaryKey); i >= 0 && r.Hint != "column_scan" {
		keys := predicates[i]
		return plan.Access{
			Kind: plan.Primary, Predicates: []vec.Predicate{keys},
			Estimate: float64(len(keys.Values)), Reason: fmt.Sprintf("%d of %.0f documents by _id", len(keys.Values), rows),
		}
	}
	share := make(map[string]float64, len(predicates))
	all := 1.0
	for _, p := range predicates {
		s := c.Stats.Selectivity(r.Collection, p)
		share[p.String()] = s
		all *= s
	}
	scan.Estimate = rows * all
	slices.SortStableFunc(predicates, func(a, b vec.Predicate) int {
		if share[a.String()] < share[b.String()] {
			return -1
		}
		return 1
	})
	best := share[predicates[0].String()]
	percent := func(s float64) string { return fmt.Sprintf("%s of documents", percentage(s)) }
	switch {
	case r.Hint == "column_scan":
		scan.Reason = "as the hint says"
		return scan
	case r.Hint == "index_filter":
		return plan.Access{Kind: plan.Lookup, Predicates: predicates, Estimate: rows * all, Reason: "as the hint says"}
	case best > lookupSelectivity:
		scan.Reason = fmt.Sprintf("%s meet %s", percent(best), predicates[0].Field())
		return scan
	}
	chosen := slices.DeleteFunc(slices.Clone(predicates), func(p vec.Predicate) bool { return share[p.String()] > andSelectivity })
	return plan.Access{
		Kind: plan.Lookup, Predicates: chosen, Estimate: rows * all,
		Reason: fmt.Sprintf("%s meet %s", percent(best), predicates[0].Field()),
	}
}

func percentage(share float64) string {
	switch {
	case share > 0 && share < 0.0001:
		return "under 0.01%"
	case share < 0.1:
		return fmt.Sprintf("%.2g%%", share*100)
	}
	return fmt.Sprintf("%.0f%%", share*100)
}

func isPrimaryKey(p vec.Predicate) bool {
	return p.Op == vec.OpIn && !p.Each && len(p.Path) == 1 && p.Path[0] == "_id" && len(p.Values) <= maxPrimaryKeys
}

// Predicates are the conditions that a read's filter and the relations above it imply and an index can answer,
// one for each path and kind.
func Predicates(r *plan.Read) []vec.Predicate {
	path := func(e plan.Expr) (vec.Predicate, bool) {
		p, ok := columnPath(e, r)
		return vec.Predicate{Path: p}, ok
	}
	return append(predicates(plan.Conjuncts(r.Filter), path), r.Implied...)
}

// pathOf finds the path that an expression is, as a predicate that is yet to say of what values.
type pathOf func(plan.Expr) (vec.Predicate, bool)

// predicates are what an index can answer of conditions that all hold.
func predicates(conditions []plan.Expr, path pathOf) []vec.Predicate {
	var out []vec.Predicate
	for _, e := range conditions {
		out = append(out, textPredicates(e, path)...)
		p, ok := predicate(e, path)
		if !ok {
			continue
		}
		i := slices.IndexFunc(out, func(q vec.Predicate) bool {
			return q.Op == vec.OpRange && p.Op == vec.OpRange && q.Field() == p.Field()
		})
		if i < 0 || !narrow(&out[i], p) {
			out = append(out, p)
		}
	}
	return out
}

// narrow takes the bounds of b into a, another range of the same path, where a has none.
func narrow(a *vec.Predicate, b vec.Predicate) bool {
	if a.Low != nil && b.Low != nil || a.High != nil && b.High != nil {
		return false
	}
	if b.Low != nil {
		a.Low, a.LowOpen = b.Low, b.LowOpen
	}
	if b.High != nil {
		a.High, a.HighOpen = b.High, b.HighOpen
	}
	return true
}

func predicate(e plan.Expr, path pathOf) (vec.Predicate, bool) {
	switch x := e.(type) {
	case *plan.InList:
		p, ok := path(x.Value)
		if !ok {
			return vec.Predicate{}, false
		}
		p.Op = vec.OpIn
		for _, o := range x.Options {
			l, ok := o.(*plan.Literal)
			if !ok {
				return p, false
			}
			if !l.Value.IsNull() {
				p.Values = append(p.Values, l.Value)
			}
		}
		return p, len(p.Values) > 0
	case *plan.Call:
		return callPredicate(x, path)
	}
	return vec.Predicate{}, false
}

// mirrored is the comparison with its sides exchanged.
var mirrored = map[string]string{"equal": "equal", "lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}

func callPredicate(x *plan.Call, path pathOf) (p vec.Predicate, ok bool) {
	name := x.Function
	if name == "is_not_null" {
		p, ok = path(x.Args[0])
		p.Op = vec.OpExists
		return p, ok
	}
	if len(x.Args) != 2 {
		return p, false
	}
	column, constant := x.Args[0], x.Args[1]
	if _, swapped := column.(*plan.Literal); swapped && mirrored[name] != "" {
		name, column, constant = mirrored[name], constant, column
	}
	literal, isLiteral := constant.(*plan.Literal)
	if p, ok = path(column); !ok || !isLiteral || literal.Value.IsNull() {
		return p, false
	}
	v := literal.Value
	switch name {
	case "equal":
		p.Op, p.Values = vec.OpIn, []vec.Value{v}
	case "array_contains":
		if p.Each {
			return p, false // of arrays in arrays there are no lists
		}
		p.Op, p.Values, p.Each = vec.OpIn, []vec.Value{v}, true
	case "lt", "lte":
		p.Op, p.High, p.HighOpen = vec.OpRange, v, name == "lt"
	case "gt", "gte":
		p.Op, p.Low, p.LowOpen = vec.OpRange, v, name == "gt"
	case "like":
		if v.Type() != vec.String {
			return p, false
		}
		prefix, _, err := function.LikePrefix(v.Content(), nil)
		if err != nil || len(prefix) == 0 {
			return p, false
		}
		p.Op, p.Values = vec.OpPrefix, []vec.Value{vec.StringValue(string(prefix))}
	case "starts_with":
		if v.Type() != vec.String || len(v.Content()) == 0 {
			return p, false
		}
		p.Op, p.Values = vec.OpPrefix, []vec.Value{v}
	default:
		return p, false
	}
	return p, indexable(v.Type())
}

// indexable types have terms.
func indexable(t vec.Type) bool { return t != vec.Array && t != vec.Object && t != vec.Geography }

func columnPath(e plan.Expr, r *plan.Read) (vec.Path, bool) {
	f, ok := e.(*plan.FieldRef)
	if !ok || len(r.Columns[f.Index].Path) == 0 {
		return nil, false
	}
	return r.Columns[f.Index].Path, true
}

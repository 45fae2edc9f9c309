package optimize

import (
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// textPredicates are what a condition says of the words of a text: LIKE '%lazy dog%' that it has one that ends in
// lazy and one that begins with dog. Of arrays, functions that look for words say which elements they have. The
// condition stays.
func textPredicates(e plan.Expr, path pathOf) []vec.Predicate {
	x, ok := e.(*plan.Call)
	if !ok || len(x.Args) == 0 {
		return nil
	}
	if x.Function == "search" { // all of its arguments hold
		return predicates(x.Args, path)
	}
	p, ok := path(x.Args[0])
	if !ok || p.Each {
		return nil
	}
	args := make([][]byte, 0, 2)
	for _, arg := range x.Args[1:] {
		l, isLiteral := arg.(*plan.Literal)
		if !isLiteral || l.Value.Type() != vec.String {
			return nil
		}
		args = append(args, l.Value.Content())
	}
	if len(args) == 0 {
		return nil
	}
	terms := function.TermsOf(x.Function, args...)
	isLike := x.Function == "like" || x.Function == "ilike" // fails unless it is given a text
	switch t := x.Args[0].Type(); {
	case len(terms) == 0:
		return nil
	case t == vec.String || isLike:
		p.Op, p.Terms = vec.OpTerms, terms
		return []vec.Predicate{p}
	case t == vec.Array:
		return elementTerms(p, terms)
	}
	return nil
}

// elementTerms asks for arrays that have all of the terms.
func elementTerms(p vec.Predicate, terms []vec.Term) (out []vec.Predicate) {
	p.Each, p.Op = true, vec.OpIn
	for _, term := range terms {
		p.Values = []vec.Value{vec.StringValue(term.Text)}
		out = append(out, p)
	}
	return out
}

// answerable tells predicates that an index may know something of: of words it does where there are lists of them.
func answerable(p vec.Predicate, r *plan.Read, c *Context) bool {
	return p.Op != vec.OpTerms || c.Stats.Selectivity(r.Collection, p) < 1
}

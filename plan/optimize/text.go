package optimize

import (
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// termsPredicate is what a condition says of the tokens of a text: LIKE '%lazy dog%' that it has one that ends in
// lazy and one that begins with dog. The condition stays.
func termsPredicate(e plan.Expr, path pathOf) (p vec.Predicate, ok bool) {
	x, ok := e.(*plan.Call)
	if !ok || len(x.Args) < 2 {
		return p, false
	}
	p, ok = path(x.Args[0])
	if !ok || p.Each {
		return p, false
	}
	args := make([][]byte, 0, 2)
	for _, arg := range x.Args[1:] {
		l, isLiteral := arg.(*plan.Literal)
		if !isLiteral || l.Value.Type() != vec.String {
			return p, false
		}
		args = append(args, l.Value.Content())
	}
	p.Op, p.Terms = vec.OpTerms, function.TermsOf(x.Function, args...)
	return p, len(p.Terms) > 0
}

// answerable tells predicates that an index may know something of: of tokens it does where there are lists of them.
func answerable(p vec.Predicate, r *plan.Read, c *Context) bool {
	return p.Op != vec.OpTerms || c.Stats.Selectivity(r.Collection, p) < 1
}

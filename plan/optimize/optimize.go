// Package optimize rewrites plans by rules, in order, and chooses how documents are reached and joined.
// No rule changes an answer.
package optimize

import (
	"github.com/outcropdb/outcrop/plan"
)

// Context is what rules know beside the plan.
type Context struct {
	Stats plan.Stats
	Now   int64 // microseconds since 1970: what current_timestamp() says
}

// rule is one rewriting of a whole plan.
type rule struct {
	name  string
	apply func(plan.Node, *Context) plan.Node
}

// rules, in the order in which they run.
var rules = []rule{
	{"fold", fold},         // constants
	{"factor", factor},     // equalities that all alternatives of an OR have
	{"distinct", distinct}, // groups in the place of distinct arguments
	{"push", push},         // conditions towards their documents, equalities into joins
	{"limit", limit},       // LIMIT below what is computed of each row
	{"merge", merge},       // projections into what is above them
	{"paths", paths},       // fields of a document column become columns of the read
	{"order", order},       // inner joins by size
	{"prune", prune},       // columns nobody asks for
	{"elements", elements}, // conditions on elements of arrays, for lists of them
	{"access", access},     // scan, lookup or primary key
}

// Run applies the rules. Parameters have been substituted.
func Run(n plan.Node, c *Context) plan.Node {
	for _, r := range rules {
		n = r.apply(n, c)
	}
	return subplans(n, c)
}

// subplans runs the rules over the plans of subqueries.
func subplans(n plan.Node, c *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		return plan.MapExprs(n, func(e plan.Expr) plan.Expr {
			return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
				s, ok := e.(*plan.Subquery)
				if !ok {
					return e
				}
				copied := *s
				copied.Plan = Run(s.Plan, c)
				return &copied
			})
		})
	})
}

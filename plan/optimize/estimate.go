package optimize

import (
	"math"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// Shares of rows that are taken to pass where nothing is known.
const (
	unknownSelectivity = 0.33
	elementsPerArray   = 3
)

// Estimate is the number of rows that n is expected to give.
func Estimate(n plan.Node, c *Context) float64 {
	switch x := n.(type) {
	case *plan.Read:
		rows := float64(c.Stats.Rows(x.Collection))
		known := 0
		for _, p := range Predicates(x) {
			share := c.Stats.Selectivity(x.Collection, p)
			if p.Op != vec.OpTerms || share < 1 {
				known++
			}
			rows *= share
		}
		for range max(0, len(plan.Conjuncts(x.Filter))-known) {
			rows *= unknownSelectivity
		}
		return max(rows, 1)
	case *plan.Values:
		return float64(len(x.Rows))
	case *plan.Filter:
		return max(1, Estimate(x.Input, c)*unknownSelectivity)
	case *plan.Aggregate:
		if len(x.Keys) == 0 {
			return 1
		}
		return math.Sqrt(Estimate(x.Input, c))
	case *plan.Fetch:
		rows := Estimate(x.Input, c)
		if l, ok := x.Count.(*plan.Literal); ok && l.Type() == vec.Int {
			rows = min(rows, float64(l.Value.Int()))
		}
		return rows
	case *plan.Join:
		left, right := Estimate(x.Left, c), Estimate(x.Right, c)
		if len(x.Equal) == 0 && x.Kind == plan.Inner {
			return left * right
		}
		return max(left, right)
	case *plan.Set:
		rows := 0.0
		for _, s := range x.Sources {
			rows += Estimate(s, c)
		}
		return rows
	case *plan.Unnest:
		return Estimate(x.Input, c) * elementsPerArray
	}
	return Estimate(n.Inputs()[0], c)
}

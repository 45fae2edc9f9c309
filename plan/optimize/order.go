package optimize

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// order puts chains of inner joins into an order by estimated sizes: the largest relation is streamed past
// hash tables of the others, the smallest that is connected by an equality first. Other joins keep their sides.
func order(n plan.Node, c *Context) plan.Node {
	join, ok := n.(*plan.Join)
	if !ok || join.Kind != plan.Inner {
		inputs := slices.Clone(n.Inputs())
		if len(inputs) == 0 {
			return n
		}
		for i, in := range inputs {
			inputs[i] = order(in, c)
		}
		return n.WithInputs(inputs)
	}
	chain := &chain{}
	chain.collect(join)
	for i, r := range chain.relations {
		chain.relations[i] = order(r, c)
	}
	return chain.rebuild(join.Schema(), c)
}

// chain is a tree of inner joins taken apart. Columns are numbered over all relations, in their order.
type chain struct {
	relations  []plan.Node
	starts     []int // first column of each relation
	conditions []plan.Expr
	width      int
}

// collect takes n apart; its columns are numbered from the chain's width.
func (c *chain) collect(n plan.Node) {
	join, ok := n.(*plan.Join)
	if !ok || join.Kind != plan.Inner {
		c.relations = append(c.relations, n)
		c.starts = append(c.starts, c.width)
		c.width += len(n.Schema())
		return
	}
	base := c.width
	c.collect(join.Left)
	middle := c.width
	c.collect(join.Right)
	for _, pair := range join.Equal {
		c.conditions = append(c.conditions, equal(moveColumns(pair.Left, base), moveColumns(pair.Right, middle)))
	}
	for _, e := range plan.Conjuncts(join.Condition) {
		c.conditions = append(c.conditions, moveColumns(e, base))
	}
}

func equal(a, b plan.Expr) *plan.Call {
	return &plan.Call{Function: "equal", Args: []plan.Expr{a, b}, T: vec.Bool}
}

// rebuild joins the relations in their new order and restores the order of the columns.
func (c *chain) rebuild(schema []plan.Field, ctx *Context) plan.Node {
	sizes := make([]float64, len(c.relations))
	for i, r := range c.relations {
		sizes[i] = Estimate(r, ctx)
	}
	left := make([]int, 0, len(c.relations)) // relations still to be joined
	first := 0
	for i := range c.relations {
		left = append(left, i)
		if sizes[i] > sizes[first] {
			first = i
		}
	}
	where := make([]int, c.width) // of the chain's columns in the tree so far; -1: not yet in it
	for i := range where {
		where[i] = -1
	}
	place := func(relation, at int) {
		for i := range c.relations[relation].Schema() {
			where[c.starts[relation]+i] = at + i
		}
	}
	tree := c.relations[first]
	place(first, 0)
	left = slices.DeleteFunc(left, func(i int) bool { return i == first })
	pending := c.conditions
	for len(left) > 0 {
		next := c.pick(left, sizes, where, pending)
		left = slices.DeleteFunc(left, func(i int) bool { return i == next })
		place(next, len(tree.Schema()))
		ready, rest := split(pending, func(e plan.Expr) bool {
			return !slices.ContainsFunc(columns(e), func(i int) bool { return where[i] < 0 })
		})
		pending = rest
		for i, e := range ready {
			ready[i] = renumber(e, where)
		}
		tree = pushJoin(&plan.Join{Left: tree, Right: c.relations[next], Condition: plan.And(ready...)}, nil)
	}
	return shaped(tree, where, schema)
}

// pick is the smallest relation that an equality connects to those joined already, else the smallest.
func (c *chain) pick(left []int, sizes []float64, where []int, conditions []plan.Expr) int {
	best, bestConnected := -1, false
	for _, i := range left {
		connected := c.connected(i, where, conditions)
		if best < 0 || connected && !bestConnected || connected == bestConnected && sizes[i] < sizes[best] {
			best, bestConnected = i, connected
		}
	}
	return best
}

func (c *chain) connected(relation int, where []int, conditions []plan.Expr) bool {
	from := c.starts[relation]
	to := from + len(c.relations[relation].Schema())
	for _, e := range conditions {
		call, ok := e.(*plan.Call)
		if !ok || call.Function != "equal" {
			continue
		}
		for side := range 2 {
			mine, theirs := columns(call.Args[side]), columns(call.Args[1-side])
			inside := func(i int) bool { return from <= i && i < to }
			if len(mine) > 0 && len(theirs) > 0 &&
				!slices.ContainsFunc(mine, func(i int) bool { return !inside(i) }) &&
				!slices.ContainsFunc(theirs, func(i int) bool { return where[i] < 0 }) {
				return true
			}
		}
	}
	return false
}

package optimize

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
)

// prune drops the columns that nobody asks for.
func prune(n plan.Node, _ *Context) plan.Node {
	width := len(n.Schema())
	all := make([]bool, width)
	for i := range all {
		all[i] = true
	}
	pruned, where := pruneTo(n, all)
	return shaped(pruned, where, n.Schema())
}

// shaped is n with exactly the columns of schema, column i being where[i] of n.
func shaped(n plan.Node, where []int, schema []plan.Field) plan.Node {
	p := &plan.Project{Input: n}
	same := len(n.Schema()) == len(schema)
	for i, f := range schema {
		same = same && where[i] == i
		p.Expressions = append(p.Expressions, &plan.FieldRef{Index: where[i], T: f.Type})
		p.Names = append(p.Names, f.Name)
	}
	if same {
		return n
	}
	return p
}

// pruneTo is n with at least the needed columns, and where each of n's columns is now, -1 for nowhere.
func pruneTo(n plan.Node, need []bool) (plan.Node, []int) {
	switch x := n.(type) {
	case *plan.Read:
		return pruneRead(x, need)
	case *plan.Filter:
		in, where := pruneTo(x.Input, needing(need, x.Condition))
		return &plan.Filter{Input: in, Condition: renumber(x.Condition, where)}, where
	case *plan.Sort:
		need = slices.Clone(need)
		for _, f := range x.Fields {
			need = needing(need, f.Expr)
		}
		in, where := pruneTo(x.Input, need)
		return plan.MapExprs(x.WithInputs([]plan.Node{in}), renumbering(where)), where
	case *plan.Fetch:
		in, where := pruneTo(x.Input, need)
		return x.WithInputs([]plan.Node{in}), where
	case *plan.Project:
		return pruneProject(x, need)
	case *plan.Aggregate:
		return pruneAggregate(x, need)
	case *plan.Join:
		return pruneJoin(x, need)
	case *plan.Unnest:
		width := len(x.Input.Schema())
		in, where := pruneTo(x.Input, needing(need[:width], x.Array))
		for i := range len(x.Schema()) - width {
			where = append(where, len(in.Schema())+i)
		}
		return plan.MapExprs(x.WithInputs([]plan.Node{in}), renumbering(where)), where
	case *plan.Set:
		return pruneSet(x, need)
	}
	return n, identity(len(need))
}

func identity(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// needing is need and the columns that e refers to.
func needing(need []bool, e plan.Expr) []bool {
	need = slices.Clone(need)
	for _, i := range columns(e) {
		need[i] = true
	}
	return need
}

func renumber(e plan.Expr, where []int) plan.Expr {
	return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
		if f, ok := e.(*plan.FieldRef); ok {
			return &plan.FieldRef{Index: where[f.Index], T: f.T}
		}
		return e
	})
}

func renumbering(where []int) func(plan.Expr) plan.Expr {
	return func(e plan.Expr) plan.Expr { return renumber(e, where) }
}

// pruneRead keeps the needed columns going out, and reads those and the filter's.
func pruneRead(x *plan.Read, need []bool) (plan.Node, []int) {
	output := x.Output
	if output == nil {
		output = identity(len(x.Columns))
	}
	read := make([]bool, len(x.Columns))
	for i, c := range output {
		read[c] = read[c] || need[i]
	}
	if x.Filter != nil {
		read = needing(read, x.Filter)
	}
	c := *x
	c.Columns, c.Output = nil, []int{}
	moved := make([]int, len(x.Columns))
	for i, keep := range read {
		if keep {
			moved[i] = len(c.Columns)
			c.Columns = append(c.Columns, x.Columns[i])
		}
	}
	if x.Filter != nil {
		c.Filter = renumber(x.Filter, moved)
	}
	where := make([]int, len(need))
	for i, column := range output {
		if where[i] = -1; need[i] {
			where[i] = len(c.Output)
			c.Output = append(c.Output, moved[column])
		}
	}
	return &c, where
}

func pruneProject(x *plan.Project, need []bool) (plan.Node, []int) {
	out := &plan.Project{}
	below := make([]bool, len(x.Input.Schema()))
	where := make([]int, len(need))
	for i, e := range x.Expressions {
		if where[i] = -1; !need[i] {
			continue
		}
		where[i] = len(out.Expressions)
		out.Expressions = append(out.Expressions, e)
		out.Names = append(out.Names, x.Names[i])
		below = needing(below, e)
	}
	in, moved := pruneTo(x.Input, below)
	out.Input = in
	return plan.MapExprs(out, renumbering(moved)), where
}

// pruneAggregate keeps all keys: they make the groups.
func pruneAggregate(x *plan.Aggregate, need []bool) (plan.Node, []int) {
	c := *x
	c.Measures, c.Names = nil, slices.Clone(x.Names[:len(x.Keys)])
	below := make([]bool, len(x.Input.Schema()))
	for _, k := range x.Keys {
		below = needing(below, k)
	}
	where := identity(len(x.Keys))
	for i, m := range x.Measures {
		at := len(x.Keys) + i
		if !need[at] {
			where = append(where, -1)
			continue
		}
		where = append(where, len(x.Keys)+len(c.Measures))
		c.Measures = append(c.Measures, m)
		c.Names = append(c.Names, x.Names[at])
		for _, e := range m.Args {
			below = needing(below, e)
		}
		below = needing(below, m.Filter)
		for _, o := range m.Order {
			below = needing(below, o.Expr)
		}
	}
	if len(x.Sets) > 1 {
		where = append(where, len(x.Keys)+len(c.Measures))
	}
	in, moved := pruneTo(x.Input, below)
	c.Input = in
	return plan.MapExprs(&c, renumbering(moved)), where
}

func pruneJoin(x *plan.Join, need []bool) (plan.Node, []int) {
	left, right := len(x.Left.Schema()), len(x.Right.Schema())
	both := make([]bool, left+right)
	copy(both, need) // a semi join's are the left's alone
	both = needing(both, x.Condition)
	needLeft, needRight := both[:left:left], both[left:]
	for _, pair := range x.Equal {
		needLeft, needRight = needing(needLeft, pair.Left), needing(needRight, pair.Right)
	}
	c := *x
	var whereLeft, whereRight []int
	c.Left, whereLeft = pruneTo(x.Left, needLeft)
	c.Right, whereRight = pruneTo(x.Right, needRight)
	c.Equal = slices.Clone(x.Equal)
	for i, pair := range c.Equal {
		c.Equal[i] = plan.EqualPair{Left: renumber(pair.Left, whereLeft), Right: renumber(pair.Right, whereRight)}
	}
	where := whereLeft
	for _, w := range whereRight {
		if w >= 0 {
			w += len(c.Left.Schema())
		}
		where = append(where, w)
	}
	c.Condition = renumber(x.Condition, where)
	return &c, where[:len(need)]
}

// pruneSet gives each source the same columns in the same order.
func pruneSet(x *plan.Set, need []bool) (plan.Node, []int) {
	where := make([]int, len(need))
	kept := 0
	for i := range need {
		if where[i] = -1; need[i] {
			where[i] = kept
			kept++
		}
	}
	sources := make([]plan.Node, len(x.Sources))
	for i, s := range x.Sources {
		pruned, moved := pruneTo(s, need)
		var at []int
		var schema []plan.Field
		for c, f := range s.Schema() {
			if need[c] {
				at, schema = append(at, moved[c]), append(schema, f)
			}
		}
		sources[i] = shaped(pruned, at, schema)
	}
	return x.WithInputs(sources), where
}

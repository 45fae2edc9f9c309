package plan

import "slices"

// Rewrite rebuilds a plan from its leaves up: f is given each node, its inputs already rewritten.
// Plans inside subqueries are not visited.
func Rewrite(n Node, f func(Node) Node) Node {
	inputs := n.Inputs()
	if len(inputs) > 0 {
		changed := make([]Node, len(inputs))
		for i, in := range inputs {
			changed[i] = Rewrite(in, f)
		}
		if !slices.Equal(changed, inputs) {
			n = n.WithInputs(changed)
		}
	}
	return f(n)
}

// RewriteExpr rebuilds an expression from its leaves up. It does not enter the plans of subqueries.
func RewriteExpr(e Expr, f func(Expr) Expr) Expr {
	if e == nil {
		return nil
	}
	switch x := e.(type) {
	case *Call:
		c := *x
		c.Args = rewriteAll(x.Args, f)
		e = &c
	case *Cast:
		c := *x
		c.Input = RewriteExpr(x.Input, f)
		e = &c
	case *Case:
		c := Case{Arms: make([]Arm, len(x.Arms)), Else: RewriteExpr(x.Else, f)}
		for i, arm := range x.Arms {
			c.Arms[i] = Arm{RewriteExpr(arm.When, f), RewriteExpr(arm.Then, f)}
		}
		e = &c
	case *InList:
		e = &InList{RewriteExpr(x.Value, f), rewriteAll(x.Options, f)}
	case *Subquery:
		c := *x
		c.Value = RewriteExpr(x.Value, f)
		e = &c
	}
	return f(e)
}

func rewriteAll(list []Expr, f func(Expr) Expr) []Expr {
	out := make([]Expr, len(list))
	for i, e := range list {
		out[i] = RewriteExpr(e, f)
	}
	return out
}

// MapExprs is n with f applied to each of its own expressions, whole.
func MapExprs(n Node, f func(Expr) Expr) Node {
	each := func(list []Expr) []Expr {
		out := make([]Expr, len(list))
		for i, e := range list {
			out[i] = f(e)
		}
		return out
	}
	some := func(e Expr) Expr {
		if e == nil {
			return nil
		}
		return f(e)
	}
	order := func(list []SortField) []SortField {
		out := slices.Clone(list)
		for i := range out {
			out[i].Expr = f(out[i].Expr)
		}
		return out
	}
	switch x := n.(type) {
	case *Read:
		c := *x
		c.Filter = some(x.Filter)
		return &c
	case *Values:
		c := *x
		c.Rows = make([][]Expr, len(x.Rows))
		for i, row := range x.Rows {
			c.Rows[i] = each(row)
		}
		return &c
	case *Filter:
		return &Filter{x.Input, f(x.Condition)}
	case *Project:
		return &Project{x.Input, each(x.Expressions), x.Names}
	case *Aggregate:
		c := *x
		c.Keys = each(x.Keys)
		c.Measures = slices.Clone(x.Measures)
		for i := range c.Measures {
			m := &c.Measures[i]
			m.Args, m.Filter, m.Order = each(m.Args), some(m.Filter), order(m.Order)
		}
		return &c
	case *Sort:
		return &Sort{x.Input, order(x.Fields)}
	case *Fetch:
		return &Fetch{x.Input, some(x.Offset), some(x.Count)}
	case *Join:
		c := *x
		c.Condition = some(x.Condition)
		c.Equal = slices.Clone(x.Equal)
		for i := range c.Equal {
			c.Equal[i] = EqualPair{f(c.Equal[i].Left), f(c.Equal[i].Right)}
		}
		return &c
	case *Unnest:
		c := *x
		c.Array = f(x.Array)
		return &c
	}
	return n
}

// RewriteAll applies f to every expression node of a plan, plans of subqueries included.
func RewriteAll(n Node, f func(Expr) Expr) Node {
	var deep func(Node) Node
	enter := func(e Expr) Expr {
		return RewriteExpr(e, func(e Expr) Expr {
			if s, ok := e.(*Subquery); ok {
				c := *s
				c.Plan = deep(s.Plan)
				e = &c
			}
			return f(e)
		})
	}
	deep = func(n Node) Node {
		return Rewrite(n, func(n Node) Node { return MapExprs(n, enter) })
	}
	return deep(n)
}

// Reads lists the reads of a plan, those of subqueries included.
func Reads(n Node) []*Read {
	var out []*Read
	var visit func(Node)
	visit = func(n Node) {
		if r, ok := n.(*Read); ok {
			out = append(out, r)
		}
		MapExprs(n, func(e Expr) Expr {
			return RewriteExpr(e, func(e Expr) Expr {
				if s, ok := e.(*Subquery); ok {
					visit(s.Plan)
				}
				return e
			})
		})
		for _, in := range n.Inputs() {
			visit(in)
		}
	}
	visit(n)
	return out
}

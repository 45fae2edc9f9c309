package bind

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
)

// grouping is GROUP BY. Without keys all rows are one group.
type grouping struct {
	keys []plan.Expr
	sets [][]int // of positions in keys; nil: one set of all
}

// groupBy binds GROUP BY: its elements' sets, each combined with each.
func (c *clause) groupBy(list []sql.Grouping) (*grouping, error) {
	g := &grouping{}
	sets := [][]int{{}}
	for _, element := range list {
		more, err := c.groupingSets(g, element)
		if err != nil {
			return nil, err
		}
		if len(sets)*len(more) > MaxGroupingSets {
			return nil, plan.Errorf(element.Pos(), "GROUP BY makes more than %d grouping sets", MaxGroupingSets)
		}
		sets = product(sets, more)
	}
	if len(sets) > 1 {
		g.sets = sets
	}
	return g, nil
}

func product(a, b [][]int) (out [][]int) {
	for _, x := range a {
		for _, y := range b {
			out = append(out, union2(x, y))
		}
	}
	return out
}

// union2 is the keys of both sets, each once.
func union2(x, y []int) []int {
	out := slices.Clone(x)
	for _, key := range y {
		if !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	return out
}

// groupingSets are the sets of one element of GROUP BY; new keys are added to g.
func (c *clause) groupingSets(g *grouping, x sql.Grouping) ([][]int, error) {
	if x.Kind == "" {
		set, err := c.groupKeys(g, x.Exprs)
		return [][]int{set}, err
	}
	var parts [][][]int // the sets of each element
	for _, element := range x.Elements {
		sets, err := c.groupingSets(g, element)
		if err != nil {
			return nil, err
		}
		parts = append(parts, sets)
	}
	out := [][]int{}
	switch x.Kind {
	case "ROLLUP":
		for n := len(parts); n >= 0; n-- {
			set := []int{}
			for _, p := range parts[:n] {
				set = union2(set, p[0])
			}
			out = append(out, set)
		}
	case "CUBE":
		out = append(out, []int{})
		for _, p := range parts {
			if len(out)*2 > MaxGroupingSets {
				return nil, plan.Errorf(x.Pos(), "CUBE makes more than %d grouping sets", MaxGroupingSets)
			}
			out = append(product(out, p), out...)
		}
	default:
		for _, p := range parts {
			out = append(out, p...)
		}
	}
	return out, nil
}

// groupKeys binds expressions of GROUP BY and finds or adds them among the keys.
func (c *clause) groupKeys(g *grouping, exprs []sql.Expr) ([]int, error) {
	set := []int{}
	for _, x := range exprs {
		e, err := c.groupKey(x)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(g.keys, func(k plan.Expr) bool { return same(k, e) })
		if i < 0 {
			i = len(g.keys)
			g.keys = append(g.keys, e)
		}
		set = union2(set, []int{i})
	}
	return set, nil
}

func (c *clause) groupKey(x sql.Expr) (plan.Expr, error) {
	e, err := c.ordinal(x)
	if e == nil && err == nil {
		e, err = c.expr(x)
	}
	if err != nil {
		return nil, err
	}
	aggregated := false
	replace(e, func(e plan.Expr) plan.Expr {
		_, is := e.(*measureRef)
		aggregated = aggregated || is
		return nil
	})
	if aggregated {
		return nil, plan.Errorf(x.Pos(), "GROUP BY %s is an aggregate, which needs the groups to be there", shortText(x))
	}
	return e, nil
}

// ordinal is the item of the select list that a number stands for; nil if x is no number.
func (c *clause) ordinal(x sql.Expr) (plan.Expr, error) {
	l, ok := x.(*sql.Literal)
	if !ok {
		return nil, nil
	}
	n, ok := l.Value.(int64)
	if !ok {
		return nil, nil
	}
	if n < 1 || n > int64(len(c.aliases)) {
		return nil, plan.Errorf(x.Pos(), "%s %d: the select list has %d columns", c.name, n, len(c.aliases))
	}
	for _, i := range c.aliases[:n] {
		if i.documents != nil {
			return nil, plan.Errorf(x.Pos(), "%s %d: the columns of * are not counted; name the column", c.name, n)
		}
	}
	return c.aliases[n-1].expr, nil
}

// overGroups turns what is computed of groups into expressions over the Aggregate's columns.
func (k *block) overGroups() error {
	var err error
	over := func(e plan.Expr) plan.Expr {
		return replace(e, func(e plan.Expr) plan.Expr { return k.overGroup(e, &err) })
	}
	for i := range k.items {
		k.items[i].expr = over(k.items[i].expr)
	}
	k.having = over(k.having)
	for i := range k.order {
		k.order[i].Expr = over(k.order[i].Expr)
	}
	return err
}

// overGroup is the column that e is of the Aggregate; nil if it is not one as a whole.
func (k *block) overGroup(e plan.Expr, err *error) plan.Expr {
	for i, key := range k.grouping.keys {
		if same(key, e) {
			return &plan.FieldRef{Index: i, T: key.Type()}
		}
	}
	switch x := e.(type) {
	case *measureRef:
		return &plan.FieldRef{Index: len(k.grouping.keys) + x.index, T: x.t}
	case *ref:
		if below := k.belowKey(x); below != nil {
			return below
		}
		if *err == nil {
			*err = plan.Errorf(x.at, "%s must be in GROUP BY or inside an aggregate", x.text)
		}
		return e
	}
	return nil
}

// belowKey is a.b where a is a key; nil if x is not below one.
func (k *block) belowKey(x *ref) plan.Expr {
	for i, key := range k.grouping.keys {
		r, ok := key.(*ref)
		if !ok || r.of != x.of || r.root != x.root {
			continue
		}
		if n := len(r.path); 0 < n && n < len(x.path) && slices.Equal(r.path, x.path[:n]) {
			e := plan.Expr(&plan.FieldRef{Index: i, T: r.t})
			for _, name := range x.path[n:] {
				e = get(e, sql.Name{Place: sql.Place{At: x.at}, Text: name})
			}
			return e
		}
	}
	return nil
}

// aggregate groups the rows of n.
func (k *block) aggregate(n plan.Node) plan.Node {
	relations := k.scope.relations
	a := &plan.Aggregate{Input: n, Keys: numberAll(k.grouping.keys, relations), Sets: k.grouping.sets}
	schema := n.Schema()
	for _, key := range a.Keys {
		a.Names = append(a.Names, plan.Text(key, schema))
	}
	for _, m := range k.measures.list {
		m.Args = numberAll(m.Args, relations)
		m.Filter = number(m.Filter, relations)
		m.Order = slices.Clone(m.Order)
		for i := range m.Order {
			m.Order[i].Expr = number(m.Order[i].Expr, relations)
		}
		a.Measures = append(a.Measures, m)
		a.Names = append(a.Names, measureName(m, schema))
	}
	return a
}

// measureName is what EXPLAIN calls an aggregate.
func measureName(m plan.Measure, schema []plan.Field) string {
	args := ""
	for i, e := range m.Args {
		if i > 0 {
			args += ", "
		}
		args += plan.Text(e, schema)
	}
	switch {
	case len(m.Args) == 0:
		args = "*"
	case m.Distinct:
		args = "distinct " + args
	}
	return m.Function + "(" + args + ")"
}

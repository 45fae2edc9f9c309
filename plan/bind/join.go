package bind

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

var joinKinds = map[string]plan.JoinKind{
	"INNER": plan.Inner, "CROSS": plan.Inner, "LEFT": plan.Left, "RIGHT": plan.Right, "FULL": plan.Full,
}

// join binds a join. Its first table comes behind those before it, if there are some.
func (b *binder) join(x *sql.Join, before *tables, in environment) (*tables, error) {
	kind := joinKinds[x.Kind]
	if before != nil && kind != plan.Inner && kind != plan.Left {
		return nil, unsupported(x, "%s JOIN to an UNNEST of a table before it", x.Kind)
	}
	left, err := b.table(x.Left, before, in)
	if err != nil {
		return nil, err
	}
	if ref, ok := x.Right.(*sql.TableRef); ok {
		if u := unnestOf(ref); u != nil {
			return b.joinUnnest(x, ref, u, left, in)
		}
	}
	right, err := b.table(x.Right, nil, in)
	if err != nil {
		return nil, err
	}
	both, err := beside(left, right)
	if err != nil {
		return nil, err
	}
	var condition plan.Expr
	switch {
	case x.On != nil:
		c := &clause{binder: b, in: in, name: "ON", scope: &scope{tables: *both, outer: in.outer}}
		if condition, err = c.condition(x.On); err != nil {
			return nil, err
		}
	case x.Natural:
		names, err := naturalNames(x, left, right)
		if err != nil {
			return nil, err
		}
		condition, err = b.using(names, kind, left, right, both, in)
		if err != nil {
			return nil, err
		}
	case x.Using != nil:
		if condition, err = b.using(x.Using, kind, left, right, both, in); err != nil {
			return nil, err
		}
	}
	both.build = func() plan.Node {
		j := &plan.Join{Left: left.build(), Right: right.build(), Kind: kind, Condition: number(condition, both.relations)}
		if l, ok := j.Condition.(*plan.Literal); ok && l.Type() == vec.Bool && l.Value.Bool() {
			j.Condition = nil
		}
		return j
	}
	return both, nil
}

// using makes one column of those with a name on both sides, and of that the join's condition.
func (b *binder) using(names []sql.Name, kind plan.JoinKind, left, right, both *tables, in environment) (plan.Expr, error) {
	var conditions []plan.Expr
	for _, name := range names {
		var sides [2]plan.Expr
		for i, side := range []*tables{left, right} {
			c := &clause{binder: b, in: in, name: "USING", scope: &scope{tables: *side}}
			var err error
			if sides[i], err = c.resolve([]sql.Name{name}); err != nil {
				return nil, err
			}
		}
		equal, err := operator("equal", name, sides[0], sides[1])
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, equal)
		m := merged{name: name.Text, expr: sides[0], covers: both.relations}
		switch kind {
		case plan.Right:
			m.expr = sides[1]
		case plan.Full:
			m.expr = &plan.Call{Function: "coalesce", Args: sides[:], T: commonType(sides[:]), At: name.Pos()}
		}
		both.merged = append(both.merged, m)
	}
	return plan.And(conditions...), nil
}

// naturalNames are the columns that both sides of a NATURAL JOIN have.
func naturalNames(x *sql.Join, left, right *tables) ([]sql.Name, error) {
	var sides [2][]string
	for i, side := range []*tables{left, right} {
		for _, r := range side.relations {
			if r.read != nil || slices.ContainsFunc(r.columns, func(c column) bool { return c.documents != nil }) {
				return nil, unsupported(x, "NATURAL JOIN of documents, whose fields differ; write USING (...)")
			}
			sides[i] = append(sides[i], r.names()...)
		}
	}
	var out []sql.Name
	for _, name := range sides[0] {
		if slices.Contains(sides[1], name) && !slices.ContainsFunc(out, func(n sql.Name) bool { return n.Text == name }) {
			out = append(out, sql.Name{Place: x.Place, Text: name})
		}
	}
	return out, nil
}

package plan

import (
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// Explain writes a plan as a tree, a relation a line, inputs below and indented. note, if not nil, gives
// text to put behind a node's line. Subqueries follow the tree.
func Explain(n Node, note func(Node) string) string {
	e := &explainer{note: note}
	e.node(n, 0)
	for i := 0; i < len(e.subqueries); i++ {
		fmt.Fprintf(&e.out, "Subquery %d\n", i+1)
		e.node(e.subqueries[i].Plan, 1)
	}
	return e.out.String()
}

type explainer struct {
	out        strings.Builder
	note       func(Node) string
	subqueries []*Subquery
}

func (e *explainer) node(n Node, depth int) {
	e.out.WriteString(strings.Repeat("  ", depth))
	e.out.WriteString(Line(n))
	if e.note != nil {
		e.out.WriteString(e.note(n))
	}
	e.out.WriteByte('\n')
	MapExprs(n, func(x Expr) Expr {
		return RewriteExpr(x, func(x Expr) Expr {
			if s, ok := x.(*Subquery); ok {
				e.subqueries = append(e.subqueries, s)
			}
			return x
		})
	})
	for _, in := range n.Inputs() {
		e.node(in, depth+1)
	}
}

// Line describes a relation without its inputs, on one line.
func Line(n Node) string {
	switch x := n.(type) {
	case *Read:
		return readLine(x)
	case *Values:
		return fmt.Sprintf("Values %d rows", len(x.Rows))
	case *Filter:
		return "Filter " + Text(x.Condition, x.Input.Schema())
	case *Project:
		return "Project [" + named(x.Expressions, x.Names, x.Input.Schema()) + "]"
	case *Aggregate:
		return aggregateLine(x)
	case *Sort:
		return "Sort by " + orderText(x.Fields, x.Input.Schema())
	case *Fetch:
		line := "Fetch"
		if x.Count != nil {
			line += " " + Text(x.Count, nil)
		}
		if x.Offset != nil {
			line += " offset " + Text(x.Offset, nil)
		}
		return line
	case *Join:
		return joinLine(x)
	case *Set:
		return "UnionAll"
	case *Unnest:
		line := "Unnest " + Text(x.Array, x.Input.Schema())
		if x.Ordinality {
			line += " with ordinality"
		}
		return line
	}
	return fmt.Sprintf("%T", n)
}

func readLine(x *Read) string {
	var b strings.Builder
	schema := make([]Field, len(x.Columns))
	for i, c := range x.Columns {
		schema[i] = Field{columnText(c), c.Type}
	}
	b.WriteString("Read " + x.Name + " [")
	for i, c := range x.Output {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(schema[c].Name)
	}
	if x.Output == nil {
		for i, f := range schema {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(f.Name)
		}
	}
	b.WriteString("]")
	if x.Filter != nil {
		b.WriteString(" where " + Text(x.Filter, schema))
	}
	b.WriteString(" by " + x.Access.text())
	return b.String()
}

func columnText(c Column) string {
	if len(c.Path) == 0 {
		return "*"
	}
	return c.Path.String()
}

func (a Access) text() string {
	var paths []string
	for _, p := range a.Predicates {
		paths = append(paths, p.Field())
	}
	kind := [...]string{"Scan", "Lookup", "Primary"}[a.Kind]
	if len(paths) > 0 {
		kind += "(" + strings.Join(paths, ", ") + ")"
	}
	if a.Reason == "" {
		return kind
	}
	return fmt.Sprintf("%s, about %.0f rows: %s", kind, a.Estimate, a.Reason)
}

func aggregateLine(x *Aggregate) string {
	in := x.Input.Schema()
	line := "Aggregate"
	if len(x.Keys) > 0 {
		line += " by [" + listText(x.Keys, in) + "]"
	}
	if len(x.Sets) > 1 {
		line += fmt.Sprintf(" in %d grouping sets", len(x.Sets))
	}
	var measures []string
	for _, m := range x.Measures {
		args := listText(m.Args, in)
		if len(m.Args) == 0 {
			args = "*"
		}
		if m.Distinct {
			args = "distinct " + args
		}
		if len(m.Order) > 0 {
			args += " order by " + orderText(m.Order, in)
		}
		text := m.Function + "(" + args + ")"
		if m.Filter != nil {
			text += " filter (where " + Text(m.Filter, in) + ")"
		}
		measures = append(measures, text)
	}
	if len(measures) > 0 {
		line += " measures [" + strings.Join(measures, ", ") + "]"
	}
	return line
}

func joinLine(x *Join) string {
	kinds := [...]string{"Inner", "Left", "Right", "Full", "LeftSemi", "LeftAnti"}
	line := kinds[x.Kind] + "Join"
	left, right := x.Left.Schema(), x.Right.Schema()
	var on []string
	for _, pair := range x.Equal {
		on = append(on, Text(pair.Left, left)+" = "+Text(pair.Right, right))
	}
	if x.Condition != nil {
		on = append(on, Text(x.Condition, append(append([]Field{}, left...), right...)))
	}
	if len(on) == 0 {
		return line
	}
	return line + " on " + strings.Join(on, " and ")
}

func orderText(fields []SortField, schema []Field) string {
	var out []string
	for _, f := range fields {
		text := Text(f.Expr, schema)
		if f.Descending {
			text += " desc"
		}
		if f.NullsFirst != f.Descending { // the default: nulls are greatest
			text += map[bool]string{true: " nulls first", false: " nulls last"}[f.NullsFirst]
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func named(list []Expr, names []string, schema []Field) string {
	var out []string
	for i, e := range list {
		text := Text(e, schema)
		if names[i] != text && names[i] != "" {
			text += " as " + vec.Path{names[i]}.String()
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

package bind

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// items binds one entry of the select list: an expression, or the columns of a star.
func (c *clause) items(x sql.SelectItem) ([]item, error) {
	if star, ok := x.Expr.(*sql.Star); ok {
		return c.star(star)
	}
	e, err := c.expr(x.Expr)
	if err != nil {
		return nil, err
	}
	name := x.Alias.Text
	if name == "" {
		name = impliedName(x.Expr)
	}
	if err := validName(name, x); err != nil {
		return nil, err
	}
	return []item{{column{name: name, t: e.Type()}, e}}, nil
}

// validName refuses the name that columns of documents have.
func validName(name string, at sql.Node) error {
	if name == "*" {
		return plan.Errorf(at.Pos(), `a column cannot be called "*"; give it another name`)
	}
	return nil
}

// impliedName is the name of a column without an alias: the last name of a path, else the expression.
func impliedName(e sql.Expr) string {
	switch x := e.(type) {
	case *sql.Column:
		return x.Name
	case *sql.Field:
		return x.Name
	case *sql.Cast:
		return impliedName(x.Expr)
	}
	return shortText(e)
}

// star is *, of all tables or of one, or the fields of an object.
func (c *clause) star(x *sql.Star) ([]item, error) {
	except := make([]string, len(x.Except))
	for i, name := range x.Except {
		except[i] = name.Text
	}
	var out []item
	var err error
	switch r, isTable := c.starTable(x.Of); {
	case x.Of == nil:
		if len(c.scope.relations) == 0 {
			return nil, plan.Errorf(x.Pos(), "* needs a FROM")
		}
		for _, m := range c.scope.merged {
			if !slices.Contains(except, m.name) && !hasItem(out, m.name) && c.mergesColumns(m) {
				out = append(out, item{column{name: m.name, t: m.expr.Type()}, c.mergedExpr(m.name)})
			}
		}
		for _, r := range c.scope.relations {
			if out, err = c.columns(out, r, except, true, x); err != nil {
				return nil, err
			}
		}
	case isTable:
		if out, err = c.columns(nil, r, except, false, x); err != nil {
			return nil, err
		}
	default:
		return c.objectStar(x, except)
	}
	for _, name := range x.Except {
		if err := c.excepted(x, name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// mergesColumns tells whether a merged column goes out by itself: documents bring theirs along.
func (c *clause) mergesColumns(m merged) bool {
	return slices.ContainsFunc(m.covers, func(r *relation) bool {
		return r.read != nil && len(c.expanded(r)) > 0 ||
			slices.ContainsFunc(r.columns, func(c column) bool { return c.documents == nil && c.name == m.name })
	})
}

// expanded are the fields that stand for the documents of a collection; nil: the documents go out.
func (c *clause) expanded(r *relation) []string {
	if !c.options.ExpandStar {
		return nil
	}
	return c.stats.Fields(r.read.Collection)
}

func hasItem(items []item, name string) bool {
	return slices.ContainsFunc(items, func(i item) bool { return i.name == name })
}

func (c *clause) mergedExpr(name string) plan.Expr { return c.scope.candidates(name)[0].expr }

// starTable is the table whose columns x.* are.
func (c *clause) starTable(of sql.Expr) (*relation, bool) {
	base, path := pathOf(of)
	if of == nil || base != nil {
		return nil, false
	}
	r, rest, err := c.scope.named(path)
	if r == nil || err != nil || len(rest) > 0 || r.element {
		return nil, false
	}
	return r, true
}

// columns adds the columns of r to out: for *, without those that a merged column stands for.
func (c *clause) columns(out []item, r *relation, except []string, all bool, at *sql.Star) ([]item, error) {
	skip := func(name string) bool { return slices.Contains(except, name) || all && c.scope.hidden(r, name) }
	if r.read != nil {
		fields := c.expanded(r)
		if len(fields) == 0 {
			e := c.readColumn(r, nil, at.Pos())
			return append(out, documentItem(e, r.documents, except, at)), nil
		}
		for _, f := range fields {
			if !skip(f) {
				e := c.readColumn(r, vec.Path{f}, at.Pos())
				out = append(out, item{column{name: f, t: e.t}, e})
			}
		}
		return out, nil
	}
	for i, col := range r.columns {
		e := r.column(i, at.Pos())
		switch {
		case col.hidden:
		case col.documents != nil:
			out = append(out, documentItem(e, col.documents, except, at))
		case !skip(col.name):
			out = append(out, item{column{name: col.name, t: col.t}, e})
		}
	}
	return out, nil
}

// documentItem is the column "*" of documents, without some fields.
func documentItem(e plan.Expr, d *documents, except []string, at sql.Node) item {
	if len(except) > 0 {
		call := &plan.Call{Function: "erase", Args: []plan.Expr{e}, T: vec.Object, At: at.Pos()}
		for _, name := range except {
			call.Args = append(call.Args, textLiteral(name))
		}
		e, d = call, d.without(except)
	}
	return item{column{name: "*", t: e.Type(), documents: d}, e}
}

// objectStar is x.* of an object: its fields stand for columns.
func (c *clause) objectStar(x *sql.Star, except []string) ([]item, error) {
	e, err := c.expr(x.Of)
	if err != nil {
		return nil, err
	}
	if t := e.Type(); t != vec.Object && t != vec.Dynamic && !t.IsNull() {
		return nil, plan.Errorf(x.Pos(), "%s.* needs an object or a table, %s is %s", shortText(x.Of), shortText(x.Of), t)
	}
	return []item{documentItem(e, &documents{any: true}, except, x)}, nil
}

// excepted checks that there is something to leave out.
func (c *clause) excepted(x *sql.Star, name sql.Name) error {
	var names []string
	one, isTable := c.starTable(x.Of)
	for _, r := range c.scope.relations {
		if isTable && r != one {
			continue
		}
		if r.has(name.Text) != absent {
			return nil
		}
		names = append(names, r.names()...)
	}
	return plan.Errorf(name.Pos(), "EXCEPT of an unknown field %s%s", name.Text, didYouMean(name.Text, names))
}

package bind

import (
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
)

// scope is the tables whose names an expression may use.
type scope struct {
	tables
	outer *scope // of the query around this one
}

// tables is FROM or a part of it: relations whose columns go out side by side, in this order.
type tables struct {
	relations []*relation
	merged    []merged         // by USING and NATURAL
	build     func() plan.Node // for when all columns are known
}

// merged is a column that a join made of one on each side. Of the relations it covers it hides the columns
// of its name.
type merged struct {
	name   string
	expr   plan.Expr
	covers []*relation
}

// hidden tells whether a column of r is only reached through a merged one, or under r's name.
func (t *tables) hidden(r *relation, name string) bool {
	return slices.ContainsFunc(t.merged, func(m merged) bool { return m.name == name && slices.Contains(m.covers, r) })
}

// candidate is something that a name may mean.
type candidate struct {
	presence
	of   *relation // nil: expr
	expr plan.Expr
}

// candidates are what an unqualified name may mean, those that are the most certain.
func (t *tables) candidates(name string) (out []candidate) {
	best := possible
	add := func(c candidate) {
		if c.presence > best {
			best, out = c.presence, nil
		}
		if c.presence == best {
			out = append(out, c)
		}
	}
	for i, m := range t.merged {
		outdone := slices.ContainsFunc(t.merged[i+1:], func(later merged) bool {
			return later.name == name && slices.Contains(later.covers, m.covers[0])
		})
		if m.name == name && !outdone {
			add(candidate{present, nil, m.expr})
		}
	}
	for _, r := range t.relations {
		if !t.hidden(r, name) {
			add(candidate{r.has(name), r, nil})
		}
	}
	return out
}

// named is the relation that a path begins with, and the rest of the path; nil if it begins with none.
func (t *tables) named(path []sql.Name) (of *relation, rest []sql.Name, err error) {
	longest := 0
	for _, r := range t.relations {
		n := r.called(path)
		switch {
		case n > longest:
			of, longest, err = r, n, nil
		case n == longest && n > 0:
			err = plan.Errorf(path[0].Pos(), "%s is ambiguous: it may be %s or %s", path[0].Text, of.text(), r.text())
		}
	}
	return of, path[longest:], err
}

// resolve finds what a path means.
func (c *clause) resolve(path []sql.Name) (plan.Expr, error) {
	name := path[0]
	found := c.scope.candidates(name.Text)
	if r, rest, err := c.scope.named(path); r != nil && len(rest) > 0 {
		switch {
		case err != nil:
			return nil, err
		case r.has(rest[0].Text) != absent:
			return c.path(r, rest)
		case r.element:
			return c.path(r, append([]sql.Name{{Place: rest[0].Place, Text: r.columns[0].name}}, rest...))
		case len(found) == 0 || found[0].presence < present:
			return nil, plan.Errorf(rest[0].Pos(), "unknown field %s in %s%s", rest[0].Text, r.text(), didYouMean(rest[0].Text, r.names()))
		}
	}
	if len(found) == 0 || found[0].presence < present {
		if e, err := aliased(c.aliases, name); e != nil || err != nil {
			return getAll(e, path[1:]), err
		}
	}
	switch {
	case len(found) == 1 && (found[0].presence == present || !c.outerHas(path, present)):
		if found[0].of == nil {
			return getAll(found[0].expr, path[1:]), nil
		}
		return c.path(found[0].of, path)
	case len(found) > 1 && found[0].presence == present:
		return nil, plan.Errorf(name.Pos(), "%s is ambiguous: it may be %s", name.Text, sources(found, name.Text))
	case c.outerHas(path, possible):
		return nil, unsupported(name, "correlated subquery: %s is of the query around it", name.Text)
	case len(found) > 1:
		return nil, plan.Errorf(name.Pos(), "%s may be a field of several empty collections: write %s", name.Text, sources(found, name.Text))
	}
	return nil, c.unknown(name)
}

// unknown says that a name means nothing here.
func (c *clause) unknown(name sql.Name) error {
	var names []string
	for _, r := range c.scope.relations {
		names = append(names, r.names()...)
		if len(r.name) > 0 {
			names = append(names, r.name[len(r.name)-1])
		}
	}
	for _, a := range c.aliases {
		names = append(names, a.name)
	}
	what := "field"
	if len(c.scope.relations) == 0 {
		what = "name"
	}
	where := ""
	if len(c.scope.relations) == 1 && len(c.scope.relations[0].name) > 0 {
		where = " in " + c.scope.relations[0].text()
	}
	return plan.Errorf(name.Pos(), "unknown %s %s%s%s", what, name.Text, where, didYouMean(name.Text, names))
}

// outerHas tells whether a path means something in a query around this one, that certainly at least.
func (c *clause) outerHas(path []sql.Name, least presence) bool {
	for s := c.scope.outer; s != nil; s = s.outer {
		if r, rest, _ := s.named(path); r != nil && len(rest) > 0 {
			return true
		}
		if found := s.candidates(path[0].Text); len(found) > 0 && found[0].presence >= least {
			return true
		}
	}
	return false
}

// aliased is the item of the select list that goes out under a name; nil if there is none.
func aliased(items []item, name sql.Name) (plan.Expr, error) {
	var found plan.Expr
	for _, i := range items {
		switch {
		case i.name != name.Text || i.documents != nil:
		case found != nil && !same(found, i.expr):
			return nil, plan.Errorf(name.Pos(), "%s is ambiguous: several columns of the select list have that name", name.Text)
		default:
			found = i.expr
		}
	}
	return found, nil
}

func getAll(e plan.Expr, keys []sql.Name) plan.Expr {
	for _, key := range keys {
		e = get(e, key)
	}
	return e
}

// sources lists what a name may mean, for an error.
func sources(found []candidate, name string) string {
	var list []string
	for _, f := range found {
		if f.of == nil {
			list = append(list, "the column of a USING")
		} else {
			list = append(list, f.of.text()+"."+name)
		}
	}
	return strings.Join(list, " or ")
}

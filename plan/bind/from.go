package bind

import (
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// from binds the tables of FROM, joined crosswise.
func (b *binder) from(list []sql.Table, in environment) (*tables, error) {
	var all *tables
	for _, t := range list {
		var err error
		if all, err = b.table(t, all, in); err != nil {
			return nil, err
		}
	}
	if all == nil {
		all = &tables{build: nothing}
	}
	return all, nil
}

// table joins t to the tables before it, which an UNNEST may use and which may be nil.
func (b *binder) table(t sql.Table, before *tables, in environment) (*tables, error) {
	switch x := t.(type) {
	case *sql.Join:
		if before != nil && startsWithUnnest(x) {
			return b.join(x, before, in)
		}
		joined, err := b.join(x, nil, in)
		if err != nil {
			return nil, err
		}
		return cross(before, joined)
	case *sql.TableRef:
		if u := unnestOf(x); u != nil {
			return b.unnest(x, u, before, plan.Inner, in)
		}
		one, err := b.tableRef(x, in)
		if err != nil {
			return nil, err
		}
		return cross(before, one)
	}
	panic("bug: unknown table")
}

// cross puts two sets of tables side by side.
func cross(left, right *tables) (*tables, error) {
	if left == nil {
		return right, nil
	}
	both, err := beside(left, right)
	if err != nil {
		return nil, err
	}
	both.build = func() plan.Node { return &plan.Join{Left: left.build(), Right: right.build(), Kind: plan.Inner} }
	return both, nil
}

// beside are the relations of both; the caller says how they are built.
func beside(left, right *tables) (*tables, error) {
	for _, r := range right.relations {
		for _, l := range left.relations {
			if len(r.name) > 0 && slices.Equal(l.name, r.name) {
				return nil, plan.Errorf(r.at, "%s is in FROM twice; give one of them an alias", r.text())
			}
		}
	}
	return &tables{
		relations: slices.Concat(left.relations, right.relations),
		merged:    slices.Concat(left.merged, right.merged),
	}, nil
}

// tableRef binds a table that is no UNNEST.
func (b *binder) tableRef(x *sql.TableRef, in environment) (*tables, error) {
	if x.Sample != nil {
		return nil, unsupported(x.Sample, "TABLESAMPLE")
	}
	if x.Lateral {
		return nil, unsupported(x, "LATERAL")
	}
	switch source := x.Source.(type) {
	case *sql.TableName:
		r, err := b.tableName(x, source, in)
		return renamed(r, x, err)
	case *sql.Query:
		t, err := b.query(source, in)
		if err != nil {
			return nil, err
		}
		return renamed(&relation{table: *t, at: x.At}, x, nil)
	case *sql.TableRef:
		inner, err := b.table(source, nil, in)
		if err != nil {
			return nil, err
		}
		_, err = renamed(inner.relations[0], x, nil)
		return inner, err
	case *sql.Join:
		if x.Alias.Text != "" {
			return nil, unsupported(x.Alias, "an alias for a join; write (SELECT ... FROM ...) AS %s", x.Alias.Text)
		}
		return b.table(source, nil, in)
	}
	return nil, unsupported(x.Source, "this source of rows in FROM")
}

// renamed gives r the alias and the names of columns that x has.
func renamed(r *relation, x *sql.TableRef, err error) (*tables, error) {
	if err != nil {
		return nil, err
	}
	if x.Alias.Text != "" {
		r.name = []string{x.Alias.Text}
	}
	if x.Columns != nil {
		if r.columns, err = renameColumns(r, x.Columns); err != nil {
			return nil, err
		}
	}
	return &tables{relations: []*relation{r}, build: func() plan.Node {
		if r.read != nil {
			return r.read
		}
		return r.build()
	}}, nil
}

func renameColumns(r *relation, names []sql.Name) ([]column, error) {
	if r.read != nil {
		return nil, plan.Errorf(names[0].Pos(), "the fields of a collection have no order by which to name them; write (SELECT a AS b ... FROM %s)", r.text())
	}
	if len(names) > len(r.columns) {
		return nil, plan.Errorf(names[len(r.columns)].Pos(), "%s has %d columns, not %d", r.text(), len(r.columns), len(names))
	}
	out := slices.Clone(r.columns)
	for i, name := range names {
		if err := validName(name.Text, name); err != nil {
			return nil, err
		}
		if out[i].documents != nil {
			return nil, plan.Errorf(name.Pos(), "the columns of * have no order by which to name them")
		}
		out[i].name = name.Text
	}
	return out, nil
}

// tableName binds a name: of a query of WITH, a collection or a view.
func (b *binder) tableName(x *sql.TableRef, name *sql.TableName, in environment) (*relation, error) {
	parts := name.Path()
	if len(parts) == 1 {
		for c := in.with; c != nil; c = c.next {
			if c.def.Name.Text == parts[0] {
				return b.commonTable(c, name)
			}
		}
	}
	collection, view, err := b.catalog.Resolve(b.ctx, parts)
	if err != nil {
		return nil, &nameError{plan.Errorf(name.At, "%s", err), err}
	}
	if view != "" {
		return b.view(parts, view, name, in)
	}
	hint, err := accessPath(x.Hints)
	if err != nil {
		return nil, err
	}
	read := &plan.Read{Collection: collection, Name: vec.Path(parts).String(), Hint: hint}
	return &relation{name: parts, at: name.At, read: read, documents: b.documentsOf(collection)}, nil
}

// nameError is a name that the catalog does not know, or does not give: a *plan.Error that has a place, and
// the catalog's own error, which errors.As finds too.
type nameError struct{ placed, cause error }

func (e *nameError) Error() string   { return e.placed.Error() }
func (e *nameError) Unwrap() []error { return []error{e.placed, e.cause} }

func (b *binder) commonTable(c *commonTable, at sql.Node) (*relation, error) {
	if c.binding {
		return nil, unsupported(at, "recursive query %s", c.def.Name.Text)
	}
	c.binding = true
	defer func() { c.binding = false }()
	t, err := b.query(c.def.Query, c.in)
	if err != nil {
		return nil, err
	}
	r := &relation{name: []string{c.def.Name.Text}, at: at.Pos(), table: *t}
	if c.def.Columns != nil {
		r.columns, err = renameColumns(r, c.def.Columns)
	}
	return r, err
}

// accessPath is the value of HINT(access_path=...); other hints mean nothing.
func accessPath(hints []sql.Option) (string, error) {
	for _, h := range hints {
		if h.Name != "access_path" {
			continue
		}
		switch x := h.Value.(type) {
		case *sql.Column:
			return strings.ToLower(x.Name), nil
		case *sql.Literal:
			if s, ok := x.Value.(string); ok {
				return strings.ToLower(s), nil
			}
		}
		return "", plan.Errorf(h.Pos(), "access_path needs a name, such as column_scan or index_filter")
	}
	return "", nil
}

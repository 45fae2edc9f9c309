package bind

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// relation is one source of columns in FROM.
type relation struct {
	name []string      // its alias, or the parts of the collection's name; empty: it has none
	at   plan.Position // where it is in FROM

	// Of a collection: columns are added to read as names turn out to need them.
	read      *plan.Read
	documents *documents

	table // all others; that of an UNNEST has columns alone

	// element tells that t.x, if there is no column x, is x of the only column: UNNEST(...) AS t.
	element bool
}

// width is the number of columns that go out.
func (r *relation) width() int {
	if r.read != nil {
		return len(r.read.Columns)
	}
	return len(r.columns)
}

// text names the relation in errors.
func (r *relation) text() string {
	if len(r.name) == 0 {
		return "a table without a name"
	}
	return vec.Path(r.name).String()
}

// called tells whether the path begins with r's name, and how long that is: the alias, the last part of a
// collection's name, or all its parts.
func (r *relation) called(path []sql.Name) int {
	n := len(r.name)
	if n > 1 && len(path) >= n && slices.EqualFunc(r.name, path[:n], func(a string, b sql.Name) bool { return a == b.Text }) {
		return n
	}
	if n > 0 && path[0].Text == r.name[n-1] {
		return 1
	}
	return 0
}

// documents is what is known of the top-level fields of documents.
type documents struct {
	fields []string // that some have
	any    bool     // they may have others
}

// special are the fields that every document has.
var special = []string{"_id", "_event_time", "_meta"}

func (b *binder) documentsOf(collection string) *documents {
	return &documents{append(slices.Clone(b.stats.Fields(collection)), special...), b.stats.Rows(collection) == 0}
}

// presence is how certain it is that there is a field of some name.
type presence uint8

const (
	absent presence = iota
	possible
	present
)

// has is the rule for the fields of documents without a schema: see the package's comment.
func (d *documents) has(name string) presence {
	switch {
	case slices.Contains(d.fields, name):
		return present
	case d.any:
		return possible
	}
	return absent
}

// or is what is known of documents from two sources.
func (d *documents) or(e *documents) *documents {
	fields := slices.Concat(d.fields, e.fields)
	slices.Sort(fields)
	return &documents{slices.Compact(fields), d.any || e.any}
}

func (d *documents) without(names []string) *documents {
	return &documents{slices.DeleteFunc(slices.Clone(d.fields), func(f string) bool { return slices.Contains(names, f) }), d.any}
}

// has tells whether r has a column or field.
func (r *relation) has(name string) presence {
	if r.read != nil {
		return r.documents.has(name)
	}
	most := absent
	for _, c := range r.columns {
		switch {
		case c.hidden:
		case c.documents != nil:
			most = max(most, c.documents.has(name))
		case c.name == name:
			return present
		}
	}
	return most
}

// names lists the columns and fields that r is known to have.
func (r *relation) names() []string {
	if r.read != nil {
		return r.documents.fields
	}
	var out []string
	for _, c := range r.columns {
		switch {
		case c.hidden:
		case c.documents != nil:
			out = append(out, c.documents.fields...)
		default:
			out = append(out, c.name)
		}
	}
	return out
}

// path is the expression of a path in r, which has its first name, certainly or possibly.
func (b *binder) path(r *relation, path []sql.Name) (plan.Expr, error) {
	at := path[0].Pos()
	if r.read != nil {
		return b.readColumn(r, pathKeys(path), at), nil
	}
	matches := r.matching(path[0].Text)
	switch {
	case len(matches) > 1:
		return nil, plan.Errorf(at, "%s is ambiguous: %s has %d columns of that name", path[0].Text, r.text(), len(matches))
	case len(matches) == 0:
		panic("bug: path of no column")
	}
	e := r.column(matches[0], at)
	if r.columns[matches[0]].documents == nil {
		return getAll(e, path[1:]), nil
	}
	if below, ok := b.below(e, pathKeys(path)); ok {
		return below, nil
	}
	return getAll(e, path), nil
}

func pathKeys(path []sql.Name) (keys vec.Path) {
	for _, name := range path {
		keys = append(keys, name.Text)
	}
	return keys
}

// below is the column for a path in a column of documents, added where they are read; ok is false if they
// do not come from there as they are.
func (b *binder) below(documents *ref, path vec.Path) (column *ref, ok bool) {
	r := documents.of
	if r.read != nil {
		return b.readColumn(r, slices.Concat(r.read.Columns[documents.index].Path, path), documents.at), true
	}
	if r.deepen == nil {
		return nil, false
	}
	i, t, ok := r.deepen(documents.index, path)
	if !ok {
		return nil, false
	}
	if i == len(r.columns) {
		r.columns = append(r.columns, hiddenColumn(path, t))
	}
	return &ref{of: r, index: i, t: t, root: documents.index, path: path, text: path.String(), at: documents.at}, true
}

// hiddenColumn is a column that deepen adds.
func hiddenColumn(path vec.Path, t vec.Type) column {
	return column{name: path[len(path)-1], t: t, hidden: true}
}

// matching are the columns that name may mean: those called so, else those of documents that have it, else
// those of documents that may.
func (r *relation) matching(name string) (out []int) {
	best := possible
	for i, c := range r.columns {
		level := absent
		switch {
		case c.hidden:
		case c.documents != nil:
			level = c.documents.has(name)
		case c.name == name:
			level = present + 1
		}
		if level > best {
			best, out = level, nil
		}
		if level == best {
			out = append(out, i)
		}
	}
	return out
}

// readColumn is a column of a collection, added to what is read of it if it is new.
func (b *binder) readColumn(r *relation, path vec.Path, at plan.Position) *ref {
	i := slices.IndexFunc(r.read.Columns, func(c plan.Column) bool { return slices.Equal(c.Path, path) })
	if i < 0 {
		i = len(r.read.Columns)
		t := vec.Object
		if len(path) > 0 {
			t = b.stats.Types(r.read.Collection, path).One()
		}
		r.read.Columns = append(r.read.Columns, plan.Column{Path: path, Type: t})
	}
	text := path.String()
	if len(path) == 0 {
		text = "*"
	}
	return &ref{of: r, index: i, t: r.read.Columns[i].Type, path: path, text: text, at: at}
}

func (r *relation) column(i int, at plan.Position) *ref {
	return &ref{of: r, index: i, t: r.columns[i].t, text: r.columns[i].name, at: at}
}

// get is the value of a key of an object.
func get(e plan.Expr, key sql.Name) plan.Expr {
	return &plan.Call{Function: "get", Args: []plan.Expr{e, textLiteral(key.Text)}, T: vec.Dynamic, At: key.Pos()}
}

func textLiteral(s string) *plan.Literal { return &plan.Literal{Value: vec.StringValue(s)} }

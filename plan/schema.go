package plan

import (
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// Schema is the columns that go out: named by their paths, "*" for the whole document.
func (r *Read) Schema() []Field {
	field := func(c Column) Field {
		if len(c.Path) == 0 {
			return Field{"*", vec.Object}
		}
		return Field{c.Path[len(c.Path)-1], c.Type}
	}
	var out []Field
	if r.Output == nil {
		for _, c := range r.Columns {
			out = append(out, field(c))
		}
	}
	for _, i := range r.Output {
		out = append(out, field(r.Columns[i]))
	}
	return out
}

// Schema is Fields.
func (v *Values) Schema() []Field { return v.Fields }

// Schema is Input's.
func (f *Filter) Schema() []Field { return f.Input.Schema() }

// Schema is a field per expression.
func (p *Project) Schema() []Field {
	out := make([]Field, len(p.Expressions))
	for i, e := range p.Expressions {
		out[i] = Field{p.Names[i], e.Type()}
	}
	return out
}

// Schema is the keys, the measures, and the number of the grouping set if there are several.
func (a *Aggregate) Schema() []Field {
	var out []Field
	for i, k := range a.Keys {
		out = append(out, Field{a.Names[i], k.Type()})
	}
	for i, m := range a.Measures {
		out = append(out, Field{a.Names[len(a.Keys)+i], m.Type})
	}
	if len(a.Sets) > 1 {
		out = append(out, Field{"grouping_set", vec.Int})
	}
	return out
}

// Schema is Input's.
func (s *Sort) Schema() []Field { return s.Input.Schema() }

// Schema is Input's.
func (f *Fetch) Schema() []Field { return f.Input.Schema() }

// Schema is Left's, then, but for semi and anti joins, Right's.
func (j *Join) Schema() []Field {
	if j.Kind == LeftSemi || j.Kind == LeftAnti {
		return j.Left.Schema()
	}
	return slices.Concat(j.Left.Schema(), j.Right.Schema())
}

// Schema is the first source's names; a column that the sources type differently is Dynamic.
func (s *Set) Schema() []Field {
	out := slices.Clone(s.Sources[0].Schema())
	for _, source := range s.Sources[1:] {
		for i, f := range source.Schema() {
			out[i].Type = CommonType(out[i].Type, f.Type)
		}
	}
	return out
}

// Schema is Input's, the element, and its number if asked for.
func (u *Unnest) Schema() []Field {
	out := append(slices.Clone(u.Input.Schema()), Field{u.Names[0], vec.Dynamic})
	if u.Ordinality {
		out = append(out, Field{u.Names[1], vec.Int})
	}
	return out
}

// CommonType is the static type of a column fed by two expressions.
func CommonType(a, b vec.Type) vec.Type {
	switch {
	case a == b || b.IsNull():
		return a
	case a.IsNull():
		return b
	}
	return vec.Dynamic
}

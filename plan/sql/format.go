package sql

import (
	"slices"
	"strconv"
	"strings"
)

// Format is the canonical text of a statement, query, table, expression, type or name: one line, keywords
// and functions in upper case, no parentheses but those needed. Parsing it gives the same tree again,
// positions aside, except that Create and Alter keep the text of their body as it was written.
func Format(n Node) string {
	var f formatter
	switch n := n.(type) {
	case Expr:
		f.expr(n, lowest)
	case Statement:
		f.statement(n)
	case Body:
		f.body(n, 0)
	case Table:
		f.table(n)
	case *TableName:
		f.tableName(n)
	case *Unnest:
		f.source(n)
	case *TableFunction:
		f.source(n)
	case *Type:
		f.dataType(n)
	case *Window:
		f.window(n)
	case Name:
		f.name(n.Text, reserved)
	default:
		panic("bug: sql.Format of a node that is not written alone")
	}
	return f.String()
}

type formatter struct{ strings.Builder }

func (f *formatter) text(parts ...string) {
	for _, p := range parts {
		f.WriteString(p)
	}
}

// commas writes items with commas between them.
func commas[T any](f *formatter, items []T, write func(T)) {
	for i, item := range items {
		if i > 0 {
			f.text(", ")
		}
		write(item)
	}
}

// name writes a name, in quotes where one of the uses is taken by the keyword that it is.
func (f *formatter) name(s string, taken use) {
	if identifier(s) == len(s) && s != "" && keywords[keyword(s)]&taken == 0 {
		f.text(s)
		return
	}
	f.text(`"`, strings.ReplaceAll(s, `"`, `""`), `"`)
}

func (f *formatter) nameList(names []Name) {
	f.text("(")
	commas(f, names, func(n Name) { f.name(n.Text, reserved) })
	f.text(")")
}

func (f *formatter) alias(n Name) {
	if n.Text != "" {
		f.text(" AS ")
		f.name(n.Text, reserved)
	}
}

func (f *formatter) quote(s string) { f.text("'", strings.ReplaceAll(s, "'", "''"), "'") }

func (f *formatter) tableName(t *TableName) {
	for i, part := range t.Parts {
		if i > 0 {
			f.text(".")
			f.name(part.Text, 0)
			continue
		}
		f.name(part.Text, reserved|follows|starts|calls)
	}
}

func (f *formatter) options(before string, options []Option) {
	if options == nil {
		return
	}
	f.text(before, "(")
	commas(f, options, func(o Option) {
		f.name(o.Name, 0)
		if o.Value != nil {
			f.text(" = ")
			f.expr(o.Value, lowest)
		}
	})
	f.text(")")
}

func (f *formatter) where(e Expr) { f.clause(" WHERE ", e) }

func (f *formatter) clause(before string, e Expr) {
	if e != nil {
		f.text(before)
		f.expr(e, lowest)
	}
}

func (f *formatter) statement(s Statement) {
	switch s := s.(type) {
	case *WithOptions:
		f.options("OPTION", s.Options)
		f.text(" ")
		f.statement(s.Statement)
	case *Query:
		f.query(s)
	case *Insert:
		f.text("INSERT INTO ")
		f.tableName(s.Table)
		f.text(" ")
		if s.Columns != nil {
			f.nameList(s.Columns)
			f.text(" ")
		}
		f.query(s.Query)
	case *Export:
		f.text("INSERT INTO ")
		f.quote(s.URL)
		if s.Integration != "" {
			f.text(" INTEGRATION = ")
			f.quote(s.Integration)
		}
		f.options(" FORMAT = ", s.Format)
		f.text(" ")
		f.query(s.Query)
	case *Delete:
		f.text("DELETE FROM ")
		f.tableName(s.Table)
		f.alias(s.Alias)
		f.where(s.Where)
	case *Update:
		f.text("UPDATE ")
		f.tableName(s.Table)
		f.alias(s.Alias)
		f.text(" SET ")
		commas(f, s.Set, func(a Assignment) {
			f.expr(a.Target, levelPostfix)
			f.text(" = ")
			f.expr(a.Value, lowest)
		})
		f.where(s.Where)
	case *Describe:
		f.text("DESCRIBE ")
		f.tableName(s.Table)
		f.options(" OPTION", s.Options)
	case *Explain:
		f.text("EXPLAIN ")
		if s.Analyze {
			f.text("ANALYZE ")
		}
		if s.Format != "TEXT" {
			f.text("(FORMAT ", s.Format, ") ")
		}
		f.statement(s.Statement)
	case *Create:
		f.create(s)
	case *Alter:
		f.text("ALTER ", s.Kind, " ")
		if s.IfExists {
			f.text("IF EXISTS ")
		}
		f.tableName(s.Name)
		f.options(" SET ", s.Options)
		f.stands(s.For)
		f.definition(s.Body, s.Text)
	case *Drop:
		f.text("DROP ", s.Kind, " ")
		if s.IfExists {
			f.text("IF EXISTS ")
		}
		f.tableName(s.Name)
	}
}

func (f *formatter) create(c *Create) {
	f.text("CREATE ")
	if c.OrReplace {
		f.text("OR REPLACE ")
	}
	f.text(c.Kind, " ")
	if c.IfNotExists {
		f.text("IF NOT EXISTS ")
	}
	f.tableName(c.Name)
	if c.Parameters != nil {
		f.text(" (")
		commas(f, c.Parameters, func(l LambdaParameter) {
			f.name(l.Name, 0)
			f.text(" ")
			f.dataType(l.Type)
			f.clause(" DEFAULT ", l.Default)
		})
		f.text(")")
	}
	f.stands(c.For)
	f.options(" WITH ", c.Options)
	f.definition(c.Body, c.Text)
}

// stands writes what an alias stands for.
func (f *formatter) stands(t *TableName) {
	if t != nil {
		f.text(" FOR ")
		f.tableName(t)
	}
}

func (f *formatter) definition(body Statement, text string) {
	if body == nil {
		return
	}
	f.text(" AS ")
	if text != "" {
		f.text(text)
		return
	}
	f.statement(body)
}

func (f *formatter) dataType(t *Type) {
	if slices.Contains(typesOfWords, t.Name) {
		f.text(t.Name)
	} else {
		f.name(t.Name, reserved)
	}
	if t.Parameters != nil {
		f.text("(")
		commas(f, t.Parameters, func(n int64) { f.text(strconv.FormatInt(n, 10)) })
		f.text(")")
	}
	f.text(strings.Repeat("[]", t.Dimensions))
}

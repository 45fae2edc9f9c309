package oracle

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// text is an expression or query in both dialects. Where they agree, so do the texts.
type text struct{ ours, theirs string }

func both(s string) text { return text{s, s} }

// textf formats both dialects; each argument is a text or the same in both.
func textf(format string, args ...any) text {
	ours, theirs := make([]any, len(args)), make([]any, len(args))
	for i, arg := range args {
		ours[i], theirs[i] = arg, arg
		if t, ok := arg.(text); ok {
			ours[i], theirs[i] = t.ours, t.theirs
		}
	}
	return text{fmt.Sprintf(format, ours...), fmt.Sprintf(format, theirs...)}
}

func join(list []text, separator string) text {
	var ours, theirs []string
	for _, t := range list {
		ours, theirs = append(ours, t.ours), append(theirs, t.theirs)
	}
	return text{strings.Join(ours, separator), strings.Join(theirs, separator)}
}

// kind is the type of an expression.
type kind int

const (
	integer kind = iota
	float
	str
	boolean
	kinds
)

// source is a table in FROM, under an alias: its columns by kind.
type source struct {
	alias   string
	columns [kinds][]text
	mixed   bool // has the column m of many types
}

// docs is the collection of documents under an alias.
func docs(alias string) source {
	s := source{alias: alias, mixed: true}
	paths := [kinds][]string{
		integer: {"n", "k", "o.p", "list[1]", "list[2]", "objs[1].v", "small"},
		float:   {"f", "o.q.t"},
		str:     {"s", "o.q.r", "objs[1].k", "objs[2].k", "tag"},
		boolean: {"b", "o.q.u"},
	}
	for k, list := range paths {
		for _, path := range list {
			s.columns[k] = append(s.columns[k], both(alias+"."+path))
		}
	}
	return s
}

// generator makes random expressions over sources. None of them fails for any row, and integers stay small.
type generator struct {
	*rand.Rand
	from []source
}

func (g *generator) one(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) column(k kind) text {
	var all []text
	for _, s := range g.from {
		all = append(all, s.columns[k]...)
	}
	if len(all) == 0 {
		return g.constant(k)
	}
	return all[g.IntN(len(all))]
}

func (g *generator) constant(k kind) text {
	switch k {
	case integer:
		return both(fmt.Sprint(g.IntN(60) - 5))
	case float:
		n := g.IntN(30)
		return text{fmt.Sprintf("%d.5", n), fmt.Sprintf("CAST(%d.5 AS DOUBLE)", n)}
	case str:
		return both(g.one("'a'", "'b7'", "'c3'", "''", "'zz'", "'A'"))
	}
	return both(g.one("true", "false"))
}

func (g *generator) any(depth int) text { return g.expr(g.kind(), depth) }

func (g *generator) kind() kind { return kind(g.IntN(int(kinds))) }

// expr is an expression of a kind, nested at most so deep.
func (g *generator) expr(k kind, depth int) text {
	if depth == 0 || g.IntN(4) == 0 {
		if g.IntN(4) == 0 {
			return g.constant(k)
		}
		return g.column(k)
	}
	switch g.IntN(6) {
	case 0:
		return textf("CASE WHEN %s THEN %s ELSE %s END", g.expr(boolean, depth-1), g.expr(k, depth-1), g.expr(k, depth-1))
	case 1:
		return textf("COALESCE(%s, %s)", g.expr(k, depth-1), g.expr(k, depth-1))
	case 2:
		return textf("NULLIF(%s, %s)", g.expr(k, depth-1), g.expr(k, depth-1))
	}
	switch k {
	case integer:
		return g.integer(depth - 1)
	case float:
		return g.float(depth - 1)
	case str:
		return g.string(depth - 1)
	}
	return g.condition(depth - 1)
}

func (g *generator) integer(depth int) text {
	a := g.expr(integer, depth)
	switch g.IntN(8) {
	case 0:
		return textf("(%s + %s)", a, g.expr(integer, depth))
	case 1:
		return textf("(%s - %s)", a, g.expr(integer, depth))
	case 2:
		return textf("(%s * %d)", a, g.IntN(5)-2)
	case 3: // DuckDB's / gives a float, its // rounds as ours
		n := g.IntN(7) + 1
		return text{fmt.Sprintf("(%s / %d)", a.ours, n), fmt.Sprintf("(%s // %d)", a.theirs, n)}
	case 4:
		return textf("(%s %% %d)", a, g.IntN(7)+1)
	case 5:
		return textf("abs(%s)", a)
	case 6:
		return textf("length(%s)", g.expr(str, depth))
	}
	return textf("(- %s)", a)
}

func (g *generator) float(depth int) text {
	a := g.expr(float, depth)
	switch g.IntN(6) {
	case 0:
		return textf("(%s + %s)", a, g.expr(float, depth))
	case 1:
		return textf("(%s * %s)", a, g.constant(float))
	case 2:
		return textf("(%s - %s)", a, g.expr(integer, depth))
	case 3:
		return textf("%s(%s)", g.one("floor", "ceil", "round", "abs"), a)
	case 4:
		return textf("(%s / %s)", a, g.constant(float))
	}
	return text{fmt.Sprintf("CAST(%s AS float)", a.ours), fmt.Sprintf("CAST(%s AS DOUBLE)", a.theirs)}
}

func (g *generator) string(depth int) text {
	a := g.expr(str, depth)
	switch g.IntN(8) {
	case 0:
		return textf("(%s || %s)", a, g.expr(str, depth))
	case 1:
		return textf("%s(%s)", g.one("upper", "lower", "reverse", "trim"), a)
	case 2:
		return textf("substr(%s, %d, %d)", a, g.IntN(3)+1, g.IntN(4))
	case 3:
		return textf("replace(%s, %s, 'xy')", a, g.one("'a'", "'7'", "'c3'"))
	case 4:
		n := g.expr(integer, depth)
		return text{fmt.Sprintf("CAST(%s AS string)", n.ours), fmt.Sprintf("CAST(%s AS VARCHAR)", n.theirs)}
	case 5:
		return textf("left(%s, %d)", a, g.IntN(3))
	case 6:
		return textf("lpad(%s, %d, '*')", a, g.IntN(6))
	}
	return textf("concat_ws('-', %s, %s)", a, g.expr(str, depth))
}

// condition is of kind boolean.
func (g *generator) condition(depth int) text {
	k := g.kind()
	switch g.IntN(12) {
	case 0, 1:
		return textf("(%s AND %s)", g.expr(boolean, depth), g.expr(boolean, depth))
	case 2, 3:
		return textf("(%s OR %s)", g.expr(boolean, depth), g.expr(boolean, depth))
	case 4:
		return textf("(NOT %s)", g.expr(boolean, depth))
	case 5:
		return textf("(%s IS %sNULL)", g.expr(k, depth), g.one("", "NOT "))
	case 6:
		return textf("(%s IS %sDISTINCT FROM %s)", g.expr(k, depth), g.one("", "NOT "), g.expr(k, depth))
	case 7:
		last := g.constant(k)
		if g.IntN(3) == 0 {
			last = both("NULL")
		}
		return textf("(%s %sIN (%s, %s, %s))", g.expr(k, depth), g.one("", "NOT "), g.constant(k), g.expr(k, depth), last)
	case 8:
		return textf("(%s %sLIKE %s)", g.expr(str, depth), g.one("", "NOT "), g.one("'a%'", "'%3'", "'_7'", "'%'", "''", "'b%7%'"))
	case 9:
		return textf("(%s BETWEEN %s AND %s)", g.expr(integer, depth), g.expr(integer, depth), g.expr(integer, depth))
	case 10:
		return g.mixed(depth)
	}
	if k == integer && g.IntN(3) == 0 {
		return textf("(%s %s %s)", g.expr(integer, depth), g.one("=", "<>", "<", "<=", ">", ">="), g.expr(float, depth))
	}
	return textf("(%s %s %s)", g.expr(k, depth), g.one("=", "<>", "<", "<=", ">", ">="), g.expr(k, depth))
}

// mixed is a condition on a column of many types. Comparing it means, in DuckDB's terms, to compare what is
// of the other side's type and to get null for the rest.
func (g *generator) mixed(depth int) text {
	var m string
	for _, s := range g.from {
		if s.mixed {
			m = s.alias + ".m"
		}
	}
	if m == "" {
		return g.constant(boolean)
	}
	number := "CASE WHEN json_type(" + m + ") IN ('BIGINT', 'UBIGINT', 'DOUBLE') THEN CAST(" + m + " AS DOUBLE) END"
	content := "CASE WHEN json_type(" + m + ") = 'VARCHAR' THEN " + m + " ->> '$' END"
	missing := "(" + m + " IS NULL OR json_type(" + m + ") = 'NULL')"
	switch g.IntN(5) {
	case 0:
		types := g.one("'string'/'VARCHAR'", "'bool'/'BOOLEAN'", "'array'/'ARRAY'", "'object'/'OBJECT'", "'float'/'DOUBLE'")
		name, theirs, _ := strings.Cut(types, "/")
		return text{"(typeof(" + m + ") = " + name + ")", "(COALESCE(json_type(" + m + "), 'NULL') = " + theirs + ")"}
	case 1:
		return text{"(" + m + " IS NULL)", missing}
	case 2:
		a, op := g.expr(str, depth), g.one("=", "<", ">=", "<>")
		return text{fmt.Sprintf("(%s %s %s)", m, op, a.ours), fmt.Sprintf("((%s) %s %s)", content, op, a.theirs)}
	}
	a, op := g.expr(g.number(), depth), g.one("=", "<", ">=", "<>")
	return text{fmt.Sprintf("(%s %s %s)", m, op, a.ours), fmt.Sprintf("((%s) %s %s)", number, op, a.theirs)}
}

func (g *generator) number() kind {
	if g.IntN(2) == 0 {
		return integer
	}
	return float
}

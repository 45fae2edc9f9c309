package oracle

import (
	"fmt"
	"strings"
)

const depth = 3 // of expressions

// query is a random query, and whether its rows have an order.
func (g *generator) query() (text, bool) {
	switch g.IntN(10) {
	case 0, 1, 2:
		return g.rows()
	case 3, 4, 5:
		return g.groups()
	case 6:
		return g.ordered()
	case 7:
		return g.union(), false
	case 8:
		return g.common(), false
	}
	return g.unnested(), false
}

// source puts tables in FROM, and returns the clause.
func (g *generator) source() text {
	a := docs("a")
	switch g.IntN(6) {
	case 0: // equal keys of few documents, so that the result stays small
		b := docs("b")
		g.from = []source{a, b}
		kind := g.one("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
		on := both("a.n = b.n AND b.small = 1")
		if g.IntN(2) == 0 {
			on = textf("%s AND %s", on, g.condition(1))
		}
		return textf("FROM docs a %s docs b ON %s", kind, on)
	case 1: // with groups of another
		g.from = []source{a, {alias: "t", columns: [kinds][]text{integer: {both("t.c"), both("t.x")}, str: {both("t.s")}}}}
		return text{
			"FROM docs a " + g.one("JOIN", "LEFT JOIN") + " (SELECT s, count(*) AS c, sum(k) AS x FROM docs WHERE small < 3 GROUP BY s) t ON a.s = t.s",
			"",
		}.forDuckDB()
	}
	g.from = []source{a}
	return both("FROM docs a")
}

// forDuckDB is ours in DuckDB's terms: sums of ints are hugeints there.
func (t text) forDuckDB() text {
	t.theirs = strings.ReplaceAll(t.ours, "sum(k) AS x", "CAST(sum(k) AS BIGINT) AS x")
	return t
}

// where is a WHERE, sometimes.
func (g *generator) where() text {
	if g.IntN(4) == 0 {
		return both("")
	}
	c := g.condition(depth)
	if g.IntN(3) == 0 {
		c = textf("%s AND %s", g.selective(), c)
	}
	if g.IntN(6) == 0 {
		c = textf("%s AND %s", c, g.subquery())
	}
	return textf(" WHERE %s", c)
}

// selective is a condition that an index may answer.
func (g *generator) selective() text {
	n := g.IntN(700)
	return both(g.one(
		fmt.Sprintf("a._id = 'd%d'", n),
		fmt.Sprintf("a._id IN ('d%d', 'd%d', 'none')", n, n*3),
		fmt.Sprintf("a.n = %d", n),
		fmt.Sprintf("a.n IN (%d, NULL, %d)", n, n/2),
		fmt.Sprintf("a.n > %d AND a.n <= %d", n, n+20),
		fmt.Sprintf("a.f < %d", n%10-8),
		"a.s = 'b7'",
		"a.s LIKE 'a1%'",
		"a.o.q.r >= 'd5'",
		"a.o.p = 12",
		"a.o.q.t IS NOT NULL AND a.o.q.t = 3.25",
	))
}

// subquery is a condition with an uncorrelated subquery.
func (g *generator) subquery() text {
	outer := g.from
	inner := &generator{Rand: g.Rand, from: []source{docs("i")}}
	k := g.kind()
	where := inner.condition(1)
	value := g.expr(k, 1)
	g.from = outer
	switch g.IntN(4) {
	case 0:
		return textf("%s IN (SELECT %s FROM docs i WHERE i.small = 2 AND %s)", value, inner.expr(k, 1), where)
	case 1:
		return textf("%s NOT IN (SELECT %s FROM docs i WHERE i.n < 20 AND %s)", value, inner.expr(k, 1), where)
	case 2:
		return textf("EXISTS (SELECT 1 FROM docs i WHERE i.n < 50 AND %s)", where)
	}
	return textf("%s > (SELECT %s(%s) FROM docs i WHERE %s)", g.expr(integer, 1), g.one("min", "max"), inner.expr(integer, 1), where)
}

// list is expressions of any kind.
func (g *generator) list(n int) []text {
	out := make([]text, n)
	for i := range out {
		out[i] = g.any(depth)
	}
	return out
}

func (g *generator) rows() (text, bool) {
	from := g.source()
	distinct := ""
	if g.IntN(4) == 0 {
		distinct = "DISTINCT "
	}
	return textf("SELECT %s%s %s%s", distinct, join(g.list(1+g.IntN(4)), ", "), from, g.where()), false
}

// ordered sorts by all that it selects, so that there is one answer.
func (g *generator) ordered() (text, bool) {
	from := g.source()
	list := g.list(1 + g.IntN(3))
	var order []text
	for i := range list {
		order = append(order, both(fmt.Sprintf("%d%s NULLS %s", i+1, g.one("", " DESC"), g.one("FIRST", "LAST"))))
	}
	tail := ""
	if g.IntN(2) == 0 {
		tail = fmt.Sprintf(" LIMIT %d OFFSET %d", g.IntN(50), g.IntN(20))
	}
	return textf("SELECT %s %s%s ORDER BY %s%s", join(list, ", "), from, g.where(), join(order, ", "), tail), true
}

// aggregate is a call of an aggregate function.
func (g *generator) aggregate() text {
	filter := both("")
	if g.IntN(4) == 0 {
		filter = textf(" FILTER (WHERE %s)", g.condition(1))
	}
	number := g.number()
	switch g.IntN(9) {
	case 0:
		return textf("count(*)%s", filter)
	case 1:
		return textf("count(%s)%s", g.any(1), filter)
	case 2:
		return textf("count(DISTINCT %s)%s", g.any(1), filter)
	case 3:
		return textf("sum(%s)%s", g.expr(number, 1), filter)
	case 4:
		return textf("avg(%s)%s", g.expr(number, 1), filter)
	case 5:
		return textf("%s(%s)%s", g.one("min", "max"), g.any(1), filter)
	case 6:
		call := textf("(%s)%s", g.expr(boolean, 1), filter)
		return textf("%s%s", g.one("bool_and", "bool_or"), call)
	case 7:
		return textf("stddev(%s)%s", g.expr(number, 1), filter)
	}
	return textf("sum(DISTINCT %s)%s", g.expr(integer, 1), filter)
}

func (g *generator) groups() (text, bool) {
	from := g.source()
	keys := make([]text, g.IntN(4))
	for i := range keys {
		keys[i] = g.expr(kind(g.IntN(int(kinds))), g.IntN(3))
		if constant(keys[i].ours) { // GROUP BY 2 is the second column
			keys[i] = g.column(str)
		}
	}
	items := append([]text{}, keys...)
	for range 1 + g.IntN(3) {
		items = append(items, g.aggregate())
	}
	query := textf("SELECT %s %s%s", join(items, ", "), from, g.where())
	if len(keys) > 0 {
		query = textf("%s GROUP BY %s", query, join(keys, ", "))
	}
	if g.IntN(4) == 0 {
		query = textf("%s HAVING count(*) > %d", query, g.IntN(4))
	}
	return query, false
}

// constant tells expressions without columns.
func constant(s string) bool { return !strings.Contains(s, ".") || !strings.ContainsAny(s, "abt") }

func (g *generator) union() text {
	var kindsOf []kind
	for range 1 + g.IntN(3) {
		kindsOf = append(kindsOf, g.kind())
	}
	var parts []text
	for range 2 + g.IntN(2) {
		from := g.source()
		var list []text
		for _, k := range kindsOf {
			list = append(list, g.expr(k, 2))
		}
		parts = append(parts, textf("SELECT %s %s%s", join(list, ", "), from, g.where()))
	}
	return join(parts, g.one(" UNION ALL ", " UNION "))
}

// common is a query of WITH, used twice.
func (g *generator) common() text {
	from := g.source()
	key := g.column(str)
	with := textf("WITH w AS (SELECT %s AS s, %s AS x, %s AS y %s%s)", key, g.expr(integer, 2), g.expr(float, 2), from, g.where())
	switch g.IntN(3) {
	case 0:
		return textf("%s SELECT s, count(*), max(x), min(y) FROM w GROUP BY s", with)
	case 1:
		return textf("%s SELECT l.s, count(*) FROM (SELECT s, max(x) AS x FROM w GROUP BY s) l JOIN (SELECT s, max(y) AS y FROM w GROUP BY s) r ON l.s = r.s GROUP BY l.s", with)
	}
	return textf("%s SELECT x, y FROM w WHERE x > (SELECT avg(x) FROM w)", with)
}

func (g *generator) unnested() text {
	g.from = []source{docs("a")}
	where := g.where()
	switch g.IntN(3) {
	case 0:
		return text{
			"SELECT a._id, u.x, u.x + 1 FROM docs a, UNNEST(a.list AS x) AS u" + where.ours,
			"SELECT a._id, u.x, u.x + 1 FROM docs a, UNNEST(a.list) AS u(x)" + where.theirs,
		}
	case 1:
		return text{
			"SELECT u.x.k, count(*), sum(u.x.v) FROM docs a, UNNEST(a.objs AS x) AS u" + where.ours + " GROUP BY u.x.k",
			"SELECT u.x.k, count(*), sum(u.x.v) FROM docs a, UNNEST(a.objs) AS u(x)" + where.theirs + " GROUP BY u.x.k",
		}
	}
	return text{
		"SELECT a.list, length(a.list), array_contains(a.list, 3) FROM docs a" + where.ours,
		"SELECT a.list, len(a.list), list_contains(a.list, 3) FROM docs a" + where.theirs,
	}
}

package sql

// atQuery tells whether a query begins at the next token, an opening parenthesis aside.
func (p *parser) atQuery() bool {
	switch p.peek().keyword {
	case "SELECT", "WITH":
		return true
	case "VALUES":
		return p.ahead(1).is("(")
	case "TABLE":
		return p.ahead(1).names(reserved | follows)
	}
	return false
}

// query reads a whole query.
func (p *parser) query() *Query {
	p.enter()
	defer p.leave()
	q := &Query{Place: p.place()}
	if p.at("WITH") {
		q.With = p.with()
	}
	q.Body = p.body(0)
	return p.queryTail(q)
}

// parenthesized reads (query).
func (p *parser) parenthesized() *Query {
	p.expect("(")
	q := p.query()
	p.expect(")")
	return q
}

// queryTail reads what follows the body of q.
func (p *parser) queryTail(q *Query) *Query {
	q.OrderBy = p.orderBy()
	for limit, offset := false, false; ; {
		at := p.peek().at
		switch {
		case !limit && p.keyword("LIMIT"):
			limit = true
			if !p.keyword("ALL") {
				q.Limit = p.expr()
			}
		case !limit && p.keyword("FETCH"):
			limit = true
			p.fetch(q)
		case !offset && p.keyword("OFFSET"):
			offset = true
			q.Offset = p.expr()
			p.oneOf("ROWS", "ROW")
		default:
			q.Hints = p.hints()
			if q.WithTies && q.OrderBy == nil {
				p.fail(at, "WITH TIES needs an ORDER BY to say what a tie is")
			}
			return simplified(q)
		}
	}
}

// fetch reads FIRST [n] ROWS ONLY after FETCH.
func (p *parser) fetch(q *Query) {
	if p.oneOf("FIRST", "NEXT") == "" {
		p.expected("FIRST")
	}
	if p.at("ROW") || p.at("ROWS") {
		q.Limit = &Literal{p.place(), int64(1)}
	} else {
		q.Limit = p.expr()
	}
	if p.oneOf("ROWS", "ROW") == "" {
		p.expected("ROWS")
	}
	q.WithTies = p.keyword("WITH TIES")
	if !q.WithTies && !p.keyword("ONLY") {
		p.expected("ONLY or WITH TIES")
	}
}

// simplified is the query inside q if q adds nothing to it.
func simplified(q *Query) *Query {
	inner, ok := q.Body.(*Query)
	if ok && q.With == nil && q.OrderBy == nil && q.Limit == nil && q.Offset == nil && q.Hints == nil {
		return inner
	}
	return q
}

// atQueryTail tells whether what comes next can only go on with a query in parentheses before it.
func (p *parser) atQueryTail() bool {
	switch p.peek().keyword {
	case "UNION", "INTERSECT", "EXCEPT", "LIMIT", "OFFSET", "FETCH":
		return true
	case "ORDER":
		return p.at("ORDER BY")
	}
	return p.atCall("HINT")
}

// continued goes on with a query that began with inner in parentheses.
func (p *parser) continued(inner *Query) *Query {
	q := &Query{Place: inner.Place}
	q.Body = p.setOperations(unwrapped(inner), 0)
	return p.queryTail(q)
}

func (p *parser) with() *With {
	w := &With{Place: p.place()}
	p.expectKeyword("WITH")
	w.Recursive = p.keyword("RECURSIVE")
	w.Tables = list(p, func() CommonTable {
		name := p.name("the name of a query after WITH", reserved)
		t := CommonTable{Place: name.Place, Name: name}
		if p.peek().is("(") {
			t.Columns = p.nameList("the name of a column")
		}
		p.expectKeyword("AS")
		p.oneOf("NOT MATERIALIZED", "MATERIALIZED") // says how to run it, which is ours to know
		t.Query = p.parenthesized()
		return t
	})
	return w
}

// setLevels: INTERSECT binds tighter than the others.
var setLevels = map[string]int{"UNION": 1, "EXCEPT": 1, "INTERSECT": 2}

// body reads a body whose set operations bind tighter than level.
func (p *parser) body(level int) Body { return p.setOperations(p.bodyPrimary(), level) }

// setOperations reads the set operations that follow left.
func (p *parser) setOperations(left Body, level int) Body {
	for n := 0; ; p.chain(&n) {
		op := p.peek()
		l := setLevels[op.keyword]
		if l <= level {
			return left
		}
		p.take()
		all := p.oneOf("ALL", "DISTINCT") == "ALL"
		left = &SetOperation{Place: Place{op.at}, Op: op.keyword, All: all, Left: left, Right: p.body(l)}
	}
}

func (p *parser) bodyPrimary() Body {
	switch {
	case p.peek().is("("):
		return unwrapped(p.parenthesized())
	case p.at("VALUES"):
		return p.values()
	case p.at("TABLE"):
		s := &Select{Place: p.place()}
		p.take()
		star := &Star{Place: s.Place}
		s.Items = []SelectItem{{Place: s.Place, Expr: star}}
		name := p.tableName()
		s.From = []Table{&TableRef{Place: name.Place, Source: name}}
		return s
	case p.at("SELECT"):
		return p.selectBody()
	}
	p.expected("SELECT, WITH, VALUES or a query in parentheses")
	return &Select{}
}

// unwrapped is the body of a query that has nothing but a body.
func unwrapped(q *Query) Body {
	if q.With == nil && q.OrderBy == nil && q.Limit == nil && q.Offset == nil && q.Hints == nil {
		return q.Body
	}
	return q
}

func (p *parser) values() *Values {
	v := &Values{Place: p.place()}
	p.expectKeyword("VALUES")
	v.Rows = list(p, p.set)
	for _, row := range v.Rows {
		if len(row) != len(v.Rows[0]) {
			p.fail(row[0].Pos(), "this row of VALUES has %d columns, the first has %d", len(row), len(v.Rows[0]))
		}
	}
	return v
}

// set reads (a, b), which is several expressions, or one expression. ROW(a, b) and ((a, b)) are one.
func (p *parser) set() []Expr {
	first := p.peek()
	e := p.expr()
	if r, ok := e.(*Row); ok && first.is("(") && r.At == first.at {
		return r.Elements
	}
	return []Expr{e}
}

func (p *parser) selectBody() *Select {
	s := &Select{Place: p.place()}
	p.expectKeyword("SELECT")
	if p.keyword("DISTINCT") {
		s.Distinct = true
		if p.at("ON") && p.ahead(1).is("(") {
			p.take()
			p.expect("(")
			s.DistinctOn = p.exprs()
			p.expect(")")
		}
	} else if p.at("ALL") && !p.ahead(1).is(",") && !p.ahead(1).is(".") && p.ahead(1).keyword != "FROM" {
		p.take()
	}
	s.Items = append(s.Items, p.selectItem())
	for p.accept(",") && !p.at("FROM") {
		s.Items = append(s.Items, p.selectItem())
	}
	if p.keyword("FROM") {
		s.From = list(p, p.table)
	}
	if p.keyword("WHERE") {
		s.Where = p.expr()
	}
	if p.keyword("GROUP BY") {
		s.GroupBy = list(p, p.grouping)
	}
	if p.keyword("HAVING") {
		s.Having = p.expr()
	}
	qualify := func() {
		if s.Qualify == nil && p.keyword("QUALIFY") {
			s.Qualify = p.expr()
		}
	}
	qualify() // dialects differ on which side of WINDOW it stands
	if p.keyword("WINDOW") {
		s.Windows = list(p, func() NamedWindow {
			name := p.name("the name of a window", reserved)
			p.expectKeyword("AS")
			return NamedWindow{name.Place, name, p.windowSpec()}
		})
	}
	qualify()
	if p.keyword("CLUSTER BY") {
		s.ClusterBy = p.exprs()
	}
	return s
}

func (p *parser) selectItem() SelectItem {
	item := SelectItem{Place: p.place()}
	if p.accept("*") {
		item.Expr = p.except(&Star{Place: item.Place})
		return item
	}
	p.enter()
	item.Expr = p.operators(lowest)
	p.leave()
	if star, ok := item.Expr.(*Star); ok {
		item.Expr = p.except(star)
		return item
	}
	item.Alias = p.alias()
	return item
}

// except reads EXCEPT (a, b) after a star. EXCEPT (SELECT ...) is a set operation.
func (p *parser) except(s *Star) *Star {
	if !p.atCall("EXCEPT") && !p.atCall("EXCLUDE") {
		return s
	}
	if first := p.ahead(2); first.is("(") || first.keyword == "SELECT" || first.keyword == "WITH" ||
		(first.keyword == "VALUES" || first.keyword == "TABLE") && !p.ahead(3).is(",") && !p.ahead(3).is(")") {
		return s
	}
	p.take()
	s.Except = p.nameList("the name of a field to leave out")
	return s
}

func (p *parser) grouping() Grouping {
	p.enter()
	defer p.leave()
	g := Grouping{Place: p.place()}
	if p.atCall("ROLLUP") || p.atCall("CUBE") || p.at("GROUPING SETS") {
		g.Kind = p.oneOf("ROLLUP", "CUBE", "GROUPING SETS")
		p.expect("(")
		g.Elements = list(p, func() Grouping {
			e := p.grouping()
			if e.Kind != "" && g.Kind != "GROUPING SETS" {
				p.fail(e.At, "expected an expression inside %s, found %s", g.Kind, e.Kind)
			}
			return e
		})
		p.expect(")")
		return g
	}
	if p.peek().is("(") && p.ahead(1).is(")") {
		p.next += 2
		return g
	}
	g.Exprs = p.set()
	return g
}

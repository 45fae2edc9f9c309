package sql

// table reads one element of FROM: a table and the joins that follow it.
func (p *parser) table() Table {
	p.enter()
	defer p.leave()
	left := p.tablePrimary()
	for n := 0; p.atJoin(); p.chain(&n) {
		left = p.join(left)
	}
	return left
}

// joinKinds are the words before JOIN and the kind each makes.
var joinKinds = []struct{ words, kind string }{
	{"JOIN", "INNER"},
	{"INNER JOIN", "INNER"},
	{"CROSS JOIN", "CROSS"},
	{"LEFT JOIN", "LEFT"},
	{"LEFT OUTER JOIN", "LEFT"},
	{"RIGHT JOIN", "RIGHT"},
	{"RIGHT OUTER JOIN", "RIGHT"},
	{"FULL JOIN", "FULL"},
	{"FULL OUTER JOIN", "FULL"},
}

// atJoin tells whether another join follows.
func (p *parser) atJoin() bool {
	switch p.peek().keyword {
	case "JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "NATURAL":
		return true
	}
	return false
}

// join reads kind JOIN right condition.
func (p *parser) join(left Table) *Join {
	p.enter()
	defer p.leave()
	first := p.peek()
	j := &Join{Place: p.place(), Left: left, Natural: p.keyword("NATURAL")}
	for _, k := range joinKinds {
		if p.keyword(k.words) {
			j.Kind = k.kind
			break
		}
	}
	if j.Kind == "" || j.Natural && j.Kind == "CROSS" {
		p.fail(j.At, "expected [NATURAL] [INNER | LEFT | RIGHT | FULL] JOIN or CROSS JOIN, found %s", first)
	}
	j.Right = p.tablePrimary()
	if !j.Natural && j.Kind != "CROSS" {
		// a JOIN b JOIN c ON y ON x: the inner condition comes first.
		for n := 0; p.atJoin(); p.chain(&n) {
			j.Right = p.join(j.Right)
		}
		switch {
		case p.keyword("ON"):
			j.On = p.expr()
		case p.keyword("USING"):
			j.Using = p.nameList("the name of a column")
		default:
			p.expected("ON or USING after the tables of a join")
		}
	}
	j.Hints = p.hints()
	return j
}

// tablePrimary reads one table and what may be written after it.
func (p *parser) tablePrimary() Table {
	ref := &TableRef{Place: p.place()}
	if next := p.ahead(1); p.at("LATERAL") && (next.is("(") || next.names(reserved|follows)) {
		p.take()
		ref.Lateral = true
	}
	ref.Source = p.tableSource()
	p.tableSuffix(ref)
	if inner, ok := ref.Source.(Table); ok && ref.bare() {
		return inner // parentheses around it had no effect
	}
	return ref
}

// bare tells whether r is its source and no more.
func (r *TableRef) bare() bool {
	return !r.Lateral && r.Alias.Text == "" && r.Columns == nil && r.Sample == nil && r.Hints == nil
}

// tableSuffix reads the alias, sample and hints of a table.
func (p *parser) tableSuffix(ref *TableRef) {
	if p.keyword("WITH ORDINALITY") {
		switch s := ref.Source.(type) {
		case *Unnest:
			s.Ordinality = true
		case *TableFunction:
			s.Ordinality = true
		default:
			p.fail(ref.At, "WITH ORDINALITY goes with UNNEST and table functions only")
		}
	}
	ref.Alias = p.alias()
	if ref.Alias.Text != "" && p.peek().is("(") {
		ref.Columns = p.nameList("the name of a column")
	}
	if at := p.place(); p.keyword("TABLESAMPLE") {
		ref.Sample = p.sample(at)
	}
	ref.Hints = p.hints()
}

// tableSource reads what rows come from, parentheses included.
func (p *parser) tableSource() Source {
	switch {
	case p.peek().is("("):
		return p.parenthesizedSource()
	case p.atCall("UNNEST"):
		return p.unnest()
	case p.peek().names(reserved|follows) && p.ahead(1).is("("):
		f := &TableFunction{Place: p.place()}
		f.Call = p.call(p.take())
		return f
	}
	return p.tableName()
}

// parenthesizedSource reads a query, or tables with joins, in parentheses.
func (p *parser) parenthesizedSource() Source {
	p.enter()
	defer p.leave()
	p.expect("(")
	defer p.expect(")")
	if p.atQuery() {
		return p.query()
	}
	switch t := p.table().(type) {
	case *Join:
		return t
	case *TableRef:
		if !t.bare() {
			return t
		}
		// ((query) UNION ...) turns out to be a query after its first part.
		if q, ok := t.Source.(*Query); ok && p.atQueryTail() {
			return p.continued(q)
		}
		return t.Source
	}
	panic("bug: a table of unknown type")
}

// tableName reads a.b.c.
func (p *parser) tableName() *TableName {
	t := &TableName{Place: p.place()}
	t.Parts = []Name{p.name("a table", reserved|follows)}
	for p.accept(".") {
		t.Parts = append(t.Parts, p.fieldName())
	}
	return t
}

func (p *parser) unnest() *Unnest {
	u := &Unnest{Place: p.place()}
	p.take()
	p.expect("(")
	u.Expr = p.expr()
	u.Element = p.alias()
	if p.keyword("WITH ORDINALITY") {
		u.Ordinality = true
		u.Ordinal = p.alias()
	}
	p.expect(")")
	return u
}

// sample reads what follows TABLESAMPLE.
func (p *parser) sample(at Place) *Sample {
	s := &Sample{Place: at, Method: p.oneOf("BERNOULLI", "SYSTEM")}
	if s.Method == "" {
		p.expected("BERNOULLI or SYSTEM after TABLESAMPLE")
	}
	p.expect("(")
	s.Percent = p.expr()
	p.keyword("PERCENT")
	p.expect(")")
	if p.keyword("REPEATABLE") {
		p.expect("(")
		s.Seed = p.expr()
		p.expect(")")
	}
	return s
}

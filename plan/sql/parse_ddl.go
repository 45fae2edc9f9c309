package sql

import (
	"strings"

	"github.com/outcropdb/outcrop/internal/nearest"
)

// statementWords are the words statements begin with.
var statementWords = []string{
	"SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "DESCRIBE", "EXPLAIN", "CREATE", "ALTER", "DROP",
}

// statement reads a statement with the options before it.
func (p *parser) statement() Statement {
	at := p.place()
	if !p.atCall("OPTION") {
		return p.bareStatement()
	}
	p.take()
	w := &WithOptions{Place: at, Options: p.options()}
	w.Statement = p.bareStatement()
	return w
}

func (p *parser) bareStatement() Statement {
	t := p.peek()
	switch t.keyword {
	case "SELECT", "WITH", "VALUES", "TABLE":
		return p.query()
	case "INSERT":
		return p.insert()
	case "UPDATE":
		return p.update()
	case "DELETE":
		return p.delete()
	case "DESCRIBE", "DESC":
		return p.describe()
	case "EXPLAIN":
		return p.explain()
	case "CREATE":
		return p.create()
	case "ALTER":
		return p.alter()
	case "DROP":
		return p.drop()
	}
	if t.is("(") {
		return p.query()
	}
	if near := nearest.Name(t.text, statementWords); t.kind == word && len(t.text) <= longestKeyword && near != "" {
		p.expected("a statement (did you mean " + near + "?)")
	}
	p.expected("a statement, such as SELECT")
	return &Query{}
}

// insert reads INSERT INTO table or 'url'.
func (p *parser) insert() Statement {
	at := p.place()
	p.expectKeyword("INSERT")
	p.expectKeyword("INTO")
	if p.peek().kind == text {
		return p.export(at)
	}
	i := &Insert{Place: at, Table: p.tableName()}
	if p.peek().is("(") && !p.queryInParentheses() {
		i.Columns = p.nameList("the name of a field")
	}
	i.Query = p.query()
	return i
}

// queryInParentheses tells whether the parenthesis that comes next begins a query.
func (p *parser) queryInParentheses() bool {
	p.next++
	defer func() { p.next-- }()
	return p.peek().is("(") || p.atQuery()
}

// export reads what follows INSERT INTO before a url.
func (p *parser) export(at Place) Statement {
	e := &Export{Place: at, URL: p.take().text}
	for {
		switch {
		case e.Integration == "" && p.keyword("INTEGRATION"):
			p.expect("=")
			e.Integration = p.string("the name of an integration, in single quotes")
		case e.Format == nil && p.keyword("FORMAT"):
			p.expect("=")
			e.Format = p.options()
		default:
			e.Query = p.query()
			return e
		}
	}
}

func (p *parser) delete() Statement {
	d := &Delete{Place: p.place()}
	p.expectKeyword("DELETE")
	p.expectKeyword("FROM")
	d.Table = p.tableName()
	d.Alias = p.alias()
	if p.keyword("WHERE") {
		d.Where = p.expr()
	}
	return d
}

func (p *parser) update() Statement {
	u := &Update{Place: p.place()}
	p.expectKeyword("UPDATE")
	u.Table = p.tableName()
	u.Alias = p.alias()
	p.expectKeyword("SET")
	u.Set = list(p, func() Assignment {
		a := Assignment{Place: p.place(), Target: p.postfix(p.primary())}
		if !isPath(a.Target) {
			p.fail(a.At, "expected a field to set, found %s", Format(a.Target))
		}
		p.expect("=")
		a.Value = p.expr()
		return a
	})
	if p.keyword("WHERE") {
		u.Where = p.expr()
	}
	return u
}

// isPath tells whether e can be set.
func isPath(e Expr) bool {
	for {
		switch x := e.(type) {
		case *Column:
			return true
		case *Field:
			e = x.Of
		case *Subscript:
			e = x.Of
		default:
			return false
		}
	}
}

func (p *parser) describe() Statement {
	d := &Describe{Place: p.place()}
	p.take()
	d.Table = p.tableName()
	if p.atCall("OPTION") {
		p.take()
		d.Options = p.options()
	}
	return d
}

// explained are the statements that EXPLAIN takes.
const explained = "a query, INSERT, UPDATE or DELETE after EXPLAIN"

func (p *parser) explain() Statement {
	e := &Explain{Place: p.place(), Format: "TEXT"}
	p.expectKeyword("EXPLAIN")
	e.Analyze = p.keyword("ANALYZE")
	if after := p.ahead(1).keyword; p.peek().is("(") && (after == "FORMAT" || after == "ANALYZE") {
		p.take()
		list(p, func() bool {
			if p.keyword("ANALYZE") {
				e.Analyze = true
				return true
			}
			p.expectKeyword("FORMAT")
			p.accept("=")
			if e.Format = p.oneOf("TEXT", "JSON", "SUBSTRAIT"); e.Format == "" {
				p.expected("TEXT, JSON or SUBSTRAIT")
			}
			return true
		})
		p.expect(")")
	}
	switch p.peek().keyword {
	case "EXPLAIN", "DESCRIBE", "DESC", "CREATE", "ALTER", "DROP":
		p.expected(explained)
	}
	e.Statement = p.statement()
	return e
}

// kinds are what CREATE, ALTER and DROP make, change and remove.
var kinds = []string{"COLLECTION", "VIEW", "ALIAS", "WORKSPACE", "LAMBDA"}

func (p *parser) kind() string {
	k := p.oneOf(kinds...)
	if k == "" {
		p.expected(strings.Join(kinds[:len(kinds)-1], ", ") + " or " + kinds[len(kinds)-1])
	}
	return k
}

func (p *parser) create() Statement {
	c := &Create{Place: p.place()}
	p.expectKeyword("CREATE")
	c.OrReplace = p.keyword("OR REPLACE")
	c.Kind = p.kind()
	c.IfNotExists = p.keyword("IF NOT EXISTS")
	c.Name = p.tableName()
	if c.Kind == "LAMBDA" && p.accept("(") {
		if !p.peek().is(")") {
			c.Parameters = list(p, p.lambdaParameter)
		}
		p.expect(")")
	}
	if c.Kind == "ALIAS" {
		p.expectKeyword("FOR")
		c.For = p.tableName()
	}
	if p.keyword("WITH") {
		c.Options = p.options()
	}
	switch c.Kind {
	case "VIEW", "LAMBDA":
		c.Body, c.Text = p.definition(c.Kind)
	case "COLLECTION":
		if p.at("AS") {
			c.Body, c.Text = p.definition(c.Kind)
		}
	}
	return c
}

// definition reads AS statement.
func (p *parser) definition(kind string) (Statement, string) {
	p.expectKeyword("AS")
	first := p.next
	var s Statement
	if kind == "LAMBDA" && p.at("INSERT") {
		s = p.insert()
	} else {
		s = p.query()
	}
	if p.err != nil {
		return s, ""
	}
	return s, p.source[p.tokens[first].start:p.tokens[p.next-1].stop]
}

// lambdaParameter reads name type [DEFAULT value].
func (p *parser) lambdaParameter() LambdaParameter {
	l := LambdaParameter{Place: p.place()}
	p.accept(":")
	l.Name = p.name("the name of a parameter", 0).Text
	l.Type = p.dataType()
	if p.keyword("DEFAULT") {
		l.Default = p.expr()
	}
	return l
}

func (p *parser) alter() Statement {
	a := &Alter{Place: p.place()}
	p.expectKeyword("ALTER")
	a.Kind = p.kind()
	a.IfExists = p.keyword("IF EXISTS")
	a.Name = p.tableName()
	switch {
	case p.keyword("SET"):
		a.Options = p.options()
	case a.Kind == "ALIAS" && p.keyword("FOR"):
		a.For = p.tableName()
	case a.Kind == "ALIAS":
		p.expected("SET or FOR")
	case a.Kind != "WORKSPACE" && p.at("AS"):
		a.Body, a.Text = p.definition(a.Kind)
	case a.Kind != "WORKSPACE":
		p.expected("SET or AS")
	default:
		p.expected("SET")
	}
	return a
}

func (p *parser) drop() Statement {
	d := &Drop{Place: p.place()}
	p.expectKeyword("DROP")
	d.Kind = p.kind()
	d.IfExists = p.keyword("IF EXISTS")
	d.Name = p.tableName()
	return d
}

package sql

import "strings"

// call reads the arguments of the function that name, which has been taken, calls, and what may follow.
func (p *parser) call(name token) *Call {
	c := &Call{Place: Place{name.at}, Name: strings.ToLower(name.text)}
	p.expect("(")
	switch {
	case p.peek().is("*") && p.ahead(1).is(")"):
		p.take()
		c.Star = true
	case !p.peek().is(")"):
		if p.keyword("DISTINCT") {
			c.Distinct = true
		} else if after := p.ahead(1); p.at("ALL") && !after.is(",") && !after.is(")") && !after.is(".") {
			p.take()
		}
		c.Args = list(p, p.argument)
		p.nulls(c)
		c.OrderBy = p.orderBy()
		if p.keyword("LIMIT") {
			c.Limit = p.expr()
		}
	}
	p.expect(")")
	if p.keyword("WITHIN GROUP") {
		p.expect("(")
		if !p.at("ORDER BY") {
			p.expected("ORDER BY")
		}
		c.WithinGroup = p.orderBy()
		p.expect(")")
	}
	if p.atCall("FILTER") {
		p.take()
		p.expect("(")
		p.expectKeyword("WHERE")
		c.Filter = p.expr()
		p.expect(")")
	}
	p.nulls(c)
	if p.at("OVER") && (p.ahead(1).is("(") || p.ahead(1).names(reserved|follows)) {
		p.take()
		c.Over = p.window()
	}
	return c
}

// nulls reads IGNORE NULLS or RESPECT NULLS if it is there.
func (p *parser) nulls(c *Call) {
	switch p.oneOf("IGNORE NULLS", "RESPECT NULLS") {
	case "IGNORE NULLS":
		c.Nulls = "IGNORE"
	case "RESPECT NULLS":
		c.Nulls = "RESPECT"
	}
}

// argument reads an expression or a lambda.
func (p *parser) argument() Expr {
	at := p.place()
	parameters := p.lambdaParameters()
	if parameters == nil {
		return p.expr()
	}
	return &Lambda{at, parameters, p.expr()}
}

// lambdaParameters takes the parameters of a lambda and its arrow if one begins here. See Lambda.
func (p *parser) lambdaParameters() []Name {
	var names []Name
	n := 0 // tokens looked at
	take := func() bool {
		t := p.ahead(n)
		names = append(names, Name{Place{t.at}, t.text})
		n++
		return t.names(reserved)
	}
	if p.peek().is("(") {
		for more := true; more; more = p.ahead(n).is(",") {
			if n++; !take() {
				return nil
			}
		}
		if !p.ahead(n).is(")") {
			return nil
		}
		n++
	} else if !take() {
		return nil
	}
	if !p.ahead(n).is("->") {
		return nil
	}
	if key := p.ahead(n + 1); len(names) == 1 && !p.peek().is("(") && (key.kind == text || key.kind == number) {
		switch after := p.ahead(n + 2); after.text {
		case ",", ")", "->", "->>", "::":
			if after.kind == symbol {
				return nil
			}
		}
	}
	p.next += n + 1
	return names
}

// extract reads EXTRACT(unit FROM x).
func (p *parser) extract(at Place) Expr {
	p.next += 2
	t := p.take()
	part := strings.ToUpper(t.text)
	if u, ok := units[part]; ok {
		part = u
	}
	p.expectKeyword("FROM")
	c := &Call{Place: at, Name: "extract", Args: []Expr{&Literal{Place{t.at}, part}, p.expr()}}
	p.expect(")")
	return c
}

// keywordCall reads a call of a function whose arguments may have keywords between them; with commas
// it is an ordinary one. See Call for what the arguments become.
func (p *parser) keywordCall(at Place) Expr {
	name := p.take()
	c := &Call{Place: at, Name: strings.ToLower(name.text)}
	p.expect("(")
	switch name.keyword {
	case "POSITION":
		// IN must not be taken for the operator.
		p.enter()
		part := p.prefix(levelPredicate + 1)
		part = p.infixes(part, levelPredicate+1)
		if p.keyword("IN") {
			c.Args = []Expr{part, p.expr()}
		} else {
			c.Args = []Expr{p.infixes(part, lowest)}
		}
		p.leave()
	case "TRIM":
		c.Args = p.trim(c)
	case "SUBSTRING":
		c.Args = p.exprs()
		p.fromFor(c)
	case "OVERLAY":
		c.Args = []Expr{p.expr()}
		if p.keyword("PLACING") {
			c.Args = append(c.Args, p.expr())
			if !p.at("FROM") {
				p.expected("FROM")
			}
			p.fromFor(c)
		}
	}
	for p.accept(",") {
		c.Args = append(c.Args, p.expr())
	}
	p.expect(")")
	return c
}

// fromFor reads [FROM start] [FOR length].
func (p *parser) fromFor(c *Call) {
	at := p.place()
	if p.keyword("FROM") {
		c.Args = append(c.Args, p.expr())
	} else if p.at("FOR") {
		c.Args = append(c.Args, &Literal{at, int64(1)})
	}
	if p.keyword("FOR") {
		c.Args = append(c.Args, p.expr())
	}
}

// trims are the functions for the ends that TRIM names.
var trims = map[string]string{"LEADING": "ltrim", "TRAILING": "rtrim", "BOTH": "trim"}

// trim reads [BOTH|LEADING|TRAILING] [characters] [FROM] x.
func (p *parser) trim(c *Call) []Expr {
	after := p.ahead(1)
	if name, ok := trims[p.peek().keyword]; ok && !after.is(",") && !after.is(")") {
		p.take()
		c.Name = name
	}
	if p.keyword("FROM") {
		return []Expr{p.expr()}
	}
	first := p.expr()
	if p.keyword("FROM") {
		return []Expr{p.expr(), first}
	}
	return []Expr{first}
}

// window reads what follows OVER: a name or (...).
func (p *parser) window() *Window {
	if p.peek().is("(") {
		return p.windowSpec()
	}
	name := p.name("the name of a window", reserved|follows)
	return &Window{Place: name.Place, Base: name}
}

// frameUnits are the words that a frame begins with.
var frameUnits = []string{"ROWS", "RANGE", "GROUPS"}

// windowSpec reads ([name] [PARTITION BY ...] [ORDER BY ...] [frame]).
func (p *parser) windowSpec() *Window {
	w := &Window{Place: p.place()}
	p.expect("(")
	switch t := p.peek(); t.keyword {
	case "PARTITION", "ORDER", "ROWS", "RANGE", "GROUPS":
	default:
		if t.names(reserved) {
			w.Base = p.name("the name of a window", reserved)
		}
	}
	if p.keyword("PARTITION BY") {
		w.PartitionBy = p.exprs()
	}
	w.OrderBy = p.orderBy()
	at := p.place()
	if u := p.oneOf(frameUnits...); u != "" {
		w.Frame = p.frame(at, u)
	}
	p.expect(")")
	return w
}

// frame reads the bounds after the unit.
func (p *parser) frame(at Place, unit string) *Frame {
	f := &Frame{Place: at, Unit: unit}
	if p.keyword("BETWEEN") {
		f.Start = p.bound()
		p.expectKeyword("AND")
		f.End = p.bound()
	} else {
		f.Start = p.bound()
		f.End = Bound{Place: f.Start.Place, Kind: "CURRENT ROW"}
	}
	if p.keyword("EXCLUDE") {
		if f.Exclude = p.oneOf("CURRENT ROW", "GROUP", "TIES", "NO OTHERS"); f.Exclude == "" {
			p.expected("CURRENT ROW, GROUP, TIES or NO OTHERS")
		}
	}
	return f
}

func (p *parser) bound() Bound {
	b := Bound{Place: p.place()}
	if b.Kind = p.oneOf("UNBOUNDED PRECEDING", "UNBOUNDED FOLLOWING", "CURRENT ROW"); b.Kind != "" {
		return b
	}
	// AND separates the bounds; it is not part of the first.
	b.Offset = p.operators(levelAnd + 1)
	if b.Kind = p.oneOf("PRECEDING", "FOLLOWING"); b.Kind == "" {
		p.expected("PRECEDING or FOLLOWING")
	}
	return b
}

package sql

import (
	"math"
	"strconv"
	"strings"
)

// primary reads an operand without operators.
func (p *parser) primary() Expr {
	t := p.peek()
	at := Place{t.at}
	switch t.kind {
	case number:
		return p.number(at, "")
	case text:
		p.take()
		return &Literal{at, t.text}
	case binary:
		p.take()
		return &Literal{at, []byte(t.text)}
	case parameter:
		return p.numbered(at)
	case quoted:
		return p.named()
	case word:
		return p.word(t)
	case symbol:
		switch {
		case t.text == "(":
			return p.parentheses(at)
		case t.text == "[":
			return p.array(at)
		case t.text == "{":
			return p.object(at)
		case t.text == "?":
			p.take()
			p.marks++
			return &Parameter{Place: at, Index: p.marks}
		case p.atParameter():
			p.take()
			return &Parameter{Place: at, Name: p.take().text}
		}
	}
	p.expected("an expression")
	return &Undefined{at}
}

// atParameter tells whether :name or :1 comes next, without a space inside.
func (p *parser) atParameter() bool {
	colon, name := p.peek(), p.ahead(1)
	return colon.is(":") && name.start == colon.stop && (name.kind == word || name.kind == number)
}

// numbered reads $1.
func (p *parser) numbered(at Place) Expr {
	t := p.take()
	n, err := strconv.ParseInt(t.text, 10, 32)
	if err != nil || n == 0 {
		p.fail(t.at, "expected a parameter from $1, found %s", t)
	}
	return &Parameter{Place: at, Index: int(n)}
}

// number takes a number literal; minus is the sign before it, which may be none.
func (p *parser) number(at Place, minus string) *Literal {
	t := p.take()
	base := 10 // a leading zero means nothing
	digits := minus + t.text
	hex := strings.HasPrefix(t.text, "0x") || strings.HasPrefix(t.text, "0X")
	if hex {
		base = 0
	}
	if n, err := strconv.ParseInt(digits, base, 64); err == nil {
		return &Literal{at, n}
	}
	if hex {
		digits += "p0"
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		p.fail(t.at, "%s is outside the range of float", t)
	}
	return &Literal{at, f}
}

// negative is the number with a minus before it; nil if it is no number or has one.
func negative(at Place, l *Literal) *Literal {
	switch v := l.Value.(type) {
	case int64:
		if v >= 0 {
			return &Literal{at, -v}
		}
	case float64:
		if !math.Signbit(v) {
			return &Literal{at, -v}
		}
	}
	return nil
}

// parentheses reads (expr), (a, b) or (query). VALUES is a function here.
func (p *parser) parentheses(at Place) Expr {
	p.expect("(")
	defer p.expect(")")
	if p.atQuery() && !p.at("VALUES") {
		return &Subquery{at, p.query()}
	}
	e := p.expr()
	if s, ok := e.(*Subquery); ok && p.atQueryTail() {
		return &Subquery{at, p.continued(s.Query)}
	}
	if !p.peek().is(",") {
		return e
	}
	p.take()
	return &Row{at, append([]Expr{e}, p.exprs()...)}
}

// array reads [a, b].
func (p *parser) array(at Place) Expr {
	p.expect("[")
	a := &Array{Place: at}
	if !p.peek().is("]") {
		a.Elements = p.exprs()
	}
	p.expect("]")
	return a
}

// object reads {'a': 1, b: 2}.
func (p *parser) object(at Place) Expr {
	p.expect("{")
	o := &Object{Place: at}
	if !p.peek().is("}") {
		o.Fields = list(p, func() ObjectField {
			t := p.peek()
			if t.kind != text && !t.names(0) {
				p.expected("a key")
			}
			p.take()
			p.expect(":")
			return ObjectField{Place{t.at}, t.text, p.expr()}
		})
	}
	p.expect("}")
	return o
}

// word reads what begins with a word: by its keyword if that means something here, else as a name.
func (p *parser) word(t token) Expr {
	at := Place{t.at}
	after := p.ahead(1)
	call := after.is("(")
	switch t.keyword {
	case "NULL", "TRUE", "FALSE":
		p.take()
		return &Literal{at, constants[t.keyword]}
	case "UNDEFINED":
		p.take()
		return &Undefined{at}
	case "CASE":
		return p.caseOf(at)
	case "DATE", "TIME", "DATETIME", "TIMESTAMP":
		if after.kind == text {
			p.take()
			return &TypedLiteral{at, t.keyword, p.take().text}
		}
	case "CURRENT_DATE", "CURRENT_DATETIME", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP":
		if !call {
			p.take()
			return &Call{Place: at, Name: strings.ToLower(t.text)}
		}
	case "INTERVAL":
		if p.atInterval() {
			return p.interval(at)
		}
	case "ARRAY":
		if after.is("[") {
			p.take()
			return p.array(at)
		}
	case "CAST", "TRY_CAST":
		if call {
			return p.cast(at)
		}
	case "EXISTS":
		if call {
			p.take()
			return &Exists{at, p.parenthesized()}
		}
	case "ROW":
		if call {
			p.next += 2
			r := &Row{at, p.exprs()}
			p.expect(")")
			return r
		}
	case "EXTRACT":
		if unit := p.ahead(2); call && (unit.kind == word || unit.kind == text) && p.ahead(3).keyword == "FROM" {
			return p.extract(at)
		}
	case "POSITION", "SUBSTRING", "TRIM", "OVERLAY":
		if call {
			return p.keywordCall(at)
		}
	case "ORDER", "GROUP":
		if after.keyword == "BY" {
			p.expected("an expression")
			return &Undefined{at}
		}
	}
	return p.named()
}

var constants = map[string]any{"NULL": nil, "TRUE": true, "FALSE": false}

// named reads a column or a call.
func (p *parser) named() Expr {
	t := p.peek()
	if !t.names(reserved) {
		p.expected("an expression")
		return &Undefined{Place{t.at}}
	}
	p.take()
	if p.peek().is("(") {
		return p.call(t)
	}
	return &Column{Place{t.at}, t.text}
}

// caseOf reads CASE ... END.
func (p *parser) caseOf(at Place) Expr {
	p.expectKeyword("CASE")
	c := &Case{Place: at}
	if !p.at("WHEN") {
		c.Operand = p.expr()
	}
	for p.at("WHEN") || c.Whens == nil {
		w := When{Place: p.place()}
		p.expectKeyword("WHEN")
		w.Condition = p.expr()
		p.expectKeyword("THEN")
		w.Result = p.expr()
		c.Whens = append(c.Whens, w)
	}
	if p.keyword("ELSE") {
		c.Else = p.expr()
	}
	if !p.keyword("END") {
		p.expected("WHEN, ELSE or END")
	}
	return c
}

// cast reads CAST(x AS type) or TRY_CAST(x AS type).
func (p *parser) cast(at Place) Expr {
	c := &Cast{Place: at, Try: p.take().keyword == "TRY_CAST"}
	p.expect("(")
	c.Expr = p.expr()
	p.expectKeyword("AS")
	c.Type = p.dataType()
	p.expect(")")
	return c
}

// atInterval tells an interval from a column of that name.
func (p *parser) atInterval() bool {
	amount := p.ahead(1)
	if amount.is("-") || amount.is("+") {
		return p.ahead(2).kind == number && unit(p.ahead(3)) != ""
	}
	return amount.kind == text || amount.kind == number || amount.kind == parameter ||
		amount.is("(") || amount.is("?") || amount.is(":") && p.ahead(2).start == amount.stop
}

// unit is the unit that t names, or "".
func unit(t token) string {
	if t.kind != word {
		return ""
	}
	return units[strings.ToUpper(t.text)]
}

// interval reads INTERVAL amount unit [TO unit].
func (p *parser) interval(at Place) Expr {
	p.take()
	i := &Interval{Place: at}
	first := p.peek()
	switch {
	case p.accept("("):
		i.Amount = p.expr()
		p.expect(")")
	case p.accept("-"):
		i.Amount = p.number(Place{first.at}, "-")
	default:
		p.accept("+")
		i.Amount = p.primary()
	}
	if i.Unit = unit(p.peek()); i.Unit != "" {
		p.take()
		if unit(p.ahead(1)) != "" && p.keyword("TO") {
			i.To = unit(p.take())
		}
	} else if first.kind != text {
		p.expected("a unit such as DAY or HOUR")
	}
	return i
}

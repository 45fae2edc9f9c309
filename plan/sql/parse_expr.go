package sql

import "strings"

// Levels say how tightly operators bind, as in PostgreSQL.
const (
	lowest = iota
	levelOr
	levelAnd
	levelNot
	levelIs
	levelComparison
	levelPredicate // BETWEEN, IN, LIKE
	levelOther     // every symbol not named here
	levelSum
	levelProduct
	levelPower
	levelAt
	levelUnary
	levelPostfix
)

// infixLevels are the levels of operators between operands, by symbol or first keyword.
var infixLevels = map[string]int{
	"OR": levelOr, "AND": levelAnd, "IS": levelIs, "ISNULL": levelIs, "NOTNULL": levelIs,
	"=": levelComparison, "==": levelComparison, "<>": levelComparison, "!=": levelComparison,
	"<": levelComparison, "<=": levelComparison, ">": levelComparison, ">=": levelComparison,
	"NOT": levelPredicate, "BETWEEN": levelPredicate, "IN": levelPredicate, "LIKE": levelPredicate,
	"ILIKE": levelPredicate, "SIMILAR": levelPredicate,
	"||": levelOther, "->": levelOther, "->>": levelOther, "&": levelOther, "|": levelOther,
	"#": levelOther, "<<": levelOther, ">>": levelOther,
	"~": levelOther, "~*": levelOther, "!~": levelOther, "!~*": levelOther,
	"+": levelSum, "-": levelSum, "*": levelProduct, "/": levelProduct, "%": levelProduct,
	"^": levelPower, "AT": levelAt,
}

// synonyms are operators that have another name in the tree.
var synonyms = map[string]string{"==": "=", "!=": "<>"}

// expr reads a whole expression.
func (p *parser) expr() Expr {
	e := p.operators(lowest)
	p.notStar(e)
	return e
}

func (p *parser) notStar(e Expr) {
	if _, ok := e.(*Star); ok {
		p.fail(e.Pos(), "expected an expression, found .*, which stands alone in a select list")
	}
}

// operators reads an expression of operators that bind at least as tightly as level.
func (p *parser) operators(level int) Expr {
	p.enter()
	defer p.leave()
	return p.infixes(p.prefix(level), level)
}

// infixLevel is the level of the operator that comes next; lowest if none does.
func (p *parser) infixLevel() int {
	t := p.peek()
	switch t.kind {
	case symbol:
		return infixLevels[t.text]
	case word:
		switch t.keyword {
		case "NOT":
			if !p.at("NOT IN") && !p.at("NOT LIKE") && !p.at("NOT ILIKE") && !p.at("NOT BETWEEN") && !p.at("NOT SIMILAR") {
				return lowest
			}
		case "SIMILAR":
			if !p.at("SIMILAR TO") {
				return lowest
			}
		case "AT":
			if !p.at("AT TIME ZONE") {
				return lowest
			}
		}
		return infixLevels[t.keyword]
	}
	return lowest
}

// infixes goes on with the operators after left that bind at least as tightly as level.
func (p *parser) infixes(left Expr, level int) Expr {
	if _, ok := left.(*Star); ok && level == lowest {
		return left // for selectItem
	}
	p.notStar(left)
	previous := lowest
	for n := 0; ; p.chain(&n) {
		next := p.infixLevel()
		if next == lowest || next < level {
			return left
		}
		if next == previous && (next == levelComparison || next == levelPredicate) {
			p.fail(p.peek().at, "%s follows another comparison; put parentheses around one of them", p.peek())
		}
		previous = next
		left = p.infix(left, next)
	}
}

// infix reads one operator, which is of the level, and its operand.
func (p *parser) infix(left Expr, level int) Expr {
	switch level {
	case levelIs:
		return p.isTest(left)
	case levelPredicate:
		return p.predicate(left)
	case levelAt:
		at := p.place()
		p.expectKeyword("AT TIME ZONE")
		return &Binary{at, "AT TIME ZONE", left, p.operators(level + 1)}
	}
	t := p.take()
	op := t.text
	if t.kind == word {
		op = t.keyword
	}
	if s, ok := synonyms[op]; ok {
		op = s
	}
	if level == levelComparison && p.atQuantifier() {
		return p.quantified(Place{t.at}, left, op)
	}
	return &Binary{Place{t.at}, op, left, p.operators(level + 1)}
}

// prefix reads an operand with the operators before it.
func (p *parser) prefix(level int) Expr {
	t := p.peek()
	at := Place{t.at}
	switch {
	case t.keyword == "NOT":
		if level > levelNot {
			p.fail(t.at, "NOT after an operator that binds tighter; put parentheses around NOT and what it negates")
		}
		p.take()
		return &Unary{at, "NOT", p.operators(levelNot)}
	case p.accept("~"):
		return &Unary{at, "~", p.operators(levelOther + 1)}
	case p.accept("+"):
		return &Unary{at, "+", p.operators(levelUnary)}
	case p.accept("-"):
		if p.peek().kind == number {
			return p.postfix(p.number(at, "-"))
		}
		e := p.operators(levelUnary)
		if l, ok := e.(*Literal); ok {
			if negated := negative(at, l); negated != nil {
				return negated
			}
		}
		return &Unary{at, "-", e}
	}
	return p.postfix(p.primary())
}

// isWhats are what may follow IS [NOT].
var isWhats = []string{"NULL", "UNDEFINED", "TRUE", "FALSE", "UNKNOWN"}

func (p *parser) isTest(left Expr) Expr {
	at := p.place()
	if null := p.oneOf("ISNULL", "NOTNULL"); null != "" {
		return &Is{at, left, null == "NOTNULL", "NULL"}
	}
	p.expectKeyword("IS")
	not := p.keyword("NOT")
	if p.keyword("DISTINCT FROM") {
		op := "IS DISTINCT FROM"
		if not {
			op = "IS NOT DISTINCT FROM"
		}
		return &Binary{at, op, left, p.operators(levelIs + 1)}
	}
	what := p.oneOf(isWhats...)
	if what == "" {
		p.expected("NULL, UNDEFINED, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS")
	}
	return &Is{at, left, not, what}
}

// predicate reads [NOT] BETWEEN, IN, LIKE, ILIKE or SIMILAR TO and what follows.
func (p *parser) predicate(left Expr) Expr {
	at := p.place()
	not := p.keyword("NOT")
	switch {
	case p.keyword("BETWEEN"):
		b := &Between{Place: at, Expr: left, Not: not, Symmetric: p.keyword("SYMMETRIC")}
		b.Low = p.operators(levelPredicate + 1)
		p.expectKeyword("AND")
		b.High = p.operators(levelPredicate + 1)
		return b
	case p.keyword("IN"):
		in := &In{Place: at, Expr: left, Not: not}
		if !p.peek().is("(") {
			p.expected(`"(" after IN (for an array write = ANY (array))`)
		}
		in.List, in.Query = p.listOrQuery()
		return in
	}
	op := p.oneOf("LIKE", "ILIKE", "SIMILAR TO")
	if op == "" {
		p.expected("LIKE or SIMILAR TO")
	}
	if op != "SIMILAR TO" && p.atQuantifier() {
		if not {
			op = "NOT " + op
		}
		return p.quantified(at, left, op)
	}
	l := &Like{Place: at, Expr: left, Not: not, Op: op, Pattern: p.operators(levelPredicate + 1)}
	if p.keyword("ESCAPE") {
		l.Escape = p.operators(levelPredicate + 1)
	}
	return l
}

func (p *parser) atQuantifier() bool { return p.atCall("ANY") || p.atCall("SOME") || p.atCall("ALL") }

func (p *parser) quantified(at Place, left Expr, op string) Expr {
	q := &Quantified{Place: at, Expr: left, Op: op, Quantifier: "ANY"}
	if p.oneOf("ANY", "SOME", "ALL") == "ALL" {
		q.Quantifier = "ALL"
	}
	first := p.peek()
	arrays, query := p.listOrQuery()
	if q.Query = query; query == nil {
		q.Array = arrays[0]
		if len(arrays) > 1 {
			p.fail(first.at, "expected one array or a query after %s, found %d expressions; write %s ([...])", q.Quantifier, len(arrays), q.Quantifier)
		}
	}
	return q
}

// listOrQuery reads (a, b, ...) or (query).
func (p *parser) listOrQuery() ([]Expr, *Query) {
	p.expect("(")
	if p.atQuery() {
		q := p.query()
		p.expect(")")
		return nil, q
	}
	exprs := p.exprs()
	if s, ok := exprs[0].(*Subquery); ok && len(exprs) == 1 && p.atQueryTail() {
		q := p.continued(s.Query)
		p.expect(")")
		return nil, q
	}
	p.expect(")")
	return exprs, nil
}

// postfix reads .name, [index], [from:to] and ::type after e.
func (p *parser) postfix(e Expr) Expr {
	for n := 0; ; p.chain(&n) {
		t := p.peek()
		switch {
		case p.accept("."):
			if p.accept("*") {
				return &Star{Place: Place{t.at}, Of: e}
			}
			name := p.fieldName()
			e = &Field{name.Place, e, name.Text}
		case p.accept("["):
			e = p.subscript(Place{t.at}, e)
			p.expect("]")
		case p.accept("::"):
			e = &Cast{Place: Place{t.at}, Expr: e, Type: p.dataType()}
		default:
			return e
		}
	}
}

// subscript reads what is inside brackets. [:name] is a parameter, [:1] a slice.
func (p *parser) subscript(at Place, of Expr) Expr {
	var from, to Expr
	if !p.peek().is(":") || p.atParameter() && p.ahead(1).kind == word {
		from = p.expr()
		if !p.peek().is(":") {
			return &Subscript{at, of, from}
		}
	}
	p.expect(":")
	if !p.peek().is("]") {
		to = p.expr()
	}
	return &Slice{at, of, from, to}
}

// typesOfWords are the types whose names are more than one word.
var typesOfWords = []string{
	"double precision", "character varying", "time with time zone", "time without time zone",
	"timestamp with time zone", "timestamp without time zone",
}

// dataType reads a type's name with its parameters and brackets.
func (p *parser) dataType() *Type {
	t := &Type{Place: p.place()}
	switch words := p.oneOf("DOUBLE PRECISION", "CHARACTER VARYING"); {
	case words != "":
		t.Name = strings.ToLower(words)
	default:
		t.Name = strings.ToLower(p.name("a type", reserved).Text)
	}
	p.typeParameters(t)
	if t.Name == "time" || t.Name == "timestamp" {
		if zone := p.oneOf("WITH TIME ZONE", "WITHOUT TIME ZONE"); zone != "" {
			t.Name += " " + strings.ToLower(zone)
			p.typeParameters(t)
		}
	}
	for p.peek().is("[") && p.ahead(1).is("]") {
		p.next += 2
		t.Dimensions++
	}
	return t
}

// typeParameters reads (10, 2) if it is there and was not before.
func (p *parser) typeParameters(t *Type) {
	if t.Parameters != nil || !p.accept("(") {
		return
	}
	t.Parameters = list(p, func() int64 {
		if p.peek().kind != number {
			p.expected("an integer")
			return 0
		}
		t := p.peek()
		n, ok := p.number(Place{t.at}, "").Value.(int64)
		if !ok {
			p.fail(t.at, "expected an integer, found %s", t)
		}
		return n
	})
	p.expect(")")
}

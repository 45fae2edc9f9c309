package sql

import (
	"strings"

	"github.com/outcropdb/outcrop/plan"
)

const (
	// MaxText is the length in bytes of the longest text Parse takes.
	MaxText = 1 << 20
	// MaxDepth is how deep expressions, queries and tables may be inside each other. It bounds the stack
	// of everything that walks a tree.
	MaxDepth = 1000
	// MaxChain is how many operators, joins or set operations may follow each other on one level: each
	// makes the tree deeper by one, on the left.
	MaxChain = 10000
)

// Parse reads one statement, which may end in a semicolon. Its errors are *plan.Error with the place
// where the text stops making sense.
func Parse(text string) (Statement, error) {
	if len(text) > MaxText {
		return nil, plan.Errorf(plan.Position{Line: 1, Column: 1},
			"the statement has %d bytes, the limit is %d; pass long lists and documents as parameters", len(text), MaxText)
	}
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := &parser{source: text, tokens: tokens}
	s := p.statement()
	semicolon := p.accept(";")
	for p.accept(";") {
	}
	if p.peek().kind != end {
		if semicolon {
			p.fail(p.peek().at, "expected one statement, found another that begins with %s", p.peek())
		}
		p.expected("the end of the statement")
	}
	if p.err != nil {
		return nil, p.err
	}
	return s, nil
}

// parser reads tokens by recursive descent. The first error stays and moves the parser to the end of
// the text, where nothing is accepted any more: so no function has to hand errors up, every loop ends,
// and what is returned meanwhile is thrown away.
type parser struct {
	source string
	tokens []token
	next   int // index of the token to read
	err    error
	depth  int // of functions that have entered
	marks  int // ? seen so far
}

func (p *parser) fail(at plan.Position, format string, args ...any) {
	if p.err == nil {
		p.err = plan.Errorf(at, format, args...)
		p.next = len(p.tokens) - 1
	}
}

// expected fails at the next token.
func (p *parser) expected(what string) {
	p.fail(p.peek().at, "expected %s, found %s", what, p.peek())
}

// enter begins something that may contain itself; leave ends it.
func (p *parser) enter() {
	if p.depth++; p.depth > MaxDepth {
		p.fail(p.peek().at, "the statement is nested deeper than %d levels", MaxDepth)
	}
}

func (p *parser) leave() { p.depth-- }

// chain counts the operators on one level.
func (p *parser) chain(n *int) {
	if *n++; *n > MaxChain {
		p.fail(p.peek().at, "more than %d operators follow each other; for many values write x IN (...) or pass an array as a parameter", MaxChain)
	}
}

func (p *parser) peek() token { return p.tokens[p.next] }

// ahead is the nth token after the next one.
func (p *parser) ahead(n int) token { return p.tokens[min(p.next+n, len(p.tokens)-1)] }

func (p *parser) take() token {
	t := p.tokens[p.next]
	if t.kind != end {
		p.next++
	}
	return t
}

// place is where the next token is.
func (p *parser) place() Place { return Place{p.peek().at} }

func (t token) is(s string) bool { return t.kind == symbol && t.text == s }

// accept takes the next token if it is the symbol.
func (p *parser) accept(s string) bool {
	if p.peek().is(s) {
		p.next++
		return true
	}
	return false
}

func (p *parser) expect(s string) {
	if !p.accept(s) {
		p.expected(`"` + s + `"`)
	}
}

// at tells whether the keywords, separated by spaces, come next.
func (p *parser) at(keywords string) bool {
	for i := 0; ; i++ {
		k, rest, more := strings.Cut(keywords, " ")
		if p.ahead(i).keyword != k {
			return false
		}
		if !more {
			return true
		}
		keywords = rest
	}
}

// keyword takes the keywords if they come next.
func (p *parser) keyword(keywords string) bool {
	if !p.at(keywords) {
		return false
	}
	p.next += strings.Count(keywords, " ") + 1
	return true
}

func (p *parser) expectKeyword(keywords string) {
	if !p.keyword(keywords) {
		p.expected(keywords)
	}
}

// oneOf takes the first of the phrases that comes next; "": none does.
func (p *parser) oneOf(phrases ...string) string {
	for _, k := range phrases {
		if p.keyword(k) {
			return k
		}
	}
	return ""
}

// atCall tells whether the keyword comes next and a parenthesis after it.
func (p *parser) atCall(keyword string) bool {
	return p.peek().keyword == keyword && p.ahead(1).is("(")
}

// names tells whether t can be a name where the uses are taken.
func (t token) names(taken use) bool {
	return t.kind == quoted || t.kind == word && keywords[t.keyword]&taken == 0
}

// name takes a name; what says what for.
func (p *parser) name(what string, taken use) Name {
	t := p.peek()
	if !t.names(taken) {
		if t.keyword != "" {
			p.fail(t.at, `expected %s, found the keyword %s; a name like it is written "%s"`, what, t, t.text)
		}
		p.expected(what)
	}
	p.take()
	return Name{Place{t.at}, t.text}
}

// fieldName takes a name after a dot, where every word is one.
func (p *parser) fieldName() Name { return p.name("a name after the dot", 0) }

// nameList reads (a, b, ...).
func (p *parser) nameList(what string) []Name {
	p.expect("(")
	names := list(p, func() Name { return p.name(what, reserved) })
	p.expect(")")
	return names
}

// alias reads [AS] name.
func (p *parser) alias() Name {
	if p.keyword("AS") {
		return p.name("an alias after AS", reserved)
	}
	if p.peek().names(reserved | follows) {
		return p.name("an alias", 0)
	}
	return Name{}
}

// list reads one or more items with commas between them.
func list[T any](p *parser, item func() T) []T {
	items := []T{item()}
	for p.accept(",") {
		items = append(items, item())
	}
	return items
}

func (p *parser) exprs() []Expr { return list(p, p.expr) }

// options reads (name = value, ...), the values optional.
func (p *parser) options() []Option {
	p.expect("(")
	options := list(p, func() Option {
		name := p.name("the name of an option", 0)
		o := Option{Place: name.Place, Name: strings.ToLower(name.Text)}
		if p.accept("=") {
			o.Value = p.expr()
		}
		return o
	})
	p.expect(")")
	return options
}

// hints reads HINT(...) if it is there.
func (p *parser) hints() []Option {
	if !p.atCall("HINT") {
		return nil
	}
	p.take()
	return p.options()
}

// string takes a string literal.
func (p *parser) string(what string) string {
	if p.peek().kind != text {
		p.expected(what)
	}
	return p.take().text
}

// orderBy reads ORDER BY ... if it is there.
func (p *parser) orderBy() []OrderItem {
	if !p.keyword("ORDER BY") {
		return nil
	}
	return list(p, func() OrderItem {
		o := OrderItem{Place: p.place(), Expr: p.expr()}
		o.Descending = p.oneOf("ASC", "DESC") == "DESC"
		if p.keyword("NULLS") {
			if o.Nulls = p.oneOf("FIRST", "LAST"); o.Nulls == "" {
				p.expected("FIRST or LAST")
			}
		}
		return o
	})
}

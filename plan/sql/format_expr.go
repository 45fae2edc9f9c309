package sql

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

func (f *formatter) exprs(list []Expr) {
	commas(f, list, func(e Expr) { f.expr(e, lowest) })
}

// list writes expressions after an opening bracket, and the bracket that closes it.
func (f *formatter) list(open string, exprs []Expr) {
	f.text(open)
	f.exprs(exprs)
	if strings.HasSuffix(open, "[") {
		f.text("]")
		return
	}
	f.text(")")
}

// levelOf is how tightly the outermost operator of e binds.
func levelOf(e Expr) int {
	switch e := e.(type) {
	case *Binary:
		if strings.HasPrefix(e.Op, "IS ") {
			return levelIs
		}
		op, _, _ := strings.Cut(e.Op, " ") // AT TIME ZONE
		return infixLevels[op]
	case *Unary:
		switch e.Op {
		case "NOT":
			return levelNot
		case "~":
			return levelOther
		}
		return levelUnary
	case *Is:
		return levelIs
	case *Between, *In, *Like:
		return levelPredicate
	case *Quantified:
		if strings.HasSuffix(e.Op, "LIKE") {
			return levelPredicate
		}
		return levelComparison
	case *Literal:
		if isNegative(e) {
			return levelUnary
		}
	}
	return levelPostfix
}

func isNegative(l *Literal) bool {
	switch v := l.Value.(type) {
	case int64:
		return v < 0
	case float64:
		return math.Signbit(v)
	}
	return false
}

// jsonArrow tells whether e would be read as a Lambda where one may stand.
func jsonArrow(e Expr) bool {
	b, ok := e.(*Binary)
	if !ok || b.Op != "->" {
		return false
	}
	_, ok = b.Left.(*Column)
	return ok
}

// expr writes e, in parentheses if it binds less tightly than level.
func (f *formatter) expr(e Expr, level int) {
	if levelOf(e) < level || level > lowest && jsonArrow(e) {
		f.text("(")
		defer f.text(")")
	}
	switch e := e.(type) {
	case *Literal:
		f.literal(e.Value)
	case *Undefined:
		f.text("UNDEFINED")
	case *TypedLiteral:
		f.text(e.Type, " ")
		f.quote(e.Text)
	case *Interval:
		f.interval(e)
	case *Parameter:
		if e.Name != "" {
			f.text(":", e.Name)
		} else {
			f.text("$", strconv.Itoa(e.Index))
		}
	case *Column:
		f.name(e.Name, reserved|starts)
	case *Field:
		f.beforeDot(e.Of)
		f.text(".")
		f.name(e.Name, 0)
	case *Subscript:
		f.expr(e.Of, levelPostfix)
		f.list("[", []Expr{e.Index})
	case *Slice:
		f.expr(e.Of, levelPostfix)
		f.clause("[", e.From)
		if e.From == nil {
			f.text("[")
		}
		f.text(" : ") // apart, or it would make a parameter or a cast of what follows
		f.clause("", e.To)
		f.text("]")
	case *Star:
		if e.Of != nil {
			f.beforeDot(e.Of)
			f.text(".")
		}
		f.text("*")
		if e.Except != nil {
			f.text(" EXCEPT ")
			f.nameList(e.Except)
		}
	case *Unary:
		f.unary(e)
	case *Binary:
		f.binary(e)
	case *Is:
		f.expr(e.Expr, levelIs)
		f.text(" IS ", not(e.Not), e.What)
	case *Between:
		f.expr(e.Expr, levelPredicate+1)
		f.text(" ", not(e.Not), "BETWEEN ")
		if e.Symmetric {
			f.text("SYMMETRIC ")
		}
		f.expr(e.Low, levelPredicate+1)
		f.text(" AND ")
		f.expr(e.High, levelPredicate+1)
	case *In:
		f.expr(e.Expr, levelPredicate+1)
		f.text(" ", not(e.Not), "IN ")
		f.listOrQuery(e.List, e.Query)
	case *Like:
		f.expr(e.Expr, levelPredicate+1)
		f.text(" ", not(e.Not), e.Op, " ")
		f.expr(e.Pattern, levelPredicate+1)
		if e.Escape != nil {
			f.text(" ESCAPE ")
			f.expr(e.Escape, levelPredicate+1)
		}
	case *Quantified:
		f.expr(e.Expr, levelOf(e)+1)
		f.text(" ", e.Op, " ", e.Quantifier, " ")
		f.listOrQuery([]Expr{e.Array}, e.Query)
	case *Exists:
		f.text("EXISTS ")
		f.subquery(e.Query)
	case *Subquery:
		f.subquery(e.Query)
	case *Case:
		f.caseOf(e)
	case *Cast:
		if e.Try {
			f.text("TRY_")
		}
		f.text("CAST(")
		f.expr(e.Expr, lowest)
		f.text(" AS ")
		f.dataType(e.Type)
		f.text(")")
	case *Call:
		f.call(e, reserved|calls)
	case *Lambda:
		f.lambda(e)
	case *Array:
		f.list("[", e.Elements)
	case *Object:
		f.text("{")
		commas(f, e.Fields, func(o ObjectField) {
			f.quote(o.Key)
			f.clause(": ", o.Value)
		})
		f.text("}")
	case *Row:
		f.list("ROW(", e.Elements)
	}
}

// beforeDot writes e, with a number in parentheses, of which the dot would become a part.
func (f *formatter) beforeDot(e Expr) {
	if isNumber(e) {
		f.list("(", []Expr{e})
		return
	}
	f.expr(e, levelPostfix)
}

func not(not bool) string {
	if not {
		return "NOT "
	}
	return ""
}

func (f *formatter) listOrQuery(list []Expr, query *Query) {
	if query != nil {
		f.subquery(query)
		return
	}
	f.list("(", list)
}

func (f *formatter) literal(value any) {
	switch v := value.(type) {
	case nil:
		f.text("NULL")
	case bool:
		f.text(strings.ToUpper(strconv.FormatBool(v)))
	case int64:
		f.text(strconv.FormatInt(v, 10))
	case float64:
		s := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(s, ".e") {
			s += ".0"
		}
		f.text(s)
	case string:
		f.quote(v)
	case []byte:
		f.text("X'", hex.EncodeToString(v), "'")
	}
}

func (f *formatter) interval(i *Interval) {
	f.text("INTERVAL ")
	if isNumber(i.Amount) || isString(i.Amount) {
		f.expr(i.Amount, lowest)
	} else {
		f.list("(", []Expr{i.Amount})
	}
	if i.Unit != "" {
		f.text(" ", i.Unit)
	}
	if i.To != "" {
		f.text(" TO ", i.To)
	}
}

func (f *formatter) unary(u *Unary) {
	if u.Op == "NOT" {
		f.text("NOT ")
		f.expr(u.Expr, levelNot)
		return
	}
	f.text(u.Op)
	level := levelOf(u) + 1
	// A sign right before a number would become part of it.
	if isNumber(first(u.Expr)) && levelOf(u.Expr) >= level && u.Op != "~" {
		f.list("(", []Expr{u.Expr})
		return
	}
	f.expr(u.Expr, level)
}

// first is the operand that the text of e begins with; nil if it begins with a parenthesis.
func first(e Expr) Expr {
	for {
		var left Expr
		switch e := e.(type) {
		case *Binary:
			left = e.Left
		case *Is:
			left = e.Expr
		case *Between:
			left = e.Expr
		case *In:
			left = e.Expr
		case *Like:
			left = e.Expr
		case *Quantified:
			left = e.Expr
		case *Field:
			left = e.Of
		case *Subscript:
			left = e.Of
		case *Slice:
			left = e.Of
		default:
			return e
		}
		if levelOf(left) < levelOf(e) {
			return nil
		}
		e = left
	}
}

func isString(e Expr) bool {
	l, ok := e.(*Literal)
	if ok {
		_, ok = l.Value.(string)
	}
	return ok
}

func isNumber(e Expr) bool {
	if l, ok := e.(*Literal); ok {
		switch l.Value.(type) {
		case int64, float64:
			return true
		}
	}
	return false
}

func (f *formatter) binary(b *Binary) {
	level := levelOf(b)
	left := level
	if level == levelComparison {
		left++ // they do not follow each other
	}
	f.expr(b.Left, left)
	f.text(" ", b.Op, " ")
	f.expr(b.Right, level+1)
}

func (f *formatter) caseOf(c *Case) {
	f.text("CASE")
	f.clause(" ", c.Operand)
	for _, w := range c.Whens {
		f.clause(" WHEN ", w.Condition)
		f.clause(" THEN ", w.Result)
	}
	f.clause(" ELSE ", c.Else)
	f.text(" END")
}

func (f *formatter) lambda(l *Lambda) {
	if len(l.Parameters) == 1 {
		f.name(l.Parameters[0].Text, reserved)
	} else {
		f.nameList(l.Parameters)
	}
	f.text(" -> ")
	// A string or number right after the arrow would be the key of the JSON operator.
	if start := first(l.Body); isNumber(start) || isString(start) {
		f.list("(", []Expr{l.Body})
		return
	}
	f.expr(l.Body, lowest)
}

func (f *formatter) call(c *Call, taken use) {
	name := c.Name
	if identifier(name) == len(name) && name != "" && name == strings.ToLower(strings.ToUpper(name)) {
		name = strings.ToUpper(name)
	}
	f.name(name, taken)
	f.text("(")
	switch {
	case c.Star:
		f.text("*")
	case c.Distinct:
		f.text("DISTINCT ")
	}
	commas(f, c.Args, f.argument)
	f.orderBy(" ", c.OrderBy)
	f.clause(" LIMIT ", c.Limit)
	f.text(")")
	if c.WithinGroup != nil {
		f.orderBy(" WITHIN GROUP (", c.WithinGroup)
		f.text(")")
	}
	if c.Filter != nil {
		f.clause(" FILTER (WHERE ", c.Filter)
		f.text(")")
	}
	if c.Nulls != "" {
		f.text(" ", c.Nulls, " NULLS")
	}
	if c.Over != nil {
		f.text(" OVER ")
		f.window(c.Over)
	}
}

// argument writes a lambda bare and puts what would become one in parentheses.
func (f *formatter) argument(e Expr) {
	if jsonArrow(e) {
		f.list("(", []Expr{e})
		return
	}
	f.expr(e, lowest)
}

// window writes what follows OVER.
func (f *formatter) window(w *Window) {
	if w.Base.Text != "" && w.PartitionBy == nil && w.OrderBy == nil && w.Frame == nil {
		f.name(w.Base.Text, reserved|follows)
		return
	}
	f.windowSpec(w)
}

// windowSpec writes a window in parentheses.
func (f *formatter) windowSpec(w *Window) {
	f.text("(")
	between := ""
	if w.Base.Text != "" {
		f.baseName(w.Base.Text)
		between = " "
	}
	if w.PartitionBy != nil {
		f.text(between, "PARTITION BY ")
		f.exprs(w.PartitionBy)
		between = " "
	}
	if w.OrderBy != nil {
		f.orderBy(between, w.OrderBy)
		between = " "
	}
	if w.Frame != nil {
		f.text(between)
		f.frame(w.Frame)
	}
	f.text(")")
}

// baseName writes a window's name where PARTITION and the like would begin something else.
func (f *formatter) baseName(name string) {
	if keyword(name) != "" {
		f.text(`"`, name, `"`)
		return
	}
	f.name(name, reserved)
}

func (f *formatter) frame(r *Frame) {
	f.text(r.Unit, " BETWEEN ")
	f.bound(r.Start)
	f.text(" AND ")
	f.bound(r.End)
	if r.Exclude != "" {
		f.text(" EXCLUDE ", r.Exclude)
	}
}

func (f *formatter) bound(b Bound) {
	if b.Offset != nil {
		f.expr(b.Offset, levelAnd+1)
		f.text(" ")
	}
	f.text(b.Kind)
}

package plan

import (
	"strconv"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// Text writes an expression over columns of a schema for people, as SQL would.
func Text(e Expr, schema []Field) string {
	var b strings.Builder
	writeExpr(&b, e, schema, 0)
	return b.String()
}

// infix functions, by how tightly they bind.
var infix = map[string]struct {
	symbol string
	level  int
}{
	"or": {"or", 1}, "and": {"and", 2},
	"equal": {"=", 4}, "not_equal": {"<>", 4}, "lt": {"<", 4}, "lte": {"<=", 4}, "gt": {">", 4}, "gte": {">=", 4},
	"like": {"like", 4}, "ilike": {"ilike", 4},
	"concat": {"||", 5}, "add": {"+", 6}, "subtract": {"-", 6}, "multiply": {"*", 7}, "divide": {"/", 7}, "modulus": {"%", 7},
}

var postfix = map[string]string{
	"is_null": " is null", "is_not_null": " is not null", "is_undefined": " is undefined", "is_not_undefined": " is not undefined",
}

func writeExpr(b *strings.Builder, e Expr, schema []Field, level int) {
	switch x := e.(type) {
	case *FieldRef:
		if x.Index < len(schema) && schema[x.Index].Name != "" {
			b.WriteString(schema[x.Index].Name)
		} else {
			b.WriteString("#" + strconv.Itoa(x.Index))
		}
	case *Literal:
		b.WriteString(literalText(x.Value))
	case *Parameter:
		b.WriteString(":" + x.Name)
	case *Call:
		writeCall(b, x, schema, level)
	case *Cast:
		if x.Try {
			b.WriteString("try_")
		}
		b.WriteString("cast(")
		writeExpr(b, x.Input, schema, 0)
		b.WriteString(" as " + x.To.String() + ")")
	case *Case:
		b.WriteString("case")
		for _, arm := range x.Arms {
			b.WriteString(" when ")
			writeExpr(b, arm.When, schema, 0)
			b.WriteString(" then ")
			writeExpr(b, arm.Then, schema, 0)
		}
		if x.Else != nil {
			b.WriteString(" else ")
			writeExpr(b, x.Else, schema, 0)
		}
		b.WriteString(" end")
	case *InList:
		writeExpr(b, x.Value, schema, 5)
		b.WriteString(" in (")
		writeList(b, x.Options, schema)
		b.WriteString(")")
	case *Subquery:
		switch x.Kind {
		case Exists:
			b.WriteString("exists ")
		case Within:
			writeExpr(b, x.Value, schema, 5)
			b.WriteString(" in ")
		}
		b.WriteString("(subquery)")
	}
}

// literalText is a constant in SQL; long ones are cut.
func literalText(v vec.Value) string {
	if v.Type() == vec.String {
		return "'" + strings.ReplaceAll(shorten(string(v.Content())), "'", "''") + "'"
	}
	return shorten(string(vec.AppendJSON(nil, v)))
}

const maxLiteralText = 60 // bytes

func shorten(s string) string {
	if len(s) <= maxLiteralText {
		return s
	}
	return strings.ToValidUTF8(s[:maxLiteralText], "") + "..."
}

func writeCall(b *strings.Builder, x *Call, schema []Field, level int) {
	op, isInfix := infix[x.Function]
	end, isPostfix := postfix[x.Function]
	switch {
	case isInfix && len(x.Args) >= 2:
		if op.level < level {
			b.WriteString("(")
			defer b.WriteString(")")
		}
		for i, arg := range x.Args {
			if i > 0 {
				b.WriteString(" " + op.symbol + " ")
			}
			writeExpr(b, arg, schema, op.level+min(i, 1))
		}
	case isPostfix:
		writeExpr(b, x.Args[0], schema, 5)
		b.WriteString(end)
	case x.Function == "not":
		b.WriteString("not ")
		writeExpr(b, x.Args[0], schema, 3)
	default:
		b.WriteString(x.Function + "(")
		writeList(b, x.Args, schema)
		b.WriteString(")")
	}
}

func writeList(b *strings.Builder, list []Expr, schema []Field) {
	for i, e := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == 8 {
			b.WriteString("... " + strconv.Itoa(len(list)-i) + " more")
			return
		}
		writeExpr(b, e, schema, 0)
	}
}

func listText(list []Expr, schema []Field) string {
	var b strings.Builder
	writeList(&b, list, schema)
	return b.String()
}

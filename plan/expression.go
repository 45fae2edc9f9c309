package plan

import "github.com/outcropdb/outcrop/vec"

// Expr is an expression over the columns of a node's input. Type is what is known before running: Dynamic
// if rows may differ. Values may always be null. Expressions are not changed once built.
type Expr interface {
	Type() vec.Type
}

// FieldRef is column Index of the input.
type FieldRef struct {
	Index int
	T     vec.Type
}

// Literal is a constant.
type Literal struct{ Value vec.Value }

// Parameter is a value given with the query: :name, or ? with its number from 1 as the name. It becomes a
// Literal before the plan is compiled (Substitute). Substrait: DynamicParameter.
type Parameter struct {
	Name string
	T    vec.Type // Dynamic, unless the caller typed it
}

// Call is a scalar function. Beside those of vec/function there are the forms whose arguments are not all
// evaluated: and, or, not, if, coalesce, try (see Forms).
type Call struct {
	Function string
	Args     []Expr
	T        vec.Type
	At       Position // where the query says it; zero in plans from elsewhere
}

// Cast converts to a type; Try gives null where that fails.
type Cast struct {
	Input Expr
	To    vec.Type
	Try   bool
	At    Position
}

// Case is the Then of the first arm whose When is true, else Else; nil Else: null. Substrait: IfThen.
type Case struct {
	Arms []Arm
	Else Expr
}

// Arm is one WHEN of a Case.
type Arm struct{ When, Then Expr }

// InList is three-valued membership. Substrait: SingularOrList.
type InList struct {
	Value   Expr
	Options []Expr
}

// SubqueryKind is what a Subquery asks of its plan.
type SubqueryKind uint8

const (
	Scalar SubqueryKind = iota // the one column of the only row, null without a row; two rows are an error
	Within                     // three-valued: Value is among the rows' one column
	Exists                     // there is a row
)

// Subquery is an uncorrelated query inside an expression. It runs once, before the rest.
type Subquery struct {
	Kind  SubqueryKind
	Value Expr // of Within
	Plan  Node
	At    Position
}

// Forms are the calls that exec evaluates itself, since they may leave arguments unevaluated.
var Forms = map[string]bool{"and": true, "or": true, "not": true, "if": true, "coalesce": true, "try": true}

func (f *FieldRef) Type() vec.Type  { return f.T }
func (l *Literal) Type() vec.Type   { return l.Value.Type() }
func (p *Parameter) Type() vec.Type { return p.T }
func (c *Call) Type() vec.Type      { return c.T }
func (c *Cast) Type() vec.Type      { return c.To }
func (l *InList) Type() vec.Type    { return vec.Bool }

// Type is the arms' common type.
func (c *Case) Type() vec.Type {
	t := vec.Null
	for _, arm := range c.Arms {
		t = CommonType(t, arm.Then.Type())
	}
	if c.Else != nil {
		t = CommonType(t, c.Else.Type())
	}
	return t
}

// Type is the column's for Scalar, else Bool.
func (s *Subquery) Type() vec.Type {
	if s.Kind == Scalar {
		return s.Plan.Schema()[0].Type
	}
	return vec.Bool
}

// And joins conditions; nil ones are true. The result is nil when all are.
func And(conditions ...Expr) Expr {
	var args []Expr
	for _, c := range conditions {
		if c != nil {
			args = append(args, Conjuncts(c)...)
		}
	}
	switch len(args) {
	case 0:
		return nil
	case 1:
		return args[0]
	}
	return &Call{Function: "and", Args: args, T: vec.Bool}
}

// Conjuncts are the conditions that And joined.
func Conjuncts(e Expr) []Expr {
	if e == nil {
		return nil
	}
	call, ok := e.(*Call)
	if !ok || call.Function != "and" {
		return []Expr{e}
	}
	var out []Expr
	for _, arg := range call.Args {
		out = append(out, Conjuncts(arg)...)
	}
	return out
}

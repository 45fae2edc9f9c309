package bind

import (
	"errors"
	"strings"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// literal is the value of a constant.
func literal(value any) vec.Value {
	switch v := value.(type) {
	case nil:
		return vec.NullValue()
	case bool:
		return vec.BoolValue(v)
	case int64:
		return vec.IntValue(vec.Int, v)
	case float64:
		return vec.FloatValue(v)
	case string:
		return vec.StringValue(v)
	case []byte:
		return vec.AppendContent(nil, vec.Bytes, v)
	}
	panic("bug: literal of unknown type")
}

// typedLiteral is DATE '...' and the like: what CAST makes of the text.
func typedLiteral(x *sql.TypedLiteral) (plan.Expr, error) {
	to, _ := vec.ParseType(strings.ToLower(x.Type))
	value, err := compute(function.Cast(to, false).New(), vec.StringValue(x.Text))
	var e *function.Error
	if errors.As(err, &e) {
		return nil, plan.Errorf(x.Pos(), "%s", e.Message)
	}
	return &plan.Literal{Value: value}, err
}

// compute evaluates a function of constants.
func compute(run function.Eval, args ...vec.Value) (vec.Value, error) {
	vectors := make([]*vec.Vector, len(args))
	for i, arg := range args {
		vectors[i] = vec.NewConst(arg, 1)
	}
	var out vec.Vector
	if err := run(&out, vectors, 1); err != nil {
		return nil, err
	}
	return append(vec.Value(nil), out.Value(0)...), nil
}

// array is [a, b]: a constant, if all elements are.
func (c *clause) array(x *sql.Array) (plan.Expr, error) {
	elements, err := c.exprs(x.Elements)
	if err != nil {
		return nil, err
	}
	value, mark := vec.BeginArray(nil)
	for _, e := range elements {
		l, ok := e.(*plan.Literal)
		if !ok {
			return operator("array_create", x, elements...)
		}
		value = l.Value.Append(value)
	}
	return &plan.Literal{Value: vec.EndArray(value, mark, len(elements))}, nil
}

// object is {'key': value}: a constant, if all values are.
func (c *clause) object(x *sql.Object) (plan.Expr, error) {
	var args []plan.Expr
	keys := map[string]bool{}
	constant := true
	value, mark := vec.BeginObject(nil)
	for _, f := range x.Fields {
		if keys[f.Key] {
			return nil, plan.Errorf(f.Pos(), "the object has the key %q twice", f.Key)
		}
		keys[f.Key] = true
		e, err := c.expr(f.Value)
		if err != nil {
			return nil, err
		}
		args = append(args, textLiteral(f.Key), e)
		l, ok := e.(*plan.Literal)
		if constant = constant && ok; constant && l.Type() != vec.Undefined {
			value = l.Value.Append(vec.AppendKey(value, f.Key))
		}
	}
	if constant {
		return &plan.Literal{Value: vec.EndObject(value, mark)}, nil
	}
	return operator("object_create", x, args...)
}

// typeNames are the types that CAST knows beside the names that TYPEOF gives.
var typeNames = map[string]vec.Type{
	"boolean": vec.Bool,
	"integer": vec.Int, "bigint": vec.Int, "smallint": vec.Int, "tinyint": vec.Int, "int2": vec.Int, "int4": vec.Int, "int8": vec.Int, "int64": vec.Int,
	"double": vec.Float, "double precision": vec.Float, "real": vec.Float, "float4": vec.Float, "float8": vec.Float, "float64": vec.Float,
	"text": vec.String, "varchar": vec.String, "character varying": vec.String,
	"bytea": vec.Bytes, "binary": vec.Bytes, "varbinary": vec.Bytes, "blob": vec.Bytes,
	"time without time zone": vec.Time, "timestamp without time zone": vec.Datetime,
	"timestamp with time zone": vec.Timestamp, "timestamptz": vec.Timestamp,
}

func (c *clause) cast(x *sql.Cast) (plan.Expr, error) {
	to, err := dataType(x.Type)
	if err != nil {
		return nil, err
	}
	e, err := c.expr(x.Expr)
	return &plan.Cast{Input: e, To: to, Try: x.Try, At: x.Pos()}, err
}

func dataType(t *sql.Type) (vec.Type, error) {
	to, ok := typeNames[t.Name]
	if !ok {
		to, ok = vec.ParseType(t.Name)
		ok = ok && !to.IsNull()
	}
	switch {
	case !ok:
		var names []string
		for i := vec.Bool; i <= vec.Object; i++ {
			names = append(names, i.String())
		}
		for name := range typeNames {
			names = append(names, name)
		}
		return 0, plan.Errorf(t.Pos(), "unknown type %s%s", t.Name, didYouMean(t.Name, names))
	case t.Dimensions > 0:
		return 0, unsupported(t, "casts to %s; elements have types of their own, cast to array", sql.Format(t))
	case len(t.Parameters) > 0:
		return 0, unsupported(t, "casts to %s; cast to %s, then limit it", sql.Format(t), to)
	}
	return to, nil
}

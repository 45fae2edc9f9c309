package optimize

import (
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func TestFactor(t *testing.T) {
	column := func(i int) plan.Expr { return &plan.FieldRef{Index: i, T: vec.Int} }
	call := func(name string, args ...plan.Expr) plan.Expr {
		return &plan.Call{Function: name, Args: args, T: vec.Bool}
	}
	one := &plan.Literal{Value: vec.IntValue(vec.Int, 1)}
	key, turned := call("equal", column(0), column(1)), call("equal", column(1), column(0))
	x, y, z := call("gt", column(2), one), call("lt", column(3), one), call("is_null", column(2))
	guarded := func(e plan.Expr) plan.Expr { return call("and", e, call("equal", column(2), one)) }
	tests := []struct{ in, want plan.Expr }{
		{call("or", call("and", key, x), call("and", y, turned)), call("and", key, call("or", x, y))},
		{
			call("or", call("or", call("and", key, x), call("and", key, y)), call("and", key, z)),
			call("and", key, call("or", call("or", x, y), z)),
		},
		{call("or", call("and", key, x), key), key},
		{call("or", call("and", key, x), y), call("or", call("and", key, x), y)},
		{call("or", guarded(x), guarded(y)), call("or", guarded(x), guarded(y))},
		{call("not", call("or", call("and", key, x), call("and", key, y))), call("not", call("and", key, call("or", x, y)))},
	}
	schema := make([]plan.Field, 4)
	for i, name := range []string{"a", "b", "c", "d"} {
		schema[i] = plan.Field{Name: name, Type: vec.Int}
	}
	for _, test := range tests {
		got := plan.RewriteExpr(test.in, factorOne)
		if g, w := plan.Text(got, schema), plan.Text(test.want, schema); g != w {
			t.Errorf("%s: got %s, want %s", plan.Text(test.in, schema), g, w)
		}
	}
}

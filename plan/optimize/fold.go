package optimize

import (
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// fold computes what depends on constants alone. What fails is left for the rows that may never meet it.
func fold(n plan.Node, c *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		return plan.MapExprs(n, func(e plan.Expr) plan.Expr {
			return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr { return foldOne(e, c) })
		})
	})
}

func foldOne(e plan.Expr, c *Context) plan.Expr {
	switch x := e.(type) {
	case *plan.Call:
		switch x.Function {
		case "and":
			return foldLogic(x, true)
		case "or":
			return foldLogic(x, false)
		case "not":
			if l, ok := x.Args[0].(*plan.Literal); ok && l.Type() == vec.Bool {
				return &plan.Literal{Value: vec.BoolValue(!l.Value.Bool())}
			}
			return e
		}
		f, ok := function.Lookup(x.Function)
		if !ok || f.Volatile || plan.Forms[x.Function] {
			return e
		}
		if f.Now != nil {
			return instant(x, f, c)
		}
		return compute(e, f.New(), x.Args)
	case *plan.Cast:
		return compute(e, function.Cast(x.To, x.Try).New(), []plan.Expr{x.Input})
	}
	return e
}

// instant is a function of the time at which the query started.
func instant(x *plan.Call, f *function.Function, c *Context) plan.Expr {
	zone := ""
	if len(x.Args) > 0 {
		l, ok := x.Args[0].(*plan.Literal)
		if !ok || l.Type() != vec.String {
			return x
		}
		zone = string(l.Value.Content())
	}
	value, err := f.Now(c.Now, zone)
	if err != nil {
		return x
	}
	return &plan.Literal{Value: value}
}

// compute evaluates a call of constants; anything else stays e.
func compute(e plan.Expr, run function.Eval, args []plan.Expr) plan.Expr {
	vectors := make([]*vec.Vector, len(args))
	for i, arg := range args {
		l, ok := arg.(*plan.Literal)
		if !ok {
			return e
		}
		vectors[i] = vec.NewConst(l.Value, 1)
	}
	var out vec.Vector
	if err := run(&out, vectors, 1); err != nil {
		return e
	}
	return &plan.Literal{Value: append(vec.Value(nil), out.Value(0)...)}
}

// foldLogic drops the arguments of AND (OR) that are true (false), and gives up at one that is the opposite.
func foldLogic(x *plan.Call, neutral bool) plan.Expr {
	var args []plan.Expr
	for _, arg := range x.Args {
		l, ok := arg.(*plan.Literal)
		if !ok || l.Type() != vec.Bool {
			args = append(args, arg)
			continue
		}
		if l.Value.Bool() != neutral {
			return l
		}
	}
	switch len(args) {
	case 0:
		return &plan.Literal{Value: vec.BoolValue(neutral)}
	case 1:
		if args[0].Type() == vec.Bool {
			return args[0]
		}
		return x
	}
	return &plan.Call{Function: x.Function, Args: args, T: vec.Bool, At: x.At}
}

package optimize

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// paths turns get(column, 'key'), where the column is an object of a read below, into a column of that
// read: get(*, 'user') of SELECT x.user FROM (SELECT * FROM c) x reads user alone.
func paths(n plan.Node, c *Context) plan.Node {
	return plan.Rewrite(n, func(n plan.Node) plan.Node {
		inputs := n.Inputs()
		if len(inputs) != 1 {
			return n
		}
		read, rebuild := readBelow(inputs[0])
		if read == nil {
			return n
		}
		switch n.(type) {
		case *plan.Project, *plan.Aggregate:
		default: // others pass their input's columns on: one more would change what comes out
			return n
		}
		grown := *read
		grown.Columns = slices.Clone(read.Columns)
		changed := plan.MapExprs(n, func(e plan.Expr) plan.Expr {
			return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr { return pathColumn(e, &grown, c) })
		})
		if len(grown.Columns) == len(read.Columns) {
			return n
		}
		return changed.WithInputs([]plan.Node{rebuild(&grown)})
	})
}

// readBelow finds the read whose columns are n's, through relations that pass columns on as they are.
func readBelow(n plan.Node) (*plan.Read, func(plan.Node) plan.Node) {
	switch x := n.(type) {
	case *plan.Read:
		if x.Output == nil {
			return x, func(r plan.Node) plan.Node { return r }
		}
	case *plan.Filter, *plan.Sort, *plan.Fetch:
		if read, rebuild := readBelow(x.Inputs()[0]); read != nil {
			return read, func(r plan.Node) plan.Node { return x.WithInputs([]plan.Node{rebuild(r)}) }
		}
	}
	return nil, nil
}

func pathColumn(e plan.Expr, read *plan.Read, c *Context) plan.Expr {
	call, ok := e.(*plan.Call)
	if !ok || call.Function != "get" || len(call.Args) != 2 {
		return e
	}
	ref, isRef := call.Args[0].(*plan.FieldRef)
	key, isKey := call.Args[1].(*plan.Literal)
	if !isRef || !isKey || key.Type() != vec.String {
		return e
	}
	path := append(slices.Clone(read.Columns[ref.Index].Path), string(key.Value.Content()))
	i := slices.IndexFunc(read.Columns, func(c plan.Column) bool { return slices.Equal(c.Path, path) })
	if i < 0 {
		i = len(read.Columns)
		read.Columns = append(read.Columns, plan.Column{Path: path, Type: c.Stats.Types(read.Collection, path).One()})
	}
	return &plan.FieldRef{Index: i, T: read.Columns[i].Type}
}

package substrait

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
)

// emit keeps the count columns behind the first skip.
func emit(skip, count int) *pb.RelCommon_Emit_ {
	mapping := make([]int32, count)
	for i := range mapping {
		mapping[i] = int32(skip + i)
	}
	return &pb.RelCommon_Emit_{Emit: &pb.RelCommon_Emit{OutputMapping: mapping}}
}

func (d *decoder) project(x *pb.ProjectRel) (plan.Node, []column, error) {
	input, in, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	expressions, err := d.exprs(x.GetExpressions(), in)
	if err != nil {
		return nil, nil, err
	}
	var mapping []int
	if emit := x.GetCommon().GetEmit(); emit != nil {
		for _, i := range emit.GetOutputMapping() {
			mapping = append(mapping, int(i))
		}
	} else {
		mapping = allKeys(len(in) + len(expressions))
	}
	names := x.GetCommon().GetHint().GetOutputNames()
	out := &plan.Project{Input: input}
	var columns []column
	for at, i := range mapping {
		var e plan.Expr
		switch {
		case i < 0 || i >= len(in)+len(expressions):
			return nil, nil, d.malformed("emit of column %d of %d", i, len(in)+len(expressions))
		case i < len(in):
			e = &plan.FieldRef{Index: i, T: in[i].Type}
		default:
			e = expressions[i-len(in)]
		}
		c := named(e, in)
		if len(names) == len(mapping) {
			c.Name = names[at]
		}
		columns = append(columns, c)
		out.Expressions = append(out.Expressions, e)
		out.Names = append(out.Names, c.Name)
	}
	return out, columns, nil
}

// named is the column that an expression makes, under the name that it has in the input, if it has one.
func named(e plan.Expr, in []column) column {
	if f, ok := e.(*plan.FieldRef); ok {
		return in[f.Index]
	}
	return column{Field: plan.Field{Type: e.Type()}}
}

// emitted puts a Project on a node if common asks for other columns than its own.
func (d *decoder) emitted(common *pb.RelCommon, node plan.Node, columns []column) (plan.Node, []column, error) {
	emit := common.GetEmit()
	if emit == nil {
		return node, columns, nil
	}
	project := &plan.Project{Input: node}
	var out []column
	for _, i := range emit.GetOutputMapping() {
		if i < 0 || int(i) >= len(columns) {
			return nil, nil, d.malformed("emit of column %d of %d", i, len(columns))
		}
		c := columns[i]
		out = append(out, c)
		project.Expressions = append(project.Expressions, &plan.FieldRef{Index: int(i), T: c.Type})
		project.Names = append(project.Names, c.Name)
	}
	return project, out, nil
}

func (d *decoder) filter(x *pb.FilterRel) (plan.Node, []column, error) {
	input, columns, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	condition, err := d.expr(x.GetCondition(), columns)
	if err != nil {
		return nil, nil, err
	}
	return d.emitted(x.GetCommon(), &plan.Filter{Input: input, Condition: condition}, columns)
}

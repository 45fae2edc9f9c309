package substrait

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func (e *encoder) fetch(x *plan.Fetch, input *pb.Rel, common *pb.RelCommon) (*pb.Rel, error) {
	out := &pb.FetchRel{Common: common, Input: input}
	offset, err := e.expr(x.Offset)
	if err != nil {
		return nil, err
	}
	count, err := e.expr(x.Count)
	if offset != nil {
		out.OffsetMode = &pb.FetchRel_OffsetExpr{OffsetExpr: offset}
	}
	if count != nil {
		out.CountMode = &pb.FetchRel_CountExpr{CountExpr: count}
	}
	return &pb.Rel{RelType: &pb.Rel_Fetch{Fetch: out}}, err
}

func (d *decoder) fetch(x *pb.FetchRel) (plan.Node, []column, error) {
	input, columns, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	out := &plan.Fetch{Input: input}
	switch mode := x.GetOffsetMode().(type) {
	case *pb.FetchRel_Offset:
		out.Offset, err = d.rows(&plan.Literal{Value: vec.IntValue(vec.Int, mode.Offset)})
	case *pb.FetchRel_OffsetExpr:
		out.Offset, err = d.rowsOf(mode.OffsetExpr)
	}
	if err != nil {
		return nil, nil, err
	}
	switch mode := x.GetCountMode().(type) {
	case *pb.FetchRel_Count:
		if mode.Count != -1 { // all, as older producers say
			out.Count, err = d.rows(&plan.Literal{Value: vec.IntValue(vec.Int, mode.Count)})
		}
	case *pb.FetchRel_CountExpr:
		out.Count, err = d.rowsOf(mode.CountExpr)
	}
	if err != nil {
		return nil, nil, err
	}
	return d.emitted(x.GetCommon(), out, columns)
}

func (d *decoder) rowsOf(x *pb.Expression) (plan.Expr, error) {
	e, err := d.expr(x, nil)
	if err != nil {
		return nil, err
	}
	return d.rows(e)
}

// rows checks a number of rows: a constant or a parameter. Null is none.
func (d *decoder) rows(e plan.Expr) (plan.Expr, error) {
	switch e := e.(type) {
	case *plan.Parameter:
		return e, nil
	case *plan.Literal:
		if e.Value.IsNull() {
			return nil, nil
		}
		if e.Value.Type() != vec.Int || e.Value.Int() < 0 {
			return nil, d.malformed("a number of rows is %s, want an int that is not negative", vec.AppendJSON(nil, e.Value))
		}
		return e, nil
	}
	return nil, d.unsupported("a number of rows that is neither a constant nor a parameter")
}

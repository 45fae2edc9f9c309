package substrait

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
)

var directions = map[plan.SortField]pb.SortField_SortDirection{
	{NullsFirst: true}:                   pb.SortField_SORT_DIRECTION_ASC_NULLS_FIRST,
	{}:                                   pb.SortField_SORT_DIRECTION_ASC_NULLS_LAST,
	{Descending: true, NullsFirst: true}: pb.SortField_SORT_DIRECTION_DESC_NULLS_FIRST,
	{Descending: true}:                   pb.SortField_SORT_DIRECTION_DESC_NULLS_LAST,
}

func (e *encoder) sorts(list []plan.SortField) ([]*pb.SortField, error) {
	out := make([]*pb.SortField, len(list))
	for i, f := range list {
		x, err := e.expr(f.Expr)
		if err != nil {
			return nil, err
		}
		f.Expr = nil
		out[i] = &pb.SortField{Expr: x, SortKind: &pb.SortField_Direction{Direction: directions[f]}}
	}
	return out, nil
}

func (d *decoder) sorts(list []*pb.SortField, in []column) ([]plan.SortField, error) {
	var out []plan.SortField
	for _, s := range list {
		f, ok := plan.SortField{}, false
		for field, direction := range directions {
			if direction == s.GetDirection() {
				f, ok = field, true
			}
		}
		if !ok {
			return nil, d.unsupported("sort direction %s", s.GetDirection())
		}
		var err error
		if f.Expr, err = d.expr(s.GetExpr(), in); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func (d *decoder) sort(x *pb.SortRel) (plan.Node, []column, error) {
	input, columns, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	fields, err := d.sorts(x.GetSorts(), columns)
	if err != nil {
		return nil, nil, err
	}
	return d.emitted(x.GetCommon(), &plan.Sort{Input: input, Fields: fields}, columns)
}

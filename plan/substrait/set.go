package substrait

import (
	"slices"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
)

func (d *decoder) set(x *pb.SetRel) (plan.Node, []column, error) {
	if op := x.GetOp(); op != pb.SetRel_SET_OP_UNION_ALL {
		return nil, nil, d.unsupported("set operation %s", op)
	}
	out := &plan.Set{Kind: plan.UnionAll}
	var columns []column
	for i, r := range x.GetInputs() {
		input, in, err := d.rel(r)
		if err != nil {
			return nil, nil, err
		}
		out.Sources = append(out.Sources, input)
		if i == 0 {
			columns = slices.Clone(in)
			continue
		}
		if len(in) != len(columns) {
			return nil, nil, d.malformed("inputs of %d and %d columns", len(columns), len(in))
		}
		for c := range in {
			columns[c].Type = plan.CommonType(columns[c].Type, in[c].Type)
		}
	}
	if len(out.Sources) == 0 {
		return nil, nil, d.malformed("no inputs")
	}
	return d.emitted(x.GetCommon(), out, columns)
}

package substrait

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
)

func (e *encoder) subquery(x *plan.Subquery) (*pb.Expression, error) {
	e.position(x.At)
	value, err := e.expr(x.Value)
	if err != nil {
		return nil, err
	}
	input, err := e.rel(x.Plan)
	out := &pb.Expression_Subquery{}
	switch x.Kind {
	case plan.Scalar:
		out.SubqueryType = &pb.Expression_Subquery_Scalar_{Scalar: &pb.Expression_Subquery_Scalar{Input: input}}
	case plan.Within:
		out.SubqueryType = &pb.Expression_Subquery_InPredicate_{InPredicate: &pb.Expression_Subquery_InPredicate{
			Needles: []*pb.Expression{value}, Haystack: input,
		}}
	case plan.Exists:
		out.SubqueryType = &pb.Expression_Subquery_SetPredicate_{SetPredicate: &pb.Expression_Subquery_SetPredicate{
			PredicateOp: pb.Expression_Subquery_SetPredicate_PREDICATE_OP_EXISTS, Tuples: input,
		}}
	}
	return &pb.Expression{RexType: &pb.Expression_Subquery_{Subquery: out}}, err
}

func (d *decoder) subquery(x *pb.Expression_Subquery, in []column) (plan.Expr, error) {
	out := &plan.Subquery{At: d.position()}
	var input *pb.Rel
	switch k := x.GetSubqueryType().(type) {
	case *pb.Expression_Subquery_Scalar_:
		out.Kind, input = plan.Scalar, k.Scalar.GetInput()
	case *pb.Expression_Subquery_InPredicate_:
		if len(k.InPredicate.GetNeedles()) != 1 {
			return nil, d.unsupported("an in_predicate of %d values; want one", len(k.InPredicate.GetNeedles()))
		}
		var err error
		if out.Value, err = d.expr(k.InPredicate.GetNeedles()[0], in); err != nil {
			return nil, err
		}
		out.Kind, input = plan.Within, k.InPredicate.GetHaystack()
	case *pb.Expression_Subquery_SetPredicate_:
		if op := k.SetPredicate.GetPredicateOp(); op != pb.Expression_Subquery_SetPredicate_PREDICATE_OP_EXISTS {
			return nil, d.unsupported("set predicate %s", op)
		}
		out.Kind, input = plan.Exists, k.SetPredicate.GetTuples()
	default:
		return nil, d.unsupported("subquery %s", chosen(x))
	}
	node, columns, err := d.rel(input)
	if err == nil && out.Kind != plan.Exists && len(columns) != 1 {
		err = d.malformed("a subquery of %d columns, want one", len(columns))
	}
	out.Plan = node
	return out, err
}

package substrait

import (
	"slices"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

var joinTypes = map[plan.JoinKind]pb.JoinRel_JoinType{
	plan.Inner:    pb.JoinRel_JOIN_TYPE_INNER,
	plan.Left:     pb.JoinRel_JOIN_TYPE_LEFT,
	plan.Right:    pb.JoinRel_JOIN_TYPE_RIGHT,
	plan.Full:     pb.JoinRel_JOIN_TYPE_OUTER,
	plan.LeftSemi: pb.JoinRel_JOIN_TYPE_LEFT_SEMI,
	plan.LeftAnti: pb.JoinRel_JOIN_TYPE_LEFT_ANTI,
}

func (e *encoder) join(x *plan.Join, inputs []*pb.Rel, common *pb.RelCommon) (*pb.Rel, error) {
	var conditions []plan.Expr
	width := 0
	if len(x.Equal) > 0 { // a schema takes a walk to its leaves, and there may be many joins
		width = len(x.Left.Schema())
	}
	for _, pair := range x.Equal {
		right := plan.RewriteExpr(pair.Right, func(x plan.Expr) plan.Expr {
			if f, ok := x.(*plan.FieldRef); ok {
				return &plan.FieldRef{Index: f.Index + width, T: f.T}
			}
			return x
		})
		conditions = append(conditions, &plan.Call{Function: "equal", Args: []plan.Expr{pair.Left, right}, T: vec.Bool})
	}
	condition := plan.And(append(conditions, x.Condition)...)
	if condition == nil && x.Kind == plan.Inner {
		return &pb.Rel{RelType: &pb.Rel_Cross{
			Cross: &pb.CrossRel{Common: common, Left: inputs[0], Right: inputs[1]},
		}}, nil
	}
	if condition == nil {
		condition = &plan.Literal{Value: vec.BoolValue(true)}
	}
	expression, err := e.expr(condition)
	return &pb.Rel{RelType: &pb.Rel_Join{Join: &pb.JoinRel{
		Common: common, Left: inputs[0], Right: inputs[1], Expression: expression, Type: joinTypes[x.Kind],
	}}}, err
}

func (d *decoder) join(x *pb.JoinRel) (plan.Node, []column, error) {
	out := &plan.Join{}
	found := false
	for kind, t := range joinTypes {
		if t == x.GetType() {
			out.Kind, found = kind, true
		}
	}
	if !found {
		return nil, nil, d.unsupported("join type %s", x.GetType())
	}
	if x.GetPostJoinFilter() != nil && out.Kind != plan.Inner {
		return nil, nil, d.unsupported("post_join_filter of join type %s", x.GetType())
	}
	left, both, err := d.sides(out, x.GetLeft(), x.GetRight())
	if err != nil {
		return nil, nil, err
	}
	if out.Condition, err = d.optional(x.GetExpression(), both); err != nil {
		return nil, nil, err
	}
	after, err := d.optional(x.GetPostJoinFilter(), both)
	if err != nil {
		return nil, nil, err
	}
	if after != nil {
		out.Condition = plan.And(out.Condition, after)
	}
	if l, ok := out.Condition.(*plan.Literal); ok && l.Value.Same(vec.BoolValue(true)) {
		out.Condition = nil
	}
	columns := both
	if out.Kind == plan.LeftSemi || out.Kind == plan.LeftAnti {
		columns = left
	}
	return d.emitted(x.GetCommon(), out, columns)
}

// sides reads the inputs of a join: left are the left one's columns, both the left one's, then the right one's.
func (d *decoder) sides(out *plan.Join, l, r *pb.Rel) (left, both []column, err error) {
	if out.Left, left, err = d.rel(l); err != nil {
		return nil, nil, err
	}
	node, right, err := d.rel(r)
	out.Right = node
	return left, slices.Concat(left, right), err
}

func (d *decoder) cross(x *pb.CrossRel) (plan.Node, []column, error) {
	out := &plan.Join{Kind: plan.Inner}
	_, both, err := d.sides(out, x.GetLeft(), x.GetRight())
	if err != nil {
		return nil, nil, err
	}
	return d.emitted(x.GetCommon(), out, both)
}

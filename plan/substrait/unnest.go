package substrait

import (
	"slices"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// unnestName is the function of ours that stands for an Unnest: its detail is an Any of an Expression, a
// call of this function with the array as its argument, and the flags as options.
const unnestName = "unnest"

func (e *encoder) unnest(x *plan.Unnest, input *pb.Rel, common *pb.RelCommon) (*pb.Rel, error) {
	args, err := e.arguments([]plan.Expr{x.Array})
	if err != nil {
		return nil, err
	}
	call := &pb.Expression_ScalarFunction{
		FunctionReference: e.functionAnchor(declared{function.OwnURN, unnestName + ":any"}),
		Arguments:         args,
		OutputType:        e.typ(vec.Dynamic),
	}
	if x.Ordinality {
		call.Options = append(call.Options, &pb.FunctionOption{Name: ordinalityNote})
	}
	if x.Outer {
		call.Options = append(call.Options, &pb.FunctionOption{Name: outerNote})
	}
	detail, err := pack(&pb.Expression{RexType: &pb.Expression_ScalarFunction_{ScalarFunction: call}})
	common.Hint = outputNames(x)
	return &pb.Rel{RelType: &pb.Rel_ExtensionSingle{
		ExtensionSingle: &pb.ExtensionSingleRel{Common: common, Input: input, Detail: detail},
	}}, err
}

func (d *decoder) unnest(x *pb.ExtensionSingleRel) (plan.Node, []column, error) {
	detail := &pb.Expression{}
	if !x.GetDetail().MessageIs(detail) {
		return nil, nil, d.unsupported("extension %s", x.GetDetail().GetTypeUrl())
	}
	if d.details += len(x.GetDetail().GetValue()); d.details > maxDetailBytes {
		return nil, nil, d.malformed("details inside details, more than %d bytes of them", maxDetailBytes)
	}
	if err := anypb.UnmarshalTo(x.GetDetail(), detail, proto.UnmarshalOptions{RecursionLimit: maxMessageDepth}); err != nil {
		return nil, nil, d.malformed("detail: %s", err)
	}
	call := detail.GetScalarFunction()
	f, err := d.declared(call.GetFunctionReference())
	if err != nil {
		return nil, nil, err
	}
	if f.urn != function.OwnURN || f.base() != unnestName || len(call.GetArguments()) != 1 {
		return nil, nil, d.unsupported("extension relation %s", f)
	}
	input, in, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	out := &plan.Unnest{Input: input, Names: []string{""}}
	if out.Array, err = d.expr(call.GetArguments()[0].GetValue(), in); err != nil {
		return nil, nil, err
	}
	columns := append(slices.Clip(in), column{Field: plan.Field{Type: vec.Dynamic}})
	for _, o := range call.GetOptions() {
		switch o.GetName() {
		case ordinalityNote:
			out.Ordinality = true
		case outerNote:
			out.Outer = true
		default:
			return nil, nil, d.unsupported("option %s of unnest", o.GetName())
		}
	}
	if out.Ordinality {
		out.Names = append(out.Names, "")
		columns = append(columns, column{Field: plan.Field{Type: vec.Int}})
	}
	if names := x.GetCommon().GetHint().GetOutputNames(); len(names) == len(columns) {
		copy(out.Names, names[len(in):])
	}
	for i, name := range out.Names {
		columns[len(in)+i].Name = name
	}
	return d.emitted(x.GetCommon(), out, columns)
}

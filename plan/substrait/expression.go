package substrait

import (
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func (e *encoder) exprs(list []plan.Expr) ([]*pb.Expression, error) {
	out := make([]*pb.Expression, len(list))
	for i, x := range list {
		var err error
		if out[i], err = e.expr(x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// expr writes an expression; nil gives nil.
func (e *encoder) expr(x plan.Expr) (*pb.Expression, error) {
	if x == nil {
		return nil, nil
	}
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.leave()
	switch x := x.(type) {
	case *plan.FieldRef:
		return fieldRef(x.Index), nil
	case *plan.Literal:
		literal, err := e.literal(x.Value)
		return &pb.Expression{RexType: &pb.Expression_Literal_{Literal: literal}}, err
	case *plan.Parameter:
		return &pb.Expression{RexType: &pb.Expression_DynamicParameter{DynamicParameter: &pb.DynamicParameter{
			Type: e.typ(x.T), ParameterReference: e.parameterAnchor(x.Name),
		}}}, nil
	case *plan.Call:
		return e.call(x)
	case *plan.Cast:
		return e.cast(x)
	case *plan.Case:
		return e.ifThen(x)
	case *plan.InList:
		value, err := e.expr(x.Value)
		if err != nil {
			return nil, err
		}
		options, err := e.exprs(x.Options)
		return &pb.Expression{RexType: &pb.Expression_SingularOrList_{
			SingularOrList: &pb.Expression_SingularOrList{Value: value, Options: options},
		}}, err
	case *plan.Subquery:
		return e.subquery(x)
	}
	panic("bug: Substrait of an unknown expression")
}

func (e *encoder) parameterAnchor(name string) uint32 {
	anchor, ok := e.named[name]
	if !ok {
		anchor = uint32(len(e.parameters))
		e.named[name] = anchor
		e.parameters = append(e.parameters, name)
	}
	return anchor
}

func (e *encoder) cast(x *plan.Cast) (*pb.Expression, error) {
	e.position(x.At)
	input, err := e.expr(x.Input)
	failure := pb.Expression_Cast_FAILURE_BEHAVIOR_THROW_EXCEPTION
	if x.Try {
		failure = pb.Expression_Cast_FAILURE_BEHAVIOR_RETURN_NULL
	}
	return &pb.Expression{RexType: &pb.Expression_Cast_{
		Cast: &pb.Expression_Cast{Type: e.typ(x.To), Input: input, FailureBehavior: failure},
	}}, err
}

func (e *encoder) ifThen(x *plan.Case) (*pb.Expression, error) {
	out := &pb.Expression_IfThen{}
	for _, arm := range x.Arms {
		when, err := e.expr(arm.When)
		if err != nil {
			return nil, err
		}
		then, err := e.expr(arm.Then)
		if err != nil {
			return nil, err
		}
		out.Ifs = append(out.Ifs, &pb.Expression_IfThen_IfClause{If: when, Then: then})
	}
	var err error
	out.Else, err = e.expr(x.Else)
	return &pb.Expression{RexType: &pb.Expression_IfThen_{IfThen: out}}, err
}

// optional is expr, or nil where there is no expression.
func (d *decoder) optional(x *pb.Expression, in []column) (plan.Expr, error) {
	if x == nil {
		return nil, nil
	}
	return d.expr(x, in)
}

func (d *decoder) exprs(list []*pb.Expression, in []column) ([]plan.Expr, error) {
	var out []plan.Expr
	for _, x := range list {
		e, err := d.expr(x, in)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// expr reads an expression over the columns in.
func (d *decoder) expr(x *pb.Expression, in []column) (plan.Expr, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	defer d.leave()
	switch k := x.GetRexType().(type) {
	case *pb.Expression_Literal_:
		v, err := d.constant(k.Literal)
		return &plan.Literal{Value: v}, err
	case *pb.Expression_Selection:
		e, _, err := d.fieldRef(k.Selection, in)
		return e, err
	case *pb.Expression_ScalarFunction_:
		return d.call(k.ScalarFunction, in)
	case *pb.Expression_IfThen_:
		return d.ifThen(k.IfThen, in)
	case *pb.Expression_SingularOrList_:
		value, err := d.expr(k.SingularOrList.GetValue(), in)
		if err != nil {
			return nil, err
		}
		options, err := d.exprs(k.SingularOrList.GetOptions(), in)
		return &plan.InList{Value: value, Options: options}, err
	case *pb.Expression_Cast_:
		return d.cast(k.Cast, in)
	case *pb.Expression_Subquery_:
		return d.subquery(k.Subquery, in)
	case *pb.Expression_DynamicParameter:
		return d.parameter(k.DynamicParameter)
	case nil:
		return nil, d.malformed("an expression is missing")
	}
	return nil, d.unsupported("expression %s", chosen(x))
}

// constant reads a literal that stands alone.
func (d *decoder) constant(l *pb.Expression_Literal) (vec.Value, error) {
	v, err := d.literal(l)
	if err == nil && v.Type() == vec.Array && vec.Check(v, maxValueDepth) != nil {
		err = d.malformed("a list literal of more than %d levels", maxValueDepth)
	}
	return v, err
}

func (d *decoder) parameter(x *pb.DynamicParameter) (plan.Expr, error) {
	anchor := x.GetParameterReference()
	if v, ok := d.bound[anchor]; ok {
		return &plan.Literal{Value: v}, nil
	}
	t, err := d.typ(x.GetType())
	name := strconv.FormatUint(uint64(anchor), 10)
	if int64(anchor) < int64(len(d.parameters)) {
		name = d.parameters[anchor]
	}
	return &plan.Parameter{Name: name, T: t}, err
}

func (d *decoder) cast(x *pb.Expression_Cast, in []column) (plan.Expr, error) {
	at := d.position()
	to, err := d.typ(x.GetType())
	if err != nil {
		return nil, err
	}
	input, err := d.expr(x.GetInput(), in)
	try := x.GetFailureBehavior() == pb.Expression_Cast_FAILURE_BEHAVIOR_RETURN_NULL
	return &plan.Cast{Input: input, To: to, Try: try, At: at}, err
}

func (d *decoder) ifThen(x *pb.Expression_IfThen, in []column) (plan.Expr, error) {
	if len(x.GetIfs()) == 0 {
		return nil, d.malformed("an if_then without conditions")
	}
	out := &plan.Case{}
	for _, arm := range x.GetIfs() {
		when, err := d.expr(arm.GetIf(), in)
		if err != nil {
			return nil, err
		}
		then, err := d.expr(arm.GetThen(), in)
		if err != nil {
			return nil, err
		}
		out.Arms = append(out.Arms, plan.Arm{When: when, Then: then})
	}
	var err error
	out.Else, err = d.optional(x.GetElse(), in)
	return out, err
}

package substrait

import (
	"strconv"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
)

// encoder writes one plan.
type encoder struct {
	declarations
	parameters []string // by anchor
	positions  []string // of the relation at hand; see positionsNote
	depth      int
}

func newEncoder() *encoder {
	return &encoder{declarations: declarations{anchors: map[declared]uint32{}}}
}

// declare writes what the plan's messages refer to.
func (e *encoder) declare(p *pb.Plan) (err error) {
	e.declarations.declare(p)
	if len(e.parameters) > 0 {
		p.AdvancedExtensions, err = note(parametersNote, e.parameters...)
	}
	return err
}

// enter counts a level of relations or expressions; leave ends it.
func (e *encoder) enter() error {
	if e.depth++; e.depth > MaxDepth {
		return plan.Errorf(plan.Position{}, "the query's plan is nested deeper than %d levels; split the query", MaxDepth)
	}
	return nil
}

func (e *encoder) leave() { e.depth-- }

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

func fieldRef(i int) *pb.Expression {
	return &pb.Expression{RexType: &pb.Expression_Selection{Selection: &pb.Expression_FieldReference{
		ReferenceType: &pb.Expression_FieldReference_DirectReference{DirectReference: &pb.Expression_ReferenceSegment{
			ReferenceType: &pb.Expression_ReferenceSegment_StructField_{
				StructField: &pb.Expression_ReferenceSegment_StructField{Field: int32(i)},
			},
		}},
		RootType: &pb.Expression_FieldReference_RootReference_{RootReference: &pb.Expression_FieldReference_RootReference{}},
	}}}
}

func (e *encoder) parameterAnchor(name string) uint32 {
	for i, p := range e.parameters {
		if p == name {
			return uint32(i)
		}
	}
	e.parameters = append(e.parameters, name)
	return uint32(len(e.parameters) - 1)
}

func (e *encoder) call(x *plan.Call) (*pb.Expression, error) {
	urn, name := scalarName(x.Function)
	args, err := e.arguments(x.Args)
	return &pb.Expression{RexType: &pb.Expression_ScalarFunction_{ScalarFunction: &pb.Expression_ScalarFunction{
		FunctionReference: e.functionAnchor(urn, name, x.Args),
		Arguments:         args,
		Options:           positionOption(x.At),
		OutputType:        e.typ(x.T),
	}}}, err
}

func (e *encoder) arguments(list []plan.Expr) ([]*pb.FunctionArgument, error) {
	args, err := e.exprs(list)
	out := make([]*pb.FunctionArgument, len(args))
	for i, a := range args {
		out[i] = &pb.FunctionArgument{ArgType: &pb.FunctionArgument_Value{Value: a}}
	}
	return out, err
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

func (e *encoder) measure(m *plan.Measure) (*pb.AggregateRel_Measure, error) {
	urn, name := aggregateName(m.Function)
	args, err := e.arguments(m.Args)
	if err != nil {
		return nil, err
	}
	sorts, err := e.sorts(m.Order)
	if err != nil {
		return nil, err
	}
	filter, err := e.expr(m.Filter)
	if err != nil {
		return nil, err
	}
	invocation := pb.AggregateFunction_AGGREGATION_INVOCATION_ALL
	if m.Distinct {
		invocation = pb.AggregateFunction_AGGREGATION_INVOCATION_DISTINCT
	}
	options := positionOption(m.At)
	if m.Limit != 0 {
		options = append(options, &pb.FunctionOption{Name: limitNote, Preference: []string{strconv.FormatInt(m.Limit, 10)}})
	}
	return &pb.AggregateRel_Measure{Filter: filter, Measure: &pb.AggregateFunction{
		FunctionReference: e.functionAnchor(urn, name, m.Args),
		Arguments:         args,
		Options:           options,
		OutputType:        e.typ(m.Type),
		Phase:             pb.AggregationPhase_AGGREGATION_PHASE_INITIAL_TO_RESULT,
		Sorts:             sorts,
		Invocation:        invocation,
	}}, nil
}

func positionOption(at plan.Position) []*pb.FunctionOption {
	if at == (plan.Position{}) {
		return nil
	}
	return []*pb.FunctionOption{{Name: positionNote, Preference: []string{positionText(at)}}}
}

// position notes the place of a message without options.
func (e *encoder) position(at plan.Position) { e.positions = append(e.positions, positionText(at)) }

func positionText(at plan.Position) string {
	if at == (plan.Position{}) {
		return ""
	}
	return strconv.Itoa(at.Line) + ":" + strconv.Itoa(at.Column)
}

// parsePosition reads positionText; text of anything else is no place.
func parsePosition(text string) plan.Position {
	line, column, _ := strings.Cut(text, ":")
	l, err := strconv.Atoi(line)
	c, err2 := strconv.Atoi(column)
	if err != nil || err2 != nil || l < 1 || c < 1 {
		return plan.Position{}
	}
	return plan.Position{Line: l, Column: c}
}

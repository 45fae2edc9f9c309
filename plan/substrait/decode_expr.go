package substrait

import (
	"slices"
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

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

// fieldRef reads a reference to a column, or to a place inside of one. fields are those of a struct there.
func (d *decoder) fieldRef(x *pb.Expression_FieldReference, in []column) (out plan.Expr, fields []column, err error) {
	segment := x.GetDirectReference()
	if segment == nil {
		return nil, nil, d.unsupported("field reference %s", chosen(x))
	}
	switch root := x.GetRootType().(type) {
	case *pb.Expression_FieldReference_Expression:
		if out, err = d.expr(root.Expression, in); err != nil {
			return nil, nil, err
		}
	case *pb.Expression_FieldReference_RootReference_, nil:
		field := segment.GetStructField()
		if field == nil {
			return nil, nil, d.malformed("a field reference that does not start with a column")
		}
		i := int(field.GetField())
		if i < 0 || i >= len(in) {
			return nil, nil, d.malformed("reference to column %d of %d", i, len(in))
		}
		out, fields, segment = &plan.FieldRef{Index: i, T: in[i].Type}, in[i].fields, field.GetChild()
	default:
		return nil, nil, d.unsupported("field reference from outside, as of a correlated subquery or a lambda")
	}
	for steps := 0; segment != nil; steps++ {
		if steps > maxValueDepth {
			return nil, nil, d.malformed("a field reference of more than %d steps", maxValueDepth)
		}
		if out, fields, segment, err = d.step(out, fields, segment); err != nil {
			return nil, nil, err
		}
	}
	return out, fields, nil
}

// step goes one segment into a value.
func (d *decoder) step(from plan.Expr, fields []column, segment *pb.Expression_ReferenceSegment) (
	plan.Expr, []column, *pb.Expression_ReferenceSegment, error) {
	name, key, child := "get", vec.Value(nil), (*pb.Expression_ReferenceSegment)(nil)
	var inside []column
	switch s := segment.GetReferenceType().(type) {
	case *pb.Expression_ReferenceSegment_StructField_:
		i := int(s.StructField.GetField())
		if i < 0 || i >= len(fields) {
			return nil, nil, nil, d.malformed("reference to field %d of a struct of %d", i, len(fields))
		}
		key, inside, child = vec.StringValue(fields[i].Name), fields[i].fields, s.StructField.GetChild()
	case *pb.Expression_ReferenceSegment_MapKey_:
		v, err := d.constant(s.MapKey.GetMapKey())
		if err != nil {
			return nil, nil, nil, err
		}
		key, child = v, s.MapKey.GetChild()
	case *pb.Expression_ReferenceSegment_ListElement_:
		if s.ListElement.GetOffset() < 0 {
			return nil, nil, nil, d.unsupported("list element %d", s.ListElement.GetOffset())
		}
		name, key, child = "element_at", vec.IntValue(vec.Int, int64(s.ListElement.GetOffset())+1), s.ListElement.GetChild()
	default:
		return nil, nil, nil, d.malformed("a field reference with an empty segment")
	}
	return &plan.Call{Function: name, Args: []plan.Expr{from, &plan.Literal{Value: key}}, T: vec.Dynamic}, inside, child, nil
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

// declared is a function of the plan, by its anchor.
func (d *decoder) declared(anchor uint32) (declared, error) {
	f, ok := d.functions[anchor]
	if !ok {
		return f, d.malformed("function %d is not declared", anchor)
	}
	return f, nil
}

func (d *decoder) arguments(list []*pb.FunctionArgument, old []*pb.Expression, in []column) ([]plan.Expr, error) {
	if len(list) == 0 {
		return d.exprs(old, in)
	}
	var out []plan.Expr
	for _, a := range list {
		switch k := a.GetArgType().(type) {
		case *pb.FunctionArgument_Value:
			x, err := d.expr(k.Value, in)
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		case *pb.FunctionArgument_Enum:
			out = append(out, &plan.Literal{Value: vec.StringValue(k.Enum)})
		default:
			return nil, d.unsupported("function argument %s", chosen(a))
		}
	}
	return out, nil
}

func (d *decoder) call(x *pb.Expression_ScalarFunction, in []column) (plan.Expr, error) {
	f, err := d.declared(x.GetFunctionReference())
	if err != nil {
		return nil, err
	}
	at, _, err := d.options(f.name, x.GetOptions())
	if err != nil {
		return nil, err
	}
	args, err := d.arguments(x.GetArguments(), x.GetArgs(), in)
	if err != nil {
		return nil, err
	}
	name, args, ok := f.scalar(args)
	if !ok {
		return nil, d.unsupported("function %s", f)
	}
	out := &plan.Call{Function: name, Args: args, At: at}
	if form, ok := formArgs[name]; ok {
		if len(args) < form.least || form.most >= 0 && len(args) > form.most {
			return nil, d.malformed("function %s does not take %d arguments", f, len(args))
		}
		out.T = formType(name, args)
		return out, nil
	}
	fn, ok := function.Lookup(name)
	if !ok || fn.Name != name {
		return nil, d.unsupported("function %s", f)
	}
	if !fn.Takes(len(args)) {
		return nil, d.malformed("function %s takes %s, not %d", f, fn.Arity(), len(args))
	}
	out.T = fn.Returns(typesOf(args))
	return out, nil
}

func typesOf(args []plan.Expr) []vec.Type {
	out := make([]vec.Type, len(args))
	for i, a := range args {
		out[i] = a.Type()
	}
	return out
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

// choices are the options of standard functions that other producers write, and what ours do.
var choices = map[string][]string{
	"overflow":         {"ERROR"},
	"rounding":         {"TIE_TO_EVEN"},
	"case_sensitivity": {"CASE_SENSITIVE"},
}

// option refuses a call that asks for something else than ours does.
func (d *decoder) option(function string, o *pb.FunctionOption) error {
	for _, p := range o.GetPreference() {
		if slices.Contains(choices[o.GetName()], p) {
			return nil
		}
	}
	return d.unsupported("option %s = %v of function %s", o.GetName(), o.GetPreference(), function)
}

package substrait

import (
	"slices"
	"strconv"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

func (e *encoder) call(x *plan.Call) (*pb.Expression, error) {
	args, err := e.arguments(x.Args)
	return &pb.Expression{RexType: &pb.Expression_ScalarFunction_{ScalarFunction: &pb.Expression_ScalarFunction{
		FunctionReference: e.functionAnchor(scalarDeclaration(x)),
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

func positionOption(at plan.Position) []*pb.FunctionOption {
	if at == (plan.Position{}) {
		return nil
	}
	return []*pb.FunctionOption{{Name: positionNote, Preference: []string{positionText(at)}}}
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
	at, _, err := d.options(f, x.GetOptions())
	if err != nil {
		return nil, err
	}
	args, err := d.arguments(x.GetArguments(), x.GetArgs(), in)
	if err != nil {
		return nil, err
	}
	name, args, err := d.scalar(f, args)
	if err != nil {
		return nil, err
	}
	out := &plan.Call{Function: name, Args: args, At: at}
	if form, ok := forms[name]; ok {
		if len(args) < form.least || form.most >= 0 && len(args) > form.most {
			return nil, d.malformed("function %s does not take %d arguments", f, len(args))
		}
		out.T = formType(name, args)
		return out, nil
	}
	fn, ok := function.Lookup(name)
	if !ok {
		panic("bug: no function " + name)
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

// options reads those of a call: notes of ours, and choices that have to allow what we do.
func (d *decoder) options(f declared, list []*pb.FunctionOption) (at plan.Position, limit int64, err error) {
	for _, o := range list {
		switch first := strings.Join(o.GetPreference(), ","); o.GetName() {
		case positionNote:
			at = parsePosition(first)
		case limitNote:
			if limit, err = strconv.ParseInt(first, 10, 64); err != nil || limit < 1 {
				return at, 0, d.malformed("function %s: limit %q, want a number from 1", f, first)
			}
		default:
			if err := d.option(f, o); err != nil {
				return at, 0, err
			}
		}
	}
	return at, limit, nil
}

// choices are the options of the standard's functions, all of them or one's, and what ours do.
var choices = map[string]string{
	"overflow":                "ERROR",
	"rounding":                "TIE_TO_EVEN",
	"round:rounding":          "TIE_AWAY_FROM_ZERO",
	"case_sensitivity":        "CASE_SENSITIVE",
	"char_set":                "UTF8",
	"full_unicode":            "TRUE",
	"spaces_only":             "FALSE",
	"concat:null_handling":    "ACCEPT_NULLS",
	"division_type":           "TRUNCATE",
	"modulus:on_domain_error": "ERROR",
	"on_domain_error":         "NAN",
	"on_log_zero":             "MINUS_INFINITY",
	"complex_number_result":   "NAN",
	"negative_start":          "WRAP_FROM_END",
}

// option refuses a call that asks for something else than ours does.
func (d *decoder) option(f declared, o *pb.FunctionOption) error {
	choice, ok := choices[f.base()+":"+o.GetName()]
	if !ok {
		choice, ok = choices[o.GetName()]
	}
	if !ok || !slices.ContainsFunc(o.GetPreference(), func(p string) bool { return strings.EqualFold(p, choice) }) {
		return d.unsupported("option %s %v of function %s", o.GetName(), o.GetPreference(), f)
	}
	return nil
}

package substrait

import (
	"slices"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

const (
	// maxColumns of all relations of a plan together: a relation passes on its input's, so that a small plan
	// can have very many.
	maxColumns = 1 << 20

	// maxDetailBytes of all details of a plan together: each is copied out of the one around it.
	maxDetailBytes = 4 * MaxBytes
)

// message is what the relations' messages have in common.
type message interface {
	GetCommon() *pb.RelCommon
}

// rel reads a relation: the node, and its columns.
func (d *decoder) rel(r *pb.Rel) (plan.Node, []column, error) {
	if err := d.enter(); err != nil {
		return nil, nil, err
	}
	defer d.leave()
	m, read := d.kind(r)
	if read == nil {
		if r.GetRelType() == nil {
			return nil, nil, d.malformed("a relation is missing")
		}
		return nil, nil, d.unsupported("relation %s", chosen(r))
	}
	outer := d.positions
	d.where = append(d.where, chosen(r))
	defer func() { d.where, d.positions = d.where[:len(d.where)-1], outer }()
	if err := d.enhanced(m.GetCommon().GetAdvancedExtension()); err != nil {
		return nil, nil, err
	}
	if x, ok := m.(interface {
		GetAdvancedExtension() *extensions.AdvancedExtension
	}); ok {
		if err := d.enhanced(x.GetAdvancedExtension()); err != nil {
			return nil, nil, err
		}
	}
	d.positions = noted(m.GetCommon().GetAdvancedExtension(), positionsNote)
	node, columns, err := read()
	if d.columns += len(columns); err == nil && d.columns > maxColumns {
		err = d.malformed("more than %d columns in all relations", maxColumns)
	}
	return node, columns, err
}

// kind finds what reads a relation; nil if nothing does.
func (d *decoder) kind(r *pb.Rel) (m message, read func() (plan.Node, []column, error)) {
	switch k := r.GetRelType().(type) {
	case *pb.Rel_Read:
		return k.Read, func() (plan.Node, []column, error) { return d.read(k.Read) }
	case *pb.Rel_Filter:
		return k.Filter, func() (plan.Node, []column, error) { return d.filter(k.Filter) }
	case *pb.Rel_Project:
		return k.Project, func() (plan.Node, []column, error) { return d.project(k.Project) }
	case *pb.Rel_Aggregate:
		return k.Aggregate, func() (plan.Node, []column, error) { return d.aggregate(k.Aggregate) }
	case *pb.Rel_Sort:
		return k.Sort, func() (plan.Node, []column, error) { return d.sort(k.Sort) }
	case *pb.Rel_Fetch:
		return k.Fetch, func() (plan.Node, []column, error) { return d.fetch(k.Fetch) }
	case *pb.Rel_Join:
		return k.Join, func() (plan.Node, []column, error) { return d.join(k.Join) }
	case *pb.Rel_Cross:
		return k.Cross, func() (plan.Node, []column, error) { return d.cross(k.Cross) }
	case *pb.Rel_Set:
		return k.Set, func() (plan.Node, []column, error) { return d.set(k.Set) }
	case *pb.Rel_ExtensionSingle:
		return k.ExtensionSingle, func() (plan.Node, []column, error) { return d.unnest(k.ExtensionSingle) }
	}
	return nil, nil
}

// emitted puts a Project on a node if common asks for other columns than its own.
func (d *decoder) emitted(common *pb.RelCommon, node plan.Node, columns []column) (plan.Node, []column, error) {
	emit := common.GetEmit()
	if emit == nil {
		return node, columns, nil
	}
	project := &plan.Project{Input: node}
	var out []column
	for _, i := range emit.GetOutputMapping() {
		if i < 0 || int(i) >= len(columns) {
			return nil, nil, d.malformed("emit of column %d of %d", i, len(columns))
		}
		c := columns[i]
		out = append(out, c)
		project.Expressions = append(project.Expressions, &plan.FieldRef{Index: int(i), T: c.Type})
		project.Names = append(project.Names, c.Name)
	}
	return project, out, nil
}

func (d *decoder) filter(x *pb.FilterRel) (plan.Node, []column, error) {
	input, columns, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	condition, err := d.expr(x.GetCondition(), columns)
	if err != nil {
		return nil, nil, err
	}
	return d.emitted(x.GetCommon(), &plan.Filter{Input: input, Condition: condition}, columns)
}

func (d *decoder) project(x *pb.ProjectRel) (plan.Node, []column, error) {
	input, in, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	expressions, err := d.exprs(x.GetExpressions(), in)
	if err != nil {
		return nil, nil, err
	}
	var mapping []int
	if emit := x.GetCommon().GetEmit(); emit != nil {
		for _, i := range emit.GetOutputMapping() {
			mapping = append(mapping, int(i))
		}
	} else {
		mapping = allKeys(len(in) + len(expressions))
	}
	names := x.GetCommon().GetHint().GetOutputNames()
	out := &plan.Project{Input: input}
	var columns []column
	for at, i := range mapping {
		var e plan.Expr
		switch {
		case i < 0 || i >= len(in)+len(expressions):
			return nil, nil, d.malformed("emit of column %d of %d", i, len(in)+len(expressions))
		case i < len(in):
			e = &plan.FieldRef{Index: i, T: in[i].Type}
		default:
			e = expressions[i-len(in)]
		}
		c := named(e, in)
		if len(names) == len(mapping) {
			c.Name = names[at]
		}
		columns = append(columns, c)
		out.Expressions = append(out.Expressions, e)
		out.Names = append(out.Names, c.Name)
	}
	return out, columns, nil
}

// named is the column that an expression makes, under the name that it has in the input, if it has one.
func named(e plan.Expr, in []column) column {
	if f, ok := e.(*plan.FieldRef); ok {
		return in[f.Index]
	}
	return column{Field: plan.Field{Type: e.Type()}}
}

func (d *decoder) aggregate(x *pb.AggregateRel) (plan.Node, []column, error) {
	input, in, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	out := &plan.Aggregate{Input: input}
	var columns []column
	if err := d.groupings(out, x, in); err != nil {
		return nil, nil, err
	}
	for _, key := range out.Keys {
		columns = append(columns, named(key, in))
	}
	for _, m := range x.GetMeasures() {
		measure, err := d.measure(m, in)
		if err != nil {
			return nil, nil, err
		}
		out.Measures = append(out.Measures, measure)
		columns = append(columns, column{Field: plan.Field{Name: measure.Function, Type: measure.Type}})
	}
	if len(columns) == 0 {
		return nil, nil, d.malformed("neither groupings nor measures")
	}
	names := x.GetCommon().GetHint().GetOutputNames()
	for i := range columns {
		if len(names) >= len(columns) {
			columns[i].Name = names[i]
		}
		out.Names = append(out.Names, columns[i].Name)
	}
	if len(out.Sets) > 1 {
		columns = append(columns, column{Field: plan.Field{Name: "grouping_set", Type: vec.Int}})
	}
	return d.emitted(x.GetCommon(), out, columns)
}

// groupings reads keys and sets; older producers write the keys into the sets.
func (d *decoder) groupings(out *plan.Aggregate, x *pb.AggregateRel, in []column) (err error) {
	keys := slices.Clone(x.GetGroupingExpressions())
	for _, g := range x.GetGroupings() {
		set := []int{}
		for _, i := range g.GetExpressionReferences() {
			if int64(i) >= int64(len(keys)) {
				return d.malformed("grouping by expression %d of %d", i, len(keys))
			}
			set = append(set, int(i))
		}
		if len(x.GetGroupingExpressions()) == 0 {
			for _, e := range g.GetGroupingExpressions() {
				i := slices.IndexFunc(keys, func(key *pb.Expression) bool { return proto.Equal(key, e) })
				if i < 0 {
					i, keys = len(keys), append(keys, e)
				}
				set = append(set, i)
			}
		}
		out.Sets = append(out.Sets, set)
	}
	if len(out.Sets) == 1 && slices.Equal(out.Sets[0], allKeys(len(keys))) {
		out.Sets = nil
	}
	if len(x.GetGroupings()) == 0 && len(keys) > 0 {
		return d.malformed("grouping expressions that no grouping refers to")
	}
	out.Keys, err = d.exprs(keys, in)
	return err
}

func (d *decoder) measure(m *pb.AggregateRel_Measure, in []column) (out plan.Measure, err error) {
	x := m.GetMeasure()
	f, err := d.declared(x.GetFunctionReference())
	if err != nil {
		return out, err
	}
	out.Function = f.find(tables().aggregate)
	fn, ok := function.LookupAggregate(out.Function)
	if !ok || fn.Name != out.Function {
		return out, d.unsupported("aggregate function %s", f)
	}
	switch x.GetPhase() {
	case pb.AggregationPhase_AGGREGATION_PHASE_UNSPECIFIED, pb.AggregationPhase_AGGREGATION_PHASE_INITIAL_TO_RESULT:
	default:
		return out, d.unsupported("function %s in %s", f, x.GetPhase())
	}
	if out.At, out.Limit, err = d.options(f.name, x.GetOptions()); err != nil {
		return out, err
	}
	if out.Args, err = d.arguments(x.GetArguments(), x.GetArgs(), in); err != nil {
		return out, err
	}
	if n := len(out.Args); n < fn.MinArgs || fn.MaxArgs >= 0 && n > fn.MaxArgs {
		return out, d.malformed("function %s does not take %d arguments", f, n)
	}
	if out.Limit != 0 && !fn.Limited {
		return out, d.malformed("function %s has no limit", f)
	}
	if out.Order, err = d.sorts(x.GetSorts(), in); err != nil {
		return out, err
	}
	if out.Filter, err = d.optional(m.GetFilter(), in); err != nil {
		return out, err
	}
	out.Distinct = x.GetInvocation() == pb.AggregateFunction_AGGREGATION_INVOCATION_DISTINCT
	out.Type = fn.Returns(typesOf(out.Args))
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

func (d *decoder) fetch(x *pb.FetchRel) (plan.Node, []column, error) {
	input, columns, err := d.rel(x.GetInput())
	if err != nil {
		return nil, nil, err
	}
	out := &plan.Fetch{Input: input}
	switch mode := x.GetOffsetMode().(type) {
	case *pb.FetchRel_Offset:
		out.Offset, err = d.count(&pb.Expression{RexType: &pb.Expression_Literal_{
			Literal: &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_I64{I64: mode.Offset}},
		}})
	case *pb.FetchRel_OffsetExpr:
		out.Offset, err = d.count(mode.OffsetExpr)
	}
	if err != nil {
		return nil, nil, err
	}
	switch mode := x.GetCountMode().(type) {
	case *pb.FetchRel_Count:
		if mode.Count == -1 { // all, as older producers say
			break
		}
		out.Count, err = d.count(&pb.Expression{RexType: &pb.Expression_Literal_{
			Literal: &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_I64{I64: mode.Count}},
		}})
	case *pb.FetchRel_CountExpr:
		out.Count, err = d.count(mode.CountExpr)
	}
	if err != nil {
		return nil, nil, err
	}
	return d.emitted(x.GetCommon(), out, columns)
}

// count reads a number of rows: a constant or a parameter. Null is none.
func (d *decoder) count(x *pb.Expression) (plan.Expr, error) {
	e, err := d.expr(x, nil)
	if err != nil {
		return nil, err
	}
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
	left, right, both, err := d.sides(out, x.GetLeft(), x.GetRight())
	if err != nil {
		return nil, nil, err
	}
	condition, err := d.optional(x.GetExpression(), both)
	if err != nil {
		return nil, nil, err
	}
	after, err := d.optional(x.GetPostJoinFilter(), both)
	if err != nil {
		return nil, nil, err
	}
	if out.Condition = condition; after != nil {
		out.Condition = plan.And(condition, after)
	}
	if l, ok := out.Condition.(*plan.Literal); ok && l.Value.Same(vec.BoolValue(true)) {
		out.Condition = nil
	}
	columns := both
	if out.Kind == plan.LeftSemi || out.Kind == plan.LeftAnti {
		columns = left
	}
	_ = right
	return d.emitted(x.GetCommon(), out, columns)
}

func (d *decoder) sides(out *plan.Join, l, r *pb.Rel) (left, right, both []column, err error) {
	if out.Left, left, err = d.rel(l); err != nil {
		return nil, nil, nil, err
	}
	if out.Right, right, err = d.rel(r); err != nil {
		return nil, nil, nil, err
	}
	return left, right, slices.Concat(left, right), nil
}

func (d *decoder) cross(x *pb.CrossRel) (plan.Node, []column, error) {
	out := &plan.Join{Kind: plan.Inner}
	_, _, both, err := d.sides(out, x.GetLeft(), x.GetRight())
	if err != nil {
		return nil, nil, err
	}
	return d.emitted(x.GetCommon(), out, both)
}

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
	if f.urn != function.OwnURN || f.find(nil) != unnestName || len(call.GetArguments()) != 1 {
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

package substrait

import (
	"slices"
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/proto"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

func (e *encoder) aggregate(x *plan.Aggregate, input *pb.Rel, common *pb.RelCommon) (*pb.Rel, error) {
	keys, err := e.exprs(x.Keys)
	if err != nil {
		return nil, err
	}
	out := &pb.AggregateRel{Common: common, Input: input, GroupingExpressions: keys}
	common.Hint = outputNames(x)
	for i := range x.Measures {
		m, err := e.measure(&x.Measures[i])
		if err != nil {
			return nil, err
		}
		out.Measures = append(out.Measures, m)
	}
	sets := x.Sets
	if sets == nil && len(keys) > 0 {
		sets = [][]int{allKeys(len(keys))}
	}
	for _, set := range sets {
		grouping := &pb.AggregateRel_Grouping{}
		for _, key := range set {
			grouping.ExpressionReferences = append(grouping.ExpressionReferences, uint32(key))
		}
		out.Groupings = append(out.Groupings, grouping)
	}
	return &pb.Rel{RelType: &pb.Rel_Aggregate{Aggregate: out}}, nil
}

// allKeys is the grouping set of n keys.
func allKeys(n int) []int {
	set := make([]int, n)
	for i := range set {
		set[i] = i
	}
	return set
}

func (e *encoder) measure(m *plan.Measure) (*pb.AggregateRel_Measure, error) {
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
		FunctionReference: e.functionAnchor(aggregateDeclaration(m)),
		Arguments:         args,
		Options:           options,
		OutputType:        e.typ(m.Type),
		Phase:             pb.AggregationPhase_AGGREGATION_PHASE_INITIAL_TO_RESULT,
		Sorts:             sorts,
		Invocation:        invocation,
	}}, nil
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
	inline := map[string]int{} // positions in keys, by encoded expression
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
				encoded, err := proto.MarshalOptions{Deterministic: true}.Marshal(e)
				if err != nil {
					return d.malformed("grouping expression: %s", err)
				}
				i, ok := inline[string(encoded)]
				if !ok {
					i, inline[string(encoded)], keys = len(keys), len(keys), append(keys, e)
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
	out.Function = aggregates().find(f)
	fn, ok := function.LookupAggregate(out.Function)
	if !ok || fn.Name != out.Function {
		return out, d.unsupported("aggregate function %s", f)
	}
	switch x.GetPhase() {
	case pb.AggregationPhase_AGGREGATION_PHASE_UNSPECIFIED, pb.AggregationPhase_AGGREGATION_PHASE_INITIAL_TO_RESULT:
	default:
		return out, d.unsupported("function %s in %s", f, x.GetPhase())
	}
	if out.At, out.Limit, err = d.options(f, x.GetOptions()); err != nil {
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

package substrait

import (
	"slices"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// rel writes a relation.
func (e *encoder) rel(n plan.Node) (*pb.Rel, error) {
	if err := e.enter(); err != nil {
		return nil, err
	}
	defer e.leave()
	outer := e.positions
	defer func() { e.positions = outer }()
	inputs := make([]*pb.Rel, len(n.Inputs()))
	for i, in := range n.Inputs() {
		var err error
		if inputs[i], err = e.rel(in); err != nil {
			return nil, err
		}
	}
	e.positions = nil
	common := &pb.RelCommon{EmitKind: &pb.RelCommon_Direct_{Direct: &pb.RelCommon_Direct{}}}
	out, err := e.relation(n, inputs, common)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(e.positions, func(text string) bool { return text != "" }) {
		positions, err := note(positionsNote, e.positions...)
		if err != nil {
			return nil, err
		}
		positions.Optimization = append(positions.Optimization, common.AdvancedExtension.GetOptimization()...)
		common.AdvancedExtension = positions
	}
	return out, nil
}

// relation writes n itself, over its inputs. common is in it, or will be.
func (e *encoder) relation(n plan.Node, inputs []*pb.Rel, common *pb.RelCommon) (*pb.Rel, error) {
	switch x := n.(type) {
	case *plan.Read:
		return e.read(x, common)
	case *plan.Values:
		return e.values(x, common)
	case *plan.Filter:
		condition, err := e.expr(x.Condition)
		return &pb.Rel{RelType: &pb.Rel_Filter{
			Filter: &pb.FilterRel{Common: common, Input: inputs[0], Condition: condition},
		}}, err
	case *plan.Project:
		expressions, err := e.exprs(x.Expressions)
		common.EmitKind = emit(len(x.Input.Schema()), len(expressions))
		common.Hint = outputNames(x)
		return &pb.Rel{RelType: &pb.Rel_Project{
			Project: &pb.ProjectRel{Common: common, Input: inputs[0], Expressions: expressions},
		}}, err
	case *plan.Aggregate:
		return e.aggregate(x, inputs[0], common)
	case *plan.Sort:
		sorts, err := e.sorts(x.Fields)
		return &pb.Rel{RelType: &pb.Rel_Sort{
			Sort: &pb.SortRel{Common: common, Input: inputs[0], Sorts: sorts},
		}}, err
	case *plan.Fetch:
		return e.fetch(x, inputs[0], common)
	case *plan.Join:
		return e.join(x, inputs, common)
	case *plan.Set:
		return &pb.Rel{RelType: &pb.Rel_Set{
			Set: &pb.SetRel{Common: common, Inputs: inputs, Op: pb.SetRel_SET_OP_UNION_ALL},
		}}, nil
	case *plan.Unnest:
		return e.unnest(x, inputs[0], common)
	}
	panic("bug: Substrait of an unknown relation")
}

// emit keeps the count columns behind the first skip.
func emit(skip, count int) *pb.RelCommon_Emit_ {
	mapping := make([]int32, count)
	for i := range mapping {
		mapping[i] = int32(skip + i)
	}
	return &pb.RelCommon_Emit_{Emit: &pb.RelCommon_Emit{OutputMapping: mapping}}
}

// outputNames keeps the names of a relation's columns.
func outputNames(n plan.Node) *pb.RelCommon_Hint {
	hint := &pb.RelCommon_Hint{}
	for _, f := range n.Schema() {
		hint.OutputNames = append(hint.OutputNames, f.Name)
	}
	return hint
}

func (e *encoder) read(x *plan.Read, common *pb.RelCommon) (*pb.Rel, error) {
	schema := &pb.NamedStruct{Struct: &pb.Type_Struct{Nullability: pb.Type_NULLABILITY_REQUIRED}}
	for _, c := range x.Columns {
		schema.Names = append(schema.Names, columnName(c.Path))
		schema.Struct.Types = append(schema.Struct.Types, e.typ(c.Type))
	}
	filter, err := e.expr(x.Filter)
	if err != nil {
		return nil, err
	}
	if x.Output != nil {
		mapping := make([]int32, len(x.Output))
		for i, c := range x.Output {
			mapping[i] = int32(c)
		}
		common.EmitKind = &pb.RelCommon_Emit_{Emit: &pb.RelCommon_Emit{OutputMapping: mapping}}
	}
	if x.Hint != "" {
		if common.AdvancedExtension, err = note(accessNote, x.Hint); err != nil {
			return nil, err
		}
	}
	return &pb.Rel{RelType: &pb.Rel_Read{Read: &pb.ReadRel{
		Common: common, BaseSchema: schema, Filter: filter,
		ReadType: &pb.ReadRel_NamedTable_{NamedTable: &pb.ReadRel_NamedTable{Names: nameParts(x.Name)}},
	}}}, nil
}

// wholeDocument is the name of the column of whole documents.
const wholeDocument = "*"

func columnName(path vec.Path) string {
	if len(path) == 0 {
		return wholeDocument
	}
	return path.String()
}

// nameParts takes a collection's name apart: as a path, else at its dots. joinName is the reverse.
func nameParts(name string) []string {
	if path, err := vec.ParsePath(name); err == nil && len(path) > 0 {
		return path
	}
	return strings.Split(name, ".")
}

func joinName(parts []string) string {
	if name := strings.Join(parts, "."); slices.Equal(nameParts(name), parts) {
		return name
	}
	return vec.Path(parts).String()
}

func (e *encoder) values(x *plan.Values, common *pb.RelCommon) (*pb.Rel, error) {
	schema := &pb.NamedStruct{Struct: &pb.Type_Struct{Nullability: pb.Type_NULLABILITY_REQUIRED}}
	for _, f := range x.Fields {
		schema.Names = append(schema.Names, f.Name)
		schema.Struct.Types = append(schema.Struct.Types, e.typ(f.Type))
	}
	table := &pb.ReadRel_VirtualTable{}
	for _, row := range x.Rows {
		fields, err := e.exprs(row)
		if err != nil {
			return nil, err
		}
		table.Expressions = append(table.Expressions, &pb.Expression_Nested_Struct{Fields: fields})
	}
	return &pb.Rel{RelType: &pb.Rel_Read{Read: &pb.ReadRel{
		Common: common, BaseSchema: schema, ReadType: &pb.ReadRel_VirtualTable_{VirtualTable: table},
	}}}, nil
}

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

func (e *encoder) fetch(x *plan.Fetch, input *pb.Rel, common *pb.RelCommon) (*pb.Rel, error) {
	out := &pb.FetchRel{Common: common, Input: input}
	offset, err := e.expr(x.Offset)
	if err != nil {
		return nil, err
	}
	count, err := e.expr(x.Count)
	if offset != nil {
		out.OffsetMode = &pb.FetchRel_OffsetExpr{OffsetExpr: offset}
	}
	if count != nil {
		out.CountMode = &pb.FetchRel_CountExpr{CountExpr: count}
	}
	return &pb.Rel{RelType: &pb.Rel_Fetch{Fetch: out}}, err
}

var joinTypes = map[plan.JoinKind]pb.JoinRel_JoinType{
	plan.Inner:    pb.JoinRel_JOIN_TYPE_INNER,
	plan.Left:     pb.JoinRel_JOIN_TYPE_LEFT,
	plan.Right:    pb.JoinRel_JOIN_TYPE_RIGHT,
	plan.Full:     pb.JoinRel_JOIN_TYPE_OUTER,
	plan.LeftSemi: pb.JoinRel_JOIN_TYPE_LEFT_SEMI,
	plan.LeftAnti: pb.JoinRel_JOIN_TYPE_LEFT_ANTI,
}

func (e *encoder) join(x *plan.Join, inputs []*pb.Rel, common *pb.RelCommon) (*pb.Rel, error) {
	width := len(x.Left.Schema())
	var conditions []plan.Expr
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

// unnestName is the function of ours that stands for an Unnest: its detail is an Any of an Expression, a
// call of this function with the array as its argument, and the flags as options.
const unnestName = "unnest"

func (e *encoder) unnest(x *plan.Unnest, input *pb.Rel, common *pb.RelCommon) (*pb.Rel, error) {
	args, err := e.arguments([]plan.Expr{x.Array})
	if err != nil {
		return nil, err
	}
	call := &pb.Expression_ScalarFunction{
		FunctionReference: e.functionAnchor(function.OwnURN, unnestName, []plan.Expr{x.Array}),
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

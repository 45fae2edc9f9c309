package substrait

import (
	"slices"
	"strconv"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/outcropdb/outcrop/plan"
)

// encoder writes one plan.
type encoder struct {
	declarations
	parameters []string          // names, by anchor
	named      map[string]uint32 // anchors of parameters, by name
	positions  []string          // of the relation at hand; see positionsNote
	depth      int
}

func newEncoder() *encoder {
	return &encoder{declarations: declarations{anchors: map[declared]uint32{}}, named: map[string]uint32{}}
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

// outputNames keeps the names of a relation's columns.
func outputNames(n plan.Node) *pb.RelCommon_Hint {
	hint := &pb.RelCommon_Hint{}
	for _, f := range n.Schema() {
		hint.OutputNames = append(hint.OutputNames, f.Name)
	}
	return hint
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

package optimize

import (
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func TestLimit(t *testing.T) {
	column := &plan.FieldRef{Index: 0, T: vec.Int}
	count := &plan.Literal{Value: vec.IntValue(vec.Int, 3)}
	read := &plan.Read{Name: "c", Columns: []plan.Column{{Path: vec.Path{"a"}, Type: vec.Int}}}
	project := func(in plan.Node) plan.Node {
		return &plan.Project{Input: in, Expressions: []plan.Expr{column}, Names: []string{"a"}}
	}
	sort := &plan.Sort{Input: read, Fields: []plan.SortField{{Expr: column}}}
	fetch := &plan.Fetch{Input: project(project(sort)), Count: count}
	want := plan.Explain(project(project(&plan.Fetch{Input: sort, Count: count})), nil)
	if got := plan.Explain(limit(project(fetch), nil), nil); got != plan.Explain(project(project(project(&plan.Fetch{Input: sort, Count: count}))), nil) {
		t.Errorf("inside of a plan: got\n%s", got)
	}
	if got := plan.Explain(limit(fetch, nil), nil); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

package optimize

import (
	"fmt"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func TestDistinct(t *testing.T) {
	read := &plan.Read{Name: "t"}
	for _, name := range []string{"a", "b", "c"} {
		read.Columns = append(read.Columns, plan.Column{Path: vec.Path{name}, Type: vec.Int})
	}
	column := func(i int) plan.Expr { return &plan.FieldRef{Index: i, T: vec.Int} }
	measure := func(name string, distinct bool, column plan.Expr) plan.Measure {
		return plan.Measure{Function: name, Distinct: distinct, Args: []plan.Expr{column}, Type: vec.Int}
	}
	filtered := measure("count", true, column(1))
	filtered.Filter = &plan.Literal{Value: vec.BoolValue(true)}
	for _, test := range []struct {
		about    string
		keys     []plan.Expr
		measures []plan.Measure
		want     string // relations, from the top
	}{
		{"none is distinct", nil, []plan.Measure{measure("sum", false, column(1))}, "Aggregate Read"},
		{"one argument", []plan.Expr{column(0)}, []plan.Measure{measure("count", true, column(1)), measure("sum", true, column(1))}, "Aggregate Aggregate Read"},
		{"two arguments", nil, []plan.Measure{measure("count", true, column(1)), measure("count", true, column(2))}, "Project Join Aggregate Aggregate Read Aggregate Aggregate Read"},
		{"and others", nil, []plan.Measure{measure("max", false, column(0)), measure("avg", true, column(2))}, "Project Join Aggregate Read Aggregate Aggregate Read"},
		{"and others, keys", []plan.Expr{column(0)}, []plan.Measure{measure("max", false, column(1)), measure("count", true, column(2)), measure("count", false, column(2))}, "Aggregate Aggregate Read"},
		{"and others, which cannot be composed", []plan.Expr{column(0)}, []plan.Measure{measure("avg", false, column(1)), measure("count", true, column(2))}, "Aggregate Read"},
		{"two arguments, keys", []plan.Expr{column(0)}, []plan.Measure{measure("count", true, column(1)), measure("count", true, column(2))}, "Aggregate Read"},
		{"filtered", nil, []plan.Measure{filtered}, "Aggregate Read"},
		{"another function", nil, []plan.Measure{measure("array_agg", true, column(1))}, "Aggregate Read"},
	} {
		a := &plan.Aggregate{Input: read, Keys: test.keys, Measures: test.measures, Names: []string{"x", "y", "z", "w"}[:len(test.keys)+len(test.measures)]}
		got := distinct(a, nil)
		if text := strings.Join(relations(got), " "); text != test.want {
			t.Errorf("%s: %s, want %s", test.about, text, test.want)
		}
		want := a.Schema()
		for i, f := range got.Schema() {
			if f != want[i] {
				t.Errorf("%s: column %d is %v, want %v", test.about, i, f, want[i])
			}
		}
	}
}

// TestDistinctReadsOnceWhatIsVolatile: the parts of an aggregate have to see the same rows.
func TestDistinctReadsOnceWhatIsVolatile(t *testing.T) {
	column := func(i int) plan.Expr { return &plan.FieldRef{Index: i, T: vec.Int} }
	read := &plan.Read{Name: "t", Columns: []plan.Column{{Path: vec.Path{"a"}, Type: vec.Int}, {Path: vec.Path{"b"}, Type: vec.Int}}}
	half := &plan.Literal{Value: vec.FloatValue(0.5)}
	for function, want := range map[string]string{"random": "Aggregate Filter Read", "abs": "Project Join Aggregate Aggregate Filter Read Aggregate Aggregate Filter Read"} {
		some := &plan.Call{Function: function, T: vec.Float}
		if function == "abs" {
			some.Args = []plan.Expr{column(0)}
		}
		a := &plan.Aggregate{
			Input: &plan.Filter{Input: read, Condition: &plan.Call{Function: "lt", Args: []plan.Expr{some, half}, T: vec.Bool}},
			Names: []string{"x", "y"},
		}
		for i := range 2 {
			a.Measures = append(a.Measures, plan.Measure{Function: "count", Distinct: true, Args: []plan.Expr{column(i)}, Type: vec.Int})
		}
		if got := strings.Join(relations(distinct(a, nil)), " "); got != want {
			t.Errorf("where %s() < 0.5: %s, want %s", function, got, want)
		}
	}
}

func relations(n plan.Node) []string {
	out := []string{strings.TrimPrefix(fmt.Sprintf("%T", n), "*plan.")}
	for _, in := range n.Inputs() {
		out = append(out, relations(in)...)
	}
	return out
}

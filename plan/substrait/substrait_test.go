package substrait

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

func roundTrip(t *testing.T, root *plan.Root) *plan.Root {
	t.Helper()
	data, err := Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Marshal(root)
	if err != nil || !bytes.Equal(again, data) {
		t.Fatalf("the second Marshal differs, error %v", err)
	}
	got, err := Unmarshal(t.Context(), data, catalog)
	if err != nil {
		text, _ := JSON(data)
		t.Fatalf("%s\n%s", err, text)
	}
	if second, err := Marshal(got); err != nil || !bytes.Equal(second, data) {
		t.Errorf("Marshal of what came back differs, error %v", err)
	}
	return got
}

func TestRoundTrip(t *testing.T) {
	for name, node := range everything() {
		t.Run(name, func(t *testing.T) {
			root := rootOf(node)
			if diff := cmp.Diff(root, roundTrip(t, root), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
			checkReferences(t, root.Input)
			if data, err := Marshal(root); err != nil {
				t.Error(err)
			} else if _, err := JSON(data); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestReadOutput tells all columns from none.
func TestReadOutput(t *testing.T) {
	for _, output := range [][]int{nil, {}, {4, 0}} {
		read := events()
		read.Output = output
		if got := roundTrip(t, rootOf(read)).Input.(*plan.Read).Output; !cmp.Equal(got, output) {
			t.Errorf("output %#v came back as %#v", output, got)
		}
	}
}

// TestJoinPairs writes the pairs that an optimizer found as a condition.
func TestJoinPairs(t *testing.T) {
	e, u := events(), users()
	join := &plan.Join{
		Left: e, Right: u, Kind: plan.Left,
		Equal:     []plan.EqualPair{{Left: ref(e, 0), Right: ref(u, 0)}, {Left: ref(e, 2), Right: ref(u, 1)}},
		Condition: call("is_null", ref(e, 1)),
	}
	got := roundTrip(t, rootOf(join)).Input
	if want := "LeftJoin on name = name and odd key = since and amount is null"; plan.Line(got) != want {
		t.Errorf("got %s, want %s", plan.Line(got), want)
	}
}

// TestEveryFunctionComesBack looks for two functions that plans call the same.
func TestEveryFunctionComesBack(t *testing.T) {
	for _, name := range function.Names() {
		f, _ := function.Lookup(name)
		args := make([]plan.Expr, f.MinArgs)
		for i := range args {
			args[i] = literal(vec.NullValue())
		}
		project := roundTrip(t, rootOf(project(users(), call(name, args...)))).Input.(*plan.Project)
		if got := project.Expressions[0].(*plan.Call).Function; got != name {
			t.Errorf("%s came back as %s", name, got)
		}
	}
	for _, name := range function.AggregateNames() {
		if got := aggregates().find(aggregateDeclaration(&plan.Measure{Function: name})); got != name {
			t.Errorf("%s came back as %s", name, got)
		}
	}
}

func TestSignatures(t *testing.T) {
	word, truth, float := literal(vec.StringValue("a")), literal(vec.BoolValue(true)), literal(vec.FloatValue(1))
	for want, c := range map[string]*plan.Call{
		"functions_arithmetic:add:i64_i64":       call("add", number(1), number(2)),
		"functions_arithmetic:sqrt:fp64":         call("sqrt", float),
		"functions_comparison:equal:any_any":     call("equal", number(1), word),
		"functions_comparison:is_nan:fp64":       call("is_nan", float),
		"functions_comparison:is_true:bool":      call("is_true", truth),
		"functions_comparison:coalesce:any":      call("coalesce", number(1), word, word),
		"functions_boolean:and:bool":             call("and", truth, truth, truth),
		"functions_string:concat:str":            call("concat", word, word, word),
		"functions_string:concat_ws:str_str":     call("concat_ws", word, word, word, word),
		"functions_string:substring:str_i64_i64": call("substr", word, number(1), number(2)),
	} {
		if f := scalarDeclaration(c); f.urn+":"+f.name != "extension:io.substrait:"+want {
			t.Errorf("got %s of %s, want %s", f.name, f.urn, want)
		}
	}
	for want, c := range map[string]*plan.Call{
		"array_create:any": call("array_create"), "if:any_any_any": call("if", truth, word, word), "get:any_any": call("get", word, word),
	} {
		if f := scalarDeclaration(c); f.urn != "extension:com.outcropdb:functions" || f.name != want {
			t.Errorf("got %s of %s, want %s", f.name, f.urn, want)
		}
	}
}

func TestJSON(t *testing.T) {
	read := users()
	node := &plan.Filter{Input: read, Condition: at(call("gt", ref(read, 1), &plan.Parameter{Name: "day", T: vec.Date}), 1, 40)}
	data, err := Marshal(&plan.Root{Input: node, Names: []string{"who", "since"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := JSON(data)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/filter.json")
	if err != nil {
		t.Fatal(err)
	}
	if *rewrite {
		if err := os.WriteFile("testdata/filter.json", []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got+"\n" != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if _, err := JSON([]byte{0xff}); err == nil {
		t.Error("JSON of no plan did not fail")
	}
}

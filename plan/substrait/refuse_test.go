package substrait

import (
	"errors"
	"slices"
	"strings"
	"testing"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/proto"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

func TestRefusals(t *testing.T) {
	read := `{"read": {` + orders + `}}`
	filter := func(x string) string { return `{"filter": {"input": ` + read + `, "condition": ` + x + `}}` }
	function := func(anchor, args string) string {
		return filter(`{"scalarFunction": {"functionReference": ` + anchor + `, "arguments": [` + args + `]}}`)
	}
	for rel, want := range map[string]string{
		`{}`:                             "a relation is missing",
		filter(`{}`):                     "an expression is missing (in filter)",
		filter(field("5")):               "reference to column 5 of 5 (in filter)",
		filter(field("-1")):              "reference to column -1 of 5",
		filter(field("0", "0")):          "reference to field 0 of a struct of 0",
		filter(`{"windowFunction": {}}`): "not supported yet: expression window_function (in filter)",
		filter(`{"selection": {"directReference": {"structField": {}}, "outerReference": {"stepsOut": 1}}}`): "correlated subquery",
		function("4", arg(field("1"))):                                         "not supported yet: function spell of extension:com.example:magic",
		function("99", arg(field("1"))):                                        "function 99 is not declared",
		function("9", arg(field("0"))):                                         "function add of extension:io.substrait:functions_arithmetic takes 2 arguments, not 1",
		function("3", `{"enum": "MONTH"}, {"enum": "ZERO"}, `+arg(field("2"))): "function extract",
		function("10", arg(field("0"))+", "+texts+", "+numbers("2", "0")):      "function regexp_replace of extension:io.substrait:functions_string with these arguments",
		filter(`{"scalarFunction": {"functionReference": 8, "arguments": [` + arg(field("3")) + `], "options": [{"name": "rounding", "preference": ["TIE_TO_EVEN"]}]}}`): "option rounding [TIE_TO_EVEN] of function round",
		filter(`{"cast": {"input": ` + field("0") + `, "type": {"userDefined": {"typeReference": 1}}}}`):                                                                 `not supported yet: type rune of extension "extension:com.example:magic"`,
		filter(`{"cast": {"input": ` + field("0") + `, "type": {"userDefined": {"typeReference": 2}}}}`):                                                                 "type 2 is not declared",
		filter(`{"cast": {"input": ` + field("0") + `}}`):                                                                                                                "a type is missing",
		filter(`{"literal": {}}`):                                                "a literal has no value",
		filter(`{"literal": {"date": 1000000000}}`):                              "date literal 1000000000 is out of range",
		filter(`{"literal": {"precisionTime": {"precision": 9, "value": "1"}}}`): "finer than a microsecond",
		filter(`{"ifThen": {}}`):                                                 "an if_then without conditions",
		filter(`{"subquery": {"scalar": {"input": ` + read + `}}}`):              "a subquery of 5 columns, want one (in filter)",
		`{"window": {}}`: "not supported yet: relation window",
		`{"sort": {"input": ` + read + `, "sorts": [{"expr": ` + field("0") + `, "direction": "SORT_DIRECTION_CLUSTERED"}]}}`:                               "sort direction SORT_DIRECTION_CLUSTERED",
		`{"fetch": {"input": ` + read + `, "count": "-2"}}`:                                                                                                 "a number of rows is -2",
		`{"fetch": {"input": ` + read + `, "countExpr": ` + field("0") + `}}`:                                                                               "reference to column 0 of 0",
		`{"set": {"op": "SET_OP_MINUS_PRIMARY", "inputs": [` + read + `]}}`:                                                                                 "set operation SET_OP_MINUS_PRIMARY",
		`{"set": {"op": "SET_OP_UNION_ALL"}}`:                                                                                                               "no inputs",
		`{"join": {"left": ` + read + `, "right": ` + read + `, "type": "JOIN_TYPE_LEFT_MARK"}}`:                                                            "join type JOIN_TYPE_LEFT_MARK (in join)",
		`{"aggregate": {"input": ` + read + `}}`:                                                                                                            "neither groupings nor measures",
		`{"aggregate": {"input": ` + read + `, "groupings": [{"expressionReferences": [0]}]}}`:                                                              "grouping by expression 0 of 0",
		`{"aggregate": {"input": ` + read + `, "measures": [{"measure": {"functionReference": 2, "phase": "AGGREGATION_PHASE_INITIAL_TO_INTERMEDIATE"}}]}}`: "AGGREGATION_PHASE_INITIAL_TO_INTERMEDIATE",
		`{"aggregate": {"input": ` + read + `, "measures": [{"measure": {"functionReference": 1}}]}}`:                                                       "aggregate function gt",
		`{"read": {"common": {"emit": {"outputMapping": [9]}}, ` + orders + `}}`:                                                                            "emit of column 9 of 5 (in read)",
		`{"read": {"common": {"advancedExtension": {"enhancement": {"@type": "type.googleapis.com/google.protobuf.Empty", "value": {}}}}, ` + orders + `}}`: "enhancement type.googleapis.com/google.protobuf.Empty",
		`{"read": {"localFiles": {}, "baseSchema": {"names": ["a"], "struct": {"types": [{"i8": {}}]}}}}`:                                                   "read of local_files",
		`{"read": {"namedTable": {"names": ["nowhere"]}}}`:                                                                                                  "no collection [nowhere]",
		`{"read": {"namedTable": {}}}`:                               "a table without a name",
		`{"read": {"namedTable": {"names": ["commons", "recent"]}}}`: "table commons.recent is a view",
		`{"read": {"namedTable": {"names": ["users"]}, "baseSchema": {"names": ["a"], "struct": {"types": [{"i8": {}}, {"i8": {}}]}}}}`:                             "more fields than names",
		`{"read": {"namedTable": {"names": ["users"]}, "baseSchema": {"names": ["a", "b"], "struct": {"types": [{"i8": {}}]}}}}`:                                    "1 names too many",
		`{"read": {"virtualTable": {"expressions": [{"fields": []}]}, "baseSchema": {"names": ["a"], "struct": {"types": [{"i8": {}}]}}}}`:                          "a row of 0 values for 1 columns",
		`{"extensionSingle": {"input": ` + read + `, "detail": {"@type": "type.googleapis.com/google.protobuf.Empty", "value": {}}}}`:                               "extension type.googleapis.com/google.protobuf.Empty",
		`{"extensionSingle": {"input": ` + read + `, "detail": {"@type": "type.googleapis.com/substrait.Expression", "scalarFunction": {"functionReference": 4}}}}`: "extension relation spell",
	} {
		_, err := Unmarshal(t.Context(), foreign(t, planOf(rel)), catalog)
		var e *plan.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, want) {
			t.Errorf("%s\ngave error %v, want %q", rel, err, want)
		}
	}
	for text, want := range map[string]string{
		`{}`: "a plan of 0 relations",
		`{"typeAliases": [{"typeAliasAnchor": 1}], "relations": [{}]}`: "type aliases",
		`{"relations": [{"root": {}}]}`:                                "a relation is missing",
	} {
		if _, err := Unmarshal(t.Context(), foreign(t, text), catalog); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gave error %v, want %q", text, err, want)
		}
	}
	if _, err := Unmarshal(t.Context(), []byte("SELECT 1"), catalog); err == nil || !strings.HasPrefix(err.Error(), "Substrait plan: ") {
		t.Errorf("text gave error %v", err)
	}
}

// TestBoundParameters puts the values that a plan brings along in the place of its parameters.
func TestBoundParameters(t *testing.T) {
	root, err := Unmarshal(t.Context(), foreign(t, `{`+header+`, "parameterBindings": [{"parameterAnchor": 2, "value": {"i32": 5}}],
		"relations": [{"rel": {"fetch": {"input": {"read": {`+orders+`}}, "countExpr": {"dynamicParameter": {"type": {"i64": {}}, "parameterReference": 2}},
			"offsetExpr": {"dynamicParameter": {"type": {"i64": {}}, "parameterReference": 3}}}}}]}`), catalog)
	if err != nil {
		t.Fatal(err)
	}
	if got := plan.Line(root.Input); got != "Fetch 5 offset :3" {
		t.Errorf("got %s", got)
	}
}

func TestLimits(t *testing.T) {
	var deep plan.Expr = &plan.FieldRef{Index: 1, T: vec.Int}
	for range MaxDepth - 2 { // the project and the reference are levels, too
		deep = &plan.Cast{Input: deep, To: vec.Int}
	}
	data, err := Marshal(rootOf(project(events(), deep)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unmarshal(t.Context(), data, catalog); err != nil {
		t.Error(err)
	}
	deeper := &plan.Cast{Input: deep, To: vec.Int}
	if _, err := Marshal(rootOf(project(events(), deeper))); err == nil || !strings.Contains(err.Error(), "nested deeper") {
		t.Errorf("one level more gave error %v", err)
	}
	message := &pb.Plan{}
	if err := (proto.UnmarshalOptions{RecursionLimit: 2 * maxMessageDepth}).Unmarshal(data, message); err != nil {
		t.Fatal(err)
	}
	input := message.Relations[0].GetRoot()
	input.Input = &pb.Rel{RelType: &pb.Rel_Filter{Filter: &pb.FilterRel{Input: input.Input}}}
	if data, err = proto.Marshal(message); err != nil {
		t.Fatal(err)
	}
	if _, err := Unmarshal(t.Context(), data, catalog); err == nil || !strings.Contains(err.Error(), "nested deeper than 12000") {
		t.Errorf("a plan one level deeper gave error %v", err)
	}
	if _, err := Unmarshal(t.Context(), make([]byte, MaxBytes+1), catalog); err == nil || !strings.Contains(err.Error(), "bytes, more than the limit") {
		t.Errorf("too many bytes gave error %v", err)
	}
	wide := &plan.Read{Collection: "c2", Name: "users", Columns: slices.Repeat([]plan.Column{{Path: vec.Path{"a"}, Type: vec.Int}}, 1<<16)}
	var node plan.Node = wide
	for range maxColumns >> 16 {
		node = &plan.Filter{Input: node, Condition: literal(vec.BoolValue(true))}
	}
	if data, err = Marshal(rootOf(node)); err != nil {
		t.Fatal(err)
	}
	if _, err := Unmarshal(t.Context(), data, catalog); err == nil || !strings.Contains(err.Error(), "columns in all relations") {
		t.Errorf("too many columns gave error %v", err)
	}
	tooMany := &pb.RelCommon_Emit_{Emit: &pb.RelCommon_Emit{OutputMapping: make([]int32, maxColumns+1)}}
	for want, read := range map[string]*pb.ReadRel{
		"emit of more than":          {Common: &pb.RelCommon{EmitKind: tooMany}},
		"a base schema of more than": {BaseSchema: &pb.NamedStruct{Names: make([]string, maxColumns+1)}},
	} {
		read.ReadType = &pb.ReadRel_NamedTable_{NamedTable: &pb.ReadRel_NamedTable{Names: []string{"users"}}}
		data, err := proto.Marshal(&pb.Plan{Relations: []*pb.PlanRel{{RelType: &pb.PlanRel_Rel{
			Rel: &pb.Rel{RelType: &pb.Rel_Read{Read: read}},
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Unmarshal(t.Context(), data, catalog); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: gave error %v", want, err)
		}
	}
	var array plan.Expr = literal(vec.StringValue(strings.Repeat("x", maxDetailBytes/5)))
	for range 5 {
		array = &plan.Subquery{Plan: project(&plan.Unnest{Input: users(), Array: array, Names: []string{"e"}}, number(1))}
	}
	if data, err = Marshal(rootOf(project(users(), array))); err != nil {
		t.Fatal(err)
	}
	if _, err := Unmarshal(t.Context(), data, catalog); err == nil || !strings.Contains(err.Error(), "details inside details") {
		t.Errorf("details inside details gave error %v", err)
	}
	if _, err := Marshal(&plan.Root{Input: events(), Names: []string{"\xff", "", "", "", ""}}); err == nil {
		t.Error("a name that is not UTF-8 did not fail")
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, node := range everything() {
		if data, err := Marshal(rootOf(node)); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := Unmarshal(t.Context(), data, catalog)
		if err != nil {
			return
		}
		checkReferences(t, root.Input)
		if len(root.Input.Schema()) != len(root.Names) {
			t.Fatalf("%d names for %d columns", len(root.Names), len(root.Input.Schema()))
		}
		again, err := Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Unmarshal(t.Context(), again, catalog); err != nil {
			t.Fatalf("what Marshal wrote of a plan that came in: %s", err)
		}
	})
}

// checkReferences looks for references to columns that there are not, and to types that they do not have.
func checkReferences(t *testing.T, n plan.Node) {
	t.Helper()
	var schema []plan.Field
	for _, in := range n.Inputs() {
		checkReferences(t, in)
		schema = append(schema, in.Schema()...)
	}
	if set, ok := n.(*plan.Set); ok {
		for _, in := range set.Sources {
			if len(in.Schema()) != len(n.Schema()) {
				t.Fatal("a set of sources of different width")
			}
		}
	}
	if read, ok := n.(*plan.Read); ok {
		all := *read
		all.Output = nil
		schema = all.Schema()
	}
	plan.MapExprs(n, func(e plan.Expr) plan.Expr {
		return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
			switch x := e.(type) {
			case *plan.FieldRef:
				if x.Index >= len(schema) || schema[x.Index].Type != x.T {
					t.Fatalf("reference to column %d as %s of %v", x.Index, x.T, schema)
				}
			case *plan.Subquery:
				checkReferences(t, x.Plan)
				if x.Kind != plan.Exists && len(x.Plan.Schema()) != 1 {
					t.Fatal("a subquery of several columns")
				}
			}
			return e
		})
	})
}

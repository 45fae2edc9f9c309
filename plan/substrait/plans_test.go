package substrait

import (
	"context"
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// tables knows collections by full name; a view begins with SELECT.
type tablesByName map[string]string

func (t tablesByName) Resolve(_ context.Context, name []string) (collection, viewSQL string, err error) {
	id, ok := t[strings.Join(name, "/")]
	switch {
	case !ok:
		return "", "", plan.Errorf(plan.Position{}, "no collection %v", name)
	case strings.HasPrefix(id, "SELECT"):
		return "", id, nil
	}
	return id, "", nil
}

var catalog = tablesByName{"commons/events": "c1", "users": "c2", "a b/c.d": "c3", "commons/recent": "SELECT 1"}

func ref(n plan.Node, i int) *plan.FieldRef { return &plan.FieldRef{Index: i, T: n.Schema()[i].Type} }

func literal(v vec.Value) *plan.Literal { return &plan.Literal{Value: v} }

func number(n int64) *plan.Literal { return literal(vec.IntValue(vec.Int, n)) }

// call types a call as the binder does.
func call(name string, args ...plan.Expr) *plan.Call {
	c := &plan.Call{Function: name, Args: args}
	if plan.Forms[name] {
		c.T = formType(name, args)
		return c
	}
	f, ok := function.Lookup(name)
	if !ok {
		panic("no function " + name)
	}
	c.T = f.Returns(typesOf(args))
	return c
}

func measure(name string, args ...plan.Expr) plan.Measure {
	f, ok := function.LookupAggregate(name)
	if !ok {
		panic("no aggregate function " + name)
	}
	return plan.Measure{Function: name, Args: args, Type: f.Returns(typesOf(args))}
}

func at[T *plan.Call | *plan.Cast | *plan.Subquery](x T, line, column int) T {
	position := plan.Position{Line: line, Column: column}
	switch x := any(x).(type) {
	case *plan.Call:
		x.At = position
	case *plan.Cast:
		x.At = position
	case *plan.Subquery:
		x.At = position
	}
	return x
}

func events() *plan.Read {
	return &plan.Read{Collection: "c1", Name: "commons.events", Columns: []plan.Column{
		{Path: vec.Path{"user", "name"}, Type: vec.String},
		{Path: vec.Path{"amount"}, Type: vec.Int},
		{Path: vec.Path{"odd key"}, Type: vec.Dynamic},
		{Path: vec.Path{"tags"}, Type: vec.Array},
		{Type: vec.Object},
	}}
}

func users() *plan.Read {
	return &plan.Read{Collection: "c2", Name: "users", Columns: []plan.Column{
		{Path: vec.Path{"name"}, Type: vec.String}, {Path: vec.Path{"since"}, Type: vec.Date},
	}}
}

func project(in plan.Node, expressions ...plan.Expr) *plan.Project {
	p := &plan.Project{Input: in, Expressions: expressions}
	for i := range expressions {
		p.Names = append(p.Names, fmt.Sprintf("x%d", i))
	}
	return p
}

// values of every type, and those that Substrait's types cannot hold.
func values() []vec.Value {
	array, mark := vec.BeginArray(nil)
	array = vec.AppendInt(array, vec.Int, 1)
	array = vec.AppendContent(array, vec.String, "two")
	array = vec.EndArray(array, mark, 2)
	object, mark := vec.BeginObject(nil)
	object = vec.AppendKey(object, "k")
	object = append(object, array...)
	object = vec.EndObject(object, mark)
	return []vec.Value{
		nil, vec.NullValue(), vec.BoolValue(true), vec.BoolValue(false),
		vec.IntValue(vec.Int, -1<<63), vec.IntValue(vec.Int, 1<<63-1), vec.FloatValue(-0.5),
		vec.StringValue(""), vec.StringValue("grün"), vec.StringValue("\xff"),
		vec.AppendContent(nil, vec.Bytes, "\x00\xff"), vec.AppendContent(nil, vec.U256, strings.Repeat("\x07", 32)),
		vec.IntValue(vec.Date, 19753), vec.IntValue(vec.Date, -1), vec.IntValue(vec.Date, 1<<40),
		vec.IntValue(vec.Time, vec.Day-1), vec.IntValue(vec.Time, vec.Day),
		vec.IntValue(vec.Datetime, 1_700_000_000_123_456), vec.IntValue(vec.Datetime, 1<<62),
		vec.IntValue(vec.Timestamp, -1), vec.IntValue(vec.Timestamp, -1<<62),
		vec.IntValue(vec.MonthInterval, -25), vec.IntValue(vec.MonthInterval, 1<<60),
		vec.IntValue(vec.MicrosecondInterval, -1<<63), vec.IntValue(vec.MicrosecondInterval, 1<<63-1),
		vec.IntValue(vec.MicrosecondInterval, -3*vec.Day-1),
		vec.AppendContent(nil, vec.Geography, `{"type":"Point","coordinates":[1,2]}`), array, object,
	}
}

var allTypes = []vec.Type{
	vec.Undefined, vec.Null, vec.Bool, vec.Int, vec.Float, vec.String, vec.Bytes, vec.U256, vec.Date, vec.Time, vec.Datetime,
	vec.Timestamp, vec.MonthInterval, vec.MicrosecondInterval, vec.Geography, vec.Array, vec.Object, vec.Dynamic,
}

// everything is a plan for each relation and each expression.
func everything() map[string]plan.Node {
	e, u := events(), users()
	filtered := events()
	filtered.Filter = call("gt", ref(e, 1), number(5))
	filtered.Output = []int{2, 0}
	filtered.Hint = "index_filter"
	none := events()
	none.Output = []int{}
	quoted := &plan.Read{Collection: "c3", Name: `"a b"."c.d"`, Columns: []plan.Column{{Path: vec.Path{""}, Type: vec.Float}}}
	var constants, casts, parameters []plan.Expr
	for _, v := range values() {
		constants = append(constants, literal(v))
	}
	for i, t := range allTypes {
		casts = append(casts, at(&plan.Cast{Input: ref(e, 2), To: t, Try: i%2 == 0}, i+1, 3))
		parameters = append(parameters, &plan.Parameter{Name: t.String(), T: t}, &plan.Parameter{Name: "1", T: vec.Dynamic})
	}
	even := &plan.Values{Fields: []plan.Field{{Name: "n", Type: vec.Int}, {Name: "s", Type: vec.Dynamic}}, Rows: [][]plan.Expr{
		{number(1), literal(vec.StringValue("a"))}, {literal(vec.NullValue()), &plan.Parameter{Name: "p", T: vec.Dynamic}},
	}}
	limited := measure("array_agg", ref(e, 0))
	limited.Order = []plan.SortField{{Expr: ref(e, 1), Descending: true}, {Expr: ref(e, 0), NullsFirst: true}}
	limited.Limit = 3
	distinct := measure("count", ref(e, 0))
	distinct.Distinct, distinct.At = true, plan.Position{Line: 1, Column: 9}
	distinct.Filter = call("is_not_null", ref(e, 2))
	rows := []plan.Measure{measure("count"), distinct, limited, measure("sum", ref(e, 1))}
	one := project(u, ref(u, 0))
	nodes := map[string]plan.Node{
		"read": e, "read filtered": filtered, "read nothing": none, "read quoted": quoted,
		"values": even, "values without columns": &plan.Values{Rows: [][]plan.Expr{nil, nil}},
		"filter":     &plan.Filter{Input: e, Condition: call("or", at(call("lt", ref(e, 1), number(3)), 2, 7), call("not", call("is_null", ref(e, 0))))},
		"literals":   project(e, constants...),
		"casts":      project(e, casts...),
		"parameters": project(e, parameters...),
		"calls": project(e, at(call("add", ref(e, 1), ref(e, 2)), 1, 8), call("and", call("equal", ref(e, 0), ref(e, 0)), literal(vec.BoolValue(true))),
			call("coalesce", ref(e, 1), number(0)), call("if", literal(vec.BoolValue(true)), ref(e, 1)), call("try", ref(e, 1)),
			call("get", ref(e, 4), literal(vec.StringValue("k"))), call("element_at", ref(e, 3), number(1)),
			call("concat", ref(e, 0), ref(e, 0), ref(e, 0)), call("format_date", literal(vec.StringValue("%Y")), ref(e, 2)), call("current_timestamp"),
			call("extract", literal(vec.StringValue("year")), ref(e, 2)), call("regexp_extract", ref(e, 0), literal(vec.StringValue("a(b)")), number(1))),
		"case": project(e, &plan.Case{Arms: []plan.Arm{
			{When: call("gt", ref(e, 1), number(1)), Then: number(1)},
			{When: call("lt", ref(e, 1), number(1)), Then: literal(vec.StringValue("x"))},
		}}, &plan.Case{Arms: []plan.Arm{{When: literal(vec.BoolValue(true)), Then: number(1)}}, Else: number(2)}),
		"in list": project(e, &plan.InList{Value: ref(e, 1), Options: []plan.Expr{number(1), ref(e, 2)}}, &plan.InList{Value: ref(e, 1)}),
		"subqueries": project(e, at(&plan.Subquery{Kind: plan.Scalar, Plan: one}, 3, 1),
			at(&plan.Subquery{Kind: plan.Within, Value: at(&plan.Cast{Input: ref(e, 1), To: vec.String}, 4, 2), Plan: one}, 4, 1),
			&plan.Subquery{Kind: plan.Exists, Plan: u},
			at(&plan.Subquery{Kind: plan.Exists, Plan: project(u, at(&plan.Cast{Input: ref(u, 0), To: vec.Int}, 7, 7))}, 6, 6),
			at(&plan.Cast{Input: ref(e, 1), To: vec.String}, 5, 1)),
		"aggregate":        &plan.Aggregate{Input: e, Keys: []plan.Expr{ref(e, 0)}, Measures: rows, Names: []string{"k", "a", "b", "c", "d"}},
		"aggregate all":    &plan.Aggregate{Input: e, Measures: rows[:1], Names: []string{"count"}},
		"distinct":         &plan.Aggregate{Input: u, Keys: []plan.Expr{ref(u, 0), ref(u, 1)}, Names: []string{"a", "b"}},
		"grouping sets":    &plan.Aggregate{Input: u, Keys: []plan.Expr{ref(u, 0), ref(u, 1)}, Sets: [][]int{{0, 1}, {0}, {}}, Names: []string{"a", "b"}},
		"one smaller set":  &plan.Aggregate{Input: u, Keys: []plan.Expr{ref(u, 0), ref(u, 1)}, Sets: [][]int{{1}}, Names: []string{"a", "b"}},
		"sort":             &plan.Sort{Input: e, Fields: []plan.SortField{{Expr: ref(e, 0)}, {Expr: ref(e, 1), Descending: true}, {Expr: ref(e, 2), NullsFirst: true}, {Expr: ref(e, 3), Descending: true, NullsFirst: true}}},
		"fetch":            &plan.Fetch{Input: e, Offset: number(2), Count: &plan.Parameter{Name: "n", T: vec.Int}},
		"fetch count":      &plan.Fetch{Input: e, Count: number(0)},
		"cross join":       &plan.Join{Left: e, Right: u},
		"left cross join":  &plan.Join{Left: e, Right: u, Kind: plan.Left},
		"union all":        &plan.Set{Sources: []plan.Node{one, project(e, ref(e, 1)), one}},
		"unnest":           &plan.Unnest{Input: e, Array: ref(e, 3), Names: []string{"tag"}},
		"unnest outer":     &plan.Unnest{Input: e, Array: ref(e, 3), Names: []string{"tag", "n"}, Ordinality: true, Outer: true},
		"unnest of unnest": &plan.Unnest{Input: &plan.Unnest{Input: e, Array: ref(e, 3), Names: []string{"tag"}}, Array: &plan.FieldRef{Index: 5, T: vec.Dynamic}, Names: []string{"tag"}},
	}
	for kind, text := range map[plan.JoinKind]string{plan.Inner: "inner", plan.Left: "left", plan.Right: "right", plan.Full: "full", plan.LeftSemi: "semi", plan.LeftAnti: "anti"} {
		nodes[text+" join"] = &plan.Join{Left: e, Right: u, Kind: kind, Condition: call("equal", ref(e, 0), &plan.FieldRef{Index: 5, T: vec.String})}
	}
	return nodes
}

func rootOf(n plan.Node) *plan.Root {
	root := &plan.Root{Input: n}
	for i := range n.Schema() {
		root.Names = append(root.Names, fmt.Sprintf("out%d", i))
	}
	return root
}

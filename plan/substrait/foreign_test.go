package substrait

import (
	"strings"
	"testing"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// header declares what the plans below use, as other producers do: some with signatures, some without.
const header = `
	"extensionUrns": [
		{"extensionUrnAnchor": 1, "urn": "extension:io.substrait:functions_comparison"},
		{"extensionUrnAnchor": 2, "urn": "extension:io.substrait:functions_arithmetic"},
		{"extensionUrnAnchor": 3, "urn": "extension:io.substrait:functions_datetime"},
		{"extensionUrnAnchor": 4, "urn": "extension:com.example:magic"},
		{"extensionUrnAnchor": 5, "urn": "extension:io.substrait:functions_arithmetic_decimal"},
		{"extensionUrnAnchor": 6, "urn": "extension:io.substrait:functions_rounding"},
		{"extensionUrnAnchor": 7, "urn": "extension:io.substrait:functions_string"},
		{"extensionUrnAnchor": 8, "urn": "extension:io.substrait:functions_boolean"}],
	"extensions": [
		{"extensionFunction": {"extensionUrnReference": 1, "functionAnchor": 1, "name": "gt:any_any"}},
		{"extensionFunction": {"extensionUrnReference": 2, "functionAnchor": 2, "name": "sum:i32"}},
		{"extensionFunction": {"extensionUrnReference": 3, "functionAnchor": 3, "name": "extract:req_req_date"}},
		{"extensionFunction": {"extensionUrnReference": 4, "functionAnchor": 4, "name": "spell:str"}},
		{"extensionFunction": {"extensionUrnReference": 5, "functionAnchor": 5, "name": "multiply:dec_dec"}},
		{"extensionFunction": {"functionAnchor": 6, "name": "count"}},
		{"extensionFunction": {"extensionUrnReference": 3, "functionAnchor": 7, "name": "strftime:pts_str"}},
		{"extensionFunction": {"extensionUrnReference": 6, "functionAnchor": 8, "name": "round:fp64_i32"}},
		{"extensionFunction": {"extensionUrnReference": 2, "functionAnchor": 9, "name": "add"}},
		{"extensionFunction": {"extensionUrnReference": 7, "functionAnchor": 10, "name": "regexp_replace:str_str_str_i64_i64"}},
		{"extensionFunction": {"extensionUrnReference": 7, "functionAnchor": 11, "name": "regexp_match_substring:str_str_i64_i64_i64"}},
		{"extensionFunction": {"extensionUrnReference": 8, "functionAnchor": 12, "name": "and_not:bool_bool"}},
		{"extensionType": {"extensionUrnReference": 4, "typeAnchor": 1, "name": "rune"}}]`

// orders is a table with a struct in it, as a typed system sees one.
const orders = `"baseSchema": {
	"names": ["id", "customer", "name", "address", "city", "day", "price", "lines"],
	"struct": {"types": [{"i32": {}},
		{"struct": {"types": [{"varchar": {"length": 20}}, {"struct": {"types": [{"string": {}}]}}]}},
		{"date": {}}, {"decimal": {"precision": 15, "scale": 2}}, {"list": {"type": {"i8": {}}}}]}},
	"namedTable": {"names": ["commons", "events"]}`

func field(path ...string) string {
	out := ""
	for i := len(path) - 1; i >= 0; i-- {
		child := ""
		if out != "" {
			child = `, "child": ` + out
		}
		out = `{"structField": {"field": ` + path[i] + child + `}}`
	}
	return `{"selection": {"directReference": ` + out + `, "rootReference": {}}}`
}

// texts and numbers are arguments.
var texts = arg(`{"literal": {"string": "a"}}`) + `, ` + arg(`{"literal": {"string": "b"}}`)

func numbers(list ...string) string {
	for i, n := range list {
		list[i] = arg(`{"literal": {"i64": "` + n + `"}}`)
	}
	return strings.Join(list, ", ")
}

func foreign(t *testing.T, text string) []byte {
	t.Helper()
	message := &pb.Plan{}
	if err := protojson.Unmarshal([]byte(text), message); err != nil {
		t.Fatal(err)
	}
	data, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func planOf(rel string) string { return `{` + header + `, "relations": [{"rel": ` + rel + `}]}` }

func arg(x string) string { return `{"value": ` + x + `}` }

func TestForeignPlans(t *testing.T) {
	read := `{"read": {` + orders + `}}`
	for _, test := range []struct{ name, rel, want, names string }{
		{"read", read, "Read commons.events [id, customer, day, price, lines] by Scan\n", "id customer day price lines"},
		{
			"filter, projection and emit of a read",
			`{"read": {"common": {"emit": {"outputMapping": [1, 0, 1]}}, ` + orders + `,
				"filter": {"scalarFunction": {"functionReference": 1, "arguments": [` + arg(field("0")) + `, ` + arg(`{"literal": {"i32": 7}}`) + `]}},
				"projection": {"select": {"structItems": [{"field": 2}, {"field": 0}]}}}}`,
			"Read commons.events [id, day, id] where id > 7 by Scan\n", "id day id",
		},
		{
			"a projection without emit, and a struct's field",
			`{"project": {"input": ` + read + `, "expressions": [` + field("1", "1", "0") + `, ` + field("1", "0") + `]}}`,
			"Project [id, customer, day, price, lines, get(get(customer, 'address'), 'city'), get(customer, 'name')]\n" +
				"  Read commons.events [id, customer, day, price, lines] by Scan\n", "id customer day price lines  ",
		},
		{
			"a struct's field behind a filter and a projection",
			`{"project": {"common": {"emit": {"outputMapping": [1]}}, "expressions": [` + field("0", "0") + `], "input":
				{"filter": {"condition": {"literal": {"boolean": true}}, "input":
					{"project": {"common": {"emit": {"outputMapping": [5]}}, "input": ` + read + `, "expressions": [` + field("1") + `]}}}}}}`,
			"Project [get(customer, 'name')]\n  Filter true\n    Project [customer]\n      Read commons.events [id, customer, day, price, lines] by Scan\n", "",
		},
		{
			"old groupings, a function without a URN, decimals",
			`{"aggregate": {"input": ` + read + `, "groupings": [{"groupingExpressions": [` + field("2") + `, ` + field("0") + `]}, {"groupingExpressions": [` + field("0") + `]}],
				"measures": [{"measure": {"functionReference": 2, "phase": "AGGREGATION_PHASE_INITIAL_TO_RESULT", "arguments": [` +
				arg(`{"scalarFunction": {"functionReference": 5, "arguments": [`+arg(field("3"))+`, `+arg(`{"literal": {"decimal": {"value": "lgAAAAAAAAAAAAAAAAAAAA==", "precision": 3, "scale": 2}}}`)+`]}}`) + `]}},
					{"measure": {"functionReference": 6}}]}}`,
			"Aggregate by [day, id] in 2 grouping sets measures [sum(price * 1.5), count(*)]\n  Read commons.events [id, customer, day, price, lines] by Scan\n",
			"day id sum count grouping_set",
		},
		{
			"emit of a sort, offset and count",
			`{"fetch": {"offset": "2", "count": "-1", "input": {"sort": {"common": {"emit": {"outputMapping": [3]}}, "input": ` + read + `,
				"sorts": [{"expr": ` + field("0") + `, "direction": "SORT_DIRECTION_DESC_NULLS_LAST"}]}}}}`,
			"Fetch offset 2\n  Project [price]\n    Sort by id desc nulls last\n      Read commons.events [id, customer, day, price, lines] by Scan\n", "price",
		},
		{
			"a join's output without its left side",
			`{"join": {"common": {"emit": {"outputMapping": [5]}}, "left": ` + read + `, "right": ` + read + `, "type": "JOIN_TYPE_INNER",
				"expression": {"scalarFunction": {"functionReference": 1, "arguments": [` + arg(field("0")) + `, ` + arg(field("5")) + `]}},
				"postJoinFilter": {"literal": {"boolean": false}}}}`,
			"Project [id]\n  InnerJoin on id > id and false\n    Read commons.events [id, customer, day, price, lines] by Scan\n    Read commons.events [id, customer, day, price, lines] by Scan\n", "id",
		},
		{
			"functions with their arguments in another order",
			`{"project": {"common": {"emit": {"outputMapping": [5, 6, 7]}}, "input": ` + read + `, "expressions": [
				{"scalarFunction": {"functionReference": 3, "arguments": [{"enum": "MONTH"}, {"enum": "ONE"}, ` + arg(field("2")) + `]}},
				{"scalarFunction": {"functionReference": 7, "arguments": [` + arg(field("2")) + `, ` + arg(`{"literal": {"string": "%Y"}}`) + `]}},
				{"scalarFunction": {"functionReference": 9, "args": [` + field("0") + `, ` + field("3") + `], "options": [{"name": "overflow", "preference": ["SILENT", "ERROR"]}]}}]}}`,
			"Project [extract('month', day), format_date('%Y', day), id + price]\n  Read commons.events [id, customer, day, price, lines] by Scan\n", "  ",
		},
		{
			"arguments that say what ours do",
			`{"project": {"common": {"emit": {"outputMapping": [5, 6, 7]}}, "input": ` + read + `, "expressions": [
				{"scalarFunction": {"functionReference": 10, "arguments": [` + arg(field("1", "0")) + `, ` + texts + `, ` + numbers("1", "0") + `]}},
				{"scalarFunction": {"functionReference": 11, "arguments": [` + arg(field("1", "0")) + `, ` + arg(`{"literal": {"string": "a"}}`) + `, ` + numbers("1", "1", "0") + `]}},
				{"scalarFunction": {"functionReference": 12, "arguments": [` + arg(`{"literal": {"boolean": true}}`) + `, ` + arg(`{"literal": {"boolean": false}}`) + `]}}]}}`,
			"Project [regexp_replace(get(customer, 'name'), 'a', 'b'), regexp_extract(get(customer, 'name'), 'a'), true and not false]\n  Read commons.events [id, customer, day, price, lines] by Scan\n", "  ",
		},
		{
			"elements and keys", `{"project": {"common": {"emit": {"outputMapping": [5, 6]}}, "input": ` + read + `, "expressions": [
				{"selection": {"rootReference": {}, "directReference": {"structField": {"field": 4, "child": {"listElement": {"offset": 0}}}}}},
				{"selection": {"expression": ` + field("1") + `, "directReference": {"mapKey": {"mapKey": {"string": "name"}}}}}]}}`,
			"Project [element_at(lines, 1), get(customer, 'name')]\n  Read commons.events [id, customer, day, price, lines] by Scan\n", " ",
		},
		{
			"old rows of a virtual table", `{"read": {"baseSchema": {"names": ["a", "b"], "struct": {"types": [{"i8": {}}, {"string": {}}]}},
			"virtualTable": {"values": [{"fields": [{"i8": 1}, {"string": "x"}]}, {"fields": [{"null": {"i8": {}}}, {"fixedChar": "y"}]}]}}}`,
			"Values 2 rows\n", "a b",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			root, err := Unmarshal(t.Context(), foreign(t, planOf(test.rel)), catalog)
			if err != nil {
				t.Fatal(err)
			}
			if got := plan.Explain(root.Input, nil); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			if got := strings.Join(root.Names, " "); got != test.names {
				t.Errorf("names %q, want %q", got, test.names)
			}
			roundTrip(t, root)
		})
	}
}

// TestRootNames counts the names of a struct's fields, which stand behind the struct's.
func TestRootNames(t *testing.T) {
	text := func(names string) string {
		return `{` + header + `, "relations": [{"root": {"names": [` + names + `], "input": {"read": {"common": {"emit": {"outputMapping": [1, 0]}}, ` + orders + `}}}}]}`
	}
	for names, want := range map[string]string{
		`"c", "n", "a", "ci", "i"`: "c i", `"c", "i"`: "c i",
	} {
		root, err := Unmarshal(t.Context(), foreign(t, text(names)), catalog)
		if err != nil || strings.Join(root.Names, " ") != want {
			t.Errorf("names %s gave %v, error %v; want %s", names, root, err, want)
		}
	}
	if _, err := Unmarshal(t.Context(), foreign(t, text(`"c", "n", "a"`)), catalog); err == nil {
		t.Error("3 names for 2 columns and 3 fields did not fail")
	}
}

// TestOldURIs reads a plan as producers wrote it before extensions had URNs: messages that today's
// definitions no longer have.
func TestOldURIs(t *testing.T) {
	for _, uri := range []string{
		"/functions_comparison.yaml", "functions_comparison.yaml",
		"https://github.com/substrait-io/substrait/blob/main/extensions/functions_comparison.yaml",
	} {
		body := foreign(t, `{"relations": [{"rel": {"filter": {"input": {"read": {`+orders+`}}, "condition":
			{"scalarFunction": {"functionReference": 4, "arguments": [`+arg(field("0"))+`, `+arg(`{"literal": {"i64": "1"}}`)+`]}}}}}]}`)
		var address, function, declaration []byte
		address = protowire.AppendVarint(protowire.AppendTag(address, 1, protowire.VarintType), 3)
		address = protowire.AppendString(protowire.AppendTag(address, 2, protowire.BytesType), uri)
		function = protowire.AppendVarint(protowire.AppendTag(function, 1, protowire.VarintType), 3)
		function = protowire.AppendVarint(protowire.AppendTag(function, 2, protowire.VarintType), 4)
		function = protowire.AppendString(protowire.AppendTag(function, 3, protowire.BytesType), "lt:any_any")
		declaration = protowire.AppendBytes(protowire.AppendTag(declaration, 3, protowire.BytesType), function)
		data := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), address)
		data = protowire.AppendBytes(protowire.AppendTag(data, 2, protowire.BytesType), declaration)
		root, err := Unmarshal(t.Context(), append(data, body...), catalog)
		if err != nil {
			t.Fatal(err)
		}
		if got := plan.Line(root.Input); got != "Filter id < 1" {
			t.Errorf("%s: got %s", uri, got)
		}
	}
}

func TestLiteralsAreWidened(t *testing.T) {
	for text, want := range map[string]vec.Value{
		`{"i8": -3}`:                          vec.IntValue(vec.Int, -3),
		`{"i16": 300}`:                        vec.IntValue(vec.Int, 300),
		`{"i32": 70000}`:                      vec.IntValue(vec.Int, 70000),
		`{"fp32": 0.5}`:                       vec.FloatValue(0.5),
		`{"varChar": {"value": "a"}}`:         vec.StringValue("a"),
		`{"fixedBinary": "AQ=="}`:             vec.AppendContent(nil, vec.Bytes, "\x01"),
		`{"timestamp": "5"}`:                  vec.IntValue(vec.Datetime, 5),
		`{"timestampTz": "5"}`:                vec.IntValue(vec.Timestamp, 5),
		`{"time": "5"}`:                       vec.IntValue(vec.Time, 5),
		`{"null": {"i64": {}}}`:               vec.NullValue(),
		`{"emptyList": {"type": {"i8": {}}}}`: emptyArray(),
		`{"precisionTimestamp": {"precision": 0, "value": "-2"}}`:                        vec.IntValue(vec.Datetime, -2*vec.Second),
		`{"precisionTimestamp": {"precision": 9, "value": "5000"}}`:                      vec.IntValue(vec.Datetime, 5),
		`{"precisionTimestampTz": {"precision": 3, "value": "7"}}`:                       vec.IntValue(vec.Timestamp, 7000),
		`{"intervalDayToSecond": {"days": 1, "seconds": 2, "microseconds": 3}}`:          vec.IntValue(vec.MicrosecondInterval, vec.Day+2*vec.Second+3),
		`{"intervalDayToSecond": {"days": -1, "precision": 3, "subseconds": "4"}}`:       vec.IntValue(vec.MicrosecondInterval, -vec.Day+4000),
		`{"intervalYearToMonth": {"years": 1, "months": 2}}`:                             vec.IntValue(vec.MonthInterval, 14),
		`{"decimal": {"value": "/v////////////////////8=", "precision": 5, "scale": 1}}`: nil,
		`{"decimal": {"value": "/v///////////////////w==", "precision": 5, "scale": 1}}`: vec.FloatValue(-0.2),
		`{"uuid": "ABEiM0RVZneImaq7zN3u/w=="}`:                                           vec.StringValue("00112233-4455-6677-8899-aabbccddeeff"),
	} {
		data := foreign(t, planOf(`{"project": {"common": {"emit": {"outputMapping": [5]}}, "input": {"read": {`+orders+`}}, "expressions": [{"literal": `+text+`}]}}`))
		root, err := Unmarshal(t.Context(), data, catalog)
		if want == nil {
			if err == nil {
				t.Errorf("%s did not fail", text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %s", text, err)
			continue
		}
		if got := root.Input.(*plan.Project).Expressions[0].(*plan.Literal).Value; !got.Same(want) {
			t.Errorf("%s: got %s, want %s", text, vec.AppendJSON(nil, got), vec.AppendJSON(nil, want))
		}
	}
}

func emptyArray() vec.Value {
	b, mark := vec.BeginArray(nil)
	return vec.EndArray(b, mark, 0)
}

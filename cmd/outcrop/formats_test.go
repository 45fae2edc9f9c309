package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// answered makes a result of columns, separated by blanks, and rows of JSON text.
func answered(columns string, rows ...string) *result {
	r := &result{}
	for name := range strings.FieldsSeq(columns) {
		r.Columns = append(r.Columns, struct {
			Name string `json:"name"`
			Type string `json:"type"`
		}{Name: name})
	}
	for _, row := range rows {
		r.Rows = append(r.Rows, json.RawMessage(row))
	}
	return r
}

func TestFormats(t *testing.T) {
	mixed := answered("n s",
		`{"n":1,"s":"a,\"b\"\nc"}`,
		`{"n":null,"s":{"x":[1,"日本"]}}`,
		`{"n":2.5,"s":""}`)
	star := answered("",
		`{"a":1}`,
		`{"b":{"__rockset_type":"DATE","value":"2024-01-31"},"a":null}`)
	long := answered("a b", `{"a":"`+strings.Repeat("x", 70)+`","b":1}`)
	for _, tt := range []struct {
		name, format string
		result       *result
		wide         bool
		want         string
	}{
		{"mixed", "table", mixed, false, `
┌──────┬──────────────────┐
│    n │ s                │
├──────┼──────────────────┤
│    1 │ a,"b"\nc         │
│ null │ {"x":[1,"日本"]} │
│  2.5 │                  │
└──────┴──────────────────┘
`},
		{"star", "table", star, false, `
┌──────┬────────────┐
│    a │ b          │
├──────┼────────────┤
│    1 │            │
│ null │ 2024-01-31 │
└──────┴────────────┘
`},
		{"no rows", "table", answered("a"), false, `
┌───┐
│ a │
├───┤
└───┘
`},
		{"cut", "table", long, false, `
┌──────────────────────────────────────────────────────────────┬───┐
│ a                                                            │ b │
├──────────────────────────────────────────────────────────────┼───┤
│ ` + strings.Repeat("x", 59) + `… │ 1 │
└──────────────────────────────────────────────────────────────┴───┘
`},
		{"wide", "csv", long, true, "\na,b\r\n" + strings.Repeat("x", 70) + ",1\r\n"},
		{"mixed", "csv", mixed, false, "\nn,s\r\n1,\"a,\"\"b\"\"\nc\"\r\n,\"{\"\"x\"\":[1,\"\"日本\"\"]}\"\r\n2.5,\"\"\r\n"},
		{"star", "csv", star, false, "\na,b\r\n1,\r\n,2024-01-31\r\n"},
		{"star", "json", star, false, "\n[\n{\"a\":1},\n{\"b\":{\"__rockset_type\":\"DATE\",\"value\":\"2024-01-31\"},\"a\":null}\n]\n"},
		{"none", "json", answered("a"), false, "\n[\n]\n"},
		{"star", "ndjson", star, false, "\n{\"a\":1}\n{\"b\":{\"__rockset_type\":\"DATE\",\"value\":\"2024-01-31\"},\"a\":null}\n"},
	} {
		var b strings.Builder
		if err := formats[tt.format](&b, tt.result, tt.wide); err != nil {
			t.Errorf("%s as %s: %s", tt.name, tt.format, err)
		}
		if got, want := b.String(), tt.want[1:]; got != want {
			t.Errorf("%s as %s: got\n%s\nwant\n%s", tt.name, tt.format, got, want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{"plain é": "plain é", "a\tb\nc": `a\tb\nc`, "\x1b[31mred": `\x1b[31mred`, "\u009b1m": `\x9b1m`} {
		if got := printable(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

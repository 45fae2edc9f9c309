package bench

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func answer(rows ...[]any) *Answer {
	a := &Answer{Rows: rows}
	if len(rows) > 0 {
		a.Columns = make([]string, len(rows[0]))
	}
	return a
}

func row(cells ...any) []any { return cells }

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name  string
		query Query
		a, b  *Answer
		want  string // in the error; empty: equal
	}{
		{"nothing", Query{}, answer(), answer(), ""},
		{"same", Query{}, answer(row(int64(1), "a", nil)), answer(row(int64(1), "a", nil)), ""},
		{"number of rows", Query{}, answer(row("a")), answer(row("a"), row("a")), "1 rows against 2"},
		{"number of columns", Query{}, answer(row("a")), answer(row("a", "b")), "1 columns against 2"},
		{"any order", Query{}, answer(row("a"), row("b")), answer(row("b"), row("a")), ""},
		{"in order", Query{Ordered: true}, answer(row("a"), row("b")), answer(row("b"), row("a")), `"a" against "b"`},
		{"how often", Query{}, answer(row("a"), row("a"), row("b")), answer(row("a"), row("b"), row("b")), "row 2"},
		{"an int and its float", Query{}, answer(row(int64(3))), answer(row(3.0)), ""},
		{"large ints are exact", Query{}, answer(row(int64(math.MaxInt64))), answer(row(int64(math.MaxInt64 - 1))), "column 1"},
		{"null is not zero", Query{}, answer(row(nil)), answer(row(int64(0))), "null against 0"},
		{"text is no number", Query{}, answer(row("1")), answer(row(int64(1))), `"1" against 1`},
		{"floats nearly", Query{}, answer(row(0.1 + 0.2)), answer(row(0.3)), ""},
		{"floats not enough", Query{}, answer(row(1.00001)), answer(row(1.00002)), "column 1"},
		{"floats, tolerated", Query{Tolerance: 1e-4}, answer(row(1.00001)), answer(row(1.00002)), ""},
		{"floats do not decide the order", Query{}, answer(row(0.1+0.2, "x"), row(0.3, "a")), answer(row(0.3, "x"), row(0.3, "a")), ""},
		{"two notations of a time", Query{}, answer(row("2024-01-31T10:00:00Z")), answer(row("2024-01-31 10:00:00.000000")), ""},
		{"a day is its midnight", Query{}, answer(row("2024-01-31")), answer(row("2024-01-31T00:00:00")), ""},
		{"two times", Query{}, answer(row("2024-01-31T10:00:00Z")), answer(row("2024-01-31T10:00:01Z")), "column 1"},
		{"bools", Query{}, answer(row(true), row(false)), answer(row(false), row(true)), ""},
		{"NaN", Query{}, answer(row(math.NaN())), answer(row(math.NaN())), ""},
		{"a short row", Query{}, &Answer{Columns: []string{"a", "b"}, Rows: [][]any{{"a"}}}, &Answer{Columns: []string{"a", "b"}, Rows: [][]any{{"a", "b"}}}, "1 cells for 2 columns"},
	} {
		err := c.query.Compare(c.a, c.b)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
		if back := c.query.Compare(c.b, c.a); (back == nil) != (err == nil) {
			t.Errorf("%s: got %v one way and %v the other", c.name, err, back)
		}
	}
}

func TestCell(t *testing.T) {
	for text, want := range map[string]any{
		`null`: nil, `true`: true, `7`: int64(7), `9223372036854775807`: int64(math.MaxInt64), `7.5`: 7.5, `1e3`: 1000.0,
		`"a"`: "a", `[1, 2]`: `[1,2]`, `{"b": 1, "a": [null]}`: `{"a":[null],"b":1}`, `18446744073709551616`: 18446744073709551616.0,
	} {
		if got, err := Cell(json.RawMessage(text)); err != nil || got != want {
			t.Errorf("Cell(%s): got %v, %v, want %v", text, got, err, want)
		}
	}
	if _, err := Cell(json.RawMessage(`{"a"`)); err == nil {
		t.Error("half a value: got no error")
	}
}

func TestDialects(t *testing.T) {
	q := Query{Name: "q", SQL: "plain", For: map[string]string{"a": "for a"}, Except: map[string]string{"c": "refuses it"}}
	for _, c := range []struct {
		dialects  []string
		sql, fail string
	}{
		{[]string{"a", ""}, "for a", ""},
		{[]string{"b", ""}, "plain", ""},
		{[]string{"b", "a", ""}, "for a", ""},
		{[]string{"b"}, "", "not worded"},
		{[]string{"c", ""}, "", "refuses it"},
	} {
		sql, err := q.In(&Peer{Name: "p", Dialects: c.dialects})
		if sql != c.sql || (err == nil) != (c.fail == "") || err != nil && !strings.Contains(err.Error(), c.fail) {
			t.Errorf("%v: got %q, %v", c.dialects, sql, err)
		}
	}
}

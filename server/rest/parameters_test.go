package rest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

func TestParameters(t *testing.T) {
	for _, c := range []struct{ kind, value, want string }{
		{"int", `"-9223372036854775808"`, "-9223372036854775808"},
		{"int", `"9223372036854775808"`, "error: value out of range"},
		{"INT", `5`, "5"},
		{"int", `true`, "error: the value is of type bool, not int"},
		{"float", `"1e3"`, "1000.0"},
		{"float", `2`, "2.0"},
		{"bool", `"TRUE"`, "true"},
		{"bool", `"maybe"`, "error: invalid syntax"},
		{"string", `"5"`, `"5"`},
		{"string", `5`, "error: the value is of type int, not string"},
		{"", `"5"`, `"5"`},
		{"", ``, "null"},
		{"date", `"2024-01-31"`, `{"__rockset_type":"DATE","value":"2024-01-31"}`},
		{"date", `{"__rockset_type":"date","value":"2024-01-31"}`, `{"__rockset_type":"DATE","value":"2024-01-31"}`},
		{"datetime", `"2024-01-31T12:00:00"`, `{"__rockset_type":"DATETIME","value":"2024-01-31T12:00:00.000000"}`},
		{"timestamp", `"2024-01-31T13:00:00+01:00"`, `"2024-01-31T12:00:00.000000Z"`},
		{"month_interval", `"1-2"`, `{"__rockset_type":"MONTH_INTERVAL","value":"1-2"}`},
		{"geography", `{"type":"Point","coordinates":[1,2]}`, `{"__rockset_type":"GEOGRAPHY","value":"{\"type\":\"Point\",\"coordinates\":[1,2]}"}`},
		{"bytes", `"!"`, "error: base64"},
		{"array", `"[1, [2]]"`, "[1,[2]]"},
		{"array", `"{}"`, "error: it is JSON of type object"},
		{"object", `{"a":{"b":null}}`, `{"a":{"b":null}}`},
		{"null", `"anything"`, "null"},
		{"undefined", `null`, "null"},
	} {
		p := parameter{"p", c.kind, json.RawMessage(c.value)}
		got, err := p.value()
		want, failing := strings.CutPrefix(c.want, "error: ")
		switch {
		case failing && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s %s: got %v, want error with %q", c.kind, c.value, err, want)
		case !failing && err != nil:
			t.Errorf("%s %s: %v", c.kind, c.value, err)
		case !failing && string(vec.AppendJSON(nil, got)) != want:
			t.Errorf("%s %s: got %s, want %s", c.kind, c.value, vec.AppendJSON(nil, got), want)
		}
	}
}

// Whatever a client sends is a well-formed value, or an error.
func FuzzParameter(f *testing.F) {
	for _, seed := range []struct{ kind, value string }{{"int", `"1"`}, {"date", `"2024-01-31"`}, {"array", `"[1]"`}, {"geography", `{"type":"Point"}`}, {"u256", `"1"`}, {"", `{`}} {
		f.Add(seed.kind, seed.value)
	}
	f.Fuzz(func(t *testing.T, kind, value string) {
		p := parameter{"p", kind, json.RawMessage(value)}
		v, err := p.value()
		if err != nil {
			return
		}
		if err := vec.Check(v, 200); err != nil {
			t.Errorf("%s %s: %v", kind, value, err)
		}
		if want, known := vec.ParseType(strings.ToLower(kind)); known && !v.IsNull() && v.Type() != want {
			t.Errorf("%s %s: is of type %s", kind, value, v.Type())
		}
	})
}

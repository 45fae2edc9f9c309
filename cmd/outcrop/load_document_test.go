package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

func TestInference(t *testing.T) {
	for field, want := range map[string]string{
		"": "null", "0": "0", "-0": "0", "42": "42", "-7": "-7", "9223372036854775807": "9223372036854775807",
		"9223372036854775808": `"9223372036854775808"`, "1.5": "1.5", "1e3": "1000.0", "-2.5E-1": "-0.25", "1e999": `"1e999"`,
		"007": `"007"`, "-01": `"-01"`, "1.": `"1."`, ".5": `".5"`, "+1": `"+1"`, "1 ": `"1 "`, "-": `"-"`, "1e": `"1e"`, "0x10": `"0x10"`,
		"true": "true", "TRUE": "true", "False": "false", "yes": `"yes"`, "null": `"null"`, "NaN": `"NaN"`, "2024-01-31": `"2024-01-31"`, "1,5": `"1,5"`,
	} {
		if got := string(vec.AppendJSON(nil, appendInferred(nil, field))); got != want {
			t.Errorf("%q: got %s, want %s", field, got, want)
		}
	}
}

func FuzzLooksNumeric(f *testing.F) {
	for _, s := range []string{"1", "-0.5e+10", "01", "1.", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, got := looksNumeric(text)
		want := json.Valid([]byte(text)) && text == strings.TrimSpace(text) && strings.IndexByte("-0123456789", text[0]) >= 0
		if got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	})
}

// encoded is a JSON text as a value.
func encoded(t *testing.T, text string) vec.Value {
	t.Helper()
	var r jsonio.Reader
	v, err := r.Value(nil, []byte(text))
	if err != nil {
		t.Fatalf("%s: %s", text, err)
	}
	return v
}

func TestDocumentIDs(t *testing.T) {
	for _, tt := range []struct{ idField, in, want string }{
		{"", `{"a":1}`, `{"_id":"p-7","a":1}`},
		{"", `{}`, `{"_id":"p-7"}`},
		{"", `{"a":1,"_id":"x"}`, `{"_id":"x","a":1}`},
		{"", `{"_id":5}`, `{"_id":5}`}, // the server says what is wrong with it
		{"k", `{"k":"y","_id":"x"}`, `{"_id":"y","k":"y"}`},
		{"k", `{"k":12}`, `{"_id":"12","k":12}`},
		{"k", `{"a":1}`, "is missing"},
		{"k", `{"k":1.5}`, "is of type float"},
		{"k", `{"k":null}`, "is of type null"},
	} {
		w := &documentWriter{idField: tt.idField, prefix: "p"}
		got, err := w.append(nil, encoded(t, tt.in), 7)
		if err != nil {
			got = []byte(err.Error())
		}
		if string(got) != tt.want && (err == nil || !strings.Contains(string(got), tt.want)) {
			t.Errorf("%s by %q: got %s, want %s", tt.in, tt.idField, got, tt.want)
		}
	}
}

// What is written reads back as the same value.
func TestDocumentsReadBack(t *testing.T) {
	for _, text := range []string{
		`{"_id":"1","t":{"__rockset_type":"TIMESTAMP","value":"2024-01-31T12:00:00.000001Z"},"list":[{"__rockset_type":"timestamp","value":"2024-01-31T12:00:00Z"},[],{}]}`,
		`{"_id":"1","d":{"__rockset_type":"DATE","value":"2024-01-31"},"b":{"__rockset_type":"BYTES","value":"AAE="},"n":{"o":{"p":[1,2.0,"x",null,true]}}}`,
		`{"_id":"1","":0,"q\"\\\n":"\u0000\u2028 é","f":1e300,"i":-9223372036854775808}`,
	} {
		want := encoded(t, text)
		w := &documentWriter{}
		got, err := w.append(nil, want, 0)
		if err != nil {
			t.Fatal(err)
		}
		if back := encoded(t, string(got)); !back.Same(want) {
			t.Errorf("%s: reads back from %s as %s", text, got, vec.AppendJSON(nil, back))
		}
	}
	if got := string(appendTyped(nil, vec.FloatValue(math.NaN()))); got != "null" {
		t.Errorf("NaN: got %s, want null", got)
	}
}

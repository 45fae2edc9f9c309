package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/vec"
)

var noon = time.Date(2024, 1, 31, 12, 0, 0, 0, time.UTC)

func TestComplete(t *testing.T) {
	const at = `"_event_time":"2024-01-31T12:00:00.000000Z"`
	tests := []struct{ in, want, refusal string }{
		{`{"_id":"a","x":1}`, `{"_id":"a",` + at + `,"x":1}`, ""},
		{`{"x":1,"_id":"a","y":{"_id":"inner"}}`, `{"_id":"a",` + at + `,"x":1,"y":{"_id":"inner"}}`, ""},
		{`{"_id":"a","_event_time":0}`, `{"_id":"a","_event_time":"1970-01-01T00:00:00.000000Z"}`, ""},
		{`{"_id":"a","_event_time":"2020-02-29T01:02:03Z"}`, `{"_id":"a","_event_time":"2020-02-29T01:02:03.000000Z"}`, ""},
		{`{"_id":"a","_event_time":{"__rockset_type":"timestamp","value":"2020-02-29T01:02:03Z"}}`, `{"_id":"a","_event_time":"2020-02-29T01:02:03.000000Z"}`, ""},
		{`{"_id":"a","_event_time":null}`, `{"_id":"a",` + at + `}`, ""},
		{`{"_id":7}`, "", "_id is int, want a string"},
		{`{"_id":""}`, "", "_id has 0 bytes"},
		{`{"_id":"` + strings.Repeat("x", MaxIDBytes+1) + `"}`, "", "_id has 1025 bytes, want 1 to 1024"},
		{`{"_id":"a","_event_time":"yesterday"}`, "", "_event_time: "},
		{`{"_id":"a","_event_time":true}`, "", "_event_time is bool"},
		{`{"_id":"a","_event_time":9223372036854775807}`, "", "outside the years"},
	}
	for _, test := range tests {
		got, id, err := complete(document(t, test.in), noon)
		if test.refusal != "" {
			if err == nil || !strings.Contains(err.Error(), test.refusal) {
				t.Errorf("%.60s: got %v, want an error with %q", test.in, err, test.refusal)
			}
			continue
		}
		if err != nil || string(vec.AppendJSON(nil, got)) != test.want || string(id) != "a" {
			t.Errorf("%s: got %s, _id %q, %v; want %s", test.in, vec.AppendJSON(nil, got), id, err, test.want)
		}
	}
}

func TestCompleteMakesAnID(t *testing.T) {
	seen := map[string]bool{}
	for _, in := range []string{`{}`, `{"_id":null}`, `{"x":1}`} {
		got, id, err := complete(document(t, in), noon)
		if err != nil || len(id) != 36 || string(got.Field(IDField).Content()) != string(id) || seen[string(id)] {
			t.Errorf("%s: got _id %q, %v", in, id, err)
		}
		seen[string(id)] = true
	}
	if _, _, err := complete(vec.IntValue(vec.Int, 1), noon); err == nil || !strings.Contains(err.Error(), "a document is int, want an object") {
		t.Errorf("an int as document: got %v", err)
	}
}

func TestFence(t *testing.T) {
	want := Fence{"abc", []Offset{{0, 12}, {3, 1 << 60}}}
	got, err := ParseFence(want.String())
	if err != nil || got.String() != want.String() || len(got.Offsets) != 2 || got.Offsets[1].Sequence != 1<<60 {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	for _, text := range []string{"", "?", "e30", "AAAA"} {
		if _, err := ParseFence(text); err == nil {
			t.Errorf("%q was taken for a fence", text)
		}
	}
}

package patch

import (
	"errors"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

func value(t testing.TB, text string) vec.Value {
	t.Helper()
	var r jsonio.Reader
	wrapped, _, err := r.Document(nil, []byte(`{"v":`+text+`}`))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return vec.Value(wrapped).Field("v")
}

// TestApply has the examples of RFC 6902's appendix, and what it leaves to the reader.
func TestApply(t *testing.T) {
	deep := strings.Repeat(`{"a":`, MaxDepth-10) + "{}" + strings.Repeat("}", MaxDepth-10)
	deepPath := strings.Repeat("/a", MaxDepth-10)
	tests := []struct{ name, document, patch, want, refusal string }{
		{"A.1 add a member", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux"}]`, `{"foo":"bar","baz":"qux"}`, ""},
		{"A.2 add an element", `{"foo":["bar","baz"]}`, `[{"op":"add","path":"/foo/1","value":"qux"}]`, `{"foo":["bar","qux","baz"]}`, ""},
		{"A.3 remove a member", `{"baz":"qux","foo":"bar"}`, `[{"op":"remove","path":"/baz"}]`, `{"foo":"bar"}`, ""},
		{"A.4 remove an element", `{"foo":["bar","qux","baz"]}`, `[{"op":"remove","path":"/foo/1"}]`, `{"foo":["bar","baz"]}`, ""},
		{"A.5 replace", `{"baz":"qux","foo":"bar"}`, `[{"op":"replace","path":"/baz","value":"boo"}]`, `{"baz":"boo","foo":"bar"}`, ""},
		{"A.6 move", `{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}`, `[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]`, `{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}`, ""},
		{"A.7 move an element", `{"foo":["all","grass","cows","eat"]}`, `[{"op":"move","from":"/foo/1","path":"/foo/3"}]`, `{"foo":["all","cows","eat","grass"]}`, ""},
		{"A.8 test", `{"baz":"qux","foo":["a",2,"c"]}`, `[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]`, `{"baz":"qux","foo":["a",2,"c"]}`, ""},
		{"A.9 failing test", `{"baz":"qux"}`, `[{"op":"test","path":"/baz","value":"bar"}]`, "", `operation 1, test "/baz": the value is another one`},
		{"A.10 add an object", `{"foo":"bar"}`, `[{"op":"add","path":"/child","value":{"grandchild":{}}}]`, `{"foo":"bar","child":{"grandchild":{}}}`, ""},
		{"A.11 other keys", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux","xyz":123}]`, `{"foo":"bar","baz":"qux"}`, ""},
		{"A.12 add into nothing", `{"foo":"bar"}`, `[{"op":"add","path":"/baz/bat","value":"qux"}]`, "", `operation 1, add "/baz/bat": there is nothing at "/baz"`},
		{"A.14 escapes", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":10},{"op":"replace","path":"/~1","value":8}]`, `{"/":8,"~1":10}`, ""},
		{"A.15 string and number", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":"10"}]`, "", "another one"},
		{"A.16 behind the last", `{"foo":["bar"]}`, `[{"op":"add","path":"/foo/-","value":["abc","def"]}]`, `{"foo":["bar",["abc","def"]]}`, ""},

		{"none", `{"a":1}`, `[]`, `{"a":1}`, ""},
		{"ops in any case", `{"a":1}`, `[{"op":"INCREMENT","path":"/a","value":2},{"op":"Copy","from":"/a","path":"/b"}]`, `{"a":3,"b":3}`, ""},
		{"add over a member", `{"a":1,"b":2}`, `[{"op":"add","path":"/a","value":null}]`, `{"a":null,"b":2}`, ""},
		{"empty key", `{"":1}`, `[{"op":"replace","path":"/","value":2}]`, `{"":2}`, ""},
		{"key like a subscript", `{"a":{"0":1,"-":2}}`, `[{"op":"remove","path":"/a/0"},{"op":"add","path":"/a/-","value":3}]`, `{"a":{"-":3}}`, ""},
		{"move to itself", `{"a":1}`, `[{"op":"move","from":"/a","path":"/a"}]`, `{"a":1}`, ""},
		{"copy stands alone", `{"a":{"x":1}}`, `[{"op":"add","path":"/a/y","value":2},{"op":"copy","from":"/a","path":"/b"},{"op":"remove","path":"/a/x"},{"op":"increment","path":"/b/x","value":5}]`, `{"a":{"y":2},"b":{"x":6,"y":2}}`, ""},
		{"copy the document", `{"a":1}`, `[{"op":"copy","from":"","path":"/b"}]`, `{"a":1,"b":{"a":1}}`, ""},
		{"test of the document", `{"a":1,"b":{"c":[1]}}`, `[{"op":"increment","path":"/b/c/0","value":1},{"op":"test","path":"","value":{"b":{"c":[2.0]},"a":1}}]`, `{"a":1,"b":{"c":[2]}}`, ""},
		{"test of a special field", `{"_id":"x"}`, `[{"op":"test","path":"/_id","value":"x"},{"op":"copy","from":"/_id","path":"/a"}]`, `{"_id":"x","a":"x"}`, ""},
		{"inner special names", `{"a":{"_id":1}}`, `[{"op":"remove","path":"/a/_id"}]`, `{"a":{}}`, ""},
		{"float increments", `{"a":1,"b":1.5}`, `[{"op":"increment","path":"/a","value":0.5},{"op":"increment","path":"/b","value":-1}]`, `{"a":1.5,"b":0.5}`, ""},
		{"all or nothing", `{"a":1}`, `[{"op":"increment","path":"/a","value":1},{"op":"test","path":"/a","value":1}]`, "", `operation 2, test "/a"`},

		{"increment of nothing", `{}`, `[{"op":"increment","path":"/a","value":1}]`, "", `there is nothing at "/a"`},
		{"increment of a string", `{"a":"1"}`, `[{"op":"increment","path":"/a","value":1}]`, "", "string cannot be incremented"},
		{"increment of an opened object", `{"a":{"b":1}}`, `[{"op":"remove","path":"/a/b"},{"op":"increment","path":"/a","value":1}]`, "", "object cannot be incremented"},
		{"increment beyond int", `{"a":9223372036854775807}`, `[{"op":"increment","path":"/a","value":1}]`, "", "more than an int holds"},
		{"increment below int", `{"a":-9223372036854775808}`, `[{"op":"increment","path":"/a","value":-1}]`, "", "more than an int holds"},
		{"increment beyond float", `{"a":1e308}`, `[{"op":"increment","path":"/a","value":1e308}]`, "", "more than a float holds"},
		{"increment by a string", `{"a":1}`, `[{"op":"increment","path":"/a","value":"1"}]`, "", "value is string, want a number"},
		{"replace nothing", `{"a":1}`, `[{"op":"replace","path":"/b","value":1}]`, "", `there is nothing at "/b"`},
		{"remove nothing", `{"a":[1]}`, `[{"op":"remove","path":"/a/1"}]`, "", `there is nothing at "/a/1"`},
		{"remove behind the last", `{"a":[1]}`, `[{"op":"remove","path":"/a/-"}]`, "", "there is nothing"},
		{"outside of an array", `{"a":[1]}`, `[{"op":"add","path":"/a/2","value":0}]`, "", "subscript 2 is outside"},
		{"no subscript", `{"a":[1]}`, `[{"op":"add","path":"/a/01","value":0}]`, "", `"01" is no subscript`},
		{"negative subscript", `{"a":[1]}`, `[{"op":"remove","path":"/a/-1"}]`, "", `"-1" is no subscript`},
		{"into a number", `{"a":1}`, `[{"op":"add","path":"/a/b","value":0}]`, "", `"/a" is int, neither`},
		{"move from nothing", `{}`, `[{"op":"move","from":"/a","path":"/b"}]`, "", `from: there is nothing at "/a"`},
		{"move into itself", `{"a":{}}`, `[{"op":"move","from":"/a","path":"/a/b"}]`, "", "cannot move into itself"},
		{"too deep", deep, `[{"op":"add","path":"` + deepPath + `/b","value":[[[[[[[[[[[]]]]]]]]]]]}]`, "", "more than 128 levels"},
		{"path too deep", `{}`, `[{"op":"remove","path":"` + strings.Repeat("/a", MaxDepth+1) + `"}]`, "", "129 levels"},

		{"patch of _id", `{}`, `[{"op":"add","path":"/a","value":1},{"op":"replace","path":"/_id","value":"b"}]`, "", `operation 2, replace "/_id": _id cannot be patched`},
		{"patch of _event_time", `{}`, `[{"op":"remove","path":"/_event_time"}]`, "", "_event_time cannot be patched"},
		{"patch inside of _meta", `{}`, `[{"op":"add","path":"/_meta/x","value":1}]`, "", "_meta cannot be patched"},
		{"_id moved away", `{}`, `[{"op":"move","from":"/_id","path":"/a"}]`, "", "_id cannot be patched"},
		{"the whole document", `{}`, `[{"op":"add","path":"","value":{}}]`, "", "whole document cannot be patched"},
		{"no array", `{}`, `{"op":"add"}`, "", "patch: it is object, want an array"},
		{"no object", `{}`, `["add"]`, "", "operation 1: it is string"},
		{"no op", `{}`, `[{"path":"/a"}]`, "", "op is missing"},
		{"unknown op", `{}`, `[{"op":"append","path":"/a"}]`, "", `op is "append"`},
		{"no path", `{}`, `[{"op":"remove"}]`, "", "path is missing"},
		{"path of a number", `{}`, `[{"op":"remove","path":1}]`, "", "path is int, want a string"},
		{"no pointer", `{}`, `[{"op":"remove","path":"a.b"}]`, "", "does not begin with /"},
		{"bad escape", `{}`, `[{"op":"remove","path":"/a~2"}]`, "", "~ is written ~0"},
		{"escape cut short", `{}`, `[{"op":"remove","path":"/a~"}]`, "", "~ is written ~0"},
		{"no value", `{}`, `[{"op":"add","path":"/a"}]`, "", "value is missing"},
		{"no from", `{}`, `[{"op":"copy","path":"/a"}]`, "", "from is missing"},
		{"from null", `{}`, `[{"op":"copy","path":"/a","from":null}]`, "", "from is null"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			document := value(t, test.document)
			before := strings.Clone(string(document))
			got, err := parseAndApply(document, value(t, test.patch))
			if string(document) != before {
				t.Error("the document changed")
			}
			if test.refusal != "" {
				if _, ok := errors.AsType[*Error](err); !ok || !strings.Contains(err.Error(), test.refusal) {
					t.Errorf("got %v, want an Error with %s", err, test.refusal)
				}
				return
			}
			if err != nil || string(vec.AppendJSON(nil, got)) != test.want {
				t.Errorf("got %s, %v; want %s", vec.AppendJSON(nil, got), err, test.want)
			}
		})
	}
}

func parseAndApply(document, patch vec.Value) (vec.Value, error) {
	operations, err := Parse(patch)
	if err != nil {
		return nil, err
	}
	return Apply(document, operations)
}

// TestLimits: a document copied into itself again and again ends at a limit, not with the memory.
func TestLimits(t *testing.T) {
	repeat := func(n int, operation string) vec.Value {
		return value(t, "["+strings.Repeat(operation+",", n-1)+operation+"]")
	}
	long := func(bytes int) vec.Value {
		b, mark := vec.BeginObject(nil)
		b = vec.AppendContent(vec.AppendKey(b, "a"), vec.String, make([]byte, bytes))
		return vec.EndObject(b, mark)
	}
	for _, test := range []struct {
		document, patch vec.Value
		want            string
	}{
		{value(t, `{}`), repeat(MaxOperations+1, `{"op":"test","path":"","value":{}}`), "1001 operations, at most 1000"},
		{value(t, `{"a":["x"]}`), repeat(40, `{"op":"copy","from":"/a","path":"/a/-"}`), "write more than"},
		{long(MaxBytes / 4), repeat(5, `{"op":"copy","from":"/a","path":"/b"}`), "write more than"},
		{long(MaxBytes - 20), repeat(1, `{"op":"add","path":"/b","value":"0123456789"}`), "the document would have"},
	} {
		if _, err := parseAndApply(test.document, test.patch); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want an error with %s", err, test.want)
		}
	}
}

// FuzzPatch: what is taken for a patch either makes a well-formed document with the same special fields, or none.
func FuzzPatch(f *testing.F) {
	for _, patch := range []string{
		`[{"op":"add","path":"/a/1","value":{"b":[1]}},{"op":"move","from":"/o/k","path":"/a/-"},{"op":"remove","path":"/a/0"}]`,
		`[{"op":"copy","from":"","path":"/o/~0~1"},{"op":"increment","path":"/n","value":1.5},{"op":"replace","path":"/n","value":null}]`,
	} {
		f.Add([]byte(value(f, patch)))
	}
	f.Add([]byte{byte(vec.Int), 2})
	document := value(f, `{"_id":"x","_event_time":7,"a":[1,"two",[3]],"o":{"k":{"z":true}},"n":4}`)
	f.Fuzz(func(t *testing.T, patch []byte) {
		if vec.Check(patch, MaxDepth) != nil {
			return
		}
		got, err := parseAndApply(document, patch)
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("error %v is no Error", err)
			}
			return
		}
		if err := vec.Check(got, MaxDepth); err != nil {
			t.Errorf("the result is damaged: %v", err)
		}
		for _, name := range special {
			if !got.Field(name).Same(document.Field(name)) {
				t.Errorf("%s is %x", name, got.Field(name))
			}
		}
	})
}

func BenchmarkApply(b *testing.B) {
	document := value(b, `{"_id":"x",`+strings.Repeat(`"k":{"a":1,"b":"some text"},`, 20)+`"n":4,"tags":["a","b"]}`)
	patch := value(b, `[{"op":"increment","path":"/n","value":1},{"op":"add","path":"/tags/-","value":"c"},{"op":"replace","path":"/k/b","value":"other"}]`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseAndApply(document, patch); err != nil {
			b.Fatal(err)
		}
	}
}

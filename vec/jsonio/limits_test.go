package jsonio

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// object of n distinct keys behind a prefix.
func object(prefix string, n int) string {
	var b strings.Builder
	b.WriteByte('{')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"%s%d":%d`, prefix, i, i)
	}
	b.WriteByte('}')
	return b.String()
}

func TestLimits(t *testing.T) {
	fill := func(n int) string { return `{"a":"` + strings.Repeat("x", n-8) + `"}` }
	nest := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	key := func(n int) string { return `{"` + strings.Repeat("k", n) + `":1}` }
	half := object("a", MaxFields/2)
	for _, test := range []struct{ name, text, err string }{
		{"bytes", fill(MaxDocumentBytes), ``},
		{"bytes", fill(MaxDocumentBytes + 1), `larger than MaxDocumentBytes, which is 10485760`},
		{"depth", nest(MaxDepth), ``},
		{"depth", nest(MaxDepth + 1), `deeper than MaxDepth, which is 128 levels`},
		{"key", key(MaxKeyBytes), ``},
		{"key", key(MaxKeyBytes + 1), `key of 4097 bytes is longer than MaxKeyBytes, which is 4096`},
		{"fields", object("a", MaxFields), ``},
		{"fields", object("a", MaxFields+1), `more fields than MaxFields, which is 10000`},
		{"fields", `{"x":[` + object("a", MaxFields+1) + `],` + object("b", MaxFields-1)[1:], ``},
		{"fields", `{"x":[` + half + `],"y":` + half + `,"z":` + half + `}`, `more fields than MaxFields`},
	} {
		for _, backend := range []Backend{Own, Simdjson} {
			r := Reader{Backend: backend}
			for range 2 {
				out, n, err := r.Document(nil, []byte(test.text+" {"))
				if test.err == "" && (err != nil || n != len(test.text) || vec.Check(out, MaxDepth) != nil) {
					t.Errorf("%s, backend %d: %d of %d bytes, %v", test.name, backend, n, len(test.text), err)
				}
				if test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err) || n != 0 || len(out) != 0) {
					t.Errorf("%s, backend %d: got %v, want %s", test.name, backend, err, test.err)
				}
				if _, err = r.Value(nil, []byte(test.text)); (err == nil) != (test.err == "") {
					t.Errorf("%s as value, backend %d: %v", test.name, backend, err)
				}
			}
		}
	}
}

// What would hurt a reader that recurses without limit, or is not linear, takes no noticeable time.
// The test's own time limit is the measure: quadratic ways take minutes here.
func TestPathological(t *testing.T) {
	const many = 100_000
	repeat := func(s string) string { return strings.Repeat(s, 5<<20/len(s)) }
	same := `{"k":[{` + strings.TrimSuffix(strings.Repeat(`"a":1,`, many), ",") + `}]}`
	for _, test := range []struct{ name, text, err string }{
		{"open brackets", repeat(`[`), `MaxDepth`},
		{"open objects", repeat(`{"a":`), `MaxDepth`},
		{"array of keys", `[` + object("k", many) + `]`, ``},
		{"array of other keys", `[` + object("k", many) + `,` + object("l", many) + `,` + object("k", many) + `]`, ``},
		{"same key", same, ``},
		{"digits", repeat(`7`), `float64`},
		{"fraction", `0.` + repeat(`7`), ``},
		{"exponent", `1e-` + repeat(`7`), ``},
		{"string", `"` + repeat(`x`) + `"`, ``},
		{"UTF-8", `"` + repeat(`ü`) + `"`, ``},
		{"mixed UTF-8", `"` + repeat(`xü\n`) + `"`, ``},
		{"escapes", `"` + repeat(`\ud83d\ude00`) + `"`, ``},
		{"backslashes", `"` + repeat(`\\`) + `"`, ``},
		{"white space", repeat(" \n") + `1`, ``},
		{"empty arrays", `[` + repeat(`[],`) + `[]]`, ``},
		{"empty objects", `[` + repeat(`{},`) + `{}]`, ``},
	} {
		for _, backend := range []Backend{Own, Simdjson} {
			r := Reader{Backend: backend}
			out, err := r.Value(nil, []byte(test.text))
			if test.err == "" && (err != nil || vec.Check(out, MaxDepth) != nil) ||
				test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("%s, backend %d: got %v, want %q", test.name, backend, err, test.err)
			}
		}
	}
	// Twenty thousand bad documents, each with its position.
	bad := "[" + strings.Repeat("{\"a\":\"\\q\"},\n", 20_000) + "{}]"
	if got := strings.Count(scanned(t, ScanText(&Reader{}, List, []byte(bad)), bad), "error:"); got != 20_000 {
		t.Errorf("%d bad documents", got)
	}
}

// Depth is refused where it is exceeded, without looking at what follows.
func BenchmarkDepth(b *testing.B) {
	text := bytes.Repeat([]byte{'['}, 5<<20)
	var r Reader
	for b.Loop() {
		if _, err := r.Value(nil, text); err == nil {
			b.Fatal("accepted")
		}
	}
}

// A reader forgets keys that are data, and stays right.
func TestForget(t *testing.T) {
	var r Reader
	for i := range 10 {
		text := object(fmt.Sprintf("doc%d_", i), MaxFields)
		out, _, err := r.Document(nil, []byte(text))
		if err != nil || string(vec.AppendJSON(nil, out)) != text {
			t.Fatalf("document %d: %v", i, err)
		}
		if r.known > maxKnown+MaxFields {
			t.Fatalf("%d fields are known", r.known)
		}
	}
}

// In steady state reading allocates nothing, whatever is in the documents.
func TestNoAllocations(t *testing.T) {
	docs, _ := events(30)
	docs = append(docs, []byte(`{"d":{"__rockset_type":"Date","value":"2024-01-31"},"t":{"value":"2024-01-31T00:00:00Z","__rockset_type":"TIMESTAMP"}}`),
		[]byte(`{"e":"\u00fc\n","f":0.30000000000000004,"g":123456789012345678901234567890}`))
	var r Reader
	var out []byte
	read := func() {
		out = out[:0]
		for _, doc := range docs {
			var err error
			if out, _, err = r.Document(out, doc); err != nil {
				t.Fatal(err)
			}
		}
	}
	read()
	if n := testing.AllocsPerRun(10, read); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Documents whose keys come and go, change places and types are all read right.
func TestShapes(t *testing.T) {
	var r Reader
	for _, text := range []string{
		`{"a":1,"b":2,"c":3}`, `{"a":1,"c":3}`, `{"a":1,"b":2,"c":3}`, `{"c":1,"b":2,"a":3}`, `{"b":1}`, `{}`,
		`{"a":{"x":1,"y":2},"b":[{"x":1},{"y":2},{"x":3,"y":4}]}`, `{"a":[{"y":1}],"b":{"x":[[{"x":1}],{"x":2}]}}`,
		`{"ab":1,"a":2,"abc":3}`, `{"a":2,"ab":1}`, `{"a\"":1,"a":2}`, `{"a":2,"a\"":1}`, `{"":1,"a":2}`, `{"a":{"a":{"a":{}}}}`,
	} {
		for range 3 {
			out, n, err := r.Document(nil, []byte(text))
			if err != nil || n != len(text) || string(vec.AppendJSON(nil, out)) != text {
				t.Errorf("%s: got %s, %v", text, vec.AppendJSON(nil, out), err)
			}
		}
	}
}

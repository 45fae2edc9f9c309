package vec

import (
	"slices"
	"strings"
	"testing"
)

func TestPath(t *testing.T) {
	for _, test := range []struct {
		path Path
		text string
	}{
		{nil, ""},
		{Path{"a"}, "a"},
		{Path{"a", "_b9", "C"}, "a._b9.C"},
		{Path{""}, `""`},
		{Path{"a.b", "9", `q"q`, "é", `"`}, `"a.b"."9"."q""q"."é".""""`},
	} {
		if got := test.path.String(); got != test.text {
			t.Errorf("%q: got %s, want %s", []string(test.path), got, test.text)
		}
		if got, err := ParsePath(test.text); err != nil || !slices.Equal(got, test.path) {
			t.Errorf("%s: got %q, %v, want %q", test.text, []string(got), err, []string(test.path))
		}
	}
	for _, test := range []struct{ text, want string }{
		{".", `"" needs quotes`},
		{"a.", "want a key behind each dot"},
		{"a..b", `"" needs quotes`},
		{"a b", `"a b" needs quotes`},
		{"9a", `"9a" needs quotes`},
		{`"a`, "quote is not closed"},
		{`"a"b`, "want a key behind each dot"},
		{`"a""`, "quote is not closed"},
	} {
		if got, err := ParsePath(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %q, %v, want %q", test.text, []string(got), err, test.want)
		}
	}
}

// What parses is written as it was read, but for quotes that were not needed.
func FuzzParsePath(f *testing.F) {
	f.Add(`a."b.c"."""".d`)
	f.Add(`"`)
	f.Fuzz(func(t *testing.T, text string) {
		path, err := ParsePath(text)
		if err != nil {
			return
		}
		again, err := ParsePath(path.String())
		if err != nil || !slices.Equal(again, path) {
			t.Errorf("%q: read %q, written %q, read %q, %v", text, []string(path), path, []string(again), err)
		}
	})
}

package nearest

import (
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	for _, test := range []struct{ name, candidates, want string }{
		{"evnets", "orders events", "events"},
		{"EVENTS", "orders events", "events"},
		{"evts", "orders events", ""}, // two edits in four characters
		{"evens", "orders events evens2", "events"},
		{"movies", "flights events", ""},
		{"a", "b", ""},
		{"ab", "cb", "cb"},
		{"a", "bc", ""},
		{"tag", "tags", "tags"},
		{"größe", "grösse große", "große"},
		{"", "a", ""},
		{"x", "", ""},
	} {
		if got := Name(test.name, strings.Fields(test.candidates)); got != test.want {
			t.Errorf("Name(%q, %q) = %q, want %q", test.name, test.candidates, got, test.want)
		}
	}
}

package function

import (
	"fmt"
	"testing"
)

func TestTermsOfPatterns(t *testing.T) {
	for _, c := range []struct {
		name, pattern, escape string
		want                  string
	}{
		{"like", "%lazy dog%", "", "[*lazy dog*]"},
		{"like", "lazy dog", "", "[lazy dog]"},
		{"like", "lazy%dog", "", "[lazy* *dog]"},
		{"like", "%l_zy Dög%", "", "[*l* *zy dög*]"},
		{"like", "_lazy_", "", "[*lazy*]"},
		{"like", "%__%", "", "[]"},
		{"like", "%50$% off%", "$", "[*50 off*]"},
		{"ilike", "%LAZY%", "", "[*lazy*]"},
		{"ilike", "%Dög%", "", "[]"},
		{"has_term", "lazy", "", "[lazy]"},
		{"contains", "the lazy, lazy DOG", "", "[the lazy dog]"},
		{"upper", "%lazy%", "", "[]"},
	} {
		args := [][]byte{[]byte(c.pattern)}
		if c.escape != "" {
			args = append(args, []byte(c.escape))
		}
		if got := fmt.Sprint(TermsOf(c.name, args...)); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.name, c.pattern, got, c.want)
		}
	}
}

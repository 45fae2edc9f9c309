package plan

import (
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// Substitute puts values in the place of a plan's parameters. One without a value is an error that names
// those that were given.
func Substitute(n Node, values map[string]vec.Value) (Node, error) {
	var err error
	n = RewriteAll(n, func(e Expr) Expr {
		p, ok := e.(*Parameter)
		if !ok {
			return e
		}
		value, ok := values[p.Name]
		if !ok && err == nil {
			err = Errorf(Position{}, "parameter %s has no value; %s", p.Name, given(values))
		}
		if value == nil {
			value = vec.NullValue()
		}
		return &Literal{value}
	})
	return n, err
}

func given(values map[string]vec.Value) string {
	if len(values) == 0 {
		return "the request has no parameters"
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return "the request has " + strings.Join(names, ", ")
}

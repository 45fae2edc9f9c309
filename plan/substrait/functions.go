package substrait

import (
	"strings"
	"sync"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// forms are those of plan.Forms: their standard names, those that have one, and how many arguments they
// take; most -1: any number.
var forms = map[string]struct {
	standard    string
	least, most int
}{
	"and":      {"functions_boolean:and", 0, -1},
	"or":       {"functions_boolean:or", 0, -1},
	"not":      {"functions_boolean:not", 1, 1},
	"coalesce": {"functions_comparison:coalesce", 1, -1},
	"if":       {"", 2, 3},
	"try":      {"", 1, 1},
}

// formType is the type of a form's call.
func formType(form string, args []plan.Expr) vec.Type {
	switch form {
	case "and", "or", "not":
		return vec.Bool
	case "if":
		args = args[1:]
	}
	t := vec.Null
	for _, a := range args {
		t = plan.CommonType(t, a.Type())
	}
	return t
}

// anyFile are the standard's files whose functions take any types, and say so in their signatures, except
// for those that take just floats or bools.
var anyFile = map[string]bool{
	"functions_comparison": true, "functions_aggregate_generic": true, "functions_aggregate_approx": true,
	"functions_comparison:is_nan": false, "functions_comparison:is_finite": false, "functions_comparison:is_infinite": false,
	"functions_comparison:is_true": false, "functions_comparison:is_not_true": false,
	"functions_comparison:is_false": false, "functions_comparison:is_not_false": false,
}

// synonyms are files of the standard's that repeat functions of other files, for other types.
var synonyms = map[string][]string{
	"functions_arithmetic_decimal": {"functions_arithmetic"},
	"functions_rounding_decimal":   {"functions_rounding"},
	"functions_datetime":           {"functions_arithmetic", "functions_comparison"},
}

// calling is how functions of one kind, scalar or aggregate, are called in plans and here.
type calling struct {
	ours     map[string]string // "file:name" of the standard, or "name" alone -> our name
	standard map[string]string // our name -> "file:name"
}

func newCalling() calling { return calling{map[string]string{}, map[string]string{}} }

// add tells what the standard calls a function of ours. A second function that it would call the same, and
// one whose arguments it has in another order, keep our name.
func (c calling) add(ours, urn, name string) {
	file, ok := strings.CutPrefix(urn, function.StandardURN)
	standard := file + ":" + name
	if !ok || c.ours[standard] != "" || adapted[standard] != nil {
		return
	}
	c.standard[ours], c.ours[standard] = standard, ours
	if c.ours[name] == "" {
		c.ours[name] = ours
	}
}

var (
	scalars = sync.OnceValue(func() calling {
		c := newCalling()
		for form, f := range forms {
			if file, name, ok := strings.Cut(f.standard, ":"); ok {
				c.add(form, function.StandardURN+file, name)
			}
		}
		for _, ours := range function.Names() {
			f, _ := function.Lookup(ours)
			urn, name := f.Extension()
			c.add(ours, urn, name)
		}
		return c
	})
	aggregates = sync.OnceValue(func() calling {
		c := newCalling()
		for _, ours := range function.AggregateNames() {
			f, _ := function.LookupAggregate(ours)
			urn, name := f.Extension()
			c.add(ours, urn, name)
		}
		return c
	})
)

// declared is a function as a plan declares it.
type declared struct {
	urn  string // "" where the producer gives none
	name string // and behind a colon, the short names of its arguments' types
}

// declaration is how a plan declares a function of ours for a call. least and most are how many arguments
// it takes: one that takes any number declares the fewest, but one at least.
func (c calling) declaration(ours string, args []plan.Expr, least, most int) declared {
	urn, name, untyped := function.OwnURN, ours, true
	standard := c.standard[ours]
	if file, wire, ok := strings.Cut(standard, ":"); ok {
		urn, name, untyped = function.StandardURN+file, wire, anyFile[file]
		if exact, ok := anyFile[standard]; ok {
			untyped = exact
		}
	}
	if standard == "functions_string:concat_ws" { // the separator, and what it separates
		least = 2
	}
	count := len(args)
	if most < 0 {
		count = max(least, 1)
	}
	short := make([]string, count)
	for i := range short {
		if short[i] = "any"; !untyped && i < len(args) {
			short[i] = shortName(args[i].Type())
		}
	}
	return declared{urn, name + ":" + strings.Join(short, "_")}
}

// scalarDeclaration declares the function of a call.
func scalarDeclaration(x *plan.Call) declared {
	if form, ok := forms[x.Function]; ok {
		return scalars().declaration(x.Function, x.Args, form.least, form.most)
	}
	least, most := len(x.Args), len(x.Args)
	if f, ok := function.Lookup(x.Function); ok {
		least, most = f.MinArgs, f.MaxArgs
	}
	return scalars().declaration(x.Function, x.Args, least, most)
}

// aggregateDeclaration declares the function of a measure.
func aggregateDeclaration(m *plan.Measure) declared {
	return aggregates().declaration(m.Function, m.Args, len(m.Args), len(m.Args))
}

// base is the name without the types.
func (f declared) base() string {
	name, _, _ := strings.Cut(f.name, ":")
	return name
}

// file is the standard's file that declares the function; ok: it is one of the standard's.
func (f declared) file() (file string, ok bool) {
	return strings.CutPrefix(f.urn, function.StandardURN)
}

// find is our name of a function of a plan; "" if we have none.
func (c calling) find(f declared) string {
	name := f.base()
	file, standard := f.file()
	switch {
	case f.urn == function.OwnURN:
		return name
	case f.urn == "":
		if ours := c.ours[name]; ours != "" {
			return ours
		}
		return name
	case !standard:
		return ""
	}
	for _, file := range append([]string{file}, synonyms[file]...) {
		if ours := c.ours[file+":"+name]; ours != "" {
			return ours
		}
	}
	return ""
}

// String is how errors call a function.
func (f declared) String() string {
	if f.urn == "" {
		return f.name
	}
	return f.base() + " of " + f.urn
}

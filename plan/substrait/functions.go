package substrait

import (
	"strings"
	"sync"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// formNames are the standard names of plan.Forms; the other forms are functions of ours.
var formNames = map[string]string{
	"functions_boolean:and":         "and",
	"functions_boolean:or":          "or",
	"functions_boolean:not":         "not",
	"functions_comparison:coalesce": "coalesce",
}

// formArgs is how many arguments a form takes; most -1: any number.
var formArgs = map[string]struct{ least, most int }{
	"and": {0, -1}, "or": {0, -1}, "not": {1, 1}, "coalesce": {1, -1}, "if": {2, 3}, "try": {1, 1},
}

// synonyms are standard functions that other producers write and whose meaning is that of another one.
var synonyms = map[string]string{
	"functions_datetime:add":                           "functions_arithmetic:add",
	"functions_datetime:subtract":                      "functions_arithmetic:subtract",
	"functions_datetime:equal":                         "functions_comparison:equal",
	"functions_datetime:not_equal":                     "functions_comparison:not_equal",
	"functions_datetime:lt":                            "functions_comparison:lt",
	"functions_datetime:lte":                           "functions_comparison:lte",
	"functions_datetime:gt":                            "functions_comparison:gt",
	"functions_datetime:gte":                           "functions_comparison:gte",
	"functions_arithmetic_decimal:add":                 "functions_arithmetic:add",
	"functions_arithmetic_decimal:subtract":            "functions_arithmetic:subtract",
	"functions_arithmetic_decimal:multiply":            "functions_arithmetic:multiply",
	"functions_arithmetic_decimal:divide":              "functions_arithmetic:divide",
	"functions_arithmetic_decimal:modulus":             "functions_arithmetic:modulus",
	"functions_arithmetic_decimal:abs":                 "functions_arithmetic:abs",
	"functions_arithmetic_decimal:sqrt":                "functions_arithmetic:sqrt",
	"functions_arithmetic_decimal:power":               "functions_arithmetic:power",
	"functions_arithmetic_decimal:sum":                 "functions_arithmetic:sum",
	"functions_arithmetic_decimal:avg":                 "functions_arithmetic:avg",
	"functions_arithmetic_decimal:min":                 "functions_arithmetic:min",
	"functions_arithmetic_decimal:max":                 "functions_arithmetic:max",
	"functions_rounding_decimal:ceil":                  "functions_rounding:ceil",
	"functions_rounding_decimal:floor":                 "functions_rounding:floor",
	"functions_rounding_decimal:round":                 "functions_rounding:round",
	"functions_aggregate_decimal_output:count":         "functions_aggregate_generic:count",
	"functions_aggregate_generic:any_value":            "functions_aggregate_generic:any_value",
	"functions_datetime:min":                           "functions_arithmetic:min",
	"functions_datetime:max":                           "functions_arithmetic:max",
	"functions_string:min":                             "functions_arithmetic:min",
	"functions_string:max":                             "functions_arithmetic:max",
	"functions_aggregate_approx:approx_count_distinct": "functions_aggregate_approx:approx_count_distinct",
}

// different are tags of vec/function whose standard function takes its arguments in another order, or
// means something else: such calls go out as ours. adapted reads some of the standard's.
var different = map[string]bool{}

// names are the two directions between functions and what plans call them.
type names struct {
	scalar, aggregate map[string]string // standard "file:name" -> our name
	bare              map[string]string // "name" -> a "file:name", for plans that do not say the file
	standard          map[string]string // our name -> "file:name" of a scalar function
	aggregates        map[string]string // our name -> "file:name" of an aggregate function
}

var tables = sync.OnceValue(func() *names {
	t := &names{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}}
	for standard, form := range formNames {
		t.scalar[standard], t.standard[form] = form, standard
	}
	for _, name := range function.Names() {
		f, _ := function.Lookup(name)
		if standard, ok := standardName(f.Extension()); ok && !different[standard] {
			t.scalar[standard], t.standard[name] = name, standard
		}
	}
	for _, name := range function.AggregateNames() {
		f, _ := function.LookupAggregate(name)
		if standard, ok := standardName(f.Extension()); ok {
			t.aggregate[standard], t.aggregates[name] = name, standard
		}
	}
	for _, table := range []map[string]string{t.scalar, t.aggregate} {
		for standard := range table {
			t.bare[standard[strings.IndexByte(standard, ':')+1:]] = standard
		}
	}
	return t
})

// standardName is "file:name" of a function of the standard.
func standardName(urn, name string) (string, bool) {
	file, ok := strings.CutPrefix(urn, function.StandardURN)
	return file + ":" + name, ok
}

// scalarName is what plans call a function of ours.
func scalarName(name string) (urn, wire string) { return wireName(tables().standard, name) }

// aggregateName is what plans call an aggregate function of ours.
func aggregateName(name string) (urn, wire string) { return wireName(tables().aggregates, name) }

func wireName(standard map[string]string, name string) (urn, wire string) {
	if file, wire, ok := strings.Cut(standard[name], ":"); ok {
		return function.StandardURN + file, wire
	}
	return function.OwnURN, name
}

// find is our name of a function of a plan, given one direction's table; "" if we have none.
func (f declared) find(table map[string]string) string {
	name, _, _ := strings.Cut(f.name, ":")
	switch standard, ok := standardName(f.urn, name); {
	case f.urn == function.OwnURN:
		return name
	case ok:
		if same := synonyms[standard]; same != "" {
			standard = same
		}
		return table[standard]
	case f.urn == "":
		if ours := table[tables().bare[name]]; ours != "" {
			return ours
		}
		return name
	}
	return ""
}

// String is how errors call a function.
func (f declared) String() string {
	if f.urn == "" {
		return f.name
	}
	return f.name + " of " + f.urn
}

// formType is the type of a form's call.
func formType(form string, args []plan.Expr) vec.Type {
	switch form {
	case "coalesce":
	case "if":
		args = args[1:]
	case "try":
	default:
		return vec.Bool
	}
	t := vec.Null
	for _, a := range args {
		t = plan.CommonType(t, a.Type())
	}
	return t
}

// scalar is our name of a scalar function of a plan, and the arguments as we take them.
func (f declared) scalar(args []plan.Expr) (string, []plan.Expr, bool) {
	name := f.find(tables().scalar)
	return name, args, name != ""
}

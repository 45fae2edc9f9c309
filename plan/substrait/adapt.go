package substrait

import (
	"strings"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
)

// adapted are functions of the standard that ours say in another way. They are only read; ok is false for
// a call that ours cannot say.
var adapted = map[string]func(args []plan.Expr) (ours string, _ []plan.Expr, ok bool){
	"functions_datetime:extract":            adaptExtract,
	"functions_datetime:strftime":           adaptStrftime,
	"functions_datetime:strptime_date":      swapped("parse_date"),
	"functions_datetime:strptime_time":      swapped("parse_time"),
	"functions_datetime:strptime_timestamp": swapped("parse_timestamp"),

	"functions_boolean:and_not":               adaptAndNot,
	"functions_boolean:xor":                   renamed("not_equal"),
	"functions_list:cardinality":              renamed("length"),
	"functions_string:bit_length":             adaptBitLength,
	"functions_string:regexp_match_substring": renamed("regexp_extract"),
	"functions_string:string_split":           renamed("split"),
}

// defaults are last arguments of the standard's functions that ours do not have, by how many come before
// them, and what ours do: begin at the first character, mean the first match or (0) all, give all of it.
var defaults = map[string]struct {
	first  int
	values []int64
}{
	"functions_string:regexp_count_substring": {2, []int64{1}},
	"functions_string:regexp_match_substring": {2, []int64{1, 1, 0}},
	"functions_string:regexp_replace":         {3, []int64{1, 0}},
}

// withoutDefaults leaves such arguments out; ok is false where they ask for something else.
func withoutDefaults(standard string, args []plan.Expr) (_ []plan.Expr, ok bool) {
	last, ok := defaults[standard]
	if !ok || len(args) != last.first+len(last.values) {
		return args, true
	}
	for i, want := range last.values {
		l, ok := args[last.first+i].(*plan.Literal)
		if !ok || l.Value.Type() != vec.Int || l.Value.Int() != want {
			return nil, false
		}
	}
	return args[:last.first], true
}

// scalar is our name of a scalar function of a plan, and its arguments as we take them.
func (d *decoder) scalar(f declared, args []plan.Expr) (string, []plan.Expr, error) {
	file, _ := f.file()
	if f.urn == "" {
		file = "functions_datetime"
	}
	args, ok := withoutDefaults(file+":"+f.base(), args)
	if adapt := adapted[file+":"+f.base()]; ok && adapt != nil {
		var ours string
		if ours, args, ok = adapt(args); ok {
			return ours, args, nil
		}
	}
	if !ok {
		return "", nil, d.unsupported("function %s with these arguments", f)
	}
	ours := scalars().find(f)
	if _, form := forms[ours]; form {
		return ours, args, nil
	}
	if fn, ok := function.Lookup(ours); !ok || fn.Name != ours {
		return "", nil, d.unsupported("function %s", f)
	}
	return ours, args, nil
}

// swapped puts the format in front.
func swapped(ours string) func([]plan.Expr) (string, []plan.Expr, bool) {
	return func(args []plan.Expr) (string, []plan.Expr, bool) {
		if len(args) < 2 {
			return "", nil, false
		}
		return ours, append([]plan.Expr{args[1], args[0]}, args[2:]...), true
	}
}

// renamed takes the same arguments.
func renamed(ours string) func([]plan.Expr) (string, []plan.Expr, bool) {
	return func(args []plan.Expr) (string, []plan.Expr, bool) { return ours, args, true }
}

func adaptAndNot(args []plan.Expr) (string, []plan.Expr, bool) {
	if len(args) != 2 {
		return "", nil, false
	}
	return "and", []plan.Expr{args[0], &plan.Call{Function: "not", Args: args[1:], T: vec.Bool}}, true
}

func adaptBitLength(args []plan.Expr) (string, []plan.Expr, bool) {
	bytes := &plan.Call{Function: "octet_length", Args: args, T: vec.Int}
	return "multiply", []plan.Expr{bytes, &plan.Literal{Value: vec.IntValue(vec.Int, 8)}}, len(args) == 1
}

func adaptStrftime(args []plan.Expr) (string, []plan.Expr, bool) {
	if len(args) < 2 {
		return "", nil, false
	}
	switch t := args[0].Type(); t {
	case vec.Date, vec.Time, vec.Datetime, vec.Timestamp:
		return swapped("format_" + t.String())(args)
	}
	return "", nil, false
}

// extractParts are the components of the standard's extract that we know by other names, or only count
// from one.
var extractParts = map[string]string{
	"YEAR": "year", "ISO_YEAR": "isoyear", "QUARTER": "quarter", "MONTH": "month", "DAY": "day", "DAY_OF_YEAR": "doy",
	"MONDAY_DAY_OF_WEEK": "isodow", "ISO_WEEK": "isoweek", "HOUR": "hour", "MINUTE": "minute", "SECOND": "second",
	"UNIX_TIME": "epoch",
}

// adaptExtract reads (component, x), (component, x, time zone) and (component, ONE, x).
func adaptExtract(args []plan.Expr) (string, []plan.Expr, bool) {
	if len(args) < 2 {
		return "", nil, false
	}
	part := extractParts[strings.ToUpper(constantText(args[0]))]
	rest := args[1:]
	switch constantText(rest[0]) {
	case "ONE":
		rest = rest[1:]
	case "ZERO":
		return "", nil, false
	}
	return "extract", append([]plan.Expr{&plan.Literal{Value: vec.StringValue(part)}}, rest...), part != "" && len(rest) > 0
}

// constantText is the content of a string literal; "" of anything else.
func constantText(e plan.Expr) string {
	if l, ok := e.(*plan.Literal); ok && l.Value.Type() == vec.String {
		return string(l.Value.Content())
	}
	return ""
}

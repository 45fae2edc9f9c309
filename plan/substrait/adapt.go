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
}

// scalar is our name of a scalar function of a plan, and its arguments as we take them.
func (d *decoder) scalar(f declared, args []plan.Expr) (string, []plan.Expr, error) {
	file, _ := f.file()
	if f.urn == "" {
		file = "functions_datetime"
	}
	if adapt := adapted[file+":"+f.base()]; adapt != nil {
		ours, args, ok := adapt(args)
		if !ok {
			return "", nil, d.unsupported("function %s with these arguments", f)
		}
		return ours, args, nil
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

package bind

import (
	"math"
	"strconv"
	"strings"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// unit is a unit of intervals: months or microseconds.
type unit struct {
	t    vec.Type
	size int64
}

var units = map[string]unit{
	"YEAR": {vec.MonthInterval, 12}, "QUARTER": {vec.MonthInterval, 3}, "MONTH": {vec.MonthInterval, 1},
	"WEEK": {vec.MicrosecondInterval, 7 * vec.Day}, "DAY": {vec.MicrosecondInterval, vec.Day},
	"HOUR": {vec.MicrosecondInterval, vec.Hour}, "MINUTE": {vec.MicrosecondInterval, vec.Minute},
	"SECOND": {vec.MicrosecondInterval, vec.Second}, "MILLISECOND": {vec.MicrosecondInterval, 1000},
	"MICROSECOND": {vec.MicrosecondInterval, 1},
}

// spans are the intervals of several units that have a form of their own.
var spans = map[string]vec.Type{"YEAR TO MONTH": vec.MonthInterval, "DAY TO SECOND": vec.MicrosecondInterval}

// interval binds INTERVAL: a constant, or so many times a unit.
func (c *clause) interval(x *sql.Interval) (plan.Expr, error) {
	amount, ok := x.Amount.(*sql.Literal)
	switch {
	case !ok && x.To == "":
		of, err := c.expr(x.Amount)
		if err != nil {
			return nil, err
		}
		u := units[x.Unit]
		return operator("multiply", x, of, &plan.Literal{Value: vec.IntValue(u.t, u.size)})
	case !ok:
		return nil, unsupported(x, "INTERVAL of a value that is not constant, %s TO %s", x.Unit, x.To)
	}
	if amount.Value == nil {
		return &plan.Literal{Value: vec.NullValue()}, nil
	}
	text, isText := amount.Value.(string)
	if !isText {
		text = sql.Format(amount)
	}
	value, problem := constantInterval(strings.TrimSpace(text), x.Unit, x.To)
	if problem != "" {
		return nil, plan.Errorf(x.Pos(), "%s: %s", shortText(x), problem)
	}
	return &plan.Literal{Value: value}, nil
}

// constantInterval is the value of INTERVAL 'text' unit TO to; or what is wrong with it.
func constantInterval(text, from, to string) (value vec.Value, problem string) {
	switch {
	case to != "":
		t, ok := spans[from+" TO "+to]
		if !ok {
			return nil, "of intervals in several units there are YEAR TO MONTH and DAY TO SECOND"
		}
		n, err := vec.ParseText(t, []byte(text))
		if err != nil {
			return nil, err.Error()
		}
		return vec.IntValue(t, n), ""
	case from != "":
		return amountOf(text, units[from])
	}
	for _, t := range spans {
		if n, err := vec.ParseText(t, []byte(text)); err == nil {
			return vec.IntValue(t, n), ""
		}
	}
	return wordInterval(strings.Fields(text))
}

// wordInterval is the sum of '1 day 2 hours'.
func wordInterval(words []string) (value vec.Value, problem string) {
	if len(words) == 0 || len(words)%2 != 0 {
		return nil, "want numbers with units, such as '1 day 2 hours'"
	}
	var total int64
	var t vec.Type
	for i := 0; i < len(words); i += 2 {
		u, ok := units[strings.TrimSuffix(strings.ToUpper(words[i+1]), "S")]
		if !ok {
			return nil, "unknown unit " + words[i+1]
		}
		if i > 0 && u.t != t {
			return nil, "an interval is of years and months, or of days and smaller units, not of both"
		}
		t = u.t
		part, problem := amountOf(words[i], u)
		if problem != "" {
			return nil, problem
		}
		sum := total + part.Int()
		if (sum^total)&(sum^part.Int()) < 0 {
			return nil, tooLong
		}
		total = sum
	}
	return vec.IntValue(t, total), ""
}

const tooLong = "the interval is too long"

// amountOf is a number of a unit. A fraction must come to a whole number of months, and is rounded to
// microseconds.
func amountOf(text string, u unit) (value vec.Value, problem string) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n > math.MaxInt64/u.size || n < math.MinInt64/u.size {
			return nil, tooLong
		}
		return vec.IntValue(u.t, n*u.size), ""
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.ContainsAny(text, "_xXpPnN") {
		return nil, strconv.Quote(text) + " is no number"
	}
	f *= float64(u.size)
	if !(math.Abs(f) < 1<<62) {
		return nil, tooLong
	}
	if u.t == vec.MonthInterval && f != math.Trunc(f) {
		return nil, "that is no whole number of months"
	}
	return vec.IntValue(u.t, int64(math.Round(f))), ""
}

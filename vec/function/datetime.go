package function

import (
	"errors"
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// dates takes moments apart and moves them. Where a function takes a time zone, it is that of a timestamp's
// calendar, else UTC.
var dates = append([]Function{
	{
		Name: "date_trunc", Help: "date_trunc(unit, x[, zone]): the start of the unit that x is in; weeks start on Monday",
		overloads: dateTruncs,
	},
	{
		Name: "extract", Aliases: []string{"date_part"}, overloads: []overload{
			{in: sets{text, day | clock | civil}, out: vec.Int, make: extract},
			{in: sets{text, instant, zoneTypes}, optional: 1, out: vec.Int, make: extract},
			{in: sets{text, months | micros}, out: vec.Int, run: extractInterval},
		},
		Help: "EXTRACT(part FROM x), date_part(part, x): " + partNames,
	},
	{
		Name: "date_diff", Aliases: []string{"datediff"}, overloads: dateDiffs,
		Help: "date_diff(unit, a, b): how many starts of a unit lie from a to b",
	},
	{Name: "date_add", Aliases: []string{"dateadd"}, overloads: shifts(1), Help: "date_add(unit, n, x) or date_add(x, interval)"},
	{Name: "date_sub", overloads: shifts(-1), Help: "date_sub(unit, n, x) or date_sub(x, interval)"},
	{
		Name: "time_bucket", overloads: buckets,
		Help: "time_bucket(interval, x[, origin]): the start of x's bucket; buckets count from 2000-01-03, of months from 2000-01-01",
	},
	{Name: "last_day", Help: "last_day(x): the last date of x's month", overloads: []overload{{in: sets{moment}, out: vec.Date, run: lastDay}}},
	{
		Name: "at_timezone", overloads: []overload{
			{in: sets{civil, zoneTypes}, out: vec.Timestamp, make: atZone(vec.Timestamp)},
			{in: sets{instant, zoneTypes}, out: vec.Datetime, make: atZone(vec.Datetime)},
		},
		Help: "x AT TIME ZONE zone: a datetime there as timestamp, a timestamp as datetime there",
	},
	{
		Name: "current_timestamp", Aliases: []string{"now"}, MinArgs: 0, MaxArgs: 0, returns: always(vec.Timestamp),
		Now: now(vec.Timestamp), Help: "when the query started",
	},
	{Name: "current_date", MinArgs: 0, MaxArgs: 1, returns: always(vec.Date), Now: now(vec.Date), Help: "current_date([zone])"},
	{Name: "current_time", MinArgs: 0, MaxArgs: 1, returns: always(vec.Time), Now: now(vec.Time), Help: "current_time([zone])"},
	{
		Name: "current_datetime", Aliases: []string{"localtimestamp"}, MinArgs: 0, MaxArgs: 1, returns: always(vec.Datetime),
		Now: now(vec.Datetime), Help: "current_datetime([zone])",
	},
}, partFunctions()...)

// now gives the time of the query as type t.
func now(t vec.Type) func(int64, string) (vec.Value, error) {
	return func(micros int64, name string) (vec.Value, error) {
		if t == vec.Timestamp {
			return vec.IntValue(t, micros), nil
		}
		z, err := zoneOf([]byte(name), nil)
		if err != nil {
			return nil, &Error{"current_" + t.String(), err.Error()}
		}
		days, rest := splitMoment(vec.Datetime, z.toLocal(micros))
		return vec.IntValue(t, joinMoment(t, days, rest)), nil
	}
}

var dateTruncs = func() []overload {
	var out []overload
	for _, t := range []vec.Type{vec.Date, vec.Time, vec.Datetime} {
		out = append(out, overload{in: sets{text, setOf(t)}, out: t, make: dateTrunc(t)})
	}
	return append(out, overload{in: sets{text, instant, zoneTypes}, optional: 1, out: vec.Timestamp, make: dateTrunc(vec.Timestamp)})
}()

func dateTrunc(t vec.Type) func() vec.Kernel {
	return func() vec.Kernel {
		var z zones
		var last memo[unit]
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			names, x := textsOf(args[0]), intsOf(args[1])
			z.of(args, 2)
			if names.step == 0 && len(args) == 2 && x.step == 1 {
				u, err := truncUnit(t, names.at(0))
				if err != nil {
					return err
				}
				out.Make(t, rows)
				for i, n := range x.rows[:rows] {
					out.I64[i] = u.floorTo(t, n)
				}
				return nil
			}
			return eachInt(out, t, args, rows, func(i int) (int64, error) {
				u, err := last.get(names.at(i), nil, func(name, _ []byte) (unit, error) { return truncUnit(t, name) })
				if err != nil {
					return 0, err
				}
				zone, err := z.at(i)
				if err != nil {
					return 0, err
				}
				local := zone.toLocal(x.at(i))
				start := u.floorTo(t, local)
				if u.micros > 0 && u.micros < vec.Day {
					return x.at(i) - (local - start), nil // also in an hour that comes twice
				}
				return zone.toUTC(start), nil
			})
		}
	}
}

func truncUnit(t vec.Type, name []byte) (unit, error) {
	u, err := unitOf(name)
	if err == nil && t == vec.Time && (u.micros == 0 || u.micros >= vec.Day) {
		return unit{}, fmt.Errorf("a time has no %s", name)
	}
	return u, err
}

// part is something that EXTRACT takes out: of the days, of the microseconds of the day, or of both.
type part struct {
	date  func(days int64) int64
	clock func(micros int64) int64
	both  func(days, micros int64) int64
}

const partNames = "year, isoyear, quarter, month, week, day, dow (0 is Sunday), isodow, dayofweek (1 is Monday), doy, dayofyear, " +
	"hour, minute, second, millisecond, microsecond, epoch, decade, century or millennium"

var parts = map[string]part{
	"year":        {date: yearOf},
	"isoyear":     {date: func(days int64) int64 { return yearOf(days - weekday(days) + 3) }},
	"quarter":     {date: func(days int64) int64 { return (monthOf(days) + 2) / 3 }},
	"month":       {date: monthOf},
	"week":        {date: isoWeek},
	"isoweek":     {date: isoWeek},
	"day":         {date: func(days int64) int64 { _, _, d := vec.CivilFromDays(days); return d }},
	"dow":         {date: func(days int64) int64 { return (weekday(days) + 1) % 7 }},
	"isodow":      {date: func(days int64) int64 { return weekday(days) + 1 }},
	"dayofweek":   {date: func(days int64) int64 { return weekday(days) + 1 }},
	"doy":         {date: dayOfYear},
	"dayofyear":   {date: dayOfYear},
	"decade":      {date: func(days int64) int64 { return floorDiv(yearOf(days), 10) }},
	"century":     {date: func(days int64) int64 { return floorDiv(yearOf(days)-1, 100) + 1 }},
	"millennium":  {date: func(days int64) int64 { return floorDiv(yearOf(days)-1, 1000) + 1 }},
	"hour":        {clock: func(micros int64) int64 { return micros / vec.Hour }},
	"minute":      {clock: func(micros int64) int64 { return micros / vec.Minute % 60 }},
	"second":      {clock: func(micros int64) int64 { return micros / vec.Second % 60 }},
	"millisecond": {clock: func(micros int64) int64 { return micros / 1000 % 1000 }},
	"microsecond": {clock: func(micros int64) int64 { return micros % vec.Second }},
	"epoch":       {both: func(days, micros int64) int64 { return days*(vec.Day/vec.Second) + micros/vec.Second }},
}

func yearOf(days int64) int64    { y, _, _ := vec.CivilFromDays(days); return y }
func monthOf(days int64) int64   { _, m, _ := vec.CivilFromDays(days); return m }
func dayOfYear(days int64) int64 { return days - vec.DaysFromCivil(yearOf(days), 1, 1) + 1 }

// isoWeek is the week whose Thursday is in this year, from 1.
func isoWeek(days int64) int64 { return (dayOfYear(days-weekday(days)+3)-1)/7 + 1 }

func partOf(t vec.Type, name []byte) (part, error) {
	key := strings.ToLower(string(name))
	p, ok := parts[key]
	if !ok {
		p, ok = parts[strings.TrimSuffix(key, "s")]
	}
	switch {
	case !ok:
		return part{}, fmt.Errorf("%q is no part of a date or time: want %s", clip(name), partNames)
	case t == vec.Time && p.date != nil:
		return part{}, fmt.Errorf("a time has no %s", key)
	}
	return p, nil
}

func (p *part) of(t vec.Type, n int64) int64 {
	days, micros := splitMoment(t, n)
	switch {
	case p.date != nil:
		return p.date(days)
	case p.clock != nil:
		return p.clock(micros)
	}
	return p.both(days, micros)
}

func extract() vec.Kernel {
	var z zones
	var last [vec.Timestamp + 1]memo[part] // by type
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		names, x, t := textsOf(args[0]), intsOf(args[1]), args[1].Type
		z.of(args, 2)
		get := func(i int) (*part, error) {
			return last[t].get(names.at(i), nil, func(name, _ []byte) (part, error) { return partOf(t, name) })
		}
		if names.step == 0 && len(args) == 2 && x.step == 1 {
			p, err := get(0)
			if err != nil {
				return err
			}
			extractColumn(out, p, t, x.rows[:rows])
			return nil
		}
		return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
			p, err := get(i)
			if err != nil {
				return 0, err
			}
			zone, err := z.at(i)
			if err != nil {
				return 0, err
			}
			if p.both == nil {
				return p.of(t, zone.toLocal(x.at(i))), nil
			}
			return p.of(t, x.at(i)), nil
		})
	}
}

func extractColumn(out *vec.Vector, p *part, t vec.Type, x []int64) {
	out.Make(vec.Int, len(x))
	for i, n := range x {
		out.I64[i] = p.of(t, n)
	}
}

// extractInterval takes the parts of an interval's text: years and months, or days and the time.
func extractInterval(out *vec.Vector, args []*vec.Vector, rows int) error {
	names, x, t := textsOf(args[0]), intsOf(args[1]), args[1].Type
	return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
		n := x.at(i)
		switch name := strings.TrimSuffix(strings.ToLower(string(names.at(i))), "s"); {
		case t == vec.MonthInterval && name == "year":
			return n / 12, nil
		case t == vec.MonthInterval && name == "month":
			return n % 12, nil
		case t == vec.MicrosecondInterval && name == "day":
			return n / vec.Day, nil
		case t == vec.MicrosecondInterval && name == "epoch":
			return n / vec.Second, nil
		case t == vec.MicrosecondInterval && parts[name].clock != nil:
			return parts[name].clock(n % vec.Day), nil
		}
		return 0, fmt.Errorf("a %s has no %s", t, clip(names.at(i)))
	})
}

// partFunctions are year(x), hour(x) and so on.
func partFunctions() []Function {
	var out []Function
	for _, name := range []string{"year", "quarter", "month", "week", "day", "dayofweek", "dayofyear", "hour", "minute", "second"} {
		p := parts[name]
		in := moment
		if p.clock != nil {
			in |= clock
		}
		f := Function{Name: name, Help: "EXTRACT(" + name + " FROM x)", overloads: []overload{{
			in: sets{in}, out: vec.Int,
			run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
				extractColumn(out, &p, args[0].Type, args[0].I64[:rows])
				return nil
			},
		}}}
		switch name {
		case "week":
			f.Aliases = []string{"week_of_year", "isoweek"}
		case "day":
			f.Aliases = []string{"day_of_month"}
		case "dayofweek":
			f.Aliases = []string{"day_of_week", "isodow"}
		case "dayofyear":
			f.Aliases = []string{"day_of_year", "doy"}
		}
		out = append(out, f)
	}
	return out
}

var dateDiffs = func() []overload {
	var out []overload
	for _, t := range []vec.Type{vec.Date, vec.Time, vec.Datetime, vec.Timestamp} {
		out = append(out, overload{in: sets{text, setOf(t), setOf(t)}, out: vec.Int, make: func() vec.Kernel {
			var last memo[unit]
			return func(out *vec.Vector, args []*vec.Vector, rows int) error {
				names, a, b := textsOf(args[0]), intsOf(args[1]), intsOf(args[2])
				return eachInt(out, vec.Int, args, rows, func(i int) (int64, error) {
					u, err := last.get(names.at(i), nil, func(name, _ []byte) (unit, error) { return truncUnit(t, name) })
					if err != nil {
						return 0, err
					}
					return u.number(t, b.at(i)) - u.number(t, a.at(i)), nil
				})
			}
		}})
	}
	return out
}()

// shifts are date_add's overloads, or with sign -1 those of date_sub.
func shifts(sign int64) []overload {
	out := append([]overload{}, additions...)
	if sign < 0 {
		out = append(out[:0], subtractions...)
	}
	for _, t := range []vec.Type{vec.Date, vec.Time, vec.Datetime, vec.Timestamp} {
		out = append(out, overload{in: sets{text, integer, setOf(t)}, out: t, run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
			names, count, x := textsOf(args[0]), intsOf(args[1]), intsOf(args[2])
			var last memo[unit]
			return eachInt(out, t, args, rows, func(i int) (int64, error) {
				u, err := last.get(names.at(i), nil, func(name, _ []byte) (unit, error) { return shiftUnit(t, name) })
				if err != nil {
					return 0, err
				}
				n, err := mulInt(count.at(i), sign)
				if err != nil {
					return 0, errMoment
				}
				return u.add(t, x.at(i), n)
			})
		}})
	}
	return out
}

func shiftUnit(t vec.Type, name []byte) (unit, error) {
	u, err := unitOf(name)
	if err == nil && t == vec.Time && u.months > 0 {
		return unit{}, fmt.Errorf("a time has no %s", name)
	}
	return u, err
}

// Where buckets are counted from: a Monday, and a year's start.
var (
	bucketDay   = vec.DaysFromCivil(2000, 1, 3)
	bucketMonth = vec.DaysFromCivil(2000, 1, 1)
)

var errWidth = errors.New("the width of a bucket must be positive")

// bucket is the start of n's bucket; n and origin are of type t.
func bucket(t vec.Type, width, n, origin int64) (int64, error) {
	if width <= 0 {
		return 0, errWidth
	}
	if t == vec.Date {
		if width%vec.Day != 0 {
			return 0, errors.New("the buckets of dates must be whole days")
		}
		width /= vec.Day
	}
	return inRange(t, n-floorMod(n-origin, width))
}

func bucketOfMonths(t vec.Type, width, n, origin int64) (int64, error) {
	if width <= 0 {
		return 0, errWidth
	}
	month := unit{months: 1}
	count := month.number(t, n) - month.number(t, origin)
	count -= floorMod(count, width)
	start, err := addMonths(t, origin, count)
	if err == nil && start > n {
		start, err = addMonths(t, origin, count-width)
	}
	return start, err
}

var buckets = func() []overload {
	var out []overload
	for _, t := range []vec.Type{vec.Date, vec.Datetime, vec.Timestamp} {
		out = append(out,
			overload{in: sets{micros, setOf(t), setOf(t)}, optional: 1, out: t, run: bucketing(t, joinMoment(t, bucketDay, 0), bucket)},
			overload{in: sets{months, setOf(t), setOf(t)}, optional: 1, out: t, run: bucketing(t, joinMoment(t, bucketMonth, 0), bucketOfMonths)})
	}
	return out
}()

func bucketing(t vec.Type, origin int64, f func(t vec.Type, width, n, origin int64) (int64, error)) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		width, x, from := intsOf(args[0]), intsOf(args[1]), column[int64]{rows: []int64{origin}}
		if len(args) == 3 {
			from = intsOf(args[2])
		}
		return eachInt(out, t, args, rows, func(i int) (int64, error) { return f(t, width.at(i), x.at(i), from.at(i)) })
	}
}

func lastDay(out *vec.Vector, args []*vec.Vector, rows int) error {
	t := args[0].Type
	out.Make(vec.Date, rows)
	for i, n := range args[0].I64[:rows] {
		days, _ := splitMoment(t, n)
		year, month, _ := vec.CivilFromDays(days)
		out.I64[i] = vec.DaysFromCivil(year, month+1, 1) - 1
	}
	return nil
}

// atZone makes a timestamp of a datetime, or the reverse.
func atZone(t vec.Type) func() vec.Kernel {
	return func() vec.Kernel {
		var z zones
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			x := intsOf(args[0])
			z.of(args, 1)
			return eachInt(out, t, args, rows, func(i int) (int64, error) {
				zone, err := z.at(i)
				if err != nil {
					return 0, err
				}
				if t == vec.Timestamp {
					return inRange(t, zone.toUTC(x.at(i)))
				}
				return inRange(t, zone.toLocal(x.at(i)))
			})
		}
	}
}

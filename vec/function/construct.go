package function

import (
	"errors"
	"fmt"
	"math"

	"github.com/outcropdb/outcrop/vec"
)

// constructors make dates, times and intervals of numbers, of each other and of UNIX time.
var constructors = append([]Function{
	{Name: "date", Help: "date(year, month, day), date(x[, zone]): the date of a moment; date(text)", overloads: []overload{
		{in: sets{integer, integer, integer}, out: vec.Date, run: dateOfNumbers},
		{in: sets{day | civil}, out: vec.Date, make: momentAs(vec.Date)},
		{in: sets{instant, zoneTypes}, optional: 1, out: vec.Date, make: momentAs(vec.Date)},
		{in: sets{text}, out: vec.Date, run: textAs(vec.Date)},
	}},
	{Name: "time", Help: "time(hour, minute, second[, microsecond]), time(x[, zone]): the time of a moment; time(text)", overloads: []overload{
		{in: sets{integer, integer, integer, integer}, optional: 1, out: vec.Time, run: timeOfNumbers},
		{in: sets{clock | civil}, out: vec.Time, make: momentAs(vec.Time)},
		{in: sets{instant, zoneTypes}, optional: 1, out: vec.Time, make: momentAs(vec.Time)},
		{in: sets{text}, out: vec.Time, run: textAs(vec.Time)},
	}},
	{
		Name: "datetime", Help: "datetime(year, month, day, hour, minute, second[, microsecond]), datetime(date, time), datetime(x[, zone]), datetime(text)",
		overloads: []overload{
			{in: sets{integer, integer, integer, integer, integer, integer, integer}, optional: 1, out: vec.Datetime, run: datetimeOfNumbers},
			{in: sets{day, clock}, out: vec.Datetime, run: ints2(vec.Datetime, func(days, rest int64) (int64, error) { return days*vec.Day + rest, nil })},
			{in: sets{day | civil}, out: vec.Datetime, make: momentAs(vec.Datetime)},
			{in: sets{instant, zoneTypes}, optional: 1, out: vec.Datetime, make: momentAs(vec.Datetime)},
			{in: sets{text}, out: vec.Datetime, run: textAs(vec.Datetime)},
		},
	},
	{Name: "timestamp", Help: "timestamp(x[, zone]): the time at which a zone's clocks show x; timestamp(text)", overloads: []overload{
		{in: sets{day | civil, zoneTypes}, optional: 1, out: vec.Timestamp, make: toTimestamp},
		{in: sets{instant}, out: vec.Timestamp, make: momentAs(vec.Timestamp)},
		{in: sets{text}, out: vec.Timestamp, run: textAs(vec.Timestamp)},
	}},
	unixTime("unix_seconds", vec.Second), unixTime("unix_millis", 1000), unixTime("unix_micros", 1),
	timestampOf("timestamp_seconds", vec.Second), timestampOf("timestamp_millis", 1000), timestampOf("timestamp_micros", 1),
	{Name: "from_unixtime", Help: "from_unixtime(seconds): the timestamp; seconds may have a fraction", overloads: []overload{
		{in: sets{integer}, out: vec.Timestamp, run: int1To(vec.Timestamp, vec.Second)},
		{in: sets{float}, out: vec.Timestamp, run: fromUnixtime},
	}},
	{Name: "to_unixtime", Help: "to_unixtime(x): seconds since 1970, with a fraction", overloads: []overload{
		{in: sets{civil | instant}, out: vec.Float, run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
			out.Make(vec.Float, rows)
			for i, n := range args[0].I64[:rows] {
				out.F64[i] = float64(n) / vec.Second
			}
			return nil
		}},
	}},
	{Name: "unix_date", Help: "days since 1970-01-01", overloads: []overload{{in: sets{day}, out: vec.Int, run: sameInts}}},
	{Name: "date_from_unix_date", Help: "the date so many days after 1970-01-01", overloads: []overload{
		{in: sets{integer}, out: vec.Date, run: int1To(vec.Date, 1)},
	}},
},
	interval("microseconds", vec.MicrosecondInterval, 1), interval("milliseconds", vec.MicrosecondInterval, 1000),
	interval("seconds", vec.MicrosecondInterval, vec.Second), interval("minutes", vec.MicrosecondInterval, vec.Minute),
	interval("hours", vec.MicrosecondInterval, vec.Hour), interval("days", vec.MicrosecondInterval, vec.Day),
	interval("weeks", vec.MicrosecondInterval, week), interval("months", vec.MonthInterval, 1),
	interval("quarters", vec.MonthInterval, 3), interval("years", vec.MonthInterval, 12),
)

// numbersAt reads int arguments; those left out are 0.
func numbersAt(args []*vec.Vector, i int) (n [7]int64) {
	for k, arg := range args {
		n[k] = intsOf(arg).at(i)
	}
	return n
}

func dateOf(year, month, day int64) (int64, error) {
	ok := 1 <= year && year <= 9999 && 1 <= month && month <= 12 && 1 <= day && day <= 31
	days := int64(0)
	if ok {
		days = vec.DaysFromCivil(year, month, day)
		ok = days < vec.DaysFromCivil(year, month+1, 1)
	}
	if !ok {
		return 0, fmt.Errorf("there is no date of year %d, month %d, day %d", year, month, day)
	}
	return days, nil
}

func timeOf(hour, minute, second, micro int64) (int64, error) {
	if uint64(hour) > 23 || uint64(minute) > 59 || uint64(second) > 59 || uint64(micro) >= vec.Second {
		return 0, fmt.Errorf("there is no time of hour %d, minute %d, second %d, microsecond %d", hour, minute, second, micro)
	}
	return hour*vec.Hour + minute*vec.Minute + second*vec.Second + micro, nil
}

func dateOfNumbers(out *vec.Vector, args []*vec.Vector, rows int) error {
	return eachInt(out, vec.Date, args, rows, func(i int) (int64, error) {
		n := numbersAt(args, i)
		return dateOf(n[0], n[1], n[2])
	})
}

func timeOfNumbers(out *vec.Vector, args []*vec.Vector, rows int) error {
	return eachInt(out, vec.Time, args, rows, func(i int) (int64, error) {
		n := numbersAt(args, i)
		return timeOf(n[0], n[1], n[2], n[3])
	})
}

func datetimeOfNumbers(out *vec.Vector, args []*vec.Vector, rows int) error {
	return eachInt(out, vec.Datetime, args, rows, func(i int) (int64, error) {
		n := numbersAt(args, i)
		days, err := dateOf(n[0], n[1], n[2])
		if err != nil {
			return 0, err
		}
		rest, err := timeOf(n[3], n[4], n[5], n[6])
		return days*vec.Day + rest, err
	})
}

// momentAs makes another type of a moment: the date and time that clocks in a zone show.
func momentAs(t vec.Type) func() vec.Kernel {
	return func() vec.Kernel {
		var z zones
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			x, from := intsOf(args[0]), args[0].Type
			z.of(args, 1)
			return eachInt(out, t, args, rows, func(i int) (int64, error) {
				zone, err := z.at(i)
				if err != nil {
					return 0, err
				}
				days, rest := splitMoment(from, zone.toLocal(x.at(i)))
				return inRange(t, joinMoment(t, days, rest))
			})
		}
	}
}

func toTimestamp() vec.Kernel {
	var z zones
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x, from := intsOf(args[0]), args[0].Type
		z.of(args, 1)
		return eachInt(out, vec.Timestamp, args, rows, func(i int) (int64, error) {
			zone, err := z.at(i)
			if err != nil {
				return 0, err
			}
			days, rest := splitMoment(from, x.at(i))
			return inRange(vec.Timestamp, zone.toUTC(days*vec.Day+rest))
		})
	}
}

func textAs(t vec.Type) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		s := textsOf(args[0])
		return eachInt(out, t, args, rows, func(i int) (int64, error) { return parseMoment(t, s.at(i)) })
	}
}

// lenient are forms that vec.ParseText does not take: one digit where there may be two, a datetime or
// timestamp without a time, and a timestamp without a zone, which is UTC.
var lenient = map[vec.Type][][]token{
	vec.Date:      {mustCompile("%E4Y-%m-%d")},
	vec.Time:      {mustCompile("%H:%M:%E*S")},
	vec.Datetime:  {mustCompile("%E4Y-%m-%d %H:%M:%E*S"), mustCompile("%E4Y-%m-%dT%H:%M:%E*S"), mustCompile("%E4Y-%m-%d")},
	vec.Timestamp: {mustCompile("%E4Y-%m-%d %H:%M:%E*S"), mustCompile("%E4Y-%m-%dT%H:%M:%E*S"), mustCompile("%E4Y-%m-%d")},
}

func mustCompile(format string) []token {
	tokens, err := compileFormat([]byte(format), nil)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return tokens
}

// parseMoment reads a date or time type as vec.ParseText does, and leniently.
func parseMoment(t vec.Type, text []byte) (int64, error) {
	n, err := vec.ParseText(t, text)
	if err == nil {
		return n, nil
	}
	for _, tokens := range lenient[t] {
		if s, formatErr := parseStamp(tokens, text); formatErr == nil {
			return inRange(t, joinMoment(t, s.days, s.micros))
		}
	}
	return 0, err
}

func unixTime(name string, unit int64) Function {
	return Function{Name: name, Help: name + "(x): since 1970-01-01, rounded down", overloads: []overload{{
		in: sets{moment}, out: vec.Int,
		run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
			t := args[0].Type
			out.Make(vec.Int, rows)
			for i, n := range args[0].I64[:rows] {
				if t == vec.Date {
					n *= vec.Day
				}
				out.I64[i] = floorDiv(n, unit)
			}
			return nil
		},
	}}}
}

func timestampOf(name string, unit int64) Function {
	return Function{
		Name: name, Help: name + "(n): the timestamp so long after 1970-01-01",
		overloads: []overload{{in: sets{integer}, out: vec.Timestamp, run: int1To(vec.Timestamp, unit)}},
	}
}

// int1To makes a value of type t of an int in a larger unit.
func int1To(t vec.Type, unit int64) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x := intsOf(args[0])
		return eachInt(out, t, args, rows, func(i int) (int64, error) {
			n, err := mulInt(x.at(i), unit)
			if err == nil {
				n, err = inRange(t, n)
			}
			if err != nil {
				err = fmt.Errorf("%d: %w", x.at(i), errMoment)
			}
			return n, err
		})
	}
}

func fromUnixtime(out *vec.Vector, args []*vec.Vector, rows int) error {
	x := floatsOf(args[0])
	return eachInt(out, vec.Timestamp, args, rows, func(i int) (int64, error) {
		n := math.Round(x.at(i) * vec.Second)
		if !(math.Abs(n) < 1<<62) {
			return 0, fmt.Errorf("%v: %w", x.at(i), errMoment)
		}
		return inRange(vec.Timestamp, int64(n))
	})
}

var errInterval = errors.New("the interval is too long")

func interval(name string, t vec.Type, unit int64) Function {
	return Function{Name: name, Help: name + "(n): an interval", overloads: []overload{{
		in: sets{integer}, out: t,
		run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
			x := intsOf(args[0])
			return eachInt(out, t, args, rows, func(i int) (int64, error) {
				n, err := mulInt(x.at(i), unit)
				if err != nil {
					return 0, fmt.Errorf("%d: %w", x.at(i), errInterval)
				}
				return n, nil
			})
		},
	}}}
}

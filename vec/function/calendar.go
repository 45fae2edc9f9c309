package function

import (
	"errors"
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// unit of time: a number of microseconds, or of months.
type unit struct {
	micros int64
	months int64
}

var units = map[string]unit{
	"microsecond": {micros: 1},
	"millisecond": {micros: 1000},
	"second":      {micros: vec.Second},
	"minute":      {micros: vec.Minute},
	"hour":        {micros: vec.Hour},
	"day":         {micros: vec.Day},
	"week":        {micros: week},
	"month":       {months: 1},
	"quarter":     {months: 3},
	"year":        {months: 12},
}

const week = 7 * vec.Day

// unitNames are for errors.
const unitNames = "microsecond, millisecond, second, minute, hour, day, week, month, quarter or year"

// unitOf finds a unit by its name in any case, in the singular or plural.
func unitOf(name []byte) (unit, error) {
	u, ok := units[strings.TrimSuffix(strings.ToLower(string(name)), "s")]
	if !ok {
		return unit{}, fmt.Errorf("%q is no unit of time: want %s", clip(name), unitNames)
	}
	return u, nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 {
	m := a % b
	if m < 0 {
		m += b
	}
	return m
}

// splitMoment is the days and the microseconds of the day of a value of a date or time type.
func splitMoment(t vec.Type, n int64) (days, rest int64) {
	switch t {
	case vec.Date:
		return n, 0
	case vec.Time:
		return 0, n
	}
	days = floorDiv(n, vec.Day)
	return days, n - days*vec.Day
}

// joinMoment is the reverse of splitMoment.
func joinMoment(t vec.Type, days, rest int64) int64 {
	switch t {
	case vec.Date:
		return days
	case vec.Time:
		return rest
	}
	return days*vec.Day + rest
}

// weekday counts from Monday, which is 0.
func weekday(days int64) int64 { return floorMod(days+3, 7) }

// floorTo is the start of the unit that n, of type t, is in. Weeks start on Monday.
func (u unit) floorTo(t vec.Type, n int64) int64 {
	if u.micros > 0 && u.micros <= vec.Day && t != vec.Date {
		return n - floorMod(n, u.micros)
	}
	days, _ := splitMoment(t, n)
	switch {
	case u.micros == week:
		days -= weekday(days)
	case u.months > 0:
		year, month, day := vec.CivilFromDays(days)
		days -= day - 1
		if rest := (month - 1) % u.months; rest > 0 {
			days = vec.DaysFromCivil(year, month-rest, 1)
		}
	}
	return joinMoment(t, days, 0)
}

// number counts the units from the epoch to the one that n, of type t, is in.
func (u unit) number(t vec.Type, n int64) int64 {
	days, rest := splitMoment(t, n)
	switch {
	case u.months > 0:
		year, month, _ := vec.CivilFromDays(days)
		return floorDiv(year*12+month-1, u.months)
	case u.micros == week:
		return floorDiv(days+3, 7)
	}
	return floorDiv(days*vec.Day+rest, u.micros)
}

// errMoment is what leads out of the calendar.
var errMoment = errors.New("the result is outside of the years 0001 to 9999")

func inRange(t vec.Type, n int64) (int64, error) {
	if !vec.InRange(t, n) {
		return 0, errMoment
	}
	return n, nil
}

// maxMonths is more months than between any two moments.
const maxMonths = 12 * 10000

// addMonths keeps the day of the month, or takes the month's last.
func addMonths(t vec.Type, n, months int64) (int64, error) {
	if months > maxMonths || months < -maxMonths {
		return 0, errMoment
	}
	days, rest := splitMoment(t, n)
	year, month, day := vec.CivilFromDays(days)
	start := vec.DaysFromCivil(year, month+months, 1)
	last := vec.DaysFromCivil(year, month+months+1, 1) - start
	return inRange(t, joinMoment(t, start+min(day, last)-1, rest))
}

// addMicros moves a date by whole days only, and a time around the clock.
func addMicros(t vec.Type, n, micros int64) (int64, error) {
	switch t {
	case vec.Date:
		if micros%vec.Day != 0 {
			return 0, errors.New("an interval added to a date must be whole days: cast the date to datetime first")
		}
		return inRange(t, n+micros/vec.Day)
	case vec.Time:
		return floorMod(n+micros%vec.Day, vec.Day), nil
	}
	sum, err := addInt(n, micros)
	if err != nil {
		return 0, errMoment
	}
	return inRange(t, sum)
}

// add is n, of type t, and so many units.
func (u unit) add(t vec.Type, n, count int64) (int64, error) {
	if u.months > 0 {
		months, err := mulInt(count, u.months)
		if err != nil {
			return 0, errMoment
		}
		return addMonths(t, n, months)
	}
	micros, err := mulInt(count, u.micros)
	if err != nil {
		return 0, errMoment
	}
	return addMicros(t, n, micros)
}

// ints2 is a kernel over two arguments that are int64s inside. name stands in errors.
func ints2(t vec.Type, f func(a, b int64) (int64, error)) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		a, b := intsOf(args[0]), intsOf(args[1])
		return eachInt(out, t, args, rows, func(i int) (int64, error) { return f(a.at(i), b.at(i)) })
	}
}

func swapped(f func(a, b int64) (int64, error)) func(a, b int64) (int64, error) {
	return func(a, b int64) (int64, error) { return f(b, a) }
}

func setOf(t vec.Type) vec.TypeSet { return vec.SetOf(t) }

// additions are what add does to dates, times and intervals.
var additions = func() []overload {
	var out []overload
	for _, t := range []vec.Type{vec.Date, vec.Datetime, vec.Timestamp} {
		f := func(n, months int64) (int64, error) { return addMonths(t, n, months) }
		out = append(out, overload{in: sets{setOf(t), months}, out: t, run: ints2(t, f)},
			overload{in: sets{months, setOf(t)}, out: t, run: ints2(t, swapped(f))})
	}
	for _, t := range []vec.Type{vec.Date, vec.Time, vec.Datetime, vec.Timestamp} {
		f := func(n, micros int64) (int64, error) { return addMicros(t, n, micros) }
		out = append(out, overload{in: sets{setOf(t), micros}, out: t, run: ints2(t, f)},
			overload{in: sets{micros, setOf(t)}, out: t, run: ints2(t, swapped(f))})
	}
	for _, t := range []vec.Type{vec.MonthInterval, vec.MicrosecondInterval} {
		out = append(out, overload{in: sets{setOf(t), setOf(t)}, out: t, run: ints2(t, addInt)})
	}
	return append(out, overload{in: sets{day, clock}, out: vec.Datetime, run: ints2(vec.Datetime, func(days, rest int64) (int64, error) {
		return days*vec.Day + rest, nil
	})})
}()

// subtractions: an interval from a moment gives a moment; a moment from a moment, an interval.
var subtractions = func() []overload {
	var out []overload
	for _, t := range []vec.Type{vec.Date, vec.Datetime, vec.Timestamp} {
		out = append(out, overload{in: sets{setOf(t), months}, out: t, run: ints2(t, func(n, months int64) (int64, error) {
			if months < -maxMonths {
				return 0, errMoment
			}
			return addMonths(t, n, -months)
		})})
	}
	for _, t := range []vec.Type{vec.Date, vec.Time, vec.Datetime, vec.Timestamp} {
		out = append(out, overload{in: sets{setOf(t), micros}, out: t, run: ints2(t, func(n, micros int64) (int64, error) {
			minus, err := subInt(0, micros)
			if err != nil {
				return 0, errMoment
			}
			return addMicros(t, n, minus)
		})})
		out = append(out, overload{
			in: sets{setOf(t), setOf(t)}, out: vec.MicrosecondInterval,
			run: ints2(vec.MicrosecondInterval, func(a, b int64) (int64, error) {
				if t == vec.Date {
					return (a - b) * vec.Day, nil
				}
				return a - b, nil
			}),
		})
	}
	for _, t := range []vec.Type{vec.MonthInterval, vec.MicrosecondInterval} {
		out = append(out, overload{in: sets{setOf(t), setOf(t)}, out: t, run: ints2(t, subInt)})
	}
	return out
}()

// multiplications and divisions are of an interval by an int.
var multiplications, divisions = func() (times, over []overload) {
	for _, t := range []vec.Type{vec.MonthInterval, vec.MicrosecondInterval} {
		times = append(times, overload{in: sets{setOf(t), integer}, out: t, run: ints2(t, mulInt)},
			overload{in: sets{integer, setOf(t)}, out: t, run: ints2(t, mulInt)})
		over = append(over, overload{in: sets{setOf(t), integer}, out: t, run: ints2(t, divInt)})
	}
	return times, over
}()

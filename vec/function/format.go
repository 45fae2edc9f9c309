package function

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// formats write dates and times as text and read them back: by strftime's directives, or in ISO 8601.
var formats = append([]Function{
	{
		Name: "format_iso8601", Aliases: []string{
			"format_date_iso8601", "format_time_iso8601", "format_datetime_iso8601",
			"format_timestamp_iso8601",
		}, Help: "format_iso8601(x[, zone]): 2024-01-31T12:34:56.123456Z; with a zone its offset",
		overloads: []overload{
			{in: sets{day | clock | civil}, out: vec.String, run: toText},
			{in: sets{instant}, out: vec.String, run: toText},
			{in: sets{instant, zoneTypes}, out: vec.String, make: formatISO},
		},
	},
	parseISO("parse_date_iso8601", vec.Date), parseISO("parse_time_iso8601", vec.Time),
	parseISO("parse_datetime_iso8601", vec.Datetime), parseISO("parse_timestamp_iso8601", vec.Timestamp),
	{Name: "parse_duration_iso8601", Help: "P1DT2H30M as an interval; one of years and months only is a month_interval", overloads: []overload{
		{in: sets{text}, out: vec.Dynamic, run: parseDuration},
	}},
	{
		Name: "format", MinArgs: 1, MaxArgs: -1, whole: printf, returns: always(vec.String),
		Help: "format(text, ...): text with %s, %d, %f, %x ... replaced by the other arguments",
	},
}, strftimes()...)

// strftimes are format_t and parse_t for each type of moment.
func strftimes() []Function {
	var out []Function
	for _, t := range []vec.Type{vec.Date, vec.Time, vec.Datetime, vec.Timestamp} {
		format, parse := sets{text, setOf(t)}, sets{text, text}
		optional, zone := 0, ""
		if t == vec.Timestamp {
			format, parse, optional, zone = append(format, zoneTypes), append(parse, zoneTypes), 1, "[, zone]"
		}
		name := t.String()
		out = append(out,
			Function{
				Name: "format_" + name, Help: "format_" + name + "(format, x" + zone + "): x by %Y, %m, %d, %H ...",
				overloads: []overload{{in: format, optional: optional, out: vec.String, make: strftime}},
			},
			Function{
				Name: "parse_" + name, Help: "parse_" + name + "(format, text" + zone + "): the reverse of format_" + name,
				overloads: []overload{{in: parse, optional: optional, out: t, make: strptime(t)}},
			})
	}
	return out
}

func strftime() vec.Kernel {
	var z zones
	var last memo[[]token]
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		format, x, t := textsOf(args[0]), intsOf(args[1]), args[1].Type
		z.of(args, 2)
		return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
			tokens, err := last.get(format.at(i), nil, compileFormat)
			if err != nil {
				return nil, err
			}
			zone, err := z.at(i)
			if err != nil {
				return nil, err
			}
			n := x.at(i)
			s := stamp{offset: zone.ahead(n), zone: zone.name(n)}
			s.days, s.micros = splitMoment(t, n+s.offset)
			return appendStamp(dst, *tokens, &s), nil
		})
	}
}

func strptime(t vec.Type) func() vec.Kernel {
	return func() vec.Kernel {
		var z zones
		var last memo[[]token]
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			format, text := textsOf(args[0]), textsOf(args[1])
			z.of(args, 2)
			return eachInt(out, t, args, rows, func(i int) (int64, error) {
				tokens, err := last.get(format.at(i), nil, compileFormat)
				if err != nil {
					return 0, err
				}
				s, err := parseStamp(*tokens, text.at(i))
				if err != nil {
					return 0, err
				}
				n := joinMoment(t, s.days, s.micros)
				if t != vec.Timestamp || s.unix {
					return inRange(t, n)
				}
				if s.zone != "" {
					return inRange(t, n-s.offset)
				}
				zone, err := z.at(i)
				if err != nil {
					return 0, err
				}
				return inRange(t, zone.toUTC(n))
			})
		}
	}
}

func formatISO() vec.Kernel {
	var z zones
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x := intsOf(args[0])
		z.of(args, 1)
		return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
			zone, err := z.at(i)
			if err != nil {
				return nil, err
			}
			offset := zone.ahead(x.at(i))
			return appendOffset(vec.AppendText(dst, vec.Datetime, x.at(i)+offset), offset, ":"), nil
		})
	}
}

func parseISO(name string, t vec.Type) Function {
	return Function{
		Name: name, Help: name + "(text): a " + t.String() + " in ISO 8601",
		overloads: []overload{{in: sets{text}, out: t, run: textAs(t)}},
	}
}

var durationUnits = map[string]unit{
	"Y": units["year"], "M": units["month"], "W": units["week"], "D": units["day"],
	"TH": units["hour"], "TM": units["minute"], "TS": units["second"],
}

func parseDuration(out *vec.Vector, args []*vec.Vector, rows int) error {
	x := args[0]
	s := textsOf(x)
	return eachValue(out, rows, func(i int) (vec.Value, error) {
		if x.IsNull(i) {
			return vec.NullValue(), nil
		}
		months, micros, err := durationOf(s.at(i))
		switch {
		case err != nil:
			return nil, fmt.Errorf("%q: %w", clip(s.at(i)), err)
		case months != 0:
			return vec.IntValue(vec.MonthInterval, months), nil
		}
		return vec.IntValue(vec.MicrosecondInterval, micros), nil
	})
}

var errDuration = errors.New("want a duration like P1Y2M or P3DT4H5M6.5S")

func durationOf(text []byte) (months, micros int64, err error) {
	rest := strings.ToUpper(string(text))
	sign := int64(1)
	if strings.HasPrefix(rest, "-") {
		sign, rest = -1, rest[1:]
	}
	rest, ok := strings.CutPrefix(rest, "P")
	if !ok || rest == "" {
		return 0, 0, errDuration
	}
	inTime := ""
	for rest != "" {
		if rest[0] == 'T' && inTime == "" && len(rest) > 1 {
			inTime, rest = "T", rest[1:]
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if end < 1 {
			return 0, 0, errDuration
		}
		u, ok := durationUnits[inTime+rest[end:end+1]]
		if !ok {
			return 0, 0, errDuration
		}
		whole, decimals, _ := strings.Cut(rest[:end], ".")
		n, err := strconv.ParseInt(whole, 10, 64)
		if err != nil || decimals != "" && u.micros != vec.Second || len(decimals) > 6 {
			return 0, 0, errDuration
		}
		for d, unit := 0, int64(vec.Second/10); d < len(decimals); d, unit = d+1, unit/10 {
			if decimals[d] == '.' {
				return 0, 0, errDuration
			}
			micros += int64(decimals[d]-'0') * unit
		}
		length, err := mulInt(n, u.micros+u.months)
		if err != nil {
			return 0, 0, errInterval
		}
		total := &micros
		if u.months > 0 {
			total = &months
		}
		if *total, err = addInt(*total, length); err != nil {
			return 0, 0, errInterval
		}
		rest = rest[end+1:]
	}
	if months != 0 && micros != 0 {
		return 0, 0, errors.New("an interval is either of months or of shorter units")
	}
	return sign * months, sign * micros, nil
}

// maxFormatWidth bounds the widths and precisions in format's text.
const maxFormatWidth = 1000

func printf(out *vec.Vector, args []*vec.Vector, rows int) error {
	return eachText(out, vec.String, nil, rows, func(dst []byte, i int) ([]byte, error) {
		if t := args[0].TypeAt(i); t != vec.String {
			if t.IsNull() {
				return nil, errNull
			}
			return nil, wrongType(0, t, text)
		}
		start := len(dst)
		next := 1
		for rest := args[0].Value(i).Content(); len(rest) > 0; {
			at := bytes.IndexByte(rest, '%')
			if at < 0 {
				return append(dst, rest...), nil
			}
			dst, rest = append(dst, rest[:at]...), rest[at:]
			verb, n, err := formatVerb(rest)
			if err != nil {
				return nil, err
			}
			rest = rest[n:]
			if verb == "%%" {
				dst = append(dst, '%')
				continue
			}
			if next == len(args) {
				return nil, fmt.Errorf("%s has no argument", verb)
			}
			if dst, err = appendVerb(dst, verb, args, next, i); err != nil {
				return nil, err
			}
			if next++; len(dst)-start > MaxStringBytes {
				return nil, tooLong(int64(len(dst) - start))
			}
		}
		return dst, nil
	})
}

// formatVerb is the directive at the start of s.
func formatVerb(s []byte) (verb string, length int, err error) {
	end := 1
	for width := 0; end < len(s) && strings.IndexByte("+-# 0123456789.", s[end]) >= 0; end++ {
		if width = width*10 + int(s[end]-'0'); s[end] < '0' {
			width = 0
		}
		if width > maxFormatWidth {
			return "", 0, fmt.Errorf("%q: a width is at most %d", clip(s), maxFormatWidth)
		}
	}
	if end == len(s) || strings.IndexByte("%sdxXobeEfgGcq", s[end]) < 0 {
		return "", 0, fmt.Errorf("%q: want %%s, %%d, %%x, %%X, %%o, %%b, %%e, %%f, %%g, %%c, %%q or %%%%", clip(s))
	}
	return string(s[:end+1]), end + 1, nil
}

func appendVerb(dst []byte, verb string, args []*vec.Vector, n, i int) ([]byte, error) {
	x, kind := args[n], verb[len(verb)-1]
	t := x.TypeAt(i)
	want := integer
	switch kind {
	case 's', 'q':
		content := []byte("null")
		if !t.IsNull() {
			var one vec.Vector
			one.SetConst(x.Value(i), 1)
			var err error
			if content, err = appendText(nil, &one, 0); err != nil {
				return nil, err
			}
		}
		return fmt.Appendf(dst, verb, string(content)), nil
	case 'e', 'E', 'f', 'g', 'G':
		want = number
	}
	switch {
	case t.IsNull():
		return append(dst, "null"...), nil
	case !want.Has(t):
		return nil, wrongType(n, t, want)
	case t == vec.Float:
		return fmt.Appendf(dst, verb, x.Value(i).Float()), nil
	case want == integer:
		return fmt.Appendf(dst, verb, x.Value(i).Int()), nil
	}
	return fmt.Appendf(dst, verb, float64(x.Value(i).Int())), nil
}

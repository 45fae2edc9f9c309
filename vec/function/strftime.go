package function

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/outcropdb/outcrop/vec"
)

// token of a format: literal text, or what a directive (%Y) stands for.
type token struct {
	literal []byte
	field   string // as in fields, without %
}

// shorthands are directives that stand for several.
var shorthands = map[string]string{
	"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "x": "%m/%d/%y", "X": "%H:%M:%S",
	"c": "%a %b %e %H:%M:%S %Y", "r": "%I:%M:%S %p", "n": "\n", "t": "\t", "%": "%",
}

// compileFormat splits a format into tokens.
func compileFormat(format, _ []byte) ([]token, error) {
	var tokens []token
	for i := 0; i < len(format); {
		at := bytes.IndexByte(format[i:], '%')
		if at < 0 {
			at = len(format) - i
		}
		if at > 0 {
			tokens = append(tokens, token{literal: bytes.Clone(format[i : i+at])})
		}
		if i += at; i == len(format) {
			break
		}
		name, ok := directive(format[i+1:])
		if !ok {
			return nil, fmt.Errorf("format %q: unknown directive at %q", clip(format), clip(format[i:]))
		}
		i += 1 + len(name)
		switch long := shorthands[name]; {
		case long == "":
			tokens = append(tokens, token{field: name})
		case len(long) == 1:
			tokens = append(tokens, token{literal: []byte(long)})
		default:
			more, err := compileFormat([]byte(long), nil)
			if err != nil {
				return nil, err
			}
			tokens = append(tokens, more...)
		}
	}
	return tokens, nil
}

// directive is the name at the start of s, of one to three characters.
func directive(s []byte) (string, bool) {
	for n := 1; n <= min(3, len(s)); n++ {
		name := string(s[:n])
		if _, ok := fields[name]; ok || shorthands[name] != "" {
			return name, true
		}
	}
	return "", false
}

// stamp is a moment in the parts that formats write and read.
type stamp struct {
	days, micros int64 // as clocks in the zone show
	offset       int64 // of the zone, in microseconds
	zone         string

	year, month, day, yearDay int64 // read, to become days
	hour, hour12, afternoon   int64 // read, to become micros; hour12 and afternoon (1 is no, 2 yes) are 0 when not read
	unix                      bool  // days and micros are of UTC
}

// field of a format. Those without parse can only be written.
type field struct {
	append func(dst []byte, s *stamp) []byte
	parse  func(s *stamp, text []byte) (rest []byte, ok bool)
}

var (
	monthNames = [...]string{
		"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
		"November", "December",
	}
	dayNames = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

var fields = map[string]field{
	"Y": {padded(4, func(s *stamp) int64 { return yearOf(s.days) }), digits(4, 0, 9999, func(s *stamp, n int64) { s.year = n })},
	"y": {padded(2, func(s *stamp) int64 { return yearOf(s.days) % 100 }), digits(2, 0, 99, func(s *stamp, n int64) {
		if s.year = 2000 + n; n >= 69 {
			s.year = 1900 + n
		}
	})},
	"C": {append: padded(2, func(s *stamp) int64 { return yearOf(s.days) / 100 })},
	"G": {append: padded(4, func(s *stamp) int64 { return parts["isoyear"].date(s.days) })},
	"g": {append: padded(2, func(s *stamp) int64 { return parts["isoyear"].date(s.days) % 100 })},
	"V": {append: padded(2, func(s *stamp) int64 { return isoWeek(s.days) })},
	"U": {append: padded(2, func(s *stamp) int64 { return (dayOfYear(s.days) + 6 - (weekday(s.days)+1)%7) / 7 })},
	"W": {append: padded(2, func(s *stamp) int64 { return (dayOfYear(s.days) + 6 - weekday(s.days)) / 7 })},
	"m": {padded(2, func(s *stamp) int64 { return monthOf(s.days) }), digits(2, 1, 12, func(s *stamp, n int64) { s.month = n })},
	"d": {padded(2, dayOfMonth), digits(2, 1, 31, func(s *stamp, n int64) { s.day = n })},
	"e": {
		func(dst []byte, s *stamp) []byte { return fmt.Appendf(dst, "%2d", dayOfMonth(s)) },
		spaced(digits(2, 1, 31, func(s *stamp, n int64) { s.day = n })),
	},
	"j": {padded(3, func(s *stamp) int64 { return dayOfYear(s.days) }), digits(3, 1, 366, func(s *stamp, n int64) { s.yearDay = n })},
	"b": {func(dst []byte, s *stamp) []byte { return append(dst, monthNames[monthOf(s.days)-1][:3]...) }, monthName},
	"h": {func(dst []byte, s *stamp) []byte { return append(dst, monthNames[monthOf(s.days)-1][:3]...) }, monthName},
	"B": {func(dst []byte, s *stamp) []byte { return append(dst, monthNames[monthOf(s.days)-1]...) }, monthName},
	"a": {func(dst []byte, s *stamp) []byte { return append(dst, dayNames[weekday(s.days)][:3]...) }, dayName},
	"A": {func(dst []byte, s *stamp) []byte { return append(dst, dayNames[weekday(s.days)]...) }, dayName},
	"u": {append: padded(1, func(s *stamp) int64 { return weekday(s.days) + 1 })},
	"w": {append: padded(1, func(s *stamp) int64 { return (weekday(s.days) + 1) % 7 })},
	"H": {padded(2, hourOf), digits(2, 0, 23, setHour)},
	"k": {
		func(dst []byte, s *stamp) []byte { return fmt.Appendf(dst, "%2d", hourOf(s)) },
		spaced(digits(2, 0, 23, setHour)),
	},
	"I": {padded(2, hourOf12), digits(2, 1, 12, func(s *stamp, n int64) { s.hour12 = n })},
	"l": {
		func(dst []byte, s *stamp) []byte { return fmt.Appendf(dst, "%2d", hourOf12(s)) },
		spaced(digits(2, 1, 12, func(s *stamp, n int64) { s.hour12 = n })),
	},
	"p": {func(dst []byte, s *stamp) []byte { return append(dst, [...]string{"AM", "PM"}[hourOf(s)/12]...) }, halfDay},
	"P": {func(dst []byte, s *stamp) []byte { return append(dst, [...]string{"am", "pm"}[hourOf(s)/12]...) }, halfDay},
	"M": {
		padded(2, func(s *stamp) int64 { return s.micros / vec.Minute % 60 }),
		digits(2, 0, 59, func(s *stamp, n int64) { s.micros += n * vec.Minute }),
	},
	"S": {padded(2, secondOf), digits(2, 0, 59, func(s *stamp, n int64) { s.micros += n * vec.Second })},
	"f": {padded(6, func(s *stamp) int64 { return s.micros % vec.Second }), fraction},
	"L": {padded(3, func(s *stamp) int64 { return s.micros / 1000 % 1000 }), fraction},
	"s": {func(dst []byte, s *stamp) []byte {
		return strconv.AppendInt(dst, floorDiv(s.days*vec.Day+s.micros-s.offset, vec.Second), 10)
	}, unixSeconds},
	"z":   {func(dst []byte, s *stamp) []byte { return appendOffset(dst, s.offset, "") }, offsetText},
	"Ez":  {func(dst []byte, s *stamp) []byte { return appendOffset(dst, s.offset, ":") }, offsetText},
	"Z":   {append: func(dst []byte, s *stamp) []byte { return append(dst, s.zone...) }},
	"E*S": {secondsWithFraction(0), seconds},
	"E3S": {secondsWithFraction(3), seconds},
	"E6S": {secondsWithFraction(6), seconds},
	"E4Y": {padded(4, func(s *stamp) int64 { return yearOf(s.days) }), fourDigits},
}

func setHour(s *stamp, n int64) { s.hour = n }
func dayOfMonth(s *stamp) int64 { _, _, d := vec.CivilFromDays(s.days); return d }
func hourOf(s *stamp) int64     { return s.micros / vec.Hour }
func hourOf12(s *stamp) int64   { return (hourOf(s)+11)%12 + 1 }
func secondOf(s *stamp) int64   { return s.micros / vec.Second % 60 }

func padded(width int, f func(*stamp) int64) func([]byte, *stamp) []byte {
	return func(dst []byte, s *stamp) []byte { return appendPadded(dst, f(s), width) }
}

func appendPadded(dst []byte, n int64, width int) []byte {
	for limit := int64(10); width > 1; width-- {
		if n < limit {
			dst = append(dst, '0')
		}
		limit *= 10
	}
	return strconv.AppendInt(dst, n, 10)
}

// secondsWithFraction writes so many digits behind the point; 0: as many as there are.
func secondsWithFraction(width int) func([]byte, *stamp) []byte {
	return func(dst []byte, s *stamp) []byte {
		dst = appendPadded(dst, secondOf(s), 2)
		text := appendPadded([]byte("."), s.micros%vec.Second, 6)
		if width > 0 {
			return append(dst, text[:1+width]...)
		}
		return append(dst, bytes.TrimRight(bytes.TrimRight(text, "0"), ".")...)
	}
}

func appendOffset(dst []byte, offset int64, separator string) []byte {
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	dst = append(appendPadded(append(dst, sign), offset/vec.Hour, 2), separator...)
	return appendPadded(dst, offset/vec.Minute%60, 2)
}

// digits reads a number of up to width digits.
func digits(width int, least, most int64, set func(*stamp, int64)) func(*stamp, []byte) ([]byte, bool) {
	return func(s *stamp, text []byte) ([]byte, bool) {
		n, used := int64(0), 0
		for used < width && used < len(text) && '0' <= text[used] && text[used] <= '9' {
			n = n*10 + int64(text[used]-'0')
			used++
		}
		if used == 0 || n < least || n > most {
			return nil, false
		}
		set(s, n)
		return text[used:], true
	}
}

// fourDigits reads a year in full.
func fourDigits(s *stamp, text []byte) ([]byte, bool) {
	rest, ok := digits(4, 0, 9999, func(s *stamp, n int64) { s.year = n })(s, text)
	return rest, ok && len(text)-len(rest) == 4
}

// spaced allows blanks before.
func spaced(parse func(*stamp, []byte) ([]byte, bool)) func(*stamp, []byte) ([]byte, bool) {
	return func(s *stamp, text []byte) ([]byte, bool) { return parse(s, bytes.TrimLeft(text, " ")) }
}

// nameAt finds which of names text starts with, in full or by its first three letters, in any case.
func nameAt(names []string, text []byte) (n int, rest []byte, ok bool) {
	for n, name := range names {
		for _, length := range [...]int{len(name), 3} {
			if len(text) >= length && bytes.EqualFold(text[:length], []byte(name[:length])) {
				return n, text[length:], true
			}
		}
	}
	return 0, nil, false
}

func monthName(s *stamp, text []byte) ([]byte, bool) {
	n, rest, ok := nameAt(monthNames[:], text)
	s.month = int64(n) + 1
	return rest, ok
}

// dayName is read over: the date says the same.
func dayName(_ *stamp, text []byte) ([]byte, bool) {
	_, rest, ok := nameAt(dayNames[:], text)
	return rest, ok
}

func halfDay(s *stamp, text []byte) ([]byte, bool) {
	if len(text) < 2 || text[1]|0x20 != 'm' || text[0]|0x20 != 'a' && text[0]|0x20 != 'p' {
		return nil, false
	}
	s.afternoon = 1
	if text[0]|0x20 == 'p' {
		s.afternoon = 2
	}
	return text[2:], true
}

// fraction reads 1 to 9 digits behind a point that has been read; beyond microseconds they are dropped.
func fraction(s *stamp, text []byte) ([]byte, bool) {
	used, unit := 0, int64(vec.Second)
	for used < 9 && used < len(text) && '0' <= text[used] && text[used] <= '9' {
		unit /= 10
		s.micros += int64(text[used]-'0') * unit
		used++
	}
	return text[used:], used > 0
}

func seconds(s *stamp, text []byte) ([]byte, bool) {
	rest, ok := digits(2, 0, 59, func(s *stamp, n int64) { s.micros += n * vec.Second })(s, text)
	if ok && len(rest) > 1 && rest[0] == '.' {
		return fraction(s, rest[1:])
	}
	return rest, ok
}

func unixSeconds(s *stamp, text []byte) ([]byte, bool) {
	used := 0
	for used < len(text) && ('0' <= text[used] && text[used] <= '9' || used == 0 && text[used] == '-') {
		used++
	}
	n, err := strconv.ParseInt(string(text[:used]), 10, 64)
	if err != nil || !vec.InRange(vec.Timestamp, min(max(n, -1<<40), 1<<40)*vec.Second) {
		return nil, false
	}
	s.unix = true
	s.days, s.micros = splitMoment(vec.Timestamp, n*vec.Second)
	return text[used:], true
}

func offsetText(s *stamp, text []byte) ([]byte, bool) {
	if len(text) > 0 && text[0]|0x20 == 'z' {
		s.offset, s.zone = 0, "Z"
		return text[1:], true
	}
	if len(text) < 3 || text[0] != '+' && text[0] != '-' {
		return nil, false
	}
	var hours, minutes int64
	rest, ok := digits(2, 0, 18, func(_ *stamp, n int64) { hours = n })(s, text[1:])
	if ok && len(rest) > 0 && rest[0] == ':' {
		rest = rest[1:]
	}
	if more, found := digits(2, 0, 59, func(_ *stamp, n int64) { minutes = n })(s, rest); ok && found {
		rest = more
	}
	if s.offset, s.zone = hours*vec.Hour+minutes*vec.Minute, "Z"; text[0] == '-' {
		s.offset = -s.offset
	}
	return rest, ok
}

// appendStamp writes s by a format.
func appendStamp(dst []byte, tokens []token, s *stamp) []byte {
	for _, t := range tokens {
		if t.field == "" {
			dst = append(dst, t.literal...)
		} else {
			dst = fields[t.field].append(dst, s)
		}
	}
	return dst
}

// parseStamp reads text by a format. White space in the format is any white space, also none; what the
// format does not say is as in 1970-01-01 00:00.
func parseStamp(tokens []token, text []byte) (*stamp, error) {
	s := &stamp{year: 1970, month: 1, day: 1}
	rest := text
	for _, t := range tokens {
		ok := true
		switch {
		case t.field == "":
			rest, ok = skipLiteral(rest, t.literal)
		case fields[t.field].parse == nil:
			return nil, fmt.Errorf("%%%s can be written but not read", t.field)
		default:
			rest, ok = fields[t.field].parse(s, rest)
		}
		if !ok {
			what := "%" + t.field
			if t.field == "" {
				what = strconv.Quote(string(t.literal))
			}
			return nil, fmt.Errorf("%q does not match the format at %s", clip(text), what)
		}
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%q goes on behind the format: %q", clip(text), clip(rest))
	}
	switch {
	case s.hour12 > 0 && s.hour == 0: // else the hour of 24 has said it
		s.hour = s.hour12%12 + 12*max(s.afternoon-1, 0)
	case s.afternoon == 2 && s.hour < 12:
		s.hour += 12
	}
	s.micros += s.hour * vec.Hour
	switch {
	case s.unix:
	case s.yearDay > 0:
		if s.days = vec.DaysFromCivil(s.year, 1, 1) + s.yearDay - 1; yearOf(s.days) != s.year {
			return nil, fmt.Errorf("%q: there is no day %d of year %d", clip(text), s.yearDay, s.year)
		}
	default:
		days, err := dateOf(s.year, s.month, s.day)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", clip(text), err)
		}
		s.days = days
	}
	return s, nil
}

func skipLiteral(text, literal []byte) ([]byte, bool) {
	for _, c := range literal {
		if isSpace(c) {
			for len(text) > 0 && isSpace(text[0]) {
				text = text[1:]
			}
			continue
		}
		if len(text) == 0 || text[0] != c {
			return nil, false
		}
		text = text[1:]
	}
	return text, true
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

package vec

import (
	"fmt"
	"strings"
)

// Microseconds in each unit.
const (
	Second = 1_000_000
	Minute = 60 * Second
	Hour   = 60 * Minute
	Day    = 24 * Hour
)

// The years that texts of dates may have.
const minYear, maxYear = 1, 9999

// Limits of a date, in days, and of a datetime or timestamp, in microseconds; both ends are inside.
var (
	minDays, maxDays   = DaysFromCivil(minYear, 1, 1), DaysFromCivil(maxYear, 12, 31)
	minMicro, maxMicro = minDays * Day, maxDays*Day + Day - 1
)

// InRange tells whether n is a value of the date or time type t that has a text: years 0001 to 9999, a
// time within one day.
func InRange(t Type, n int64) bool {
	switch t {
	case Date:
		return minDays <= n && n <= maxDays
	case Time:
		return 0 <= n && n < Day
	case Datetime, Timestamp:
		return minMicro <= n && n <= maxMicro
	}
	return true
}

// DaysFromCivil counts the days from 1970-01-01 to a day of the Gregorian calendar. Months and days
// outside of the year or month count on from it.
func DaysFromCivil(year, month, day int64) int64 {
	// After Howard Hinnant's algorithm: years start in March, so that the leap day is the last.
	year += floorDiv(month-1, 12)
	month = floorMod(month-1, 12)
	if month < 2 {
		year--
	}
	era := floorDiv(year, 400)
	ofEra := year - era*400
	ofYear := (153*((month+10)%12)+2)/5 + day - 1
	return era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 719468
}

// CivilFromDays is the day of the Gregorian calendar that is that many days after 1970-01-01.
func CivilFromDays(days int64) (year, month, day int64) {
	days += 719468
	era := floorDiv(days, 146097)
	ofEra := days - era*146097
	year = (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*year + year/4 - year/100)
	month = (5*ofYear + 2) / 153
	day = ofYear - (153*month+2)/5 + 1
	year += era * 400
	if month += 3; month > 12 {
		month, year = month-12, year+1
	}
	return year, month, day
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// AppendText writes n, of a date or time type, as text behind dst:
//
//	date                  2024-01-31
//	time                  12:34:56.123456
//	datetime              2024-01-31T12:34:56.123456
//	timestamp             2024-01-31T12:34:56.123456Z
//	month_interval        1-2 (years-months); -1-2
//	microsecond_interval  1 02:03:04.000005 (days, then as time); -1 02:03:04.000005
//
// There are always six digits behind the point. ParseText reads it back, when InRange.
func AppendText(dst []byte, t Type, n int64) []byte {
	switch t {
	case Date:
		return appendDate(dst, n)
	case Time:
		return appendTime(dst, uint64(n))
	case Datetime, Timestamp:
		days := floorDiv(n, Day)
		dst = appendTime(append(appendDate(dst, days), 'T'), uint64(n-days*Day))
		if t == Timestamp {
			dst = append(dst, 'Z')
		}
		return dst
	case MonthInterval, MicrosecondInterval:
		abs := uint64(n)
		if n < 0 {
			dst, abs = append(dst, '-'), -abs
		}
		if t == MonthInterval {
			return appendDigits(append(appendDigits(dst, abs/12, 1), '-'), abs%12, 1)
		}
		return appendTime(append(appendDigits(dst, abs/Day, 1), ' '), abs%Day)
	}
	panic("bug: text of " + t.String())
}

func appendDate(dst []byte, days int64) []byte {
	year, month, day := CivilFromDays(days)
	if year < 0 {
		dst, year = append(dst, '-'), -year
	}
	dst = append(appendDigits(dst, uint64(year), 4), '-')
	dst = append(appendDigits(dst, uint64(month), 2), '-')
	return appendDigits(dst, uint64(day), 2)
}

func appendTime(dst []byte, micros uint64) []byte {
	dst = append(appendDigits(dst, micros/Hour, 2), ':')
	dst = append(appendDigits(dst, micros/Minute%60, 2), ':')
	dst = append(appendDigits(dst, micros/Second%60, 2), '.')
	return appendDigits(dst, micros%Second, 6)
}

// appendDigits writes n with at least width digits.
func appendDigits(dst []byte, n uint64, width int) []byte {
	var digits [20]byte
	at := len(digits)
	for ; n > 0 || width > 0; width-- {
		at--
		digits[at] = byte('0' + n%10)
		n /= 10
	}
	return append(dst, digits[at:]...)
}

var textForms = map[Type]string{
	Date:                "2024-01-31",
	Time:                "12:34:56.123456",
	Datetime:            "2024-01-31T12:34:56.123456",
	Timestamp:           "2024-01-31T12:34:56.123456Z",
	MonthInterval:       "1-2",
	MicrosecondInterval: "1 02:03:04.000005",
}

// ParseText reads the text of a date or time type as AppendText writes it. It also takes fewer digits
// behind the second, or none; a blank or a small t for T; and for a timestamp any offset for Z:
// +01:00, +0100, +01.
func ParseText(t Type, text []byte) (int64, error) {
	s := scanner{rest: text}
	var n int64
	switch t {
	case Date:
		n = s.date()
	case Time:
		n = s.time(23)
	case Datetime, Timestamp:
		n = s.date() * Day
		s.oneOf("Tt ")
		n += s.time(23)
		if t == Timestamp {
			n -= s.zone()
		}
	case MonthInterval:
		sign := s.sign()
		years := s.number(1, 9, 999_999_999)
		s.oneOf("-")
		n = sign * (years*12 + s.number(1, 2, 11))
	case MicrosecondInterval:
		sign := s.sign()
		days := s.number(1, 9, maxIntervalDays)
		s.oneOf(" ")
		n = sign * (days*Day + s.time(23))
	default:
		panic("bug: parse text of " + t.String())
	}
	if s.bad || len(s.rest) > 0 {
		return 0, fmt.Errorf("%s %q: want the form %s", t, clip(text), textForms[t])
	}
	if !InRange(t, n) {
		return 0, fmt.Errorf("%s %q: out of the range of years %04d to %d", t, clip(text), minYear, maxYear)
	}
	return n, nil
}

// maxIntervalDays is the most whole days that fit into an interval of int64 microseconds.
const maxIntervalDays = (1<<63-1)/Day - 1

// clip keeps errors short.
func clip(text []byte) string {
	const most = 64
	if len(text) > most {
		return string(text[:most]) + "..."
	}
	return string(text)
}

// scanner reads numbers and signs from the front of a text; when one is not there, it turns bad.
type scanner struct {
	rest []byte
	bad  bool
}

func (s *scanner) oneOf(set string) byte {
	if len(s.rest) == 0 || strings.IndexByte(set, s.rest[0]) < 0 {
		s.bad = true
		return 0
	}
	c := s.rest[0]
	s.rest = s.rest[1:]
	return c
}

// number reads least to most digits, of a value up to limit.
func (s *scanner) number(least, most int, limit int64) (n int64) {
	digits := 0
	for digits < most && digits < len(s.rest) && '0' <= s.rest[digits] && s.rest[digits] <= '9' {
		n = n*10 + int64(s.rest[digits]-'0')
		digits++
	}
	s.rest = s.rest[digits:]
	if digits < least || n > limit {
		s.bad = true
	}
	return n
}

// sign reads an optional minus.
func (s *scanner) sign() int64 {
	if len(s.rest) > 0 && s.rest[0] == '-' {
		s.rest = s.rest[1:]
		return -1
	}
	return 1
}

func (s *scanner) date() int64 {
	year := s.number(4, 4, maxYear)
	s.oneOf("-")
	month := s.number(2, 2, 12)
	s.oneOf("-")
	day := s.number(2, 2, 31)
	days := DaysFromCivil(year, month, day)
	if s.bad || month < 1 || day < 1 || days >= DaysFromCivil(year, month+1, 1) {
		s.bad = true
	}
	return days
}

func (s *scanner) time(maxHour int64) int64 {
	micros := s.number(2, 2, maxHour) * Hour
	s.oneOf(":")
	micros += s.number(2, 2, 59) * Minute
	s.oneOf(":")
	micros += s.number(2, 2, 59) * Second
	if len(s.rest) > 0 && s.rest[0] == '.' {
		s.rest = s.rest[1:]
		before := len(s.rest)
		fraction := s.number(1, 6, Second)
		for digits := before - len(s.rest); digits < 6; digits++ {
			fraction *= 10
		}
		micros += fraction
	}
	return micros
}

func (s *scanner) zone() int64 {
	sign := int64(1)
	switch s.oneOf("Zz+-") {
	case 'Z', 'z', 0:
		return 0
	case '-':
		sign = -1
	}
	micros := s.number(2, 2, 23) * Hour
	if len(s.rest) > 0 {
		if s.rest[0] == ':' {
			s.rest = s.rest[1:]
		}
		micros += s.number(2, 2, 59) * Minute
	}
	return sign * micros
}

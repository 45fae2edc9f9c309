package vec

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestCivil(t *testing.T) {
	for days := minDays - 400; days <= maxDays+400; days += 13 {
		want := time.Unix(days*86400, 0).UTC()
		year, month, day := CivilFromDays(days)
		if year != int64(want.Year()) || month != int64(want.Month()) || day != int64(want.Day()) {
			t.Fatalf("%d days: got %d-%d-%d, want %s", days, year, month, day, want)
		}
		if got := DaysFromCivil(year, month, day); got != days {
			t.Fatalf("%d-%d-%d: got %d days, want %d", year, month, day, got, days)
		}
	}
	for _, test := range [][4]int64{{2023, 14, 1, 19754}, {2024, 0, 1, 19692}, {2024, 3, 0, 19782}, {2024, -11, 1, 19358}} {
		if got := DaysFromCivil(test[0], test[1], test[2]); got != test[3] {
			t.Errorf("%v: got %d days", test, got)
		}
	}
}

func TestTemporalText(t *testing.T) {
	for _, test := range []struct {
		t    Type
		n    int64
		text string
	}{
		{Date, 0, "1970-01-01"},
		{Date, 19753, "2024-01-31"},
		{Date, -1, "1969-12-31"},
		{Date, minDays, "0001-01-01"},
		{Date, maxDays, "9999-12-31"},
		{Time, 0, "00:00:00.000000"},
		{Time, 12*Hour + 34*Minute + 56*Second + 123456, "12:34:56.123456"},
		{Time, Day - 1, "23:59:59.999999"},
		{Datetime, 19753*Day + Hour, "2024-01-31T01:00:00.000000"},
		{Datetime, -1, "1969-12-31T23:59:59.999999"},
		{Timestamp, minMicro, "0001-01-01T00:00:00.000000Z"},
		{Timestamp, maxMicro, "9999-12-31T23:59:59.999999Z"},
		{MonthInterval, 14, "1-2"},
		{MonthInterval, -14, "-1-2"},
		{MonthInterval, -1, "-0-1"},
		{MonthInterval, 0, "0-0"},
		{MicrosecondInterval, Day + 2*Hour + 3*Minute + 4*Second + 5, "1 02:03:04.000005"},
		{MicrosecondInterval, -(Day + 5), "-1 00:00:00.000005"},
		{MicrosecondInterval, -5, "-0 00:00:00.000005"},
	} {
		if got := string(AppendText([]byte("x"), test.t, test.n)); got != "x"+test.text {
			t.Errorf("%s %d: got %s, want %s", test.t, test.n, got[1:], test.text)
		}
		if got, err := ParseText(test.t, []byte(test.text)); got != test.n || err != nil {
			t.Errorf("%s %s: got %d, %v, want %d", test.t, test.text, got, err, test.n)
		}
	}
}

// Values that no text is read as have one all the same: they come from arithmetic.
func TestTemporalTextBeyondRange(t *testing.T) {
	for _, test := range []struct {
		t    Type
		n    int64
		text string
	}{
		{Date, minDays - 1, "0000-12-31"},
		{Date, minDays - 367, "-0001-12-31"},
		{Date, maxDays + 1, "10000-01-01"},
		{Timestamp, math.MaxInt64, "294247-01-10T04:00:54.775807Z"},
		{Timestamp, math.MinInt64, "-290308-12-21T19:59:05.224192Z"},
		{MonthInterval, math.MinInt64, "-768614336404564650-8"},
		{MicrosecondInterval, math.MinInt64, "-106751991 04:00:54.775808"},
	} {
		if got := string(AppendText(nil, test.t, test.n)); got != test.text {
			t.Errorf("%s %d: got %s, want %s", test.t, test.n, got, test.text)
		}
		if InRange(test.t, test.n) != (test.t >= MonthInterval) {
			t.Errorf("%s %d: in range %t", test.t, test.n, InRange(test.t, test.n))
		}
	}
}

func TestParseText(t *testing.T) {
	noon := int64(19753*Day + 12*Hour)
	for _, test := range []struct {
		t    Type
		text string
		want int64
	}{
		{Datetime, "2024-01-31 12:00:00", noon},
		{Datetime, "2024-01-31t12:00:00.5", noon + 500_000},
		{Timestamp, "2024-01-31T12:00:00z", noon},
		{Timestamp, "2024-01-31T12:00:00.25+01:00", noon + 250_000 - Hour},
		{Timestamp, "2024-01-31T12:00:00-0130", noon + 90*Minute},
		{Timestamp, "2024-01-31T12:00:00-08", noon + 8*Hour},
		{Time, "12:00:00.1", 12*Hour + 100_000},
		{Date, "2024-02-29", 19782},
	} {
		if got, err := ParseText(test.t, []byte(test.text)); got != test.want || err != nil {
			t.Errorf("%s %s: got %d, %v, want %d", test.t, test.text, got, err, test.want)
		}
	}
	for _, test := range []struct {
		t    Type
		text string
		want string // in the error
	}{
		{Date, "", `date "": want the form 2024-01-31`},
		{Date, "2023-02-29", `date "2023-02-29": want the form`},
		{Date, "2024-1-31", "want the form"},
		{Date, "2024-00-10", "want the form"},
		{Date, "2024-01-32", "want the form"},
		{Date, "2024-01-31 ", "want the form"},
		{Date, "0000-01-01", `date "0000-01-01": out of the range of years 0001 to 9999`},
		{Date, "12024-01-01", "want the form"},
		{Time, "24:00:00", `time "24:00:00": want the form 12:34:56.123456`},
		{Time, "12:60:00", "want the form"},
		{Time, "12:00:00.", "want the form"},
		{Time, "12:00:00.1234567", "want the form"},
		{Datetime, "2024-01-31T12:00:00Z", "want the form 2024-01-31T12:34:56.123456"},
		{Datetime, "2024-01-31", "want the form"},
		{Timestamp, "2024-01-31T12:00:00", "want the form 2024-01-31T12:34:56.123456Z"},
		{Timestamp, "2024-01-31T12:00:00+1", "want the form"},
		{Timestamp, "0001-01-01T00:00:00+01:00", "out of the range"},
		{MonthInterval, "1-12", "want the form 1-2"},
		{MonthInterval, "--1-1", "want the form"},
		{MicrosecondInterval, "106751991 00:00:00", "want the form 1 02:03:04.000005"},
		{Date, strings.Repeat("9", 100), "..."},
	} {
		if got, err := ParseText(test.t, []byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %q: got %d, %v, want error %q", test.t, test.text, got, err, test.want)
		}
	}
}

func TestTemporalTextDoesNotAllocate(t *testing.T) {
	buffer := make([]byte, 0, 64)
	if n := testing.AllocsPerRun(10, func() {
		buffer = AppendText(buffer[:0], Timestamp, 1234567890)
		if _, err := ParseText(Timestamp, buffer); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What AppendText writes ParseText reads back, and what ParseText reads AppendText writes in its one form.
func FuzzTemporalText(f *testing.F) {
	f.Add(uint8(Timestamp), int64(123456789), "2024-01-31T12:34:56.123456+01:00")
	f.Add(uint8(Date), int64(-123456), "2024-02-29")
	f.Add(uint8(MicrosecondInterval), int64(-1), "-1 02:03:04.5")
	f.Add(uint8(MonthInterval), int64(-13), "-1-1")
	f.Fuzz(func(t *testing.T, kind uint8, n int64, text string) {
		typ := Date + Type(kind)%(MicrosecondInterval-Date+1)
		readable := InRange(typ, n)
		switch typ { // intervals that are longer than a text may be
		case MonthInterval:
			readable = n/12 > -1e9 && n/12 < 1e9
		case MicrosecondInterval:
			readable = n/Day >= -maxIntervalDays && n/Day <= maxIntervalDays
		}
		written := AppendText(nil, typ, n)
		if got, err := ParseText(typ, written); readable && (got != n || err != nil) {
			t.Errorf("%s %d: wrote %s, read %d, %v", typ, n, written, got, err)
		}
		got, err := ParseText(typ, []byte(text))
		if err != nil {
			return
		}
		if !InRange(typ, got) {
			t.Errorf("%s %q: got %d, which is out of range", typ, text, got)
		}
		canonical := AppendText(nil, typ, got)
		if again, err := ParseText(typ, canonical); again != got || err != nil {
			t.Errorf("%s %q: got %d, then from %s %d, %v", typ, text, got, canonical, again, err)
		}
	})
}

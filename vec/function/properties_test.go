package function

import (
	"math"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/vec"
)

// edge values of every type that compares in columns.
var edges = map[string]func(r *rand.Rand) vec.Value{
	"int": func(r *rand.Rand) vec.Value {
		return vec.IntValue(vec.Int, [...]int64{0, 1, -1, math.MaxInt64, math.MinInt64, 1<<53 + 1, 1 << 53, -1<<53 - 1, 7}[r.IntN(9)])
	},
	"float": func(r *rand.Rand) vec.Value {
		return vec.FloatValue([...]float64{
			0, math.Copysign(0, -1), 1, -1, 0.5, math.NaN(), math.Inf(1), math.Inf(-1), 1 << 53, 1 << 63,
			-1 << 63, math.MaxFloat64, 7.000001,
		}[r.IntN(13)])
	},
	"string": func(r *rand.Rand) vec.Value { return vec.StringValue(strings.Repeat("ab\x00", r.IntN(4))) },
	"bool":   func(r *rand.Rand) vec.Value { return vec.BoolValue(r.IntN(2) == 0) },
	"date":   func(r *rand.Rand) vec.Value { return vec.IntValue(vec.Date, r.Int64N(3)) },
	"array": func(r *rand.Rand) vec.Value {
		return appendArray(nil, []vec.Value{vec.IntValue(vec.Int, r.Int64N(2)), vec.FloatValue(float64(r.IntN(2)))})
	},
}

// The comparison operators mean vec.Compare, on columns of every length and form, constants on either side.
func TestComparisonsMeanCompare(t *testing.T) {
	ops := map[string]func(c int) bool{
		"equal": func(c int) bool { return c == 0 }, "not_equal": func(c int) bool { return c != 0 }, "lt": func(c int) bool { return c < 0 },
		"lte": func(c int) bool { return c <= 0 }, "gt": func(c int) bool { return c > 0 }, "gte": func(c int) bool { return c >= 0 },
	}
	pairs := [][2]string{
		{"int", "int"},
		{"float", "float"},
		{"int", "float"},
		{"float", "int"},
		{"string", "string"},
		{"bool", "bool"},
		{"date", "date"},
		{"array", "array"},
		{"int", "string"},
	}
	r := rand.New(rand.NewPCG(3, 4))
	for name, holds := range ops {
		f, _ := Lookup(name)
		for _, pair := range pairs {
			for range 40 {
				rows := 1 + r.IntN(200)
				a, b := randomColumn(r, edges[pair[0]], rows), randomColumn(r, edges[pair[1]], rows)
				var out vec.Vector
				if err := f.New()(&out, []*vec.Vector{a, b}, rows); err != nil {
					t.Fatal(err)
				}
				for i := range rows {
					want := "null"
					if x, y := a.Value(i), b.Value(i); !x.IsNull() && !y.IsNull() && pair[1] != "string" || pair[0] == "string" && !x.IsNull() && !y.IsNull() {
						want = show(vec.BoolValue(holds(vec.Compare(x, y))))
					}
					if got := show(out.Value(i)); got != want {
						t.Fatalf("%s %s %s is %s, want %s", show(a.Value(i)), name, show(b.Value(i)), got, want)
					}
				}
			}
		}
	}
}

// Arithmetic on ints is exact or an error, never a wrong number.
func TestArithmeticIsExact(t *testing.T) {
	ops := map[string]func(z, x, y *big.Int) *big.Int{
		"add": (*big.Int).Add, "subtract": (*big.Int).Sub, "multiply": (*big.Int).Mul,
		"divide": (*big.Int).Quo, "modulus": (*big.Int).Rem,
	}
	r := rand.New(rand.NewPCG(5, 6))
	for name, exact := range ops {
		f, _ := Lookup(name)
		for range 400 {
			rows := 1 + r.IntN(9)
			a, b := randomColumn(r, edges["int"], rows), randomColumn(r, edges["int"], rows)
			wants, fails := make([]string, rows), false
			for i := range rows {
				wants[i] = "null"
				if vec.AnyNull([]*vec.Vector{a, b}, i) {
					continue
				}
				x, y := big.NewInt(a.Value(i).Int()), big.NewInt(b.Value(i).Int())
				if y.Sign() == 0 && (name == "divide" || name == "modulus") {
					fails = true
					continue
				}
				z := exact(new(big.Int), x, y)
				fails = fails || !z.IsInt64()
				wants[i] = z.String()
			}
			got, err := eval(f, []*vec.Vector{a, b}, rows)
			if fails != (err != nil) {
				t.Fatalf("%s: error %v, want one: %v", name, err, fails)
			}
			for i := range got {
				if got[i] != wants[i] {
					t.Fatalf("%s %s %s is %s, want %s", name, show(a.Value(i)), show(b.Value(i)), got[i], wants[i])
				}
			}
		}
	}
}

// Dates, times and zones agree with Go's calendar.
func TestCalendarAgreesWithGo(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	names := []string{"UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin"}
	call := func(name string, args ...vec.Value) string {
		t.Helper()
		f, _ := Lookup(name)
		vectors := make([]*vec.Vector, len(args))
		for k, arg := range args {
			vectors[k] = vec.NewConst(arg, 1)
		}
		got, err := eval(f, vectors, 1)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return got[0]
	}
	for range 3000 {
		micros := r.Int64N(4e15) - 1e15 // 1938 to 2065
		name := names[r.IntN(len(names))]
		location, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		x, zone := vec.IntValue(vec.Timestamp, micros), vec.StringValue(name)
		goTime := time.UnixMicro(micros).In(location)
		year, week := goTime.ISOWeek()
		_, offset := goTime.Zone()
		for part, want := range map[string]int{
			"year": goTime.Year(), "month": int(goTime.Month()), "day": goTime.Day(), "hour": goTime.Hour(),
			"minute": goTime.Minute(), "second": goTime.Second(), "doy": goTime.YearDay(), "dow": int(goTime.Weekday()), "week": week, "isoyear": year,
		} {
			if got := call("extract", vec.StringValue(part), x, zone); got != show(vec.IntValue(vec.Int, int64(want))) {
				t.Fatalf("%s of %v is %s, want %d", part, goTime, got, want)
			}
		}
		local := vec.IntValue(vec.Datetime, micros+int64(offset)*vec.Second)
		if got := call("at_timezone", x, zone); got != show(local) {
			t.Fatalf("%v there is %s, want %s", goTime, got, show(local))
		}
		// A local time may come twice: then it is the first, and reads back the same.
		back := call("at_timezone", local, zone)
		first := parseValue(t, back).Int()
		if again := call("at_timezone", vec.IntValue(vec.Timestamp, first), zone); again != show(local) || first > micros {
			t.Fatalf("%s in %s is %s, which is %s there", show(local), name, back, again)
		}
		want := goTime.Format("2006-01-02 15:04:05.000000 -0700 Mon January 02 03 PM")
		format := "%F %T.%f %z %a %B %d %I %p"
		text := call("format_timestamp", vec.StringValue(format), x, zone)
		if text != show(vec.StringValue(want)) {
			t.Fatalf("%v is written %s, want %s", goTime, text, want)
		}
		if got := call("parse_timestamp", vec.StringValue(format), vec.StringValue(strings.Trim(text, `"`))); got != show(x) {
			t.Fatalf("%s reads back as %s, want %s", text, got, show(x))
		}
		for unit, want := range map[string]time.Time{
			"month": time.Date(goTime.Year(), goTime.Month(), 1, 0, 0, 0, 0, location),
			"year":  time.Date(goTime.Year(), 1, 1, 0, 0, 0, 0, location),
		} {
			if got := call("date_trunc", vec.StringValue(unit), x, zone); got != show(vec.IntValue(vec.Timestamp, want.UnixMicro())) {
				t.Fatalf("%s of %v starts %s, want %v", unit, goTime, got, want)
			}
		}
	}
}

// likeExpression is a LIKE pattern as a regular expression.
func likeExpression(pattern string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?s)^")
	for _, r := range pattern {
		switch r {
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	return regexp.MustCompile(b.String() + "$")
}

func checkLike(t *testing.T, s, pattern string) {
	f, _ := Lookup("like")
	for _, form := range []string{"flat", "const"} {
		args := []*vec.Vector{appended(vec.StringValue(s), vec.StringValue(s)), vec.NewConst(vec.StringValue(pattern), 2)}
		if form == "flat" {
			args[1] = appended(vec.StringValue(pattern), vec.StringValue(pattern))
		}
		got, err := eval(f, args, 2)
		if err != nil {
			t.Fatalf("%q like %q: %v", s, pattern, err)
		}
		if want := show(vec.BoolValue(likeExpression(pattern).MatchString(s))); got[0] != want || got[1] != want {
			t.Fatalf("%q like %q, %s: %v, want %s", s, pattern, form, got, want)
		}
	}
}

func TestLikeAgreesWithRegexp(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	word := func(alphabet []rune, most int) string {
		var b strings.Builder
		for range r.IntN(most) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		return b.String()
	}
	for range 5000 {
		checkLike(t, word([]rune("aabé\n"), 8), word([]rune("aabé%%_"), 6))
	}
}

func TestLikePrefix(t *testing.T) {
	for _, test := range []struct {
		pattern, escape, prefix string
		whole                   bool
	}{
		{"web-%", "", "web-", true},
		{"web-%x", "", "web-", false},
		{"w_b%", "", "w", false},
		{"%x", "", "", false},
		{"abc", "", "abc", false},
		{"50!%%", "!", "50%", true},
		{"%", "", "", true},
	} {
		var escape []byte
		if test.escape != "" {
			escape = []byte(test.escape)
		}
		prefix, whole, err := LikePrefix([]byte(test.pattern), escape)
		if err != nil || string(prefix) != test.prefix || whole != test.whole {
			t.Errorf("LIKE %q: %q, %v, %v", test.pattern, prefix, whole, err)
		}
	}
}

func TestDistanceLimit(t *testing.T) {
	f, _ := Lookup("levenshtein_distance")
	long := vec.NewConst(vec.StringValue(strings.Repeat("x", 10_001)), 1)
	if _, err := eval(f, []*vec.Vector{long, long}, 1); err == nil || !strings.Contains(err.Error(), "are too long") {
		t.Error(err)
	}
}

// No text makes the functions that read text panic, and what they take they take again.
func FuzzText(f *testing.F) {
	for _, s := range []string{"2024-01-31T12:00:00Z", "P1DT2H", "%Y-%m-%d %H", "a_%b", "$1\\2${x}", "+01:00", "%5.2f%s", "[1,2]", "1 02:03:04", "NaN", "9e99"} {
		f.Add(s, s)
	}
	names := []string{
		"like", "ilike", "regexp_like", "regexp_replace", "parse_date", "parse_timestamp", "parse_duration_iso8601", "parse_time",
		"format", "from_hex", "from_base64", "json_parse", "split", "translate", "normalize", "levenshtein_distance", "split_part", "initcap",
	}
	types := []vec.Type{
		vec.Bool, vec.Int, vec.Float, vec.U256, vec.Array, vec.Object, vec.Date, vec.Time, vec.Datetime, vec.Timestamp,
		vec.MonthInterval, vec.MicrosecondInterval,
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := vec.NewConst(vec.StringValue(strings.ToValidUTF8(a, "?")), 1), vec.NewConst(vec.StringValue(strings.ToValidUTF8(b, "?")), 1)
		var out, again vec.Vector
		for _, name := range names {
			fn, _ := Lookup(name)
			for n := range 4 {
				if args := []*vec.Vector{x, y, y}; n > 0 && fn.Takes(n) {
					if err := fn.New()(&out, args[:n], 1); err == nil {
						if err := vec.Check(out.AppendValue(nil, 0), 1000); err != nil {
							t.Fatal(name, err)
						}
					}
				}
			}
		}
		for _, typ := range types {
			if Cast(typ, false).New()(&out, []*vec.Vector{x}, 1) != nil {
				continue
			}
			var text vec.Vector
			if err := Cast(vec.String, false).New()(&text, []*vec.Vector{&out}, 1); err != nil {
				t.Fatal(err)
			}
			if err := Cast(typ, false).New()(&again, []*vec.Vector{&text}, 1); err != nil || vec.Compare(out.Value(0), again.Value(0)) != 0 {
				t.Fatalf("%q as %s is %s, which reads as %s, %v", a, typ, show(out.Value(0)), show(again.Value(0)), err)
			}
		}
		zone, err := zoneOf([]byte(a), nil)
		if err == nil {
			zone.toUTC(zone.toLocal(0))
		}
	})
}

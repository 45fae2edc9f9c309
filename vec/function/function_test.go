package function

import (
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// topicTests are calls, one a line: the function, its arguments and what it gives, or "error: " and a part
// of the message. Arguments are JSON, undefined, or text behind the short name of another type; cast:int is CAST.
var topicTests = map[string]string{
	"comparison": comparisonTests, "arithmetic": arithmeticTests, "math": mathTests, "string": stringTests,
	"pattern": patternTests, "datetime": datetimeTests, "format": formatTests, "cast": castTests,
	"array": arrayTests, "object": objectTests, "search": searchTests,
}

var typePrefixes = map[string]vec.Type{
	"d:": vec.Date, "t:": vec.Time, "dt:": vec.Datetime, "ts:": vec.Timestamp, "mo:": vec.MonthInterval, "us:": vec.MicrosecondInterval,
}

func parseValue(t *testing.T, text string) vec.Value {
	t.Helper()
	if text == "undefined" {
		return vec.Value{byte(vec.Undefined)}
	}
	switch text {
	case "inf":
		return vec.FloatValue(1 / zero)
	case "-inf":
		return vec.FloatValue(-1 / zero)
	case "nan":
		return vec.FloatValue(zero / zero)
	}
	for prefix, typ := range typePrefixes {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			n, err := vec.ParseText(typ, []byte(rest))
			if err != nil {
				t.Fatalf("test value %s: %v", text, err)
			}
			return vec.IntValue(typ, n)
		}
	}
	if rest, ok := strings.CutPrefix(text, "x:"); ok {
		b, err := hex.DecodeString(rest)
		if err != nil {
			t.Fatalf("test value %s: %v", text, err)
		}
		return vec.AppendContent(nil, vec.Bytes, b)
	}
	if rest, ok := strings.CutPrefix(text, "u:"); ok {
		content, err := vec.ParseU256(rest)
		if err != nil {
			t.Fatalf("test value %s: %v", text, err)
		}
		return vec.AppendContent(nil, vec.U256, content[:])
	}
	var r jsonio.Reader
	v, err := r.Value(nil, []byte(text))
	if err != nil {
		t.Fatalf("test value %s: %v", text, err)
	}
	return v
}

var zero float64

// show is a value as tests write it.
func show(v vec.Value) string {
	if v.Type() == vec.Undefined {
		return "undefined"
	}
	for prefix, typ := range typePrefixes {
		if v.Type() == typ {
			return prefix + string(vec.AppendText(nil, typ, v.Int()))
		}
	}
	switch v.Type() {
	case vec.Float:
		return strings.ToLower(strings.Replace(strings.Trim(string(vec.AppendJSON(nil, v)), `"`), "Infinity", "inf", 1))
	case vec.Bytes:
		return "x:" + hex.EncodeToString(v.Content())
	case vec.U256:
		return "u:" + string(vec.AppendU256(nil, v.Content()))
	}
	return string(vec.AppendJSON(nil, v))
}

type testLine struct {
	text string
	f    *Function
	args []vec.Value
	want string
}

func parseLines(t *testing.T, text string) (lines []testLine) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		call, want, ok := strings.Cut(line, " => ")
		if !ok {
			t.Fatalf("%q has no =>", line)
		}
		words := strings.Split(call, " | ")
		l := testLine{text: line, want: want}
		if name, ok := strings.CutPrefix(words[0], "cast:"); ok {
			typ, known := vec.ParseType(strings.TrimPrefix(name, "try:"))
			if !known {
				t.Fatalf("%q: unknown type", line)
			}
			l.f = Cast(typ, strings.HasPrefix(name, "try:"))
		} else if l.f, ok = Lookup(words[0]); !ok {
			t.Fatalf("%q: unknown function", line)
		}
		for _, arg := range words[1:] {
			l.args = append(l.args, parseValue(t, arg))
		}
		lines = append(lines, l)
	}
	return lines
}

// eval gives the rows' answers, as tests write them.
func eval(f *Function, args []*vec.Vector, rows int) ([]string, error) {
	var out vec.Vector
	if err := f.New()(&out, args, rows); err != nil {
		return nil, err
	}
	answers := make([]string, rows)
	for i := range rows {
		answers[i] = show(out.Value(i))
		if got := out.Value(i).Type(); got.IsNull() != out.IsNull(i) {
			return nil, fmt.Errorf("row %d is %s, IsNull is %v", i, got, out.IsNull(i))
		}
		if err := vec.Check(append(vec.Value{}, out.AppendValue(nil, i)...), 100); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// The answer is the same for arguments in every form, and a null beside changes nothing.
func TestFunctions(t *testing.T) {
	for topic, text := range topicTests {
		t.Run(topic, func(t *testing.T) {
			for _, l := range parseLines(t, text) {
				checkLine(t, l)
			}
		})
	}
}

func checkLine(t *testing.T, l testLine) {
	for form, build := range forms {
		if l.f.whole != nil && strings.HasSuffix(form, "null") {
			continue // what it does with nulls is its own
		}
		args := make([]*vec.Vector, len(l.args))
		for k, v := range l.args {
			args[k] = build(v, k)
		}
		const rows = 5
		got, err := eval(l.f, args, rows)
		if want, ok := strings.CutPrefix(l.want, "error: "); ok {
			var e *Error
			if err == nil {
				t.Errorf("%s: %s gives %s, want an error", l.text, form, got[0])
			} else if !strings.Contains(err.Error(), want) || !asError(err, &e) {
				t.Errorf("%s: %s fails with %q", l.text, form, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %s fails with %q", l.text, form, err)
			continue
		}
		for i, answer := range got {
			want := l.want
			if i == 1 && strings.HasSuffix(form, "null") && len(args) > 0 {
				want = "null"
			}
			if answer != want {
				t.Errorf("%s: %s row %d gives %s", l.text, form, i, answer)
			}
		}
	}
}

// asError is errors.As, of the error itself.
func asError(err error, e **Error) bool {
	var ok bool
	*e, ok = err.(*Error)
	return ok
}

// forms hold argument k's value in five rows; where their names say so, row 1 is null.
var forms = map[string]func(v vec.Value, k int) *vec.Vector{
	"const":          func(v vec.Value, k int) *vec.Vector { return vec.NewConst(v, 5) },
	"flat":           func(v vec.Value, k int) *vec.Vector { return appended(v, v, v, v, v) },
	"flat with null": func(v vec.Value, k int) *vec.Vector { return appended(v, vec.NullValue(), v, v, v) },
	"a column and constants": func(v vec.Value, k int) *vec.Vector {
		if k > 0 {
			return vec.NewConst(v, 5)
		}
		return appended(v, v, v, v, v)
	},
	"a constant and columns": func(v vec.Value, k int) *vec.Vector {
		if k == 0 {
			return vec.NewConst(v, 5)
		}
		return appended(v, v, v, v, v)
	},
	"a dict and constants, with null": func(v vec.Value, k int) *vec.Vector {
		if k > 0 {
			return vec.NewConst(v, 5)
		}
		return dict(v, true)
	},
	"dict":              func(v vec.Value, k int) *vec.Vector { return dict(v, false) },
	"dict with null":    func(v vec.Value, k int) *vec.Vector { return dict(v, true) },
	"dynamic":           func(v vec.Value, k int) *vec.Vector { return dynamic(v, 0) },
	"dynamic with null": func(v vec.Value, k int) *vec.Vector { return dynamic(v, 2) },
}

func dict(v vec.Value, null bool) *vec.Vector {
	if v.IsNull() {
		return vec.NewConst(v, 5)
	}
	out := &vec.Vector{Type: v.Type(), Form: vec.Dict, Rows: 5, Codes: []uint32{0, 0, 1, 1, 0}, Values: appended(v, v)}
	if null {
		out.MakeValid(true)
		out.SetNull(1)
	}
	return out
}

// dynamic is a Dynamic vector whose rows are all v, but for row 1, which is v if row1 is 0 and null if it is 2.
func dynamic(v vec.Value, row1 uint32) *vec.Vector {
	other := vec.BoolValue(true)
	if v.Type() == vec.Bool {
		other = vec.IntValue(vec.Int, 1)
	}
	out := new(vec.Vector)
	out.Take(appended(v, other, vec.NullValue()), []uint32{0, row1, 0, 0, 0})
	return out
}

func appended(values ...vec.Value) *vec.Vector {
	out := new(vec.Vector)
	out.Reset(vec.Null)
	for _, v := range values {
		out.Append(v)
	}
	return out
}

// Every function stands in a table of tests, but for those without an answer to foresee.
func TestEveryFunctionIsTested(t *testing.T) {
	tested := map[string]bool{"random": true, "current_timestamp": true, "current_date": true, "current_time": true, "current_datetime": true}
	for _, text := range topicTests {
		for _, l := range parseLines(t, text) {
			tested[l.f.Name] = true
		}
	}
	for _, name := range Names() {
		if !tested[name] {
			t.Errorf("%s has no test", name)
		}
	}
	if n := len(Names()); n < 110 {
		t.Errorf("%d functions, want 110", n)
	}
}

// What plans are told agrees with what rows are.
func TestReturns(t *testing.T) {
	for _, text := range topicTests {
		for _, l := range parseLines(t, text) {
			if strings.HasPrefix(l.want, "error: ") {
				continue
			}
			var static, open []vec.Type
			var args []*vec.Vector
			for _, v := range l.args {
				static, open = append(static, v.Type()), append(open, vec.Dynamic)
				args = append(args, vec.NewConst(v, 1))
			}
			var out vec.Vector
			if err := l.f.New()(&out, args, 1); err != nil {
				t.Fatal(l.text, err)
			}
			got := out.TypeAt(0)
			if l.f.Name == "add" && !got.IsNull() && l.f.Returns(static) != got {
				t.Errorf("%s: the plan knows no type, but the arguments' are known", l.text)
			}
			for _, types := range [][]vec.Type{static, open} {
				if want := l.f.Returns(types); want != vec.Dynamic && got != want && !got.IsNull() {
					t.Errorf("%s: %v gives %s, Returns says %s", l.text, types, got, want)
				}
			}
		}
	}
}

func TestTable(t *testing.T) {
	for name, f := range functions {
		if f.Help == "" || f.Name != strings.ToLower(f.Name) {
			t.Errorf("%s: help %q, name %q", name, f.Help, f.Name)
		}
		ways := 0
		for _, set := range []bool{f.overloads != nil, f.pick != nil, f.whole != nil, f.Now != nil} {
			ways += b2i(set)
		}
		if ways != 1 {
			t.Errorf("%s has %d ways to be computed", name, ways)
		}
		if (f.pick != nil || f.whole != nil || f.Now != nil) && f.returns == nil {
			t.Errorf("%s does not say what it returns", name)
		}
		for i := range f.overloads {
			if o := &f.overloads[i]; (o.run == nil) == (o.make == nil) {
				t.Errorf("%s: overload %d", name, i)
			}
		}
	}
	extensions := map[string]string{} // what plans from elsewhere say must mean one function
	for name, f := range functions {
		urn, extension := f.Extension()
		if other := extensions[urn+extension]; name == f.Name && other != "" {
			t.Errorf("%s and %s are both Substrait's %s", name, other, extension)
		}
		if name == f.Name {
			extensions[urn+extension] = name
		}
	}
	for name, f := range aggregates {
		if urn, extension := f.Extension(); extensions[urn+extension] != "" {
			t.Errorf("%s and %s are both Substrait's %s", name, extensions[urn+extension], extension)
		}
		if f.Help == "" || f.Returns == nil || f.start == nil {
			t.Errorf("aggregate %s is not complete", name)
		}
	}
	for in, want := range map[string]string{"uper": "upper", "date_trunk": "date_trunc", "summ": "sum", "CONCTA": "concat", "qqqqqq": "", "research": "search", "rank": "", "millis": ""} {
		if got := Nearest(in); got != want {
			t.Errorf("nearest to %s is %q, want %q", in, got, want)
		}
	}
	if f, ok := Lookup("UPPER"); !ok || f.Name != "upper" {
		t.Error("UPPER is not found")
	}
	f, _ := Lookup("add")
	if urn, name := f.Extension(); urn != "extension:io.substrait:functions_arithmetic" || name != "add" {
		t.Error(urn, name)
	}
	f, _ = Lookup("time_bucket")
	if urn, name := f.Extension(); urn != OwnURN || name != "time_bucket" {
		t.Error(urn, name)
	}
}

func TestRandomType(t *testing.T) {
	f, _ := Lookup("random")
	if got := f.Returns(nil); got != vec.Float {
		t.Error(got)
	}
	if got := f.Returns([]vec.Type{vec.Int}); got != vec.Int {
		t.Error(got)
	}
}

func TestArity(t *testing.T) {
	for name, want := range map[string]string{
		"upper": "1 argument", "concat": "at least 1 argument", "substr": "2 to 3 arguments",
		"pi": "0 arguments", "power": "2 arguments",
	} {
		f, _ := Lookup(name)
		if got := f.Arity(); got != want {
			t.Errorf("%s takes %s, want %s", name, got, want)
		}
	}
	substr, _ := Lookup("substr")
	if substr.Takes(1) || !substr.Takes(2) || !substr.Takes(3) || substr.Takes(4) {
		t.Error("substr takes 2 or 3")
	}
}

// No rows ask for nothing.
func TestNoRows(t *testing.T) {
	for _, text := range topicTests {
		for _, l := range parseLines(t, text) {
			args := make([]*vec.Vector, len(l.args))
			for k := range args {
				args[k] = &vec.Vector{Type: l.args[k].Type()}
			}
			if _, err := eval(l.f, args, 0); err != nil {
				t.Errorf("%s without rows: %v", l.text, err)
			}
		}
	}
}

// Workers that call the same function share nothing (under the race detector).
func TestWorkers(t *testing.T) {
	var wait sync.WaitGroup
	for _, text := range topicTests {
		lines := parseLines(t, text)
		for range 2 {
			wait.Go(func() {
				for _, l := range lines {
					checkLine(t, l)
				}
			})
		}
	}
	wait.Wait()
}

// A query's start is the same for all; where there is a zone, its clocks'.
func TestNow(t *testing.T) {
	micros := int64(1_700_000_000_123_456)
	for _, test := range []struct{ name, zone, want string }{
		{"current_timestamp", "", "ts:2023-11-14T22:13:20.123456Z"},
		{"current_date", "", "d:2023-11-14"},
		{"current_date", "Asia/Tokyo", "d:2023-11-15"},
		{"current_time", "America/New_York", "t:17:13:20.123456"},
		{"current_datetime", "+02:00", "dt:2023-11-15T00:13:20.123456"},
	} {
		f, _ := Lookup(test.name)
		got, err := f.Now(micros, test.zone)
		if err != nil || show(got) != test.want {
			t.Errorf("%s(%s) = %s, %v; want %s", test.name, test.zone, show(got), err, test.want)
		}
	}
	f, _ := Lookup("current_date")
	if _, err := f.Now(micros, "Mars/Olympus"); err == nil {
		t.Error("a zone on Mars")
	}
}

func TestRandom(t *testing.T) {
	f, _ := Lookup("random")
	if !f.Volatile {
		t.Error("random is volatile")
	}
	var out vec.Vector
	if err := f.New()(&out, nil, 100); err != nil {
		t.Fatal(err)
	}
	same := true
	for _, x := range out.F64[:100] {
		if x < 0 || x >= 1 {
			t.Fatal(x)
		}
		same = same && x == out.F64[0]
	}
	if same {
		t.Error("all rows are the same")
	}
	if err := f.New()(&out, []*vec.Vector{vec.NewConst(vec.IntValue(vec.Int, 3), 100)}, 100); err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		if n := out.Value(i).Int(); n < 0 || n > 2 {
			t.Fatal(n)
		}
	}
	if err := f.New()(&out, []*vec.Vector{vec.NewConst(vec.IntValue(vec.Int, 0), 1)}, 1); err == nil {
		t.Error("random(0) has an answer")
	}
}

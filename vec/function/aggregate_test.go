package function

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// Rows are separated by ";", arguments by ",", as parseValue reads them; keys of an order stand behind them.
var aggregateTests = []struct {
	call string // name, "distinct", "limit n", "desc", "first" (nulls)
	args int
	rows string
	want string
}{
	{"count", 0, "; ; ", "3"},
	{"count", 1, "1; null; undefined; 2", "2"},
	{"count", 1, "", "0"},
	{"count distinct", 1, `1; 1.0; "1"; null; 2; "1"`, "3"},
	{"count_if", 1, "true; false; null; true", "2"},
	{"count_if", 1, "1", "error: function count_if: argument 1 is int, want bool"},
	{"sum", 1, "1; 2; null", "3"},
	{"sum", 1, "1; 2.5", "3.5"},
	{"sum", 1, "null; undefined", "null"},
	{"sum", 1, "", "null"},
	{"sum", 1, `1; "x"`, "error: function sum: argument 1 is string, want int or float"},
	{"sum", 1, "9223372036854775807; 1", "error: function sum: a sum of 2 ints is out of the range of int"},
	{"sum", 1, "9223372036854775807; 1; -1", "9223372036854775807"},
	{"sum distinct", 1, "2; 2; 3; 3.0", "5"},
	{"avg", 1, "1; 2", "1.5"},
	{"avg", 1, "9223372036854775807; 9223372036854775807", "9223372036854776000.0"},
	{"avg", 1, "null", "null"},
	{"avg", 1, "true", "error: function avg: argument 1 is bool, want int or float"},
	{"min", 1, "3; null; 1; 2", "1"},
	{"min", 1, "3; 2.5; 4", "2.5"},
	{"min", 1, `"b"; "a"; 1`, "1"},
	{"max", 1, `"b"; "ba"; "a"`, `"ba"`},
	{"max", 1, "1.5; nan; 2.5", "nan"},
	{"max", 1, "d:2024-01-31; d:2024-02-01", "d:2024-02-01"},
	{"max", 1, "[1, 2]; [1, 3]; [1]", "[1,3]"},
	{"max", 1, "null", "null"},
	{"min_by", 2, `"x", 3; "y", 1; "z", null`, `"y"`},
	{"max_by", 2, `"x", 3; null, 9; "z", null`, "null"},
	{"max_by", 2, `"x", "a"; "y", "b"`, `"y"`},
	{"arbitrary", 1, "null; 7; 7", "7"},
	{"bool_and", 1, "true; null; true", "true"},
	{"bool_and", 1, "true; false", "false"},
	{"bool_and", 1, "null", "null"},
	{"bool_or", 1, "false; true", "true"},
	{"bool_or", 1, "false", "false"},
	{"bool_or", 1, `"x"`, "error: argument 1 is string, want bool"},
	{"bitwise_and_agg", 1, "12; 10; null", "8"},
	{"bitwise_or_agg", 1, "12; 10", "14"},
	{"bitwise_xor_agg", 1, "12; 10", "6"},
	{"bitwise_xor_agg", 1, "1.5", "error: argument 1 is float, want int"},
	{"stddev", 1, "2; 4; 4; 4; 5; 5; 7; 9; null", fmt.Sprint(math.Sqrt(32.0 / 7))},
	{"stddev_pop", 1, "2; 4; 4; 4; 5; 5; 7; 9", "2.0"},
	{"variance", 1, "1; 2.0", "0.5"},
	{"variance", 1, "1", "null"},
	{"var_pop", 1, "1", "0.0"},
	{"approx_distinct", 1, `1; 1.0; "x"; null`, "2"},
	{"approx_distinct", 1, "", "0"},
	{"array_agg", 1, `3; null; "a"`, `[3,null,"a"]`},
	{"array_agg", 1, "", "null"},
	{"array_agg distinct", 1, "2; 1; 2; null; null", "[2,1,null]"},
	{"array_agg order", 1, "3, 3; 1, 1; 2, 2; 9, null", "[1,2,3,9]"},
	{"array_agg order desc first", 1, "3, 3; 1, 1; 2, 2; 9, null", "[9,3,2,1]"},
	{"array_agg order limit 2", 1, "3, 3; 1, 1; 2, 2", "[1,2]"},
	{"array_agg distinct order limit 2", 1, "3, 3; 1, 1; 1, 1; 2, 2", "[1,2]"},
	{"array_agg limit 0", 1, "3", "[]"},
	{"string_agg", 2, `"a", "-"; null, "-"; "b", "-"; "c", "+"`, `"a-b+c"`},
	{"string_agg order desc", 1, `"a", "a"; "b", "b"`, `"ba"`},
	{"string_agg", 1, "1", "error: argument 1 is int, want string"},
	{"string_agg", 1, "null", "null"},
	{"map_agg", 2, `"a", 1; "b", null; "a", 2; null, 3`, `{"a":2,"b":null}`},
	{"map_agg", 2, "1, 1", "error: a key is int, want string"},
	{"approx_percentile", 2, "1, 0.5; 2, 0.5; 4, 0.5; 3, 0.5", "2.5"},
	{"approx_percentile", 2, "1, 2", "error: the share is 2"},
	{"approx_percentile", 2, "1, null", "null"},
	{"percentile_disc", 2, "1, 0.5; 2, 0.5; 4, 0.5; 3, 0.5", "2"},
	{"median", 1, "5; 1; null; 3", "3.0"},
	{"median", 1, `"x"`, "error: argument 1 is string, want int or float"},
	{"mode", 1, `"b"; "a"; "b"; "a"; "c"`, `"a"`},
}

func parseCall(text string, args int) (f *AggregateFunction, call Call) {
	words := strings.Fields(text)
	f, _ = LookupAggregate(words[0])
	call = Call{Args: args, Limit: -1}
	for i, word := range words[1:] {
		switch word {
		case "distinct":
			call.Distinct = true
		case "order":
			call.Order = []Order{{}}
		case "desc":
			call.Order[0].Descending = true
		case "first":
			call.Order[0].NullsFirst = true
		case "limit":
			call.Limit, _ = strconv.ParseInt(words[i+2], 10, 64)
		}
	}
	return f, call
}

func TestAggregates(t *testing.T) {
	tested := map[string]bool{}
	for _, test := range aggregateTests {
		f, call := parseCall(test.call, test.args)
		tested[f.Name] = true
		a, err := f.New(call)
		if err != nil {
			t.Fatal(err)
		}
		args := make([]*vec.Vector, call.Args+len(call.Order))
		for k := range args {
			args[k] = appended()
		}
		rows := 0
		for row := range strings.SplitSeq(test.rows, ";") {
			if test.rows == "" {
				break
			}
			rows++
			for k, arg := range strings.SplitN(row, ",", max(len(args), 1)) {
				if len(args) > 0 {
					args[k].Append(parseValue(t, strings.TrimSpace(arg)))
				}
			}
		}
		var out vec.Vector
		if err = a.Update(nil, 1, args, rows); err == nil {
			err = a.Result(&out, 0, 1)
		}
		if want, ok := strings.CutPrefix(test.want, "error: "); ok {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s of %s: error is %v, want %s", test.call, test.rows, err, want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s of %s: %v", test.call, test.rows, err)
		} else if got := show(out.Value(0)); got != test.want && got != test.want+".0" {
			t.Errorf("%s of %s is %s, want %s", test.call, test.rows, got, test.want)
		}
		if held := a.Bytes(); held < 0 || held == 0 && strings.HasPrefix(test.want, "[") {
			t.Errorf("%s holds %d bytes", test.call, a.Bytes())
		}
	}
	for _, name := range AggregateNames() {
		if !tested[name] {
			t.Errorf("%s has no test", name)
		}
	}
}

// columns of random values of one kind, in which nulls are frequent.
var columnKinds = map[string]func(r *rand.Rand) vec.Value{
	"ints":   func(r *rand.Rand) vec.Value { return vec.IntValue(vec.Int, r.Int64N(9)-4) },
	"floats": func(r *rand.Rand) vec.Value { return vec.FloatValue(float64(r.IntN(40)) / 4) },
	"numbers": func(r *rand.Rand) vec.Value {
		if r.IntN(2) == 0 {
			return vec.IntValue(vec.Int, r.Int64N(9))
		}
		return vec.FloatValue(float64(r.IntN(40)) / 4)
	},
	"strings": func(r *rand.Rand) vec.Value { return vec.StringValue(strings.Repeat("ab", r.IntN(9))) },
	"bools":   func(r *rand.Rand) vec.Value { return vec.BoolValue(r.IntN(3) > 0) },
	"mixed": func(r *rand.Rand) vec.Value {
		if r.IntN(2) == 0 {
			return vec.StringValue(string(rune('a' + r.IntN(5))))
		}
		return vec.IntValue(vec.Int, r.Int64N(5))
	},
	"dates": func(r *rand.Rand) vec.Value { return vec.IntValue(vec.Date, r.Int64N(50)) },
}

var randomCalls = map[string]string{
	"count":                    "ints floats strings mixed dates",
	"count distinct":           "ints floats numbers strings mixed dates bools",
	"count_if":                 "bools",
	"sum":                      "ints floats numbers",
	"sum distinct":             "ints floats",
	"avg":                      "ints floats numbers",
	"min":                      "ints floats numbers strings mixed dates",
	"max":                      "ints floats numbers strings mixed dates",
	"bool_and":                 "bools",
	"bool_or":                  "bools",
	"bitwise_and_agg":          "ints",
	"bitwise_or_agg":           "ints",
	"bitwise_xor_agg":          "ints",
	"stddev":                   "ints floats numbers",
	"variance":                 "ints floats numbers",
	"approx_distinct":          "ints strings mixed",
	"array_agg order":          "ints floats strings mixed dates",
	"array_agg order limit 3":  "ints strings mixed",
	"array_agg distinct order": "ints strings",
	"string_agg order":         "strings",
	"min_by":                   "ints floats strings",
	"max_by":                   "ints mixed",
	"median":                   "ints floats numbers",
	"mode":                     "ints strings",
}

// However rows are cut into batches, in whatever form, and spread over workers whose states are merged, each
// group's answer is that of its rows one by one.
func TestAggregatesGrouped(t *testing.T) {
	for text, kinds := range randomCalls {
		for kind := range strings.FieldsSeq(kinds) {
			for seed := range uint64(6) {
				checkGrouped(t, text, kind, rand.New(rand.NewPCG(seed, 7)))
			}
		}
	}
}

func checkGrouped(t *testing.T, text, kind string, r *rand.Rand) {
	t.Helper()
	groups := []int{1, 3, 70}[r.IntN(3)]
	f, call := parseCall(text, 1)
	call.Args = max(call.Args, f.MinArgs)
	var workers [2]Aggregate
	maps := [2][]int{r.Perm(groups), r.Perm(groups)} // group -> the worker's number for it
	single := make([]Aggregate, groups)
	start := func() Aggregate {
		a, err := f.New(call)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	workers[0], workers[1] = start(), start()
	for g := range single {
		single[g] = start()
	}
	check := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatalf("%s of %s: %v", text, kind, err)
		}
	}
	for range 6 {
		rows := 1 + r.IntN(150)
		values := randomColumn(r, columnKinds[kind], rows)
		args := slices.Repeat([]*vec.Vector{values}, call.Args+len(call.Order))
		numbers, w := make([]uint32, rows), r.IntN(2)
		for i := range numbers {
			g := r.IntN(groups)
			numbers[i] = uint32(maps[w][g])
			one := vec.NewConst(values.Value(i), 1)
			check(single[g].Update(nil, 1, slices.Repeat([]*vec.Vector{one}, len(args)), 1))
		}
		if groups == 1 && r.IntN(2) == 0 {
			numbers = nil
		}
		check(workers[w].Update(numbers, groups, args, rows))
	}
	mapping := make([]uint32, groups)
	for g := range groups {
		mapping[maps[1][g]] = uint32(maps[0][g])
	}
	some, others := slices.Clone(mapping), slices.Clone(mapping) // some groups first, the others afterwards
	for g := range mapping {
		if r.IntN(2) == 0 {
			some[g] = Skip
		} else {
			others[g] = Skip
		}
	}
	check(workers[0].Merge(workers[1], some, groups))
	check(workers[0].Merge(workers[1], others, groups))
	var all, one vec.Vector
	half := groups / 2
	for g := range groups {
		n := maps[0][g]
		from, to := 0, half
		if n >= half {
			from, to = half, groups
		}
		check(workers[0].Result(&all, from, to))
		check(single[g].Result(&one, 0, 1))
		if got, want := all.Value(n-from), one.Value(0); !closeTo(f.Name, got, want) {
			t.Fatalf("%s of %s: group %d of %d is %s, want %s", text, kind, g, groups, show(got), show(want))
		}
	}
}

// closeTo forgives rounding, and sketches.
func closeTo(name string, got, want vec.Value) bool {
	if got.Type() == vec.Float && want.Type() == vec.Float {
		return got.Float() == want.Float() || math.Abs(got.Float()-want.Float()) < 1e-9
	}
	if name == "array_agg" { // equal numbers may come as int or float
		return vec.Equal(got, want)
	}
	return show(got) == show(want)
}

// randomColumn is Flat, Dynamic, Const or a Dict.
func randomColumn(r *rand.Rand, value func(*rand.Rand) vec.Value, rows int) *vec.Vector {
	out := appended()
	if r.IntN(5) == 0 {
		out.SetConst(value(r), rows)
		return out
	}
	if r.IntN(3) == 0 {
		dictionary := appended()
		for range 10 {
			dictionary.Append(value(r))
		}
		if dictionary.Type != vec.Dynamic {
			out = &vec.Vector{Type: dictionary.Type, Form: vec.Dict, Rows: rows, Values: dictionary}
			for range rows {
				out.Codes = append(out.Codes, r.Uint32N(10))
			}
			out.MakeValid(true)
			out.SetNull(r.IntN(rows))
			return out
		}
	}
	nulls := r.IntN(2) == 0
	for range rows {
		switch n := r.IntN(6); {
		case nulls && n == 0:
			out.Append(vec.NullValue())
		case nulls && n == 1:
			out.Append(nil)
		default:
			out.Append(value(r))
		}
	}
	return out
}

// Sums of ints do not depend on the order of rows, even past int's range on the way.
func TestSumOverflowOrder(t *testing.T) {
	f, _ := LookupAggregate("sum")
	a, _ := f.New(Call{Args: 1, Limit: -1})
	groups := []uint32{0, 1, 0, 1, 0}
	x := appended(vec.IntValue(vec.Int, math.MaxInt64), vec.IntValue(vec.Int, math.MinInt64), vec.IntValue(vec.Int, 5),
		vec.IntValue(vec.Int, -1), vec.IntValue(vec.Int, -6))
	if err := a.Update(groups, 2, []*vec.Vector{x}, 5); err != nil {
		t.Fatal(err)
	}
	var out vec.Vector
	if err := a.Result(&out, 0, 1); err != nil || out.I64[0] != math.MaxInt64-1 {
		t.Errorf("%d, %v", out.I64[0], err)
	}
	if err := a.Result(&out, 1, 2); err == nil {
		t.Error("no error for a sum below int's range")
	}
}

// ARBITRARY is one of the group's values, and not null where there is one.
func TestArbitraryMerged(t *testing.T) {
	f, _ := LookupAggregate("arbitrary")
	a, _ := f.New(Call{Args: 1, Limit: -1})
	b, _ := f.New(Call{Args: 1, Limit: -1})
	null, seven := appended(vec.NullValue(), vec.NullValue()), appended(vec.IntValue(vec.Int, 7), vec.NullValue())
	if err := a.Update([]uint32{0, 1}, 2, []*vec.Vector{null}, 2); err != nil {
		t.Fatal(err)
	}
	if err := b.Update([]uint32{0, 1}, 2, []*vec.Vector{seven}, 2); err != nil {
		t.Fatal(err)
	}
	var out vec.Vector
	if err := a.Merge(b, nil, 2); err != nil {
		t.Fatal(err)
	}
	if err := a.Result(&out, 0, 3); err != nil || show(out.Value(0)) != "7" || !out.IsNull(1) || !out.IsNull(2) {
		t.Errorf("%s, %v", show(out.Value(0)), err)
	}
}

// A collector with a limit does not keep what cannot count.
func TestCollectorPrunes(t *testing.T) {
	f, _ := LookupAggregate("array_agg")
	a, _ := f.New(Call{Args: 1, Order: []Order{{}}, Limit: 2})
	n := int64(100_000)
	for n > 0 {
		x := appended()
		for range 1000 {
			n--
			x.Append(vec.IntValue(vec.Int, n))
		}
		if err := a.Update(nil, 1, []*vec.Vector{x, x}, 1000); err != nil {
			t.Fatal(err)
		}
	}
	if kept := len(a.(*named).Aggregate.(*collector).groups); kept > pruneRows+2000 {
		t.Errorf("%d rows are kept", kept)
	}
	var out vec.Vector
	if err := a.Result(&out, 0, 1); err != nil || show(out.Value(0)) != "[0,1]" {
		t.Errorf("%s, %v", show(out.Value(0)), err)
	}
}

// Slots give back the memory of values that were replaced.
func TestSlotsCompact(t *testing.T) {
	var s slots
	s.grow(2)
	s.set(1, vec.StringValue("stays"))
	for n := range 3000 {
		s.set(0, vec.StringValue(strings.Repeat("x", n)))
	}
	if string(s.get(1).Content()) != "stays" || len(s.get(0).Content()) != 2999 {
		t.Error("values are lost")
	}
	if len(s.data) > 2*s.live+garbageBytes {
		t.Errorf("%d bytes for %d", len(s.data), s.live)
	}
}

func TestApproxDistinct(t *testing.T) {
	f, _ := LookupAggregate("approx_distinct")
	a, _ := f.New(Call{Args: 1, Limit: -1})
	const values = 200_000
	for from := int64(0); from < values; from += 10_000 {
		x := appended()
		for n := range int64(10_000) {
			x.Append(vec.IntValue(vec.Int, from+n))
		}
		if err := a.Update(nil, 1, []*vec.Vector{x}, 10_000); err != nil {
			t.Fatal(err)
		}
	}
	var out vec.Vector
	if err := a.Result(&out, 0, 1); err != nil {
		t.Fatal(err)
	}
	if off := math.Abs(float64(out.I64[0]-values)) / values; off > 0.03 {
		t.Errorf("%d of %d", out.I64[0], values)
	}
}

func TestAggregateArity(t *testing.T) {
	f, _ := LookupAggregate("SUM")
	if _, err := f.New(Call{Args: 2, Limit: -1}); err == nil || err.Error() != "function sum: takes 1 argument, not 2" {
		t.Error(err)
	}
	f, _ = LookupAggregate("count")
	if _, err := f.New(Call{Distinct: true, Limit: -1}); err == nil {
		t.Error("COUNT(DISTINCT *)")
	}
	if f.Takes(2) || !f.Takes(0) {
		t.Error("count takes 0 or 1")
	}
}

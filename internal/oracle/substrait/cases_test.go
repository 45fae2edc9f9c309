// Package substrait runs the function cases of the Substrait specification: each becomes a plan, made by
// substrait-go and run by a server.
package substrait

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/substrait-io/substrait"
	"github.com/substrait-io/substrait-go/v8/expr"
	"github.com/substrait-io/substrait-go/v8/extensions"
	"github.com/substrait-io/substrait-go/v8/functions"
	build "github.com/substrait-io/substrait-go/v8/plan"
	"github.com/substrait-io/substrait-go/v8/testcases/parser"
	"github.com/substrait-io/substrait-go/v8/types"
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/proto"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
)

// differs are cases whose answers are deliberately others, by their text, and why. The first row that
// matches counts.
var differs = []struct {
	text   *regexp.Regexp
	reason string
}{
	{regexp.MustCompile(`decimal`), "decimals are floats"},
	{regexp.MustCompile(`^\w+\(.*::i(8|16|32)\b.*overflow:ERROR`), "ints have 64 bits, and go out of range there"},
	{regexp.MustCompile(`^shift_right_unsigned\(-.*::i32`), "ints have 64 bits"},
	{regexp.MustCompile(`^add\(.*::date, 'P.D'::interval_day`), "a date and days are a date, no timestamp"},
	{regexp.MustCompile(`^regexp_count_substring\('abcdefc'::string, '\(\.\*\)c\?'`), "RE2: no empty match directly behind a match"},
	{regexp.MustCompile(`on_domain_error:NAN\] = null`), "NaN where NaN is asked for, not null"},
	{regexp.MustCompile(`^string_split\(.*, null::string\?\)`), "a function of null is null"},

	// The specification's description of the function says otherwise.
	{regexp.MustCompile(`^regexp_replace\(.*'(, bcdef| 1bcdef|addcabcabc)'::string$`), "mistaken: all matches are replaced"},
	{regexp.MustCompile(`^shift_left\(301989888::i64, 8`), "mistaken: 301989888 * 256 is 77309411328"},
	{regexp.MustCompile(`^extract\(MONDAY_DAY_OF_WEEK`), "mistaken: a Sunday is day 7"},
}

// tolerance is how far a float may be off, relative to the larger, by the type wanted.
var tolerance = map[string]float64{"fp32": 1e-6, "fp64": 1e-12}

// TestConformanceFunctions fails on wrong answers. What is not supported yet is counted by reason.
func TestConformanceFunctions(t *testing.T) {
	s, err := server.Open(t.Context(), server.Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	passed, failed, leftOut := 0, 0, map[string]int{}
	cases := substrait.GetSubstraitTestsFS()
	err = fs.WalkDir(cases, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := parser.ParseTestCaseFileFromFS(cases, path)
		if err != nil {
			leftOut["files that substrait-go does not parse"]++
			return nil
		}
		for _, c := range file.TestCases {
			reason, err := run(s, c)
			if err != nil {
				reason = deliberate(c)
			}
			switch {
			case reason != "":
				leftOut[reason]++
			case err != nil:
				failed++
				t.Errorf("%s: %s: %v", path, c, err)
			default:
				passed++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	lines := ""
	for _, reason := range slices.SortedFunc(maps.Keys(leftOut), func(a, b string) int {
		return cmp.Or(cmp.Compare(leftOut[b], leftOut[a]), cmp.Compare(a, b))
	}) {
		total += leftOut[reason]
		lines += fmt.Sprintf("\n%8d  %s", leftOut[reason], reason)
	}
	t.Logf("Substrait function cases: %d passed, %d failed, %d left out%s", passed, failed, total, lines)
}

// deliberate is the reason why a case's answer may be another; "" if there is none.
func deliberate(c *parser.TestCase) string {
	for _, d := range differs {
		if d.text.MatchString(c.String()) {
			return d.reason
		}
	}
	return ""
}

// run runs a case. The reason is why it is left out.
func run(s *server.Server, c *parser.TestCase) (reason string, err error) {
	encoded, err := encode(c)
	if err != nil {
		return "substrait-go makes no plan of it: " + err.Error(), nil
	}
	got := &answer{}
	_, err = s.Query(context.Background(), server.Request{Substrait: encoded}, got)
	if missing, ok := notYet(err); ok {
		return missing, nil
	}
	switch {
	case c.Result.SubstraitError != nil && c.Result.SubstraitError.Error == "ERROR":
		if err == nil {
			return "", fmt.Errorf("got %s, want an error", got)
		}
		return "", nil
	case err != nil:
		return "", err
	case len(got.values) != 2:
		return "", fmt.Errorf("%d values", len(got.values))
	}
	if c.Result.SubstraitError == nil && !equal(got.values[0], got.values[1], tolerance[c.Result.Type.ShortString()]) {
		return "", fmt.Errorf("got %s", got)
	}
	return "", nil
}

// notYet is the reason to leave a case out that needs something still to be built.
func notYet(err error) (reason string, ok bool) {
	const mark = "not supported yet: "
	var e *plan.Error
	if !errors.As(err, &e) {
		return "", false
	}
	_, what, ok := strings.Cut(e.Message, mark)
	what, _, _ = strings.Cut(what, " of ") // the extension's name, or an option's function
	what, _, _ = strings.Cut(what, " (")   // the place in the plan
	return mark + what, ok
}

// encode makes a plan of one row: the function's value, and the value wanted, which is null where an error
// is wanted or nothing at all.
func encode(c *parser.TestCase) ([]byte, error) {
	collection := extensions.GetDefaultCollectionWithNoError()
	b := build.NewBuilder(collection)
	registry, known := b.GetExprBuilder().Reg, functions.NewFunctionRegistry(collection)
	want, ok := c.Result.Value.(expr.Expression)
	if !ok {
		want = expr.NewNullLiteral(&types.BooleanType{Nullability: types.NullabilityNullable})
	}
	var root build.Rel
	var columns [][]expr.Literal
	if c.FuncType == parser.ScalarFuncType {
		call, err := c.GetScalarFunctionInvocation(&registry, known)
		if err != nil {
			return nil, errors.New("no such signature")
		}
		one, err := b.VirtualTable([]string{"one"}, expr.StructLiteralValue{expr.NewPrimitiveLiteral(int64(1), false)})
		if err != nil {
			return nil, err
		}
		if root, err = b.ProjectRemap(one, []int32{1, 2}, call, want); err != nil {
			return nil, err
		}
	} else {
		call, err := c.GetAggregateFunctionInvocation(&registry, known)
		if err != nil {
			return nil, errors.New("no such signature")
		}
		if columns, err = c.GetAggregateColumnsData(); err != nil {
			return nil, err
		}
		var names []string
		for i := range c.GetArgTypes() {
			names = append(names, fmt.Sprintf("col%d", i))
		}
		table, err := b.EmptyVirtualTable(names, c.GetArgTypes())
		if err != nil {
			return nil, err
		}
		groups, err := b.AggregateColumns(table, []build.AggRelMeasure{b.Measure(call, nil)})
		if err != nil {
			return nil, err
		}
		if root, err = b.Project(groups, want); err != nil {
			return nil, err
		}
	}
	p, err := b.Plan(root, []string{"got", "want"})
	if err != nil {
		return nil, err
	}
	message, err := p.ToProto()
	if err != nil {
		return nil, err
	}
	if columns != nil {
		project := message.GetRelations()[0].GetRoot().GetInput().GetProject()
		table := project.GetInput().GetAggregate().GetInput().GetRead().GetVirtualTable()
		table.Expressions = rows(columns)
	}
	return proto.Marshal(message)
}

// rows are what an aggregate function is of. They are put into the message, since substrait-go makes no
// table of constants some of which can be null.
func rows(columns [][]expr.Literal) []*pb.Expression_Nested_Struct {
	var rows []*pb.Expression_Nested_Struct
	for _, column := range columns {
		for r, v := range column {
			if r == len(rows) {
				rows = append(rows, &pb.Expression_Nested_Struct{})
			}
			rows[r].Fields = append(rows[r].Fields, v.ToProto())
		}
	}
	return rows
}

// answer is a server.Receiver for one row.
type answer struct{ values []vec.Value }

func (*answer) Fields([]plan.Field) error { return nil }

func (a *answer) Batch(b *vec.Batch) error {
	for _, v := range b.Columns {
		a.values = append(a.values, slices.Clone(v.Value(0)))
	}
	return nil
}

func (a *answer) String() string {
	var text []string
	for _, v := range a.values {
		text = append(text, string(vec.AppendJSON(nil, v)))
	}
	return strings.Join(text, ", want ")
}

// equal compares numbers by value, the rest as it is.
func equal(got, want vec.Value, tolerance float64) bool {
	a, ok := number(got)
	b, ok2 := number(want)
	if ok && ok2 {
		return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tolerance*max(math.Abs(a), math.Abs(b))
	}
	return got.IsNull() && want.IsNull() || got.Same(want)
}

func number(v vec.Value) (float64, bool) {
	switch v.Type() {
	case vec.Int:
		return float64(v.Int()), true
	case vec.Float:
		return v.Float(), true
	}
	return 0, false
}

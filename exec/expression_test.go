package exec

import (
	"errors"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

var (
	yes  = lit(vec.BoolValue(true))
	no   = lit(vec.BoolValue(false))
	null = lit(vec.NullValue())
	str  = vec.StringValue
)

// column makes a batch's column of any values.
func values1(values ...vec.Value) *vec.Vector {
	v := &vec.Vector{}
	v.Reset(vec.Null)
	for _, x := range values {
		v.Append(x)
	}
	return v
}

// evalText evaluates e for a batch and gives the rows as JSON.
func evalText(t *testing.T, e plan.Expr, columns ...*vec.Vector) (string, error) {
	t.Helper()
	evaluator, err := (&env{}).evaluator(e)
	if err != nil {
		return "", err
	}
	b := &vec.Batch{Rows: columns[0].Rows, Columns: columns}
	var first string
	for range 2 { // the second time with vectors that were used
		v, err := evaluator.eval(b)
		if err != nil {
			return "", err
		}
		var cells []string
		for i := range b.Rows {
			cells = append(cells, string(vec.AppendJSON(nil, v.Value(i))))
		}
		text := strings.Join(cells, " ")
		if first != "" && text != first {
			t.Errorf("second evaluation gives %s, the first gave %s", text, first)
		}
		first = text
	}
	return first, nil
}

func TestForms(t *testing.T) {
	x := values1(num(0), num(1), num(2), vec.NullValue(), num(4))
	inverse := fn("divide", lit(num(12)), ref(0)) // fails for 0
	isZero := fn("equal", ref(0), lit(num(0)))
	tests := []struct {
		name string
		expr plan.Expr
		want string
	}{
		{"and", fn("and", fn("gt", ref(0), lit(num(0))), fn("lt", ref(0), lit(num(4)))), "false true true null false"},
		{"and with null", fn("and", fn("gt", ref(0), lit(num(1))), null), "false false null null null"},
		{"or with null", fn("or", fn("gt", ref(0), lit(num(1))), null), "null null true null true"},
		{"and guards what may fail", fn("and", fn("not", isZero), fn("gt", inverse, lit(num(5)))), "false true true null false"},
		{"or guards what may fail", fn("or", isZero, fn("gt", inverse, lit(num(5)))), "true true true null false"},
		{"not", fn("not", isZero), "false true true null true"},
		{"case guards what may fail", &plan.Case{Arms: []plan.Arm{{When: isZero, Then: lit(num(-1))}}, Else: inverse}, "-1 12 6 null 3"},
		{"case without else", &plan.Case{Arms: []plan.Arm{{When: isZero, Then: lit(str("zero"))}}}, `"zero" null null null null`},
		{"case of several types", &plan.Case{Arms: []plan.Arm{
			{When: isZero, Then: lit(str("zero"))}, {When: fn("is_null", ref(0)), Then: lit(vec.FloatValue(0.5))},
		}, Else: ref(0)}, `"zero" 1 2 0.5 4`},
		{"if", fn("if", isZero, lit(num(7)), inverse), "7 12 6 null 3"},
		{"coalesce", fn("coalesce", ref(0), lit(num(9))), "0 1 2 9 4"},
		{"coalesce guards what may fail", fn("coalesce", ref(0), inverse), "0 1 2 null 4"},
		{"coalesce of constants", fn("coalesce", null, lit(num(3))), "3 3 3 3 3"},
		{"try", fn("try", inverse), "null 12 6 null 3"},
		{"in", &plan.InList{Value: ref(0), Options: []plan.Expr{lit(num(1)), lit(vec.FloatValue(4))}}, "false true false null true"},
		{"in with null", &plan.InList{Value: ref(0), Options: []plan.Expr{lit(num(1)), null}}, "null true null null null"},
		{"in with another type", &plan.InList{Value: ref(0), Options: []plan.Expr{lit(num(1)), lit(str("a"))}}, "null true null null null"},
		{"in of expressions", &plan.InList{Value: ref(0), Options: []plan.Expr{fn("add", ref(0), lit(num(0))), lit(num(1))}}, "true true true null true"},
	}
	for _, test := range tests {
		got, err := evalText(t, test.expr, x)
		if err != nil || got != test.want {
			t.Errorf("%s: got %s, %v; want %s", test.name, got, err, test.want)
		}
	}
}

func TestErrorsHaveTheirPlace(t *testing.T) {
	e := &plan.Call{Function: "divide", Args: []plan.Expr{lit(num(1)), ref(0)}, T: vec.Int, At: plan.Position{Line: 3, Column: 9}}
	_, err := evalText(t, e, values1(num(1), num(0)))
	var caller *plan.Error
	if !errors.As(err, &caller) || caller.Line != 3 || caller.Column != 9 || !strings.Contains(err.Error(), "zero") {
		t.Errorf("got %v, want a division by zero at line 3, column 9", err)
	}
	_, err = evalText(t, fn("and", ref(0), yes), values1(num(1)))
	if err == nil || !strings.Contains(err.Error(), "a condition is int, want bool") {
		t.Errorf("got %v, want a condition of a wrong type", err)
	}
}

// TestDictionariesAnswerAsTheirValues evaluates on dictionary columns, with nulls, constant ones and ones
// whose unused values fail.
func TestDictionariesAnswerAsTheirValues(t *testing.T) {
	words := values1(str("12"), str("x"), str("7"))
	dict := &vec.Vector{Type: vec.String, Form: vec.Dict, Rows: 5, Codes: []uint32{0, 2, 1, 0, 0}, Values: words, Valid: []uint64{0b11011}}
	flat := values1(str("12"), str("7"), vec.NullValue(), str("12"), str("12"))
	for name, e := range map[string]plan.Expr{
		"comparison":                   fn("lt", ref(0), lit(str("5"))),
		"function":                     fn("concat", ref(0), lit(str("!"))),
		"cast, fails for no row":       &plan.Cast{Input: ref(0), To: vec.Int},
		"is null":                      fn("is_null", ref(0)),
		"typeof":                       fn("typeof", ref(0)),
		"two dictionaries":             fn("equal", ref(0), ref(0)),
		"membership":                   &plan.InList{Value: ref(0), Options: []plan.Expr{lit(str("7"))}},
		"condition that cannot be had": fn("and", fn("equal", ref(0), lit(str("12"))), no),
	} {
		got, err := evalText(t, e, dict)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want, err := evalText(t, e, flat); err != nil || got != want {
			t.Errorf("%s: dictionary gives %s, plain values %s, %v", name, got, want, err)
		}
	}
}

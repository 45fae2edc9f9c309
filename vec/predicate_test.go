package vec

import "testing"

func TestPredicateString(t *testing.T) {
	path := Path{"a", "b c"}
	many := make([]Value, 9)
	for i := range many {
		many[i] = num(int64(i))
	}
	for _, test := range []struct {
		p    Predicate
		want string
	}{
		{Predicate{Op: OpIn, Values: []Value{num(1)}}, `a."b c" = 1`},
		{Predicate{Op: OpIn, Values: []Value{num(1), StringValue("x")}}, `a."b c" in (1, "x")`},
		{Predicate{Op: OpIn, Values: many}, `a."b c" in (0, 1, 2, 3, 4, 5, 6, 7, ...)`},
		{Predicate{Op: OpPrefix, Values: []Value{StringValue("x")}}, `a."b c" starts with "x"`},
		{Predicate{Op: OpExists}, `a."b c" is not null`},
		{Predicate{Op: OpRange, Low: num(1)}, `a."b c" >= 1`},
		{Predicate{Op: OpRange, Low: num(1), LowOpen: true, High: FloatValue(2)}, `a."b c" > 1 and a."b c" <= 2.0`},
		{Predicate{Op: OpRange, High: num(1), HighOpen: true}, `a."b c" < 1`},
	} {
		if test.p.Path = path; test.p.String() != test.want {
			t.Errorf("got %s, want %s", test.p, test.want)
		}
	}
}

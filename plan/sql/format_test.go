package sql

import "testing"

func TestFormatParts(t *testing.T) {
	s, err := Parse(`SELECT CAST(SUM(a) OVER (ORDER BY b) AS varchar(3)[]) FROM ws.t AS "select", UNNEST(c), sequence(1, 2), (SELECT 1 UNION SELECT 2)`)
	if err != nil {
		t.Fatal(err)
	}
	sel := s.(*Query).Body.(*Select)
	cast := sel.Items[0].Expr.(*Cast)
	source := func(i int) Source { return sel.From[i].(*TableRef).Source }
	for _, c := range []struct {
		node Node
		want string
	}{
		{cast.Type, "varchar(3)[]"},
		{cast.Expr.(*Call).Over, "(ORDER BY b)"},
		{sel.From[0], `ws.t AS "select"`},
		{sel.From[0].(*TableRef).Alias, `"select"`},
		{source(0), "ws.t"},
		{source(1), "UNNEST(c)"},
		{source(2), "SEQUENCE(1, 2)"},
		{source(3), "SELECT 1 UNION SELECT 2"},
		{source(3).(*Query).Body.(*SetOperation).Left, "SELECT 1"},
	} {
		if got := Format(c.node); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// A sign and an arrow get parentheses after them where a number or string would join them.
func TestFormatNegated(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"-(1 + 2)", "-(1 + 2)"},
		{"-((1)[1])", "-(1[1])"},
		{"-((a IS NULL)[1:2])", "-(a IS NULL)[1 : 2]"},
		{"f(x -> (1 BETWEEN x AND 2))", "F(x -> (1 BETWEEN x AND 2))"},
		{"f(x -> ('a' LIKE x) = TRUE)", "F(x -> ('a' LIKE x = TRUE))"},
		{"f(x -> (1 + x) * 2)", "F(x -> (1 + x) * 2)"},
		{"f(x -> 1 IN (x))", "F(x -> (1 IN (x)))"},
		{"f(x -> 1 = ANY (x) IS NULL)", "F(x -> (1 = ANY (x) IS NULL))"},
	} {
		s, e := parseExpr(t, c.text)
		if got := Format(e); got != c.want {
			t.Errorf("%s: got %s, want %s", c.text, got, c.want)
		}
		roundTrip(t, s)
	}
}

package sql

import (
	"math"
	"reflect"
	"testing"
)

// parseExpr is the expression in SELECT expression.
func parseExpr(t *testing.T, text string) (Statement, Expr) {
	t.Helper()
	s, err := Parse("SELECT " + text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	items := s.(*Query).Body.(*Select).Items
	if len(items) != 1 || items[0].Alias.Text != "" {
		t.Fatalf("%s: got %s", text, Format(s))
	}
	return s, items[0].Expr
}

func TestExpressions(t *testing.T) {
	for _, c := range []struct{ text, want string }{ // "": the same
		// precedence and associativity
		{"a OR b AND NOT c = d", ""},
		{"(a OR b) AND NOT (c AND d)", ""},
		{"NOT NOT a", ""},
		{"NOT a IS NULL", ""},
		{"(NOT a) IS NULL", ""},
		{"a = b IS NULL", ""},
		{"a = (b IS NULL)", ""},
		{"a IS NULL = b", "(a IS NULL) = b"},
		{"(a = b) = c", ""},
		{"a = b LIKE c", ""},
		{"a LIKE b = c", ""},
		{"a < b + c * d ^ e", ""},
		{"((a + b) * c) ^ d", ""},
		{"a - (b - c) - d", ""},
		{"(a - b) - c", "a - b - c"},
		{"a ^ b ^ c", ""},
		{"a || b + c", ""},
		{"(a || b) + c", ""},
		{"-a ^ b", ""},
		{"-(a ^ b)", ""},
		{"- -a", "-(-a)"},
		{"-(-1)", ""},
		{"- - 1", "-(-1)"},
		{"-(1)", "-1"},
		{"+1", "+(1)"},
		{"+a - -b", ""},
		{"-1 ^ 2", ""},
		{"2 ^ -1", ""},
		{"-a[1].b", ""},
		{"(-a)[1]", ""},
		{"~a & b | c # d << e >> f", ""},
		{"a & ~b", "a & (~b)"},
		{"~(a + b)", "~a + b"},
		{"a AT TIME ZONE 'UTC' + b", ""},
		{"(a + b) AT TIME ZONE c", ""},
		{"a BETWEEN 1 AND 2 AND b", ""},
		{"a NOT BETWEEN SYMMETRIC 1 + 1 AND 2 || 3", ""},
		{"a BETWEEN (b AND c) AND d", ""},
		{"a == b AND c != d AND e <> f", "a = b AND c <> d AND e <> f"},
		// IS
		{"a IS NOT NULL OR b IS UNDEFINED OR c IS NOT UNDEFINED", ""},
		{"a IS TRUE AND b IS NOT FALSE AND c IS UNKNOWN", ""},
		{"a IS DISTINCT FROM b + 1 AND c IS NOT DISTINCT FROM d", ""},
		{"a ISNULL AND b NOTNULL", "a IS NULL AND b IS NOT NULL"},
		// IN, LIKE, quantifiers
		{"a IN (1, 2) AND b NOT IN (SELECT c FROM t)", ""},
		{"(a, b) IN ((1, 2), (3, 4))", "ROW(a, b) IN (ROW(1, 2), ROW(3, 4))"},
		{"a IN ((SELECT 1) UNION (SELECT 2))", "a IN (SELECT 1 UNION SELECT 2)"},
		{"a IN ((SELECT 1))", ""},
		{"a IN (VALUES (1), (2))", ""},
		{"a LIKE 'x%' ESCAPE '!' AND b NOT ILIKE c AND d SIMILAR TO e AND f NOT SIMILAR TO g", ""},
		{"a ~ 'x' AND b ~* 'x' AND c !~ 'x' AND d !~* 'x'", ""},
		{"a = ANY (SELECT b FROM t) AND c <> ALL (d) AND e < SOME ([1, 2])", "a = ANY (SELECT b FROM t) AND c <> ALL (d) AND e < ANY ([1, 2])"},
		{"a LIKE ANY (b) AND c NOT ILIKE ALL (d)", ""},
		{"a = ANY ((SELECT b))", ""},
		{"EXISTS (SELECT 1) AND NOT EXISTS ((SELECT 2) LIMIT 1)", "EXISTS (SELECT 1) AND NOT EXISTS (SELECT 2 LIMIT 1)"},
		{"(SELECT 1) + ((SELECT 2) UNION SELECT 3)", "(SELECT 1) + (SELECT 2 UNION SELECT 3)"},
		{"(((SELECT 1)))", "(SELECT 1)"},
		// paths
		{"a.b[1].c", ""},
		{"(a.b).c", "a.b.c"},
		{"(1).x", ""},
		{"a['b c'][-1]", ""},
		{"a[1:2] || a[:2] || a[1:] || a[:] || a[b:c]", "a[1 : 2] || a[ : 2] || a[1 : ] || a[ : ] || a[b : c]"},
		{"a[:i] || a[1 : :j]", "a[:i] || a[1 : :j]"},
		{"f(x).y[1]", "F(x).y[1]"},
		{`"a b"."c""d"`, ""},
		// casts
		{"CAST(a AS int) + TRY_CAST(b AS varchar(10)) + c::decimal(10, 2)::text", "CAST(a AS int) + TRY_CAST(b AS varchar(10)) + CAST(CAST(c AS decimal(10, 2)) AS text)"},
		{"CAST(a AS DOUBLE PRECISION) + CAST(b AS timestamp(3) WITH TIME ZONE) + c::int[][]", "CAST(a AS double precision) + CAST(b AS timestamp with time zone(3)) + CAST(c AS int[][])"},
		{"a::array[1]", "CAST(a AS array)[1]"},
		{"-1::int", "CAST(-1 AS int)"},
		{"-(1::int)", "-CAST(1 AS int)"},
		// CASE
		{"CASE WHEN a THEN b ELSE c END", ""},
		{"CASE a WHEN 1 THEN b WHEN 2 THEN c END", ""},
		{"CASE WHEN end THEN end ELSE end END", ""},
		// calls
		{"COUNT(*) + COUNT(DISTINCT a) + count(ALL b)", "COUNT(*) + COUNT(DISTINCT a) + COUNT(b)"},
		{"ARRAY_AGG(DISTINCT a ORDER BY b DESC LIMIT 3) FILTER (WHERE c)", ""},
		{"PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY a)", ""},
		{"LAG(a, 1) IGNORE NULLS OVER (PARTITION BY b ORDER BY c)", ""},
		{"FIRST_VALUE(a RESPECT NULLS) OVER w", "FIRST_VALUE(a) RESPECT NULLS OVER w"},
		{"SUM(a) OVER (ORDER BY b ROWS 1 PRECEDING)", "SUM(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"},
		{"SUM(a) OVER (w RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY FOLLOWING EXCLUDE TIES)", ""},
		{"SUM(a) OVER (GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE NO OTHERS)", ""},
		{"SUM(a) OVER (\"partition\" ORDER BY b)", ""},
		{"SUM(a) OVER ()", ""},
		{"IF(a, b, c) || COALESCE(d, e) || TRY(f / 0)", ""},
		{"current_date + CURRENT_TIMESTAMP() + current_time", "CURRENT_DATE() + CURRENT_TIMESTAMP() + CURRENT_TIME()"},
		{"EXTRACT(hours FROM a) + EXTRACT('dow' FROM b) + EXTRACT(c, d)", "EXTRACT('HOUR', a) + EXTRACT('DOW', b) + EXTRACT(c, d)"},
		{"POSITION('a' || b IN c) + POSITION(d, e) + POSITION(f = g AND h, i)", "POSITION('a' || b, c) + POSITION(d, e) + POSITION(f = g AND h, i)"},
		{"SUBSTRING(a FROM 2 FOR 3) || SUBSTRING(a FOR 3) || SUBSTRING(a FROM 2) || SUBSTRING(a, 1, 2)", "SUBSTRING(a, 2, 3) || SUBSTRING(a, 1, 3) || SUBSTRING(a, 2) || SUBSTRING(a, 1, 2)"},
		{
			"TRIM(LEADING 'x' FROM a) || TRIM(TRAILING FROM b) || TRIM(BOTH 'y' FROM c) || TRIM('z' FROM d) || TRIM(e) || TRIM(f, 'g')",
			"LTRIM(a, 'x') || RTRIM(b) || TRIM(c, 'y') || TRIM(d, 'z') || TRIM(e) || TRIM(f, 'g')",
		},
		{"OVERLAY(a PLACING b FROM 2 FOR 3) || OVERLAY(a, b, 2)", "OVERLAY(a, b, 2, 3) || OVERLAY(a, b, 2)"},
		{"VALUES(o)", `"VALUES"(o)`},
		// lambdas and JSON arrows
		{"ARRAY_MAP(x -> x + 1, a)", ""},
		{"REDUCE(a, 0, (s, x) -> s + x, (s) -> s)", "REDUCE(a, 0, (s, x) -> s + x, s -> s)"},
		{"ARRAY_MAP(x -> 'a' || x, b)", "ARRAY_MAP(x -> ('a' || x), b)"},
		{"ARRAY_MAP(x -> (1), b)", ""},
		{"ARRAY_MAP(x -> ARRAY_MAP(y -> x.z -> y, x), b)", ""},
		{"COALESCE(doc -> 'a', doc -> 'b' ->> 'c', doc -> 1)", "COALESCE((doc -> 'a'), (doc -> 'b') ->> 'c', (doc -> 1))"},
		{"doc -> 'a' -> 0 ->> 'b' = 'c'", "(doc -> 'a') -> 0 ->> 'b' = 'c'"},
		{"F((doc -> k) = 1)", ""},
		// intervals and typed literals
		{"INTERVAL 1 HOUR + INTERVAL '1' DAYS + INTERVAL '1 day 2 hours' + INTERVAL (a + 1) MINUTE", "INTERVAL 1 HOUR + INTERVAL '1' DAY + INTERVAL '1 day 2 hours' + INTERVAL (a + 1) MINUTE"},
		{"INTERVAL -1.5 SECOND - INTERVAL '1-2' YEAR TO MONTH + INTERVAL :n WEEK", "INTERVAL -1.5 SECOND - INTERVAL '1-2' YEAR TO MONTH + INTERVAL (:n) WEEK"},
		{"interval - 1", `"interval" - 1`},
		{"DATE '2024-01-31' + TIME '12:00' + DATETIME 'x' + TIMESTAMP 'y' + date", ""},
		// other literals
		{"{'a': 1, b: [2, ARRAY[3]], \"c d\": {}}", "{'a': 1, 'b': [2, [3]], 'c d': {}}"},
		{"[[], [1], [1, 2]]", ""},
		{"(1, 2)", "ROW(1, 2)"},
		{"ROW(1)", ""},
		{":a + ? + $3 + ? + :1", ":a + $1 + $3 + $2 + :1"},
		{"{'a': :a}", ""},
		{"X'00fF' || TRUE || UNDEFINED || NULL", "X'00ff' || TRUE || UNDEFINED || NULL"},
	} {
		t.Run(c.text, func(t *testing.T) {
			s, e := parseExpr(t, c.text)
			want := c.want
			if want == "" {
				want = c.text
			}
			if got := Format(e); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			roundTrip(t, s)
		})
	}
}

// TestTrees shows the trees where the canonical text alone does not tell which it is.
func TestTrees(t *testing.T) {
	column := func(name string) Expr { return &Column{Name: name} }
	literal := func(v any) Expr { return &Literal{Value: v} }
	for _, c := range []struct {
		text string
		want Expr
	}{
		{"a + b * c", &Binary{Op: "+", Left: column("a"), Right: &Binary{Op: "*", Left: column("b"), Right: column("c")}}},
		{"a - b - c", &Binary{Op: "-", Left: &Binary{Op: "-", Left: column("a"), Right: column("b")}, Right: column("c")}},
		{"-a ^ b", &Binary{Op: "^", Left: &Unary{Op: "-", Expr: column("a")}, Right: column("b")}},
		{"~a + b", &Unary{Op: "~", Expr: &Binary{Op: "+", Left: column("a"), Right: column("b")}}},
		{"NOT a = b", &Unary{Op: "NOT", Expr: &Binary{Op: "=", Left: column("a"), Right: column("b")}}},
		{"NOT a IN (1)", &Unary{Op: "NOT", Expr: &In{Expr: column("a"), List: []Expr{literal(int64(1))}}}},
		{"a -> b || c", &Binary{Op: "||", Left: &Binary{Op: "->", Left: column("a"), Right: column("b")}, Right: column("c")}},
		{"f(x -> y)", &Call{Name: "f", Args: []Expr{&Lambda{Parameters: []Name{{Text: "x"}}, Body: column("y")}}}},
		{"f(x -> 'y')", &Call{Name: "f", Args: []Expr{&Binary{Op: "->", Left: column("x"), Right: literal("y")}}}},
		{"a[:b]", &Subscript{Of: column("a"), Index: &Parameter{Name: "b"}}},
		{"a[:1]", &Slice{Of: column("a"), To: literal(int64(1))}},
		{"a[: b]", &Slice{Of: column("a"), To: column("b")}},
		{"TRIM(LEADING 'x' FROM a)", &Call{Name: "ltrim", Args: []Expr{column("a"), literal("x")}}},
	} {
		_, got := parseExpr(t, c.text)
		clear(reflect.ValueOf(got))
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.text, Format(got), Format(c.want))
		}
	}
}

func TestLiterals(t *testing.T) {
	for _, c := range []struct {
		text string
		want any
	}{
		{"0", int64(0)},
		{"007", int64(7)},
		{"0x1F", int64(31)},
		{"9223372036854775807", int64(math.MaxInt64)},
		{"-9223372036854775808", int64(math.MinInt64)},
		{"9223372036854775808", float64(1 << 63)},
		{"-9223372036854775809", -float64(1 << 63)},
		{"0xFFFFFFFFFFFFFFFF", float64(1 << 64)},
		{"1.5", 1.5},
		{".5", 0.5},
		{"5.", 5.0},
		{"1e3", 1000.0},
		{"-1.5E-3", -0.0015},
		{"'it''s'", "it's"},
		{"''", ""},
		{`'a\nb'`, `a\nb`},
		{`E'a\n\t\\\'\x41\u00e9\U0001F600\101'''`, "a\n\t\\'Aé😀A'"},
		{"X'0aFF'", []byte{0x0a, 0xff}},
		{"x''", []byte{}},
		{"TRUE", true},
		{"false", false},
		{"null", nil},
	} {
		s, e := parseExpr(t, c.text)
		if got := e.(*Literal).Value; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %T %v, want %T %v", c.text, got, got, c.want, c.want)
		}
		roundTrip(t, s)
	}
}

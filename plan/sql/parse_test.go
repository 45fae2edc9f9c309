package sql

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/plan"
)

// clear sets every position inside v to zero, and the verbatim text of definitions to none.
func clear(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			clear(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			clear(v.Index(i))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[plan.Position]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			clear(v.Field(i))
		}
	}
}

// roundTrip checks that the canonical text of s parses to s and is its own canonical text.
func roundTrip(t *testing.T, s Statement) string {
	t.Helper()
	canonical := Format(s)
	again, err := Parse(canonical)
	if err != nil {
		t.Fatalf("canonical text %s: %v", canonical, err)
	}
	clear(reflect.ValueOf(s))
	clear(reflect.ValueOf(again))
	if !reflect.DeepEqual(s, again) {
		t.Fatalf("canonical text means something else: %s\nwhich is %s", canonical, Format(again))
	}
	return canonical
}

// statements are text and its canonical text; "" where that is the same.
var statementTests = []struct{ text, want string }{
	{"SELECT 1", ""},
	{" select\t1 ; ; ", "SELECT 1"},
	{"-- one\nSELECT /* a /* b */ c */ 1 -- end", "SELECT 1"},
	{"SELECT a, b, FROM t", "SELECT a, b FROM t"},
	{"SELECT *, a.*, a.b.* EXCEPT (c, d), * EXCLUDE (e) FROM a", "SELECT *, a.*, a.b.* EXCEPT (c, d), * EXCEPT (e) FROM a"},
	{"SELECT (f(x)).* FROM t", "SELECT F(x).* FROM t"},
	{`SELECT a b, c AS d, e "f g", h AS order_by FROM t`, `SELECT a AS b, c AS d, e AS "f g", h AS order_by FROM t`},
	{"SELECT ALL a FROM t", "SELECT a FROM t"},
	{"SELECT all, b FROM t", `SELECT "all", b FROM t`},
	{"SELECT DISTINCT a FROM t", ""},
	{"SELECT DISTINCT ON (a, b) c FROM t ORDER BY a", ""},
	// words that are names
	{
		"SELECT date, timestamp, value, type, text, user, \"order\", end, first, left, group, limit, set, time FROM t",
		"SELECT date, timestamp, value, type, text, user, order, end, first, left, group, limit, set, time FROM t",
	},
	{"SELECT t.select, t.from.where, t.\"a b\", t.`c``d` FROM t", "SELECT t.select, t.from.where, t.\"a b\", t.\"c`d\" FROM t"},
	{"SELECT a AS date, b timestamp, c value FROM t AS end", "SELECT a AS date, b AS timestamp, c AS value FROM t AS end"},
	{"SELECT \"select\", \"interval\" - 1, \"array\"[1] FROM \"from\"", ""},
	{"SELECT left(a, 1), right(a, 1), replace(a, 'b', 'c'), if(a, b, c), format(a)", "SELECT LEFT(a, 1), RIGHT(a, 1), REPLACE(a, 'b', 'c'), IF(a, b, c), FORMAT(a)"},
	// FROM
	{"SELECT * FROM ws.sub.c, \"ws\".`c` d", "SELECT * FROM ws.sub.c, ws.c AS d"},
	{
		"SELECT * FROM a JOIN b ON a.x = b.x LEFT OUTER JOIN c USING (x, y) RIGHT JOIN d ON TRUE FULL OUTER JOIN e ON TRUE CROSS JOIN f NATURAL JOIN g NATURAL LEFT JOIN h",
		"SELECT * FROM a INNER JOIN b ON a.x = b.x LEFT JOIN c USING (x, y) RIGHT JOIN d ON TRUE FULL JOIN e ON TRUE CROSS JOIN f NATURAL INNER JOIN g NATURAL LEFT JOIN h",
	},
	{"SELECT * FROM a JOIN (b JOIN c ON x) ON y", "SELECT * FROM a INNER JOIN (b INNER JOIN c ON x) ON y"},
	{"SELECT * FROM a JOIN b JOIN c ON x ON y", "SELECT * FROM a INNER JOIN (b INNER JOIN c ON x) ON y"},
	{"SELECT * FROM ((a JOIN b ON x)) JOIN c ON y", "SELECT * FROM a INNER JOIN b ON x INNER JOIN c ON y"},
	{"SELECT * FROM (a JOIN b ON x) AS j, ((t)), (t) u, (t v) w", "SELECT * FROM (a INNER JOIN b ON x) AS j, t, t AS u, (t AS v) AS w"},
	{"SELECT * FROM (SELECT 1 AS x) t, LATERAL (SELECT t.x) u", "SELECT * FROM (SELECT 1 AS x) AS t, LATERAL (SELECT t.x) AS u"},
	{"SELECT * FROM t LEFT JOIN LATERAL UNNEST(t.a) AS u(x) ON TRUE", ""},
	{"SELECT * FROM ((SELECT 1) UNION ALL (SELECT 2)) AS t", "SELECT * FROM (SELECT 1 UNION ALL SELECT 2) AS t"},
	{"SELECT * FROM ((SELECT 1) LIMIT 1), (((SELECT 2)))", "SELECT * FROM (SELECT 1 LIMIT 1), (SELECT 2)"},
	{"SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, y)", ""},
	{"SELECT * FROM t, UNNEST(t.a AS b WITH ORDINALITY AS o) AS u", ""},
	{"SELECT * FROM t, UNNEST(t.a b) u, UNNEST(c)", "SELECT * FROM t, UNNEST(t.a AS b) AS u, UNNEST(c)"},
	{"SELECT * FROM UNNEST(a) WITH ORDINALITY AS t(x, o)", "SELECT * FROM UNNEST(a WITH ORDINALITY) AS t(x, o)"},
	{"SELECT * FROM sequence(1, 10) WITH ORDINALITY AS t(x, o)", "SELECT * FROM SEQUENCE(1, 10) WITH ORDINALITY AS t(x, o)"},
	{"SELECT * FROM t x TABLESAMPLE BERNOULLI (10 PERCENT) REPEATABLE (7)", "SELECT * FROM t AS x TABLESAMPLE BERNOULLI (10) REPEATABLE (7)"},
	{"TABLE ws.t", "SELECT * FROM ws.t"},
	// hints and options
	{"SELECT * FROM t HINT(access_path=column_scan) WHERE a = 1", "SELECT * FROM t HINT(access_path = column_scan) WHERE a = 1"},
	{
		"SELECT * FROM a x HINT(p=1) JOIN b HINT(q='s') ON a.i = b.i HINT(join_strategy=lookup, join_broadcast=true) HINT(last)",
		"SELECT * FROM a AS x HINT(p = 1) INNER JOIN b HINT(q = 's') ON a.i = b.i HINT(join_strategy = lookup, join_broadcast = TRUE) HINT(last)",
	},
	{"SELECT a FROM t WHERE b LIMIT 1 HINT(x=-1)", "SELECT a FROM t WHERE b LIMIT 1 HINT(x = -1)"},
	{"(SELECT * FROM t) HINT(x)", ""},
	{"(SELECT 1 UNION SELECT * FROM t) HINT(x)", ""},
	{"SELECT ((SELECT a FROM t) HINT(x))", ""},
	{"SELECT * FROM (SELECT * FROM t HINT(a) HINT(b))", ""},
	{"OPTION(serial=true, level=2) SELECT 1", "OPTION(serial = TRUE, level = 2) SELECT 1"},
	// clauses
	{
		"SELECT a, COUNT(*) FROM t WHERE b > 1 GROUP BY a, 2 HAVING COUNT(*) > 1 ORDER BY 2 DESC NULLS LAST, a ASC NULLS FIRST LIMIT 10 OFFSET 5",
		"SELECT a, COUNT(*) FROM t WHERE b > 1 GROUP BY a, 2 HAVING COUNT(*) > 1 ORDER BY 2 DESC NULLS LAST, a NULLS FIRST LIMIT 10 OFFSET 5",
	},
	{"SELECT 1 OFFSET 5 ROWS LIMIT 10", "SELECT 1 LIMIT 10 OFFSET 5"},
	{"SELECT 1 LIMIT ALL OFFSET 0", "SELECT 1 OFFSET 0"},
	{"SELECT 1 OFFSET 2 FETCH NEXT 5 ROWS ONLY", "SELECT 1 LIMIT 5 OFFSET 2"},
	{"SELECT 1 FETCH FIRST ROW ONLY", "SELECT 1 LIMIT 1"},
	{"SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES", "SELECT a FROM t ORDER BY a FETCH FIRST (3) ROWS WITH TIES"},
	{"SELECT a FROM t LIMIT :n OFFSET ?", "SELECT a FROM t LIMIT :n OFFSET $1"},
	{"SELECT a FROM t GROUP BY (a, b), (), (c), ROW(d, e)", "SELECT a FROM t GROUP BY (a, b), (), c, ROW(d, e)"},
	{"SELECT a FROM t GROUP BY GROUPING SETS ((a, b), a, (), ROLLUP (c, (d, e))), CUBE (f, g)", ""},
	{
		"SELECT a, ROW_NUMBER() OVER w r FROM t WINDOW w AS (PARTITION BY b), v AS (w ORDER BY c) QUALIFY r = 1",
		"SELECT a, ROW_NUMBER() OVER w AS r FROM t WINDOW w AS (PARTITION BY b), v AS (w ORDER BY c) QUALIFY r = 1",
	},
	{"SELECT a FROM t QUALIFY b WINDOW w AS ()", "SELECT a FROM t WINDOW w AS () QUALIFY b"},
	{"SELECT a, b FROM _input WHERE c GROUP BY a, b CLUSTER BY a, b", ""},
	// set operations
	{"SELECT 1 UNION SELECT 2 INTERSECT SELECT 3 EXCEPT SELECT 4", ""},
	{"SELECT 1 UNION DISTINCT (SELECT 2 UNION ALL SELECT 3)", "SELECT 1 UNION (SELECT 2 UNION ALL SELECT 3)"},
	{"(SELECT 1 UNION SELECT 2) INTERSECT ALL SELECT 3", ""},
	{"((SELECT 1) EXCEPT ALL (SELECT 2)) ORDER BY 1", "SELECT 1 EXCEPT ALL SELECT 2 ORDER BY 1"},
	{"(SELECT 1 LIMIT 1) UNION (SELECT 2 ORDER BY 1) LIMIT 2", ""},
	{"SELECT * EXCEPT SELECT * FROM t", ""},
	{"SELECT * EXCEPT (SELECT * FROM t)", "SELECT * EXCEPT SELECT * FROM t"},
	{"VALUES (1, 2), (3, 4) ORDER BY 1", ""},
	{"VALUES (1), 2, ((3)), (ROW(4, 5))", "VALUES (1), (2), (3), (ROW(4, 5))"},
	{"WITH a AS (SELECT 1), b(x, y) AS NOT MATERIALIZED (SELECT 2, 3) SELECT * FROM a, b", "WITH a AS (SELECT 1), b(x, y) AS (SELECT 2, 3) SELECT * FROM a, b"},
	{"WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t) SELECT n FROM t", ""},
	{"WITH a AS (SELECT 1) (SELECT 2 LIMIT 1)", ""},
	// other statements
	{"INSERT INTO ws.c SELECT * FROM t", ""},
	{"INSERT INTO ws.c (a, \"b c\") VALUES (1, 2)", ""},
	{"INSERT INTO c (SELECT 1)", "INSERT INTO c SELECT 1"},
	{"INSERT INTO c (a) (SELECT 1)", "INSERT INTO c (a) SELECT 1"},
	{"INSERT INTO c WITH x AS (SELECT 1) SELECT * FROM x", ""},
	{
		"INSERT INTO 's3://b/p' INTEGRATION='x' FORMAT=(TYPE='PARQUET', INCLUDE_QUERY_ID=true) SELECT 1",
		"INSERT INTO 's3://b/p' INTEGRATION = 'x' FORMAT = (type = 'PARQUET', include_query_id = TRUE) SELECT 1",
	},
	{"DESCRIBE ws.c", ""},
	{"DESC c OPTION(max_field_depth=1)", "DESCRIBE c OPTION(max_field_depth = 1)"},
	{"EXPLAIN SELECT 1", ""},
	{"EXPLAIN ANALYZE (SELECT 1)", "EXPLAIN ANALYZE SELECT 1"},
	{"EXPLAIN (FORMAT TEXT) SELECT 1", "EXPLAIN SELECT 1"},
	{"EXPLAIN (ANALYZE, FORMAT json) DELETE FROM t", "EXPLAIN ANALYZE (FORMAT JSON) DELETE FROM t"},
	{"EXPLAIN (FORMAT SUBSTRAIT) INSERT INTO c SELECT 1", ""},
	{"DELETE FROM ws.c WHERE _id = 'a'", ""},
	{"DELETE FROM c AS x", ""},
	{"UPDATE ws.c SET a = 1, b.c[1].d = a + 1 WHERE _id = 'a'", ""},
	{"UPDATE c x SET a = 1", "UPDATE c AS x SET a = 1"},
	{"CREATE COLLECTION ws.c", ""},
	{"CREATE COLLECTION IF NOT EXISTS c WITH (retention_secs = 3600, description = 'd') AS SELECT * FROM _input", ""},
	{"CREATE OR REPLACE VIEW v AS SELECT  1", ""},
	{"CREATE ALIAS ws.a FOR ws.c", ""},
	{"CREATE WORKSPACE prod.eu WITH (description = 'd')", ""},
	{"CREATE LAMBDA l (:a int, b varchar(10) DEFAULT 'x') AS SELECT :a || :b", "CREATE LAMBDA l (a int, b varchar(10) DEFAULT 'x') AS SELECT :a || :b"},
	{"CREATE LAMBDA l AS INSERT INTO 's3://b' SELECT 1;", "CREATE LAMBDA l AS INSERT INTO 's3://b' SELECT 1"},
	{"ALTER COLLECTION IF EXISTS c SET (retention_secs = 5)", ""},
	{"ALTER COLLECTION c AS SELECT a FROM _input", ""},
	{"ALTER VIEW v AS SELECT 2", ""},
	{"ALTER ALIAS a FOR b.c", ""},
	{"ALTER WORKSPACE w SET (description = 'x')", ""},
	{"ALTER LAMBDA l AS SELECT 1", ""},
	{"DROP COLLECTION c", ""},
	{"DROP VIEW IF EXISTS ws.v", ""},
	{"DROP ALIAS a", ""},
	{"DROP WORKSPACE w", ""},
	{"DROP LAMBDA l", ""},
	// like TPC-H
	{
		`select l_returnflag, sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) as charge, count(*) as n
		from lineitem where l_shipdate <= date '1998-12-01' - interval '90' day group by l_returnflag order by l_returnflag`,
		"SELECT l_returnflag, SUM(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS charge, COUNT(*) AS n FROM lineitem " +
			"WHERE l_shipdate <= DATE '1998-12-01' - INTERVAL '90' DAY GROUP BY l_returnflag ORDER BY l_returnflag",
	},
	{
		`select o_orderpriority, count(*) from orders where o_orderdate >= date '1993-07-01' and exists (
		select * from lineitem where l_orderkey = o_orderkey and l_commitdate < l_receiptdate) group by 1`,
		"SELECT o_orderpriority, COUNT(*) FROM orders WHERE o_orderdate >= DATE '1993-07-01' AND EXISTS " +
			"(SELECT * FROM lineitem WHERE l_orderkey = o_orderkey AND l_commitdate < l_receiptdate) GROUP BY 1",
	},
	{
		`select 100 * sum(case when p_type like 'PROMO%' then l_extendedprice else 0 end) / sum(l_extendedprice)
		from lineitem, part where l_partkey = p_partkey and p_size between 1 and 5 and p_brand not in ('Brand#1', 'Brand#2')
		and l_quantity < (select 0.2 * avg(l_quantity) from lineitem)`,
		"SELECT 100 * SUM(CASE WHEN p_type LIKE 'PROMO%' THEN l_extendedprice ELSE 0 END) / SUM(l_extendedprice) " +
			"FROM lineitem, part WHERE l_partkey = p_partkey AND p_size BETWEEN 1 AND 5 AND p_brand NOT IN ('Brand#1', 'Brand#2') " +
			"AND l_quantity < (SELECT 0.2 * AVG(l_quantity) FROM lineitem)",
	},
}

func TestStatements(t *testing.T) {
	for _, c := range statementTests {
		t.Run(c.text, func(t *testing.T) {
			s, err := Parse(c.text)
			if err != nil {
				t.Fatal(err)
			}
			want := c.want
			if want == "" {
				want = c.text
			}
			if got := roundTrip(t, s); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

// The TPC-H queries, where they lie beside the project.
func TestQueriesFromOutside(t *testing.T) {
	files, err := filepath.Glob("../../../shared/suites/tpch/queries/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse(string(text))
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		roundTrip(t, s)
	}
}

func TestVerbatimDefinition(t *testing.T) {
	s, err := Parse("CREATE VIEW v AS\n  SELECT  a -- why\n  FROM t  ; ")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.(*Create).Text, "SELECT  a -- why\n  FROM t"; got != want {
		t.Errorf("got text %q, want %q", got, want)
	}
	if q, ok := s.(*Create).Body.(*Query); !ok || q.At != (plan.Position{Line: 2, Column: 3}) {
		t.Errorf("got body %#v", s.(*Create).Body)
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		text         string
		line, column int
		message      string
	}{
		{"", 1, 1, "expected a statement, such as SELECT, found the end of the text"},
		{"  ;", 1, 3, `expected a statement, such as SELECT, found ";"`},
		{"SELCT 1", 1, 1, `expected a statement (did you mean SELECT?), found name "SELCT"`},
		{"SELECT 1; SELECT 2", 1, 11, "expected one statement, found another that begins with SELECT"},
		{"SELECT FROM t", 1, 8, "expected an expression, found FROM"},
		{"SELECT a,\n  b\nFROM\n  WHERE c", 4, 3, `expected a table, found the keyword WHERE; a name like it is written "WHERE"`},
		{"SELECT a FROM t WHERE ORDER BY a", 1, 23, "expected an expression, found ORDER"},
		{"SELECT a AS FROM t", 1, 13, `expected an alias after AS, found the keyword FROM; a name like it is written "FROM"`},
		{"SELECT 'é€😀', )", 1, 15, `expected an expression, found ")"`},
		{"SELECT a b c FROM t", 1, 12, `expected the end of the statement, found name "c"`},
		{"SELECT (1", 1, 10, `expected ")", found the end of the text`},
		{"SELECT f(1, 2 3)", 1, 15, `expected ")", found number 3`},
		{"SELECT 'abc", 1, 8, "string begins here and does not end; expected a closing '"},
		{"SELECT \"abc", 1, 8, `name begins here and does not end; expected a closing "`},
		{"SELECT E'abc\\'", 1, 8, "string begins here and does not end; expected a closing '"},
		{"SELECT 1 /* a /* b */", 1, 10, "comment begins with /* and does not end; expected */"},
		{"SELECT \"\"", 1, 8, "a name cannot be empty; write x[''] for a field with an empty name"},
		{"SELECT E'a\\q'", 1, 11, `\q is not an escape; expected one of \b \f \n \r \t \\ \' \xHH \uHHHH \UHHHHHHHH \OOO`},
		{"SELECT E'\\xff'", 1, 8, "string has byte 0xff, which is not valid UTF-8; write X'...' for bytes"},
		{"SELECT X'abc'", 1, 8, `expected pairs of hexadecimal digits in X'...', found "abc"`},
		{"SELECT 1abc", 1, 8, `expected a number, found "1abc"; a name that begins with a digit is written in double quotes`},
		{"SELECT 1_000", 1, 8, `expected a number, found "1_000"; a name that begins with a digit is written in double quotes`},
		{"SELECT 1e999", 1, 8, "number 1e999 is outside the range of float"},
		{"SELECT ‘a’", 1, 8, "character '‘' (U+2018) means nothing in SQL outside quotes"},
		{"SELECT \xff", 1, 8, "byte 0xff is not valid UTF-8"},
		{"SELECT 'a\xff'", 1, 10, "byte 0xff is not valid UTF-8"},
		{"SELECT a = b = c", 1, 14, `"=" follows another comparison; put parentheses around one of them`},
		{"SELECT a IN (1) IN (2)", 1, 17, "IN follows another comparison; put parentheses around one of them"},
		{"SELECT 1 + NOT a", 1, 12, "NOT after an operator that binds tighter; put parentheses around NOT and what it negates"},
		{"SELECT a IN b", 1, 13, `expected "(" after IN (for an array write = ANY (array)), found name "b"`},
		{"SELECT a IN ()", 1, 14, `expected an expression, found ")"`},
		{"SELECT a IS 1", 1, 13, "expected NULL, UNDEFINED, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS, found number 1"},
		{"SELECT a BETWEEN 1 OR 2", 1, 20, "expected AND, found OR"},
		{"SELECT a NOT SIMILAR b", 1, 14, "expected LIKE or SIMILAR TO, found SIMILAR"},
		{"SELECT a = ANY (1, 2)", 1, 16, "expected one array or a query after ANY, found 2 expressions; write ANY ([...])"},
		{"SELECT f(t.*)", 1, 11, "expected an expression, found .*, which stands alone in a select list"},
		{"SELECT 1 + t.* FROM t", 1, 13, "expected an expression, found .*, which stands alone in a select list"},
		{"SELECT CASE a END", 1, 15, "expected WHEN, found END"},
		{"SELECT CASE WHEN a THEN b", 1, 26, "expected WHEN, ELSE or END, found the end of the text"},
		{"SELECT CAST(a int)", 1, 15, `expected AS, found name "int"`},
		{"SELECT a::decimal(1.5)", 1, 19, "expected an integer, found number 1.5"},
		{"SELECT a::1", 1, 11, "expected a type, found number 1"},
		{"SELECT INTERVAL 1", 1, 18, "expected a unit such as DAY or HOUR, found the end of the text"},
		{"SELECT $0", 1, 8, "expected a parameter from $1, found parameter $0"},
		{"SELECT {1: 2}", 1, 9, "expected a key, found number 1"},
		{"SELECT a., b", 1, 10, `expected a name after the dot, found ","`},
		{"SELECT a.1 FROM t", 1, 9, "expected the end of the statement, found number .1"},
		{"SELECT * FROM a JOIN b", 1, 23, "expected ON or USING after the tables of a join, found the end of the text"},
		{"SELECT * FROM a LEFT b", 1, 17, "expected [NATURAL] [INNER | LEFT | RIGHT | FULL] JOIN or CROSS JOIN, found LEFT"},
		{"SELECT * FROM t WITH ORDINALITY", 1, 15, "WITH ORDINALITY goes with UNNEST and table functions only"},
		{"SELECT * FROM t TABLESAMPLE (1)", 1, 29, `expected BERNOULLI or SYSTEM after TABLESAMPLE, found "("`},
		{"SELECT a FROM t GROUP BY ROLLUP (CUBE (a))", 1, 34, "expected an expression inside ROLLUP, found CUBE"},
		{"SELECT a ORDER BY a NULLS b", 1, 27, `expected FIRST or LAST, found name "b"`},
		{"SELECT a FETCH FIRST 1 ROW WITH TIES", 1, 37, "WITH TIES needs an ORDER BY to say what a tie is"},
		{"SELECT 1 UNION 2", 1, 16, "expected SELECT, WITH, VALUES or a query in parentheses, found number 2"},
		{"VALUES (1, 2), (3)", 1, 17, "this row of VALUES has 1 columns, the first has 2"},
		{"SELECT SUM(a) OVER (ROWS 1)", 1, 27, `expected PRECEDING or FOLLOWING, found ")"`},
		{"SELECT f(a) WITHIN GROUP (a)", 1, 27, `expected ORDER BY, found name "a"`},
		{"CREATE TABLE t", 1, 8, "expected COLLECTION, VIEW, ALIAS, WORKSPACE or LAMBDA, found TABLE"},
		{"CREATE VIEW v", 1, 14, "expected AS, found the end of the text"},
		{"CREATE VIEW v AS INSERT INTO c SELECT 1", 1, 18, "expected SELECT, WITH, VALUES or a query in parentheses, found INSERT"},
		{"ALTER ALIAS a", 1, 14, "expected SET or FOR, found the end of the text"},
		{"EXPLAIN DROP VIEW v", 1, 9, "expected a query, INSERT, UPDATE or DELETE after EXPLAIN, found DROP"},
		{"UPDATE t SET f(a) = 1", 1, 14, "expected a field to set, found F(a)"},
		{"INSERT INTO c (a b) SELECT 1", 1, 18, `expected ")", found name "b"`},
	} {
		_, err := Parse(c.text)
		var e *plan.Error
		if !errors.As(err, &e) {
			t.Errorf("%q: got %v, want an error", c.text, err)
			continue
		}
		if e.Line != c.line || e.Column != c.column || e.Message != c.message {
			t.Errorf("%q: got %d:%d %s\nwant %d:%d %s", c.text, e.Line, e.Column, e.Message, c.line, c.column, c.message)
		}
	}
}

func TestLimits(t *testing.T) {
	repeat := strings.Repeat
	deep := "nested deeper than 1000 levels"
	for _, c := range []struct{ name, text, want string }{
		{"text", "SELECT " + repeat("[", 5<<20), "the statement has 5242887 bytes, the limit is 1048576"},
		{"longest text", "SELECT 1" + repeat(" ", MaxText-8), ""},
		{"brackets", "SELECT " + repeat("[", 1<<19), deep},
		{"parentheses", "SELECT " + repeat("(", 1<<19), deep},
		{"objects", "SELECT " + repeat("{'a':", 1<<17), deep},
		{"calls", "SELECT " + repeat("f(", 1<<18), deep},
		{"lambdas", "SELECT " + repeat("f(x->", 1<<17), deep},
		{"positions", "SELECT " + repeat("position(", 1<<16), deep},
		{"subscripts", "SELECT " + repeat("a[", 1<<18), deep},
		{"cases", "SELECT " + repeat("case ", 1<<17), deep},
		{"signs", "SELECT " + repeat("- ", 1<<18), deep},
		{"negations", "SELECT " + repeat("NOT ", 1<<17), deep},
		{"queries", repeat("(", 1<<19), deep},
		{"subqueries", repeat("SELECT (", 1<<16), deep},
		{"tables", "SELECT * FROM " + repeat("(", 1<<19), deep},
		{"open joins", "SELECT * FROM a" + repeat(" JOIN a", 1<<16), deep},
		{"groupings", "SELECT 1 GROUP BY " + repeat("GROUPING SETS (", 1<<15), deep},
		{"deep enough", "SELECT " + repeat("(", MaxDepth-10) + "1" + repeat(")", MaxDepth-10), ""},
		{"operators", "SELECT 1" + repeat("+1", MaxChain+1), "more than 10000 operators follow each other"},
		{"operators enough", "SELECT 1" + repeat("+1", MaxChain), ""},
		{"steps", "SELECT a" + repeat(".a", MaxChain+1), "more than 10000 operators"},
		{"unions", "SELECT 1" + repeat(" UNION SELECT 1", MaxChain+1), "more than 10000 operators"},
		{"joins", "SELECT * FROM a" + repeat(" CROSS JOIN a", MaxChain+1), "more than 10000 operators"},
		{"list", "SELECT a IN (1" + repeat(",1", 1<<18) + ")", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse(c.text)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestPositions(t *testing.T) {
	s, err := Parse("SELECT ünï.b[1] +\n  f(:p) AS x\nFROM a JOIN b ON é IS NULL")
	if err != nil {
		t.Fatal(err)
	}
	sel := s.(*Query).Body.(*Select)
	sum := sel.Items[0].Expr.(*Binary)
	subscript := sum.Left.(*Subscript)
	call := sum.Right.(*Call)
	join := sel.From[0].(*Join)
	for _, c := range []struct {
		node         Node
		line, column int
	}{
		{s, 1, 1},
		{sel, 1, 1},
		{sel.Items[0], 1, 8},
		{sum, 1, 17},
		{subscript, 1, 13},
		{subscript.Of, 1, 12},
		{subscript.Of.(*Field).Of, 1, 8},
		{subscript.Index, 1, 14},
		{call, 2, 3},
		{call.Args[0], 2, 5},
		{sel.Items[0].Alias, 2, 12},
		{join, 3, 8},
		{join.Left, 3, 6},
		{join.Right, 3, 13},
		{join.On, 3, 20},
	} {
		if got := c.node.Pos(); got != (plan.Position{Line: c.line, Column: c.column}) {
			t.Errorf("%T: got %d:%d, want %d:%d", c.node, got.Line, got.Column, c.line, c.column)
		}
	}
}

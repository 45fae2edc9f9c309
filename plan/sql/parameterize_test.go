package sql

import (
	"fmt"
	"testing"
)

func TestParameterize(t *testing.T) {
	for _, c := range []struct{ source, want, constants string }{
		{`SELECT * FROM c WHERE _id = 'abc'`, `SELECT * FROM c WHERE _id = :_1  `, `[{_1 abc}]`},
		{`SELECT * FROM c WHERE _id = 'it''s' AND n >= 1000 LIMIT 3`, `SELECT * FROM c WHERE _id = :_1     AND n >= :_2  LIMIT 3`, `[{_1 it's} {_2 1000}]`},
		{"SELECT a = 'same' FROM c WHERE (a <> 'größe') ORDER BY a = 'same'", "SELECT a = 'same' FROM c WHERE (a <> :_1    ) ORDER BY a = 'same'", `[{_1 größe}]`},
		{`SELECT a FROM c WHERE a = 5 OR b = -1234`, ``, ``},                              // too short; not a constant by itself
		{`SELECT a FROM c WHERE a = 'x' || 'yzzz'`, ``, ``},                               // part of more
		{`SELECT a FROM c WHERE a = '2024-01-01'::date`, ``, ``},                          // the same
		{`SELECT a FROM c WHERE a = 12.25`, ``, ``},                                       // a float
		{`SELECT a FROM c WHERE a = DATE '2024-01-01'`, ``, ``},                           // of another type
		{`SELECT a FROM c WHERE a IN ('abc', 'def')`, ``, ``},                             // the number of constants matters
		{`SELECT count(*) FILTER (WHERE a = 'abc') FROM c`, ``, ``},                       // a column is named after it
		{`SELECT a = 'abc' FROM c WHERE a = 'abc' GROUP BY a = 'abc'`, ``, ``},            // expressions have to be alike
		{`SELECT a FROM c WHERE a = 'abc' UNION SELECT a FROM c WHERE a = 'abc'`, ``, ``}, // several
		{`SELECT a FROM c WHERE a = 'abc' AND b = :_1`, ``, ``},                           // the name is taken
		{"SELECT a FROM c WHERE a = 'ab\ncd'", ``, ``},                                    // lines would move
		{`EXPLAIN SELECT a FROM c WHERE a = 'abc'`, ``, ``},                               // shows the constant
		{`SELECT a FROM c WHERE a = 'abc' HINT(access_path='index')`, ``, ``},             // what follows is no condition
		{`SELECT 'unfinished`, ``, ``},
	} {
		if c.want == "" {
			c.want, c.constants = c.source, "[]"
		}
		got, constants := Parameterize(c.source)
		if got != c.want || fmt.Sprint(constants) != c.constants {
			t.Errorf("%s\ngot  %s %v\nwant %s %s", c.source, got, constants, c.want, c.constants)
		}
		if constants == nil {
			continue
		}
		if _, err := Parse(got); err != nil {
			t.Errorf("%s: %v", got, err)
		}
	}
}

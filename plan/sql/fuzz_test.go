package sql

import (
	"reflect"
	"testing"
)

// FuzzParse: no text makes Parse panic, and what it accepts has a canonical text with the same meaning.
func FuzzParse(f *testing.F) {
	for _, c := range statementTests {
		f.Add(c.text)
	}
	f.Add("SELECT f(x -> x[1:2], INTERVAL -1 DAY, {'a': :p}, E'\\u00e9', a::int[], t.* ) OVER (w ROWS 1 PRECEDING)")
	f.Add("SELECT CASE a WHEN 1 THEN - - 1 END, NOT a IS NOT DISTINCT FROM ~b, (a, b) IN ((1, 2)), x = ANY ((SELECT 1) UNION SELECT 2)")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		canonical := Format(s)
		again, err := Parse(canonical)
		if err != nil {
			t.Fatalf("canonical text %q: %v", canonical, err)
		}
		clear(reflect.ValueOf(s))
		clear(reflect.ValueOf(again))
		if !reflect.DeepEqual(s, again) {
			t.Fatalf("canonical text %q means something else, %q", canonical, Format(again))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	const text = `WITH recent AS (SELECT * FROM commons.events WHERE _event_time > CURRENT_TIMESTAMP() - INTERVAL 1 DAY)
SELECT r.user.country AS country, e.kind, COUNT(*) AS n, AVG(CASE WHEN e.ok THEN e.ms ELSE NULL END) AS ms,
FROM recent r JOIN commons.kinds e ON r.kind_id = e._id LEFT JOIN UNNEST(r.tags AS tag) AS t ON TRUE
WHERE r.user.name ILIKE :name || '%' AND r.price BETWEEN 10 AND 2e3 AND e.kind IN ('view', 'click', 'buy')
GROUP BY 1, e.kind HAVING COUNT(*) > 10 ORDER BY n DESC NULLS LAST LIMIT 100`
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

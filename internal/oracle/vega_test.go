package oracle

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// vega is where fetch puts the data.
const vega = "../../.cache/vega"

// vegaQueries are asked of both engines. Columns have names, since results over HTTP are objects. One
// without theirs is the same text for DuckDB, whose tables are views over the same files.
var vegaQueries = []struct {
	name    string
	query   text
	ordered bool
}{
	{"count", both(`SELECT count(*) AS c FROM movies`), false},
	{"types of a mixed column", text{
		`SELECT typeof("Title") AS t, count(*) AS c FROM movies GROUP BY typeof("Title")`,
		`SELECT CASE json_type("Title") WHEN 'VARCHAR' THEN 'string' WHEN 'UBIGINT' THEN 'int' ELSE 'null' END AS t, count(*) AS c FROM movies GROUP BY t`,
	}, false},
	{"numbers of a mixed column", text{
		`SELECT "Title" AS t FROM movies WHERE "Title" > 0`,
		`SELECT "Title"::BIGINT AS t FROM movies WHERE json_type("Title") = 'UBIGINT'`,
	}, false},
	{"strings of a mixed column", text{
		`SELECT "Title" AS t FROM movies WHERE "Title" >= 'The S' AND "Title" < 'The T'`,
		`SELECT "Title" ->> '$' AS t FROM movies WHERE json_type("Title") = 'VARCHAR' AND ("Title" ->> '$') >= 'The S' AND ("Title" ->> '$') < 'The T'`,
	}, false},
	{"try_cast of a mixed column", text{
		`SELECT TRY_CAST("Title" AS int) AS n, "IMDB Votes" AS v FROM movies WHERE TRY_CAST("Title" AS int) IS NOT NULL`,
		`SELECT TRY_CAST("Title" ->> '$' AS BIGINT) AS n, "IMDB Votes" AS v FROM movies WHERE regexp_matches("Title" ->> '$', '^[0-9]+$')`,
	}, false},
	{"nulls", both(`SELECT count(*) AS c, count("US DVD Sales") AS a, count("Director") AS b, count("IMDB Rating") AS d FROM movies WHERE "Source" IS NOT NULL`), false},
	{"group by string", both(`SELECT "Major Genre" AS g, count(*) AS c, sum("Worldwide Gross") AS s, avg("IMDB Rating") AS a FROM movies GROUP BY "Major Genre"`), false},
	{"having", both(`SELECT "Director" AS d, count(*) AS c FROM movies GROUP BY "Director" HAVING count(*) > 8 AND "Director" IS NOT NULL`), false},
	{"filter", both(`SELECT "IMDB Votes" AS v, "Production Budget" AS b FROM movies WHERE "Production Budget" BETWEEN 90000000 AND 120000000 AND "IMDB Rating" > 7.5`), false},
	{"like", both(`SELECT "Distributor" AS d, count(*) AS c FROM movies WHERE "Distributor" LIKE '%Pictures%' OR "Distributor" LIKE 'S_ny%' GROUP BY "Distributor"`), false},
	{"case", both(`SELECT CASE WHEN "IMDB Rating" >= 8 THEN 'great' WHEN "IMDB Rating" >= 6 THEN 'good' WHEN "IMDB Rating" IS NULL THEN 'unknown' ELSE 'bad' END AS k, count(*) AS c FROM movies GROUP BY 1`), false},
	{"distinct", both(`SELECT DISTINCT "MPAA Rating" AS r, "Creative Type" AS t FROM movies`), false},
	{"count distinct", both(`SELECT "MPAA Rating" AS r, count(DISTINCT "Director") AS d, count(DISTINCT "Distributor") AS b FROM movies GROUP BY "MPAA Rating"`), false},
	{"top k", both(`SELECT "Worldwide Gross" AS g, "Release Date" AS d FROM movies ORDER BY "Worldwide Gross" DESC NULLS LAST, "Release Date" LIMIT 25`), true},
	{"order with nulls", both(`SELECT "Running Time min" AS m, "IMDB Votes" AS v FROM movies ORDER BY "Running Time min" NULLS FIRST, "IMDB Votes" DESC NULLS LAST LIMIT 40 OFFSET 1980`), true},
	{"parts of a date", text{
		`SELECT year(parse_date('%b %d %Y', "Release Date")) AS y, month(parse_date('%b %d %Y', "Release Date")) AS m, count(*) AS c FROM movies GROUP BY 1, 2`,
		`SELECT year(strptime("Release Date", '%b %d %Y')) AS y, month(strptime("Release Date", '%b %d %Y')) AS m, count(*) AS c FROM movies GROUP BY 1, 2`,
	}, false},
	{"join with an aggregate", both(`SELECT m."IMDB Votes" AS v, g.top AS t FROM movies m JOIN (SELECT "Major Genre" AS genre, max("IMDB Rating") AS top FROM movies GROUP BY "Major Genre") g ON m."Major Genre" = g.genre AND m."IMDB Rating" = g.top`), false},
	{"self join", both(`SELECT a."Director" AS d, count(*) AS c FROM movies a JOIN movies b ON a."Director" = b."Director" AND a."Worldwide Gross" < b."Worldwide Gross" GROUP BY a."Director"`), false},
	{"scalar subquery", both(`SELECT count(*) AS c FROM movies WHERE "Production Budget" > (SELECT avg("Production Budget") FROM movies) AND "IMDB Rating" < (SELECT avg("IMDB Rating") FROM movies)`), false},
	{"in subquery", both(`SELECT "Director" AS d, "IMDB Rating" AS r FROM movies WHERE "Director" IN (SELECT "Director" FROM movies WHERE "IMDB Rating" >= 8.5)`), false},
	{"union", both(`SELECT "Director" AS n FROM movies WHERE "IMDB Rating" > 8.4 UNION SELECT "Distributor" FROM movies WHERE "Production Budget" > 150000000`), false},
	{"arithmetic", both(`SELECT "Major Genre" AS g, sum("Worldwide Gross" - "Production Budget") AS p, avg(("Worldwide Gross" - "US Gross") * 1.0 / "Production Budget") AS q FROM movies WHERE "Production Budget" > 0 GROUP BY "Major Genre"`), false},

	{"flights: count and sums", both(`SELECT count(*) AS c, sum(delay) AS d, min(delay) AS lo, max(delay) AS hi, avg(distance) AS a FROM flights`), false},
	{"flights: group by string", both(`SELECT origin AS o, count(*) AS c, avg(delay) AS d, max(distance) AS m FROM flights GROUP BY origin`), false},
	{"flights: group by two", both(`SELECT origin AS o, destination AS d, count(*) AS c FROM flights GROUP BY origin, destination HAVING count(*) > 1500`), false},
	{"flights: group by parts of time", both(`SELECT month(date) AS m, hour(date) AS h, count(*) AS c, sum(delay) AS d FROM flights GROUP BY month(date), hour(date)`), false},
	{"flights: range of time", text{
		`SELECT origin AS o, count(*) AS c FROM flights WHERE date >= DATETIME '2001-02-03T00:00:00' AND date < DATETIME '2001-02-05T06:30:00' GROUP BY origin`,
		`SELECT origin AS o, count(*) AS c FROM flights WHERE date >= TIMESTAMP '2001-02-03 00:00:00' AND date < TIMESTAMP '2001-02-05 06:30:00' GROUP BY origin`,
	}, false},
	{"flights: filter and distinct", both(`SELECT DISTINCT destination AS d FROM flights WHERE origin = 'SEA' AND delay > 60`), false},
	{"flights: group by int", both(`SELECT distance AS k, count(*) AS c, count(DISTINCT origin) AS o FROM flights WHERE delay < -10 GROUP BY distance`), false},
	{"flights: top k of groups", both(`SELECT distance AS k, sum(delay) AS d FROM flights GROUP BY distance ORDER BY d DESC, k LIMIT 20`), true},
	{"flights: join of aggregates", both(`SELECT l.origin AS o, l.c AS departures, r.c AS arrivals FROM (SELECT origin, count(*) AS c FROM flights GROUP BY origin) l LEFT JOIN (SELECT destination, count(*) AS c FROM flights GROUP BY destination) r ON l.origin = r.destination`), false},
	{"flights: join with movies' numbers", both(`SELECT m.minutes AS m, count(*) AS c FROM flights f JOIN (SELECT DISTINCT "Running Time min" AS minutes FROM movies) m ON f.delay = m.minutes WHERE f.distance > 2000 GROUP BY m.minutes`), false},
}

// TestVega asks fixed questions about real data: movies whose fields have several types, and three million
// flights. They are loaded with outcrop load and queried over HTTP.
func TestVega(t *testing.T) {
	movies, flights := filepath.Join(vega, "movies.json"), filepath.Join(vega, "flights-3m.parquet")
	for _, file := range []string{movies, flights} {
		if _, err := os.Stat(file); err != nil {
			t.Fatalf("%v: run internal/oracle/fetch first", err)
		}
	}
	db := openDuckDB(t)
	for _, view := range []string{
		`CREATE VIEW movies AS SELECT * FROM read_json('` + movies + `')`,
		`CREATE VIEW flights AS SELECT * FROM '` + flights + `'`,
	} {
		if _, err := db.Exec(view); err != nil {
			t.Fatal(err)
		}
	}
	b := startBinary(t)
	start := time.Now()
	b.load(t, movies, "commons.movies")
	b.load(t, flights, "commons.flights")
	t.Logf("loaded in %s", time.Since(start).Round(time.Millisecond))
	for _, q := range vegaQueries {
		t.Run(q.name, func(t *testing.T) {
			want, err := queryDuckDB(db, q.query.theirs)
			if err != nil {
				t.Fatalf("DuckDB: %v\n%s", err, q.query.theirs)
			}
			if len(want) == 0 {
				t.Errorf("no rows: this compares nothing\n%s", q.query.theirs)
			}
			got, err := b.query(q.query.ours)
			if err != nil {
				t.Fatalf("%v\n%s", err, q.query.ours)
			}
			if problem := different(got, want, q.ordered); problem != "" {
				t.Errorf("%s\n%s\n%s", problem, q.query.ours, q.query.theirs)
			}
		})
	}
}

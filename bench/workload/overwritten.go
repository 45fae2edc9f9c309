package workload

import (
	"maps"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// overwritten gives queries of a table without repeated values of its Key the wording for one that has them,
// in systems that keep all documents: they look for the greatest version when they read. Outcrop overwrites
// when it writes, and PostgreSQL does; they are asked the same as before.
func overwritten(t *bench.Table, queries []bench.Query) []bench.Query {
	var names []string // ClickHouse's * is without columns that are computed
	for _, c := range t.Columns {
		if c.Type.Kind != bench.Struct && c.Type.Kind != bench.List {
			names = append(names, c.Name)
		}
	}
	from := "FROM " + t.Name
	numbered := from + " QUALIFY row_number() OVER (PARTITION BY " + t.Key + " ORDER BY version DESC) = 1"
	latest := map[string]string{
		"duckdb":     numbered,
		"polars":     numbered,
		"datafusion": numbered,
		"clickhouse": from + " ORDER BY version DESC LIMIT 1 BY " + t.Key,
	}
	out := make([]bench.Query, len(queries))
	for i, q := range queries {
		words := map[string]string{}
		maps.Copy(words, q.For)
		maps.DeleteFunc(words, func(dialect, _ string) bool { return strings.HasSuffix(dialect, "-json") }) // not worded
		for dialect, rest := range latest {
			sql, ok := q.For[dialect]
			if !ok {
				sql = q.SQL
			}
			words[dialect] = strings.Replace(sql, from, "FROM (SELECT "+strings.Join(names, ", ")+" "+rest+")", 1)
		}
		q.For = words
		out[i] = q
	}
	return out
}

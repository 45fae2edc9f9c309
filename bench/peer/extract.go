package peer

import (
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// Schemaless systems keep a table's documents in one column, doc, of a table beside a view that has the
// declared fields as columns, extracted from doc when they are read. So questions need no wording of their own.

// documents is the table behind a view of the name.
func documents(table string) string { return sqlName(table + "_documents") }

// extracted is the expression of a field of a JSON object. types are the system's names for kinds; a field of
// another kind, or of one that varies, stays JSON.
func extracted(object string, c bench.Column, types map[bench.Kind]string) string {
	switch kind, ok := types[c.Type.Kind]; {
	case !ok || c.Type.Kind == bench.Any:
		return object + "->" + sqlText(c.Name)
	case c.Type.Kind == bench.String:
		return object + "->>" + sqlText(c.Name)
	default:
		return "(" + object + "->>" + sqlText(c.Name) + ")::" + kind
	}
}

// extractingView has a table's documents, as doc, and their fields.
func extractingView(t *bench.Table, types map[bench.Kind]string) string {
	columns := []string{"doc"}
	for _, c := range t.Columns {
		if c.Name != "doc" {
			columns = append(columns, extracted("doc", c, types)+" AS "+sqlName(c.Name))
		}
	}
	return "CREATE VIEW " + sqlName(t.Name) + " AS SELECT " + strings.Join(columns, ", ") + " FROM " + documents(t.Name)
}

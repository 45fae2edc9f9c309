// Package oracle asks Outcrop and DuckDB the same questions. It is a module of its own, since DuckDB needs
// cgo.
package oracle

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2"

	"github.com/outcropdb/outcrop/vec"
)

// rows are a query's answer in terms that both engines have: nil, bool, float64, string, []any.
type rows [][]any

// tolerance is how far two floats may be apart, relative to the larger: sums are added up in other orders.
const tolerance = 1e-9

// openDuckDB opens a database in memory.
func openDuckDB(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// queryDuckDB runs a query.
func queryDuckDB(db *sql.DB, query string) (rows, error) {
	found, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	names, err := found.Columns()
	if err != nil {
		return nil, err
	}
	var out rows
	for found.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		for i := range row {
			row[i] = plain(row[i])
		}
		out = append(out, row)
	}
	return out, found.Err()
}

// plain is a value of DuckDB's driver, or of JSON, in the terms of rows.
func plain(v any) any {
	switch x := v.(type) {
	case nil, bool, string, float64:
		return x
	case int64:
		return float64(x)
	case int32:
		return float64(x)
	case *big.Int:
		f, _ := new(big.Float).SetInt(x).Float64()
		return f
	case json.Number:
		f, err := x.Float64()
		if err != nil {
			return x.String()
		}
		return f
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = plain(e)
		}
		return out
	}
	panic(fmt.Sprintf("bug: a query gives a %T, let it give a number or a string", v))
}

// plainValue is an Outcrop value in the terms of rows.
func plainValue(v vec.Value) any {
	switch t := v.Type(); t {
	case vec.Undefined, vec.Null:
		return nil
	case vec.Bool:
		return v.Bool()
	case vec.Int:
		return float64(v.Int())
	case vec.Float:
		return v.Float()
	case vec.String:
		return string(v.Content())
	case vec.Array:
		out := []any{}
		for e := range v.Elements() {
			out = append(out, plainValue(e))
		}
		return out
	default:
		panic("bug: a query gives a " + t.String() + ", let it give a number or a string")
	}
}

// different says where two answers differ; "" if they do not. Rows are compared in order if the query
// gives one.
func different(got, want rows, ordered bool) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d rows, DuckDB has %d%s", len(got), len(want), firstUnmatched(got, want))
	}
	if !ordered {
		got.sort()
		want.sort()
	}
	for i := range got {
		if !slices.EqualFunc(got[i], want[i], same) {
			return fmt.Sprintf("row %d is %v, DuckDB has %v", i, got[i], want[i])
		}
	}
	return ""
}

// firstUnmatched helps to see what is wrong with a number of rows.
func firstUnmatched(got, want rows) string {
	got.sort()
	want.sort()
	for i := range min(len(got), len(want)) {
		if !slices.EqualFunc(got[i], want[i], same) {
			return fmt.Sprintf("; sorted, row %d is %v, DuckDB has %v", i, got[i], want[i])
		}
	}
	if len(got) > len(want) {
		return fmt.Sprintf("; %v is too many", got[len(want)])
	}
	return fmt.Sprintf("; %v is missing", want[len(got)])
}

func (r rows) sort() {
	slices.SortStableFunc(r, func(a, b []any) int { return cmp.Compare(rounded(a), rounded(b)) })
}

// rounded is a row as text by which to sort: equal for rows that are the same but for the tolerance.
func rounded(row []any) string {
	var b strings.Builder
	for _, v := range row {
		if f, ok := v.(float64); ok {
			fmt.Fprintf(&b, "%.7g\x00", f+0) // -0 as 0
		} else {
			fmt.Fprintf(&b, "%v\x00", v)
		}
	}
	return b.String()
}

func same(a, b any) bool {
	switch x := a.(type) {
	case float64:
		y, ok := b.(float64)
		return ok && (x == y || math.Abs(x-y) <= tolerance*max(math.Abs(x), math.Abs(y)) || x != x && y != y)
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	}
	if _, list := b.([]any); list {
		return false
	}
	return a == b
}

package peer

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

//go:embed duckdb.py
var duckdbScript string

// duckdb is DuckDB at its best: typed columns, nested ones as structs, with the types that the workload
// declares, or those that it finds in all of the file.
var duckdb = bench.Peer{
	Name: "duckdb", About: "DuckDB, typed columns and structs, database file",
	Dialects: []string{"duckdb", ""},
	Version:  driverVersion("duckdb"),
	Start:    startDuckDB(duckdbTyped),
}

// duckdbJSON is DuckDB as schemaless as Outcrop is: a column doc of JSON text, from which each query extracts
// the fields that it asks for, by itself or by a view.
var duckdbJSON = bench.Peer{
	Name: "duckdb-json", About: "DuckDB, one column of JSON text, fields extracted by each query, database file",
	Dialects: []string{"duckdb-json", "duckdb", ""},
	Version:  driverVersion("duckdb"),
	Start:    startDuckDB(duckdbText),
}

// duckdbSystem is a bench.System; create are the statements that load a table.
type duckdbSystem struct {
	*driver
	create func(t *bench.Table, path string) []string
}

func startDuckDB(create func(*bench.Table, string) []string) func(context.Context, bench.Setting) (bench.System, error) {
	return func(ctx context.Context, s bench.Setting) (bench.System, error) {
		d, err := startDriver(ctx, s, duckdbScript, nil)
		if err != nil {
			return nil, err
		}
		return &duckdbSystem{d, create}, nil
	}
}

// Load is one CREATE TABLE AS SELECT a table, which is durable when it returns.
func (d *duckdbSystem) Load(ctx context.Context, data *bench.Dataset) error {
	for i := range data.Workload.Tables {
		t := &data.Workload.Tables[i]
		if err := d.execute(ctx, d.create(t, data.File(t.Name).Path)...); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	return nil
}

// Settle moves what is in the write-ahead log to the database file.
func (d *duckdbSystem) Settle(ctx context.Context) error { return d.execute(ctx, "CHECKPOINT") }

func duckdbTyped(t *bench.Table, path string) []string {
	how := "sample_size = -1"
	if len(t.Columns) > 0 {
		var columns []string
		for _, c := range t.Columns {
			columns = append(columns, sqlText(c.Name)+": "+sqlText(duckdbType(c.Type)))
		}
		how = "columns = {" + strings.Join(columns, ", ") + "}"
	}
	return []string{fmt.Sprintf("CREATE TABLE %s AS SELECT * FROM read_json(%s, format = 'newline_delimited', %s)", sqlName(t.Name), sqlText(path), how)}
}

func duckdbText(t *bench.Table, path string) []string {
	return []string{
		fmt.Sprintf("CREATE TABLE %s AS SELECT json AS doc FROM read_ndjson_objects(%s)", documents(t.Name), sqlText(path)),
		extractingView(t, duckdbTypes),
	}
}

// duckdbTypes are DuckDB's names for kinds.
var duckdbTypes = map[bench.Kind]string{
	bench.Bool: "BOOLEAN", bench.Int64: "BIGINT", bench.Float64: "DOUBLE", bench.String: "VARCHAR",
	bench.Date: "DATE", bench.Timestamp: "TIMESTAMP", bench.Any: "JSON",
}

func duckdbType(t bench.Type) string {
	switch t.Kind {
	case bench.List:
		return duckdbType(*t.Of) + "[]"
	case bench.Struct:
		var fields []string
		for _, f := range t.Fields {
			fields = append(fields, sqlName(f.Name)+" "+duckdbType(f.Type))
		}
		return "STRUCT(" + strings.Join(fields, ", ") + ")"
	}
	return duckdbTypes[t.Kind]
}

package peer

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

//go:embed clickhouse.py
var clickhouseScript string

// clickhouse is ClickHouse at its best: columns of the declared types, objects as its JSON type with the types
// of their paths as hints, LowCardinality where its guide advises it, and rows in the order of a sort key.
var clickhouse = bench.Peer{
	Name: "clickhouse", About: "ClickHouse (chdb), typed columns, JSON with type hints, LowCardinality, sort key; MergeTree on disk, OPTIMIZE FINAL",
	Dialects: []string{"clickhouse", ""},
	Version:  clickhouseVersion,
	Start:    startClickHouse(clickhouseTyped),
}

// clickhouseJSON is ClickHouse as schemaless as Outcrop is: a column doc of its JSON type, without hints or
// order. Fields of declared types are aliases, which are computed from doc when they are read, so that
// questions need no wording of their own.
var clickhouseJSON = bench.Peer{
	Name: "clickhouse-json", About: "ClickHouse (chdb), one column of type JSON, no hints, no sort key; MergeTree on disk, OPTIMIZE FINAL",
	Dialects: []string{"clickhouse-json", "clickhouse", ""},
	Version:  clickhouseVersion,
	Start:    startClickHouse(clickhousePlain),
}

// clickhouseSettings are those of a session, beside the number of threads.
var clickhouseSettings = map[string]string{
	"optimize_skip_merged_partitions":        "1",
	"use_query_condition_cache":              "0", // it keeps which granules a condition left: a result
	"date_time_input_format":                 "'best_effort'",
	"schema_inference_make_columns_nullable": "'auto'",
}

// clickhouseTable ends the creation of a table: an insert is durable when it returns, as elsewhere.
const clickhouseTable = " SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, allow_nullable_key = 1"

// clickhouseSample is of how many rows a String column's distinct values are counted, and clickhouseFew how
// many make it LowCardinality. ClickHouse's guide advises it below 10,000 in all.
const (
	clickhouseSample = 10_000
	clickhouseFew    = 1_000
)

func clickhouseVersion(ctx context.Context, s bench.Setting) (string, error) {
	out, err := exec.CommandContext(ctx, driverPython(s), "-c", `import chdb; print(chdb.engine_version, "in chdb", chdb.__version__)`).Output()
	if err != nil {
		return "", errors.New("the Python package chdb is not there: run make bench-peers")
	}
	return strings.TrimSpace(string(out)), nil
}

// clickhouseSystem is a bench.System; create makes a table and loads it.
type clickhouseSystem struct {
	*driver
	create func(ctx context.Context, d *driver, t *bench.Table, path string) error
	tables []string
}

func startClickHouse(create func(context.Context, *driver, *bench.Table, string) error) func(context.Context, bench.Setting) (bench.System, error) {
	return func(ctx context.Context, s bench.Setting) (bench.System, error) {
		d, err := startDriver(ctx, s, clickhouseScript, clickhouseSettings)
		if err != nil {
			return nil, err
		}
		// Without a database of its own the session's is not on disk.
		if err := d.execute(ctx, "CREATE DATABASE IF NOT EXISTS bench", "USE bench"); err != nil {
			return nil, errors.Join(err, d.Close())
		}
		return &clickhouseSystem{driver: d, create: create}, nil
	}
}

// Load is one INSERT SELECT a table.
func (c *clickhouseSystem) Load(ctx context.Context, data *bench.Dataset) error {
	for i := range data.Workload.Tables {
		t := &data.Workload.Tables[i]
		if err := c.create(ctx, c.driver, t, data.File(t.Name).Path); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		c.tables = append(c.tables, sqlName(t.Name))
	}
	return nil
}

// Settle merges each table's parts into one. That one moves to a new table, because those that were merged
// would lie in the old one for minutes.
func (c *clickhouseSystem) Settle(ctx context.Context) error {
	for _, t := range c.tables {
		err := c.execute(ctx, "OPTIMIZE TABLE "+t+" FINAL", "CREATE TABLE settled AS "+t, "ALTER TABLE "+t+" MOVE PARTITION tuple() TO TABLE settled",
			"DROP TABLE "+t+" SYNC", "RENAME TABLE settled TO "+t)
		if err != nil {
			return err
		}
	}
	return nil
}

// clickhouseTyped loads a table with the types that the workload declares, or those that ClickHouse finds.
func clickhouseTyped(ctx context.Context, d *driver, t *bench.Table, path string) error {
	order := t.Sort
	if len(order) == 0 && t.Key != "" {
		order = []string{t.Key}
	}
	source := "file(" + sqlText(path) + ", 'JSONEachRow')"
	columns := ""
	if len(t.Columns) > 0 {
		few, err := clickhouseLow(ctx, d, t, path)
		if err != nil {
			return err
		}
		columns = clickhouseColumns(t, few)
		source = clickhouseFile(t, path, few)
		columns = " (" + columns + ")"
	}
	table := sqlName(t.Name)
	create := "CREATE TABLE " + table + columns + " ENGINE = MergeTree ORDER BY " + clickhouseOrder(order) + clickhouseTable
	if columns == "" {
		create += " EMPTY AS SELECT * FROM " + source
	}
	return d.execute(ctx, create, "INSERT INTO "+table+" SELECT * FROM "+source)
}

// clickhousePlain loads a table's documents as they are.
func clickhousePlain(ctx context.Context, d *driver, t *bench.Table, path string) error {
	columns := []string{"doc JSON"}
	for _, c := range t.Columns {
		if kind, ok := clickhouseTypes[c.Type.Kind]; ok && c.Name != "doc" {
			columns = append(columns, fmt.Sprintf("%s Nullable(%s) ALIAS doc.%[1]s::Nullable(%[2]s)", sqlName(c.Name), kind))
		}
	}
	table := sqlName(t.Name)
	return d.execute(ctx,
		"CREATE TABLE "+table+" ("+strings.Join(columns, ", ")+") ENGINE = MergeTree ORDER BY tuple()"+clickhouseTable,
		"INSERT INTO "+table+" (doc) SELECT json FROM file("+sqlText(path)+", 'JSONAsObject')")
}

// clickhouseTypes are ClickHouse's names for kinds that are neither made of others nor vary.
var clickhouseTypes = map[bench.Kind]string{
	bench.Bool: "Bool", bench.Int64: "Int64", bench.Float64: "Float64", bench.String: "String",
	bench.Date: "Date", bench.Timestamp: "DateTime64(6, 'UTC')",
}

// clickhouseColumns declares a table's columns. few tells which paths have few distinct strings.
func clickhouseColumns(t *bench.Table, few map[string]bool) string {
	var columns []string
	for _, c := range t.Columns {
		columns = append(columns, sqlName(c.Name)+" "+clickhouseType(c.Type, c.Name, few))
	}
	return strings.Join(columns, ", ")
}

func clickhouseFile(t *bench.Table, path string, few map[string]bool) string {
	structure := strings.ReplaceAll(clickhouseColumns(t, few), `\`, `\\`)
	return "file(" + sqlText(path) + ", 'JSONEachRow', " + sqlText(structure) + ")"
}

func clickhouseType(t bench.Type, path string, few map[string]bool) string {
	switch t.Kind {
	case bench.Any:
		return "Dynamic"
	case bench.List:
		return "Array(" + clickhouseType(*t.Of, "", nil) + ")"
	case bench.Struct:
		hints := []string{"max_dynamic_paths = 0"} // the rest is not asked for
		for _, f := range t.Fields {
			if f.Type.Kind != bench.Any && f.Type.Kind != bench.Struct {
				hints = append(hints, sqlName(f.Name)+" "+clickhouseType(f.Type, path+"."+f.Name, few))
			}
		}
		return "JSON(" + strings.Join(hints, ", ") + ")"
	case bench.String:
		if few[path] {
			return "LowCardinality(String)"
		}
	}
	return clickhouseTypes[t.Kind]
}

// clickhouseLow finds, in the first rows, the paths with few distinct strings.
func clickhouseLow(ctx context.Context, d *driver, t *bench.Table, path string) (map[string]bool, error) {
	var paths, counts []string
	add := func(path string, kind bench.Kind) {
		if kind == bench.String {
			paths = append(paths, path)
			counts = append(counts, "uniq("+clickhousePath(path)+")")
		}
	}
	for _, c := range t.Columns {
		add(c.Name, c.Type.Kind)
		for _, f := range c.Type.Fields {
			add(c.Name+"."+f.Name, f.Type.Kind)
		}
	}
	if len(paths) == 0 {
		return nil, nil
	}
	a, err := d.Query(ctx, fmt.Sprintf("SELECT %s FROM (SELECT * FROM %s LIMIT %d)", strings.Join(counts, ", "), clickhouseFile(t, path, nil), clickhouseSample))
	if err != nil {
		return nil, err
	}
	few := map[string]bool{}
	for i, path := range paths {
		distinct, ok := a.Rows[0][i].(int64)
		few[path] = ok && distinct <= clickhouseFew
	}
	return few, nil
}

// clickhousePath is a path of field names, quoted.
func clickhousePath(path string) string {
	parts := strings.Split(path, ".")
	for i, part := range parts {
		parts[i] = sqlName(part)
	}
	return strings.Join(parts, ".")
}

func clickhouseOrder(paths []string) string {
	if len(paths) == 0 {
		return "tuple()"
	}
	var order []string
	for _, path := range paths {
		order = append(order, clickhousePath(path))
	}
	return "(" + strings.Join(order, ", ") + ")"
}

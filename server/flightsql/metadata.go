package flightsql

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql/schema_ref"

	"github.com/outcropdb/outcrop/catalog"
)

// To Flight SQL a workspace is a schema and a collection a table. There is one catalog, without a name:
// names in SQL have no part for it.
const (
	catalogName = ""
	tableType   = "TABLE"
)

// GetFlightInfoCatalogs describes DoGetCatalogs' stream.
func (f *service) GetFlightInfoCatalogs(_ context.Context, d *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return f.info(schema_ref.Catalogs, d, d.Cmd), nil
}

// DoGetCatalogs lists the one catalog.
func (f *service) DoGetCatalogs(context.Context) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return f.rows(schema_ref.Catalogs, [][]string{{catalogName}})
}

// GetFlightInfoSchemas describes DoGetDBSchemas' stream.
func (f *service) GetFlightInfoSchemas(_ context.Context, _ flightsql.GetDBSchemas, d *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return f.info(schema_ref.DBSchemas, d, d.Cmd), nil
}

// DoGetDBSchemas lists workspaces.
func (f *service) DoGetDBSchemas(ctx context.Context, q flightsql.GetDBSchemas) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	var rows [][]string
	for _, w := range f.workspaces(ctx, q.GetCatalog(), q.GetDBSchemaFilterPattern()) {
		rows = append(rows, []string{catalogName, w})
	}
	return f.rows(schema_ref.DBSchemas, rows)
}

// GetFlightInfoTableTypes describes DoGetTableTypes' stream.
func (f *service) GetFlightInfoTableTypes(_ context.Context, d *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return f.info(schema_ref.TableTypes, d, d.Cmd), nil
}

// DoGetTableTypes lists the one type of table.
func (f *service) DoGetTableTypes(context.Context) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	return f.rows(schema_ref.TableTypes, [][]string{{tableType}})
}

// GetFlightInfoTables describes DoGetTables' stream.
func (f *service) GetFlightInfoTables(_ context.Context, q flightsql.GetTables, d *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return f.info(tablesSchema(q), d, d.Cmd), nil
}

func tablesSchema(q flightsql.GetTables) *arrow.Schema {
	if q.GetIncludeSchema() {
		return schema_ref.TablesWithIncludedSchema
	}
	return schema_ref.Tables
}

// DoGetTables lists collections, with the columns that SELECT * has now if asked to.
func (f *service) DoGetTables(ctx context.Context, q flightsql.GetTables) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	var rows [][]string
	if types := q.GetTableTypes(); len(types) == 0 || slices.Contains(types, tableType) {
		like := like(q.GetTableNameFilterPattern())
		for _, w := range f.workspaces(ctx, q.GetCatalog(), q.GetDBSchemaFilterPattern()) {
			for _, c := range f.server.Catalog().Collections(w) {
				if !like(c.Name) {
					continue
				}
				row := []string{catalogName, w, c.Name, tableType}
				if q.GetIncludeSchema() {
					schema, _, err := f.shape(ctx, &statement{SQL: "SELECT * FROM " + quoted(c)})
					if err != nil {
						return nil, nil, err
					}
					row = append(row, string(flight.SerializeSchema(schema, f.Alloc)))
				}
				rows = append(rows, row)
			}
		}
	}
	return f.rows(tablesSchema(q), rows)
}

// quoted is a collection's full name in SQL.
func quoted(c *catalog.Collection) string {
	return `"` + strings.Join(append(strings.Split(c.Workspace, "."), c.Name), `"."`) + `"`
}

// workspaces are those of a catalog, nil meaning any, whose name is like a pattern and that the caller may
// look into.
func (f *service) workspaces(ctx context.Context, of *string, pattern *string) (names []string) {
	if of != nil && *of != catalogName {
		return nil
	}
	like := like(pattern)
	for _, w := range f.server.Catalog().Workspaces() {
		if like(w.Name) && f.allows(ctx, catalog.ListResources, w.Name) == nil {
			names = append(names, w.Name)
		}
	}
	return names
}

// like matches as SQL's LIKE does; no pattern matches all.
func like(pattern *string) func(string) bool {
	if pattern == nil {
		return func(string) bool { return true }
	}
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for _, c := range *pattern {
		switch c {
		case '%':
			b.WriteString(".*")
		case '_':
			b.WriteByte('.')
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	b.WriteString(`\z`)
	return regexp.MustCompile(b.String()).MatchString
}

// rows makes a stream of one batch of texts.
func (f *service) rows(schema *arrow.Schema, rows [][]string) (*arrow.Schema, <-chan flight.StreamChunk, error) {
	b := array.NewRecordBuilder(f.Alloc, schema)
	defer b.Release()
	for _, row := range rows {
		for i, text := range row {
			switch column := b.Field(i).(type) {
			case *array.StringBuilder:
				column.Append(text)
			case *array.BinaryBuilder:
				column.AppendString(text)
			}
		}
	}
	chunks := make(chan flight.StreamChunk, 1)
	chunks <- flight.StreamChunk{Data: b.NewRecordBatch()}
	close(chunks)
	return schema, chunks, nil
}

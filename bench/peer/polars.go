package peer

import (
	"context"
	_ "embed"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

//go:embed polars.py
var polarsScript string

// polars is Polars, over Parquet files that it made of the documents. Fields of
// varying kinds are text.
var polars = bench.Peer{
	Name: "polars", About: "Polars SQL, typed columns and structs, Parquet files, streaming engine",
	Dialects: []string{"polars", ""},
	Version:  driverVersion("polars"),
	Start: func(ctx context.Context, s bench.Setting) (bench.System, error) {
		d, err := startDriver(ctx, s, polarsScript, nil)
		if err != nil {
			return nil, err
		}
		return &polarsSystem{d}, nil
	},
}

// polarsSystem is a bench.System.
type polarsSystem struct{ *driver }

// Load writes a Parquet file a table.
func (p *polarsSystem) Load(ctx context.Context, data *bench.Dataset) error {
	return p.loadTables(ctx, data, polarsType)
}

// Settle has nothing to do: files stay as they are.
func (p *polarsSystem) Settle(context.Context) error { return nil }

// polarsTypes are Polars' names for kinds.
var polarsTypes = map[bench.Kind]string{
	bench.Bool: "Boolean", bench.Int64: "Int64", bench.Float64: "Float64", bench.String: "String",
	bench.Date: "Date", bench.Timestamp: "Datetime('us')", bench.Any: "String",
}

func polarsType(t bench.Type) string {
	switch t.Kind {
	case bench.List:
		return "List(" + polarsType(*t.Of) + ")"
	case bench.Struct:
		var fields []string
		for _, f := range t.Fields {
			fields = append(fields, pythonText(f.Name)+": "+polarsType(f.Type))
		}
		return "Struct({" + strings.Join(fields, ", ") + "})"
	}
	return polarsTypes[t.Kind]
}

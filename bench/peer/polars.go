package peer

import (
	"context"
	_ "embed"
	"strconv"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

//go:embed polars.py
var polarsScript string

// polars is Polars, over Parquet files that it made of the documents. Of the data frame libraries it is the
// one that reads fields of varying kinds, as text; DataFusion's JSON reader refuses such files.
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
	request := driverRequest{Op: "load"}
	for _, t := range data.Workload.Tables {
		columns := map[string]string{}
		for _, c := range t.Columns {
			columns[c.Name] = polarsType(c.Type)
		}
		request.Tables = append(request.Tables, driverTable{Name: t.Name, Path: data.File(t.Name).Path, Columns: columns})
	}
	_, err := p.ask(ctx, request)
	return err
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
			fields = append(fields, strconv.Quote(f.Name)+": "+polarsType(f.Type))
		}
		return "Struct({" + strings.Join(fields, ", ") + "})"
	}
	return polarsTypes[t.Kind]
}

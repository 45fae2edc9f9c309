package peer

import (
	"context"
	_ "embed"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

//go:embed datafusion.py
var datafusionScript string

// datafusion is DataFusion, over Parquet files that it made of the documents. Fields that vary, which its reader
// of JSON refuses, are left out.
var datafusion = bench.Peer{
	Name: "datafusion", About: "DataFusion, typed columns and structs, Parquet files, without fields that vary",
	Dialects: []string{"datafusion", ""},
	Version:  driverVersion("datafusion"),
	Start: func(ctx context.Context, s bench.Setting) (bench.System, error) {
		d, err := startDriver(ctx, s, datafusionScript, nil)
		if err != nil {
			return nil, err
		}
		return &datafusionSystem{d}, nil
	},
}

// datafusionSystem is a bench.System.
type datafusionSystem struct{ *driver }

// Load writes a Parquet file a table.
func (d *datafusionSystem) Load(ctx context.Context, data *bench.Dataset) error {
	return d.loadTables(ctx, data, datafusionType)
}

// Settle has nothing to do: files stay as they are.
func (d *datafusionSystem) Settle(context.Context) error { return nil }

// datafusionTypes are pyarrow's expressions for kinds.
var datafusionTypes = map[bench.Kind]string{
	bench.Bool: "bool_()", bench.Int64: "int64()", bench.Float64: "float64()", bench.String: "string()",
	bench.Date: "date32()", bench.Timestamp: "timestamp('us')",
}

func datafusionType(t bench.Type) string {
	switch t.Kind {
	case bench.List:
		return "list_(" + datafusionType(*t.Of) + ")"
	case bench.Struct:
		var fields []string
		for _, f := range t.Fields {
			if f.Type.Kind != bench.Any {
				fields = append(fields, "("+pythonText(f.Name)+", "+datafusionType(f.Type)+")")
			}
		}
		return "struct([" + strings.Join(fields, ", ") + "])"
	}
	return datafusionTypes[t.Kind]
}

package workload

import "github.com/outcropdb/outcrop/bench"

// The types of columns, for tables to be short.
var (
	text      = bench.Type{Kind: bench.String}
	integer   = bench.Type{Kind: bench.Int64}
	real      = bench.Type{Kind: bench.Float64}
	boolean   = bench.Type{Kind: bench.Bool}
	date      = bench.Type{Kind: bench.Date}
	timestamp = bench.Type{Kind: bench.Timestamp}
	varying   = bench.Type{Kind: bench.Any}
)

func structOf(fields ...bench.Column) bench.Type {
	return bench.Type{Kind: bench.Struct, Fields: fields}
}

func listOf(t bench.Type) bench.Type { return bench.Type{Kind: bench.List, Of: &t} }

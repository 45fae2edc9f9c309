package function

import (
	"math/rand/v2"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// benchColumns are batches of the usual size.
var benchColumns = func() map[string]*vec.Vector {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"/index.html", "/api/v1/orgs/self/queries", "/static/js/app.min.js?v=1234", "/login"}
	out := map[string]*vec.Vector{}
	add := func(name string, f func() vec.Value) {
		v := appended()
		for range vec.BatchRows {
			v.Append(f())
		}
		out[name] = v
	}
	add("int", func() vec.Value { return vec.IntValue(vec.Int, r.Int64N(1_000_000)) })
	add("int2", func() vec.Value { return vec.IntValue(vec.Int, r.Int64N(1_000_000)) })
	add("float", func() vec.Value { return vec.FloatValue(r.Float64()) })
	add("string", func() vec.Value { return vec.StringValue(words[r.IntN(4)] + words[r.IntN(4)]) })
	add("timestamp", func() vec.Value { return vec.IntValue(vec.Timestamp, 1_700_000_000_000_000+r.Int64N(1e15)) })
	return out
}()

func BenchmarkFunctions(b *testing.B) {
	str := func(s string) vec.Value { return vec.StringValue(s) }
	for _, bench := range []struct {
		name, f string
		column  string
		rest    []any // columns by name, or values
	}{
		{"equal int const", "equal", "int", []any{vec.IntValue(vec.Int, 5)}},
		{"lt int int", "lt", "int", []any{"int2"}},
		{"lt int float const", "lt", "int", []any{vec.FloatValue(0.5)}},
		{"equal string const", "equal", "string", []any{str("/login")}},
		{"add int int", "add", "int", []any{"int2"}},
		{"multiply int float", "multiply", "int", []any{"float"}},
		{"divide int const", "divide", "int", []any{vec.IntValue(vec.Int, 7)}},
		{"sqrt", "sqrt", "float", nil},
		{"like contains", "like", "string", []any{str("%self%")}},
		{"like general", "like", "string", []any{str("/_pi%self%")}},
		{"regexp_like", "regexp_like", "string", []any{str("v[0-9]+")}},
		{"upper", "upper", "string", nil},
		{"year", "year", "timestamp", nil},
		{"hour", "hour", "timestamp", nil},
		{"cast string", "", "int", nil},
	} {
		f := Cast(vec.String, false)
		if bench.f != "" {
			f, _ = Lookup(bench.f)
		}
		benchFunction(b, bench.name, f, append([]any{bench.column}, bench.rest...))
	}
	trunc, _ := Lookup("date_trunc")
	for _, unit := range []string{"minute", "day", "month"} {
		benchFunction(b, "date_trunc "+unit, trunc, []any{str(unit), "timestamp"})
	}
}

func benchFunction(b *testing.B, name string, f *Function, args []any) {
	b.Run(name, func(b *testing.B) {
		eval := f.New()
		var vectors []*vec.Vector
		for _, arg := range args {
			if column, ok := arg.(string); ok {
				vectors = append(vectors, benchColumns[column])
			} else {
				vectors = append(vectors, vec.NewConst(arg.(vec.Value), vec.BatchRows))
			}
		}
		var out vec.Vector
		b.ReportAllocs()
		for b.Loop() {
			if err := eval(&out, vectors, vec.BatchRows); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/vec.BatchRows, "ns/row")
	})
}

func BenchmarkAggregates(b *testing.B) {
	groups := make([]uint32, vec.BatchRows)
	for i := range groups {
		groups[i] = uint32(i*7919) % 1000
	}
	for _, bench := range []struct{ call, column string }{
		{"count", "int"},
		{"sum", "int"},
		{"sum", "float"},
		{"min", "int"},
		{"max", "string"},
		{"count distinct", "int"},
		{"stddev", "float"},
		{"approx_distinct", "int"},
	} {
		for _, grouped := range []bool{false, true} {
			name, numbers := bench.call+" "+bench.column, groups
			if !grouped {
				numbers = nil
			} else {
				name += " grouped"
			}
			b.Run(name, func(b *testing.B) {
				f, call := parseCall(bench.call, 1)
				a, _ := f.New(call)
				args := []*vec.Vector{benchColumns[bench.column]}
				b.ReportAllocs()
				for b.Loop() {
					if err := a.Update(numbers, 1000, args, vec.BatchRows); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/vec.BatchRows, "ns/row")
			})
		}
	}
}

package substrait

import (
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// dashboard is a plan of the usual size: filter, group, order, limit.
func dashboard() *plan.Root {
	read := events()
	read.Filter = call("and", call("gt", ref(read, 1), number(5)), call("equal", ref(read, 0), literal(vec.StringValue("ann"))))
	grouped := &plan.Aggregate{
		Input: read, Keys: []plan.Expr{ref(read, 0)},
		Measures: []plan.Measure{measure("count"), measure("sum", ref(read, 1))}, Names: []string{"user", "n", "sum"},
	}
	ordered := &plan.Sort{Input: grouped, Fields: []plan.SortField{{Expr: ref(grouped, 1), Descending: true}}}
	return rootOf(&plan.Fetch{Input: ordered, Count: number(10)})
}

func BenchmarkMarshal(b *testing.B) {
	root := dashboard()
	for b.Loop() {
		if _, err := Marshal(root); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnmarshal(b *testing.B) {
	data, err := Marshal(dashboard())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Unmarshal(b.Context(), data, catalog); err != nil {
			b.Fatal(err)
		}
	}
}

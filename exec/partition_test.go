package exec

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// TestManyGroups has more groups than a worker keeps in one table, with keys of several types and all kinds of
// states, and compares with few rows at a time, which one table holds.
func TestManyGroups(t *testing.T) {
	const keys = maxUnpartitioned
	r := rand.New(rand.NewPCG(7, 8))
	var rows [][]vec.Value
	key := func(n int) vec.Value {
		switch {
		case n == 0:
			return vec.NullValue()
		case n%3 == 0:
			return vec.StringValue(fmt.Sprint("key ", n))
		}
		return num(n)
	}
	for n := range keys {
		for range 1 + r.IntN(3) {
			rows = append(rows, []vec.Value{key(n), num(r.IntN(4)), vec.StringValue(fmt.Sprint(r.IntN(5)))})
		}
	}
	aggregated := func(rows [][]vec.Value, workers, step int) []string {
		measure := func(name string, distinct bool, order []plan.SortField, args ...plan.Expr) plan.Measure {
			return plan.Measure{Function: name, Distinct: distinct, Order: order, Args: args}
		}
		x := newAggregate(&plan.Aggregate{
			Keys: []plan.Expr{ref(0)}, Sets: [][]int{{0}},
			Measures: []plan.Measure{
				measure("count", false, nil), measure("sum", false, nil, ref(1)), measure("min", false, nil, ref(2)), measure("max", false, nil, ref(1)),
				measure("count", true, nil, ref(1)), measure("avg", false, nil, ref(1)),
				measure("array_agg", false, []plan.SortField{{Expr: ref(1)}, {Expr: ref(2)}}, ref(1)),
				{Function: "count", Filter: fn("equal", ref(1), lit(num(2)))},
				measure("bitwise_xor_agg", false, nil, ref(1)), measure("bool_or", false, nil, fn("equal", ref(1), lit(num(2)))),
			},
		}, &env{})
		out := &collector{}
		admission := admit(t, workers, 1<<30)
		for _, p := range []*pipeline{{&table{rows: rows, width: 3, step: step}, x}, {&aggregateSource{x}, out}} {
			if err := p.run(context.Background(), admission); err != nil {
				t.Fatal(err)
			}
		}
		return out.sorted()
	}
	var want []string
	for from := 0; from < len(rows); { // cut where the key changes
		to := min(from+8000, len(rows))
		for to < len(rows) && vec.Equal(rows[to][0], rows[to-1][0]) {
			to++
		}
		want = append(want, aggregated(rows[from:to], 1, 1000)...)
		from = to
	}
	slices.Sort(want)
	if len(want) != keys {
		t.Fatalf("%d groups, want %d", len(want), keys)
	}
	for _, test := range []struct{ workers, step, rows int }{{1, 2000, len(rows)}, {2, 2048, len(rows)}, {4, 100, len(rows)}} {
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if got := aggregated(rows, test.workers, test.step); !slices.Equal(got, want) {
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Fatalf("%d workers, batches of %d: group %s, want %s (%d groups, want %d)", test.workers, test.step, got[i], want[i], len(got), len(want))
				}
			}
			t.Fatalf("%d workers: %d groups, want %d", test.workers, len(got), len(want))
		}
	}
}

// TestPartitionedAndWhole has one worker with many groups and another with few.
func TestPartitionedAndWhole(t *testing.T) {
	x := newAggregate(&plan.Aggregate{Keys: []plan.Expr{ref(0)}, Sets: [][]int{{0}, {}}, Measures: []plan.Measure{{Function: "sum", Args: []plan.Expr{ref(0)}}}}, &env{})
	const many = maxUnpartitioned + 5000
	admission := admit(t, 2, 1<<30)
	for _, n := range []int{many, 100} { // each pipeline is a worker of its own
		p := &pipeline{&table{rows: numbers(n, 1), width: 1, step: vec.BatchRows}, &keepOpen{x}}
		if err := p.run(context.Background(), admission); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	out := &collector{}
	if err := (&pipeline{&aggregateSource{x}, out}).run(context.Background(), admission); err != nil {
		t.Fatal(err)
	}
	if len(out.rows) != many+1 {
		t.Errorf("%d groups, want %d", len(out.rows), many+1)
	}
	for _, want := range []string{"7 14 0", "200 200 0", fmt.Sprintf("null %d 1", many*(many-1)/2+100*99/2)} {
		if !slices.Contains(out.rows, want) {
			t.Errorf("no group %s", want)
		}
	}
}

// keepOpen is a Sink that others write to afterwards.
type keepOpen struct{ Sink }

func (keepOpen) Close() error { return nil }

// TestWorthPartitioning draws rows of so many groups at random and asks as often as batches come.
func TestWorthPartitioning(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for groups, want := range map[int]bool{1000: false, 10_000: false, 30_000: false, maxUnpartitioned * 2: true, 1_000_000: true} {
		seen := map[int]bool{}
		at := 0
		for rows := vec.BatchRows; rows <= 200*vec.BatchRows && at == 0; rows += vec.BatchRows {
			for range vec.BatchRows {
				seen[r.IntN(groups)] = true
			}
			if worthPartitioning(len(seen), rows) {
				at = rows
			}
		}
		if (at > 0) != want {
			t.Errorf("%d groups: partitioned after %d rows, want %t", groups, at, want)
		}
		if groups == maxUnpartitioned*2 && at < maxUnpartitioned {
			t.Errorf("%d groups: partitioned after %d rows already", groups, at)
		}
		if groups >= 1_000_000 && at > 3*minPartitioned {
			t.Errorf("%d groups: partitioned after %d rows only", groups, at)
		}
	}
}

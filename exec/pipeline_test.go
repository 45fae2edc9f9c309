package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// table is a Source of rows, given out in small batches to any number of workers.
type table struct {
	rows  [][]vec.Value
	width int
	step  int
	next  atomic.Int64
	fail  error // in the place of the last batch
	ended atomic.Int64
}

func (s *table) Open(*instance.Worker) (Reader, error) { return &tableReader{table: s}, nil }
func (s *table) Close() error                          { s.ended.Add(1); return nil }

type tableReader struct {
	*table
	batch vec.Batch
}

func (r *tableReader) Close() error { return nil }

func (r *tableReader) Read() (*vec.Batch, error) {
	to := int(r.next.Add(int64(r.step)))
	from := to - r.step
	if from >= len(r.rows) {
		return nil, io.EOF
	}
	if to = min(to, len(r.rows)); to == len(r.rows) && r.fail != nil {
		return nil, r.fail
	}
	r.batch.Columns = emptyVectors(r.width)
	for _, row := range r.rows[from:to] {
		for c, v := range row {
			r.batch.Columns[c].Append(v)
		}
	}
	r.batch.Rows = to - from
	return &r.batch, nil
}

// collector is a Sink that keeps rows as text.
type collector struct {
	mu     sync.Mutex
	rows   []string
	closed int
}

func (c *collector) Open(*instance.Worker) (Writer, error) { return collectorWriter{c}, nil }
func (c *collector) Close() error                          { c.closed++; return nil }

type collectorWriter struct{ *collector }

func (w collectorWriter) Close() error { return nil }

func (w collectorWriter) Write(b *vec.Batch) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range b.Rows {
		var cells []string
		for _, c := range b.Columns {
			cells = append(cells, string(vec.AppendJSON(nil, c.Value(i))))
		}
		w.rows = append(w.rows, strings.Join(cells, " "))
	}
	return nil
}

func (c *collector) sorted() []string {
	slices.Sort(c.rows)
	return c.rows
}

var num = func(n int) vec.Value { return vec.IntValue(vec.Int, int64(n)) }

func numbers(n, columns int) [][]vec.Value {
	out := make([][]vec.Value, n)
	for i := range out {
		for c := range columns {
			out[i] = append(out[i], num(i*(c+1)))
		}
	}
	return out
}

func admit(t testing.TB, workers int, memory int64) *instance.Admission {
	t.Helper()
	cpus := make([]int, workers)
	in := instance.New(instance.Options{CPUs: cpus, QueryMemory: memory}, instance.NewBudget("node", memory))
	a, err := in.Admit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Release(); in.Close() })
	return a
}

func ref(i int) plan.Expr { return &plan.FieldRef{Index: i, T: vec.Dynamic} }

func lit(v vec.Value) plan.Expr { return &plan.Literal{Value: v} }

func fn(name string, args ...plan.Expr) plan.Expr {
	return &plan.Call{Function: name, Args: args, T: vec.Dynamic}
}

func TestLimitIsExact(t *testing.T) {
	for _, workers := range []int{1, 4} {
		for _, test := range []struct{ skip, count, want int64 }{{0, 10, 10}, {7, 100, 100}, {990, 50, 10}, {0, 0, 0}, {5, -1, 995}, {2000, 5, 0}} {
			out := &collector{}
			p := &pipeline{&table{rows: numbers(1000, 1), width: 1, step: 3}, newLimit(test.skip, test.count, out)}
			if err := p.run(context.Background(), admit(t, workers, 1<<20)); err != nil {
				t.Fatal(err)
			}
			if int64(len(out.rows)) != test.want {
				t.Errorf("%d workers, offset %d limit %d: got %d rows, want %d", workers, test.skip, test.count, len(out.rows), test.want)
			}
			if out.closed != 1 {
				t.Errorf("the sink was closed %d times", out.closed)
			}
			if distinct := slices.Compact(out.sorted()); len(distinct) != len(out.rows) {
				t.Errorf("rows came twice")
			}
		}
	}
}

func TestFailingSourceEndsThePipeline(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, workers := range []int{1, 4} {
		source := &table{rows: numbers(100, 1), width: 1, step: 3, fail: broken}
		out := &collector{}
		err := (&pipeline{source, out}).run(context.Background(), admit(t, workers, 1<<20))
		if !errors.Is(err, broken) {
			t.Errorf("got %v, want %v", err, broken)
		}
		if out.closed != 0 || source.ended.Load() != 1 {
			t.Errorf("after an error the sink was closed %d times, the source %d", out.closed, source.ended.Load())
		}
	}
}

func TestCancelIsFeltWithinABatch(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	gone := errors.New("the client went away")
	batches := 0
	sink := &hook{func() {
		if batches++; batches == 3 {
			cancel(gone)
		}
	}}
	err := (&pipeline{&table{rows: numbers(1000, 1), width: 1, step: 1}, sink}).run(ctx, admit(t, 1, 1<<20))
	if !errors.Is(err, gone) || batches != 3 {
		t.Errorf("got %v after %d batches, want %v after 3", err, batches, gone)
	}
}

func TestPanicIsOneQuerysError(t *testing.T) {
	for _, workers := range []int{1, 3} {
		err := (&pipeline{&table{rows: numbers(10, 1), width: 1, step: 1}, &hook{func() { panic("bug: test") }}}).
			run(context.Background(), admit(t, workers, 1<<20))
		if err == nil || !strings.Contains(err.Error(), "internal error: bug: test") {
			t.Errorf("%d workers: got %v", workers, err)
		}
	}
}

// hook is a Sink that calls a function for each batch.
type hook struct{ call func() }

func (h *hook) Open(*instance.Worker) (Writer, error) { return h, nil }
func (h *hook) Write(*vec.Batch) error                { h.call(); return nil }
func (h *hook) Close() error                          { return nil }

// through runs rows through an operator that ends a pipeline and starts the next.
func through(t *testing.T, a *instance.Admission, rows [][]vec.Value, width int, in Sink, source Source) ([]string, error) {
	t.Helper()
	if err := (&pipeline{&table{rows: rows, width: width, step: 5}, in}).run(context.Background(), a); err != nil {
		return nil, err
	}
	out := &collector{}
	err := (&pipeline{source, out}).run(context.Background(), a)
	return out.rows, err
}

func TestSortAgainstCompare(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	value := func() vec.Value {
		switch r.IntN(6) {
		case 0:
			return vec.NullValue()
		case 1:
			return vec.StringValue(fmt.Sprint("a long common prefix ", r.IntN(30)))
		case 2:
			return vec.FloatValue(float64(r.IntN(40))/2 - 10)
		}
		return num(r.IntN(30) - 15)
	}
	for _, kind := range []string{"ints", "mixed"} {
		rows := make([][]vec.Value, 500)
		for i := range rows {
			rows[i] = []vec.Value{num(r.IntN(20) - 10), value(), num(i)}
			if kind == "ints" {
				rows[i][1] = num(r.IntN(100))
			}
		}
		for _, fields := range [][]plan.SortField{
			{{Expr: ref(1)}, {Expr: ref(2)}},
			{{Expr: ref(1), Descending: true, NullsFirst: true}, {Expr: ref(2), Descending: true}},
			{{Expr: ref(0), Descending: true}, {Expr: ref(1), NullsFirst: true}, {Expr: ref(2)}},
		} {
			want := slices.Clone(rows)
			slices.SortFunc(want, func(a, b []vec.Value) int {
				for _, f := range fields {
					i := f.Expr.(*plan.FieldRef).Index
					x, y := a[i], b[i]
					switch {
					case x.IsNull() && y.IsNull():
						continue
					case x.IsNull() || y.IsNull():
						if x.IsNull() == f.NullsFirst {
							return -1
						}
						return 1
					}
					if c := vec.Compare(x, y); c != 0 {
						if f.Descending {
							return -c
						}
						return c
					}
				}
				return 0
			})
			for _, keep := range []int{-1, 0, 1, 17, 499, 5000} {
				for _, workers := range []int{1, 3} {
					s := newSorter(&plan.Sort{Fields: fields}, keep, &env{})
					got, err := through(t, admit(t, workers, 1<<24), rows, 3, s, &sortSource{s})
					if err != nil {
						t.Fatal(err)
					}
					var text []string
					for i, row := range want {
						if keep >= 0 && i >= keep {
							break
						}
						var cells []string
						for _, v := range row {
							cells = append(cells, string(vec.AppendJSON(nil, v)))
						}
						text = append(text, strings.Join(cells, " "))
					}
					if !slices.Equal(got, text) {
						t.Fatalf("%s, %d workers, keep %d:\ngot  %v\nwant %v", kind, workers, keep, got, text)
					}
				}
			}
		}
	}
}

func TestAggregateMergesWorkers(t *testing.T) {
	rows := make([][]vec.Value, 1000)
	for i := range rows {
		rows[i] = []vec.Value{num(i % 7), num(i)}
	}
	rows = append(rows, []vec.Value{vec.NullValue(), num(5)}, []vec.Value{nil, num(6)})
	node := &plan.Aggregate{
		Keys: []plan.Expr{ref(0)},
		Measures: []plan.Measure{
			{Function: "count", Type: vec.Int},
			{Function: "sum", Args: []plan.Expr{ref(1)}, Type: vec.Int},
			{Function: "count", Args: []plan.Expr{ref(1)}, Filter: fn("lt", ref(1), lit(num(14))), Type: vec.Int},
		},
	}
	var want []string
	for k := range 7 {
		count, sum := 0, 0
		for i := k; i < 1000; i += 7 {
			count, sum = count+1, sum+i
		}
		want = append(want, fmt.Sprintf("%d %d %d 2", k, count, sum))
	}
	want = append(want, "null 2 11 2")
	for _, workers := range []int{1, 4} {
		a := newAggregate(node, &env{})
		got, err := through(t, admit(t, workers, 1<<24), rows, 2, a, &aggregateSource{a})
		if err != nil {
			t.Fatal(err)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%d workers: got %v, want %v", workers, got, want)
		}
	}
}

func TestGroupingSets(t *testing.T) {
	rows := [][]vec.Value{{num(1), num(10)}, {num(1), num(20)}, {num(2), num(10)}}
	node := &plan.Aggregate{
		Keys: []plan.Expr{ref(0), ref(1)}, Sets: [][]int{{0, 1}, {0}, {}},
		Measures: []plan.Measure{{Function: "count", Type: vec.Int}},
	}
	a := newAggregate(node, &env{})
	got, err := through(t, admit(t, 2, 1<<24), rows, 2, a, &aggregateSource{a})
	if err != nil {
		t.Fatal(err)
	}
	none := newAggregate(node, &env{})
	total, err := through(t, admit(t, 2, 1<<24), nil, 2, none, &aggregateSource{none})
	if err != nil || !slices.Equal(total, []string{"null null 0 2"}) {
		t.Errorf("over no rows: got %v, %v; want the total alone", total, err)
	}
	slices.Sort(got)
	want := []string{"1 10 1 0", "1 20 1 0", "1 null 2 1", "2 10 1 0", "2 null 1 1", "null null 3 2"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEmptyAggregates(t *testing.T) {
	for keys, want := range map[int][]string{0: {"0 null"}, 1: nil} {
		node := &plan.Aggregate{Measures: []plan.Measure{{Function: "count", Type: vec.Int}, {Function: "max", Args: []plan.Expr{ref(0)}}}}
		for range keys {
			node.Keys = append(node.Keys, ref(0))
		}
		a := newAggregate(node, &env{})
		got, err := through(t, admit(t, 2, 1<<24), nil, 1, a, &aggregateSource{a})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%d keys: got %v, %v; want %v", keys, got, err, want)
		}
	}
}

func TestMemoryIsAskedFor(t *testing.T) {
	node := &plan.Aggregate{Keys: []plan.Expr{ref(0)}}
	a := newAggregate(node, &env{})
	_, err := through(t, admit(t, 2, 200<<10), numbers(100_000, 1), 1, a, &aggregateSource{a})
	var refused *instance.BudgetError
	if !errors.As(err, &refused) {
		t.Errorf("100,000 groups in 200 KiB: got %v, want a refusal by the budget", err)
	}
}

func TestJoinKindsAgainstNestedLoops(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	side := func(n int) [][]vec.Value {
		out := make([][]vec.Value, n)
		for i := range out {
			out[i] = []vec.Value{num(r.IntN(15)), num(i)}
			if r.IntN(10) == 0 {
				out[i][0] = vec.NullValue()
			}
		}
		return out
	}
	left, right := side(80), side(60)
	kinds := []plan.JoinKind{plan.Inner, plan.Left, plan.Right, plan.Full, plan.LeftSemi, plan.LeftAnti}
	for _, kind := range kinds {
		for _, condition := range []bool{false, true} {
			for _, workers := range []int{1, 3} {
				node := &plan.Join{
					Kind: kind, Left: &plan.Values{Fields: make([]plan.Field, 2)}, Right: &plan.Values{Fields: make([]plan.Field, 2)},
					Equal: []plan.EqualPair{{Left: ref(0), Right: ref(0)}},
				}
				if condition {
					node.Condition = fn("lt", ref(1), ref(3))
				}
				got := join(t, node, left, right, workers)
				want := nestedLoops(kind, condition, left, right)
				if !slices.Equal(got, want) {
					t.Fatalf("kind %d, condition %v, %d workers:\ngot  %v\nwant %v", kind, condition, workers, got, want)
				}
			}
		}
	}
}

func join(t *testing.T, node *plan.Join, left, right [][]vec.Value, workers int) []string {
	t.Helper()
	a := admit(t, workers, 1<<24)
	b := newBuild(node, &env{})
	out := &collector{}
	sink := Sink(out)
	outer := node.Kind == plan.Right || node.Kind == plan.Full
	if outer {
		sink = &shared{Sink: out, left: 2}
	}
	pipelines := []*pipeline{
		{&table{rows: right, width: 2, step: 5}, b},
		{&table{rows: left, width: 2, step: 5}, &probe{build: b, next: sink}},
	}
	if outer {
		pipelines = append(pipelines, &pipeline{&unmatched{build: b}, sink})
	}
	for _, p := range pipelines {
		if err := p.run(context.Background(), a); err != nil {
			t.Fatal(err)
		}
	}
	if out.closed != 1 {
		t.Errorf("the sink was closed %d times", out.closed)
	}
	return out.sorted()
}

func nestedLoops(kind plan.JoinKind, condition bool, left, right [][]vec.Value) []string {
	var out []string
	text := func(rows ...[]vec.Value) {
		var cells []string
		for _, row := range rows {
			if row == nil {
				row = []vec.Value{vec.NullValue(), vec.NullValue()}
			}
			for _, v := range row {
				cells = append(cells, string(vec.AppendJSON(nil, v)))
			}
		}
		out = append(out, strings.Join(cells, " "))
	}
	matchedRight := make([]bool, len(right))
	for _, l := range left {
		matched := false
		for i, r := range right {
			if l[0].IsNull() || r[0].IsNull() || !vec.Equal(l[0], r[0]) || condition && l[1].Int() >= r[1].Int() {
				continue
			}
			matched, matchedRight[i] = true, true
			if kind != plan.LeftSemi && kind != plan.LeftAnti {
				text(l, r)
			}
		}
		switch {
		case kind == plan.LeftSemi && matched, kind == plan.LeftAnti && !matched:
			text(l)
		case (kind == plan.Left || kind == plan.Full) && !matched:
			text(l, nil)
		}
	}
	if kind == plan.Right || kind == plan.Full {
		for i, r := range right {
			if !matchedRight[i] {
				text(nil, r)
			}
		}
	}
	slices.Sort(out)
	return out
}

package server

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/vec"
)

// Queries see each request's documents of a shard together, one state after the other, while they are
// overwritten, flushed and merged.
func TestQueriesSeeWholeWrites(t *testing.T) {
	const documents, writes = 500, 40
	s := openTest(t, Options{})
	c, err := testCollection(s, "states", "1")
	if err != nil {
		t.Fatal(err)
	}
	put := func(state int64) error {
		var changes []ingest.Change
		for i := range documents {
			doc, mark := vec.BeginObject(nil)
			doc = vec.AppendContent(vec.AppendKey(doc, "_id"), vec.String, fmt.Sprint(i))
			doc = vec.AppendInt(vec.AppendKey(doc, "state"), vec.Int, state)
			changes = append(changes, ingest.Change{Op: index.Upsert, Document: vec.EndObject(doc, mark)})
		}
		return write(s, c, changes)
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var readers sync.WaitGroup
	defer readers.Wait()
	defer stop()
	for range 2 {
		readers.Go(func() {
			last := int64(0)
			for ctx.Err() == nil {
				got, err := answer(s, Request{SQL: "SELECT min(state), max(state), count(*), count(DISTINCT _id) FROM states"})
				if err != nil {
					t.Error(err)
					return
				}
				row := got.rows[0]
				low, high := row[0].Int(), row[1].Int()
				if low != high || low < last || row[2].Int() != documents || row[3].Int() != documents {
					t.Errorf("behind state %d: states %d to %d, %d documents with %d _ids", last, low, high, row[2].Int(), row[3].Int())
					return
				}
				last = low
			}
		})
	}
	readers.Go(func() {
		for ctx.Err() == nil {
			if err := s.Flush(ctx, c); err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
		}
	})
	for state := range int64(writes) {
		if err := put(state + 1); err != nil {
			t.Fatal(err)
		}
	}
}

// A query that is cancelled or fails at any moment gives its memory back, and the next one runs.
func TestCancelledQueriesLeaveNothing(t *testing.T) {
	const seed, queries = 5, 300
	s := sameServer(t)
	r := rand.New(rand.NewPCG(seed, 0))
	failing := []string{
		"SELECT mixed + 1 FROM $docs",
		"SELECT s, sum(mixed) FROM $docs GROUP BY s",
		"SELECT d.n / (d.n - 4000) FROM $docs d JOIN $others o ON d.mixed = o.key ORDER BY 1",
	}
	cut := 0
	for n := range queries {
		list, fails := sameQueries, n%10 == 0
		if fails {
			list = failing
		}
		query := inVariant(list[r.IntN(len(list))], r.IntN(len(variants)), "")
		limit := time.Duration(r.IntN(3000)) * time.Microsecond
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		_, err := s.Query(ctx, Request{SQL: query}, &result{})
		cancel()
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			cut++
		case err != nil && !fails:
			t.Errorf("%v\n%s", err, query)
		case err == nil && fails:
			t.Errorf("no error\n%s", query)
		}
		if used := s.memory.Used(); used != 0 {
			t.Fatalf("%d bytes are still taken behind\n%s", used, query)
		}
	}
	if cut == 0 || cut == queries {
		t.Errorf("%d of %d queries were cut off: that says little", cut, queries)
	}
}

// What a query needs beyond its memory is refused by name; others go on.
func TestQueryMemory(t *testing.T) {
	s := openTest(t, Options{Memory: 1 << 20})
	for _, query := range []string{
		"SELECT x.n, count(*) FROM UNNEST(sequence(1, 100000) AS n) AS x GROUP BY x.n",
		"SELECT a.n FROM (SELECT x.n FROM UNNEST(sequence(1, 100000) AS n) AS x) a JOIN (SELECT x.n FROM UNNEST(sequence(1, 100000) AS n) AS x) b ON a.n = b.n",
		"SELECT x.n FROM UNNEST(sequence(1, 100000) AS n) AS x ORDER BY x.n % 7",
		"SELECT array_agg(x.n) FROM UNNEST(sequence(1, 100000) AS n) AS x",
	} {
		_, err := answer(s, Request{SQL: query})
		var refused *instance.BudgetError
		if !errors.As(err, &refused) {
			t.Errorf("error %v, want one of the budget: %s", err, query)
		}
	}
	got, err := answer(s, Request{SQL: "SELECT 1"})
	if err != nil || len(got.rows) != 1 {
		t.Errorf("afterwards: %v, %d rows", err, len(got.rows))
	}
}

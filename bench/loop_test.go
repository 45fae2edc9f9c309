package bench

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func newPipe(t *testing.T) (io.Reader, func()) {
	t.Helper()
	r, w := io.Pipe()
	return r, func() { w.Close() }
}

// TestOpenLoop has a system stall once, for a second: every request that should have been sent meanwhile has
// waited, and is counted so.
func TestOpenLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stall := time.Now().Add(time.Second)
		h, err := openLoop(t.Context(), 1, 100, 3*time.Second, func(context.Context, int) error {
			if now := time.Now(); now.After(stall) && now.Before(stall.Add(15*time.Millisecond)) {
				time.Sleep(time.Second)
			}
			return nil
		})
		if err != nil || h.Total() != 301 {
			t.Fatalf("got %d requests, %v, want 301", h.Total(), err)
		}
		if p95 := h.Percentile(95); p95 < 700*time.Millisecond {
			t.Errorf("95th percentile: got %v, as if nobody had waited for the stall", p95)
		}
		if p50 := h.Percentile(50); p50 > 10*time.Millisecond {
			t.Errorf("median: got %v, but most requests came when there was no stall", p50)
		}
	})
}

func TestClosedLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rate, err := closedLoop(t.Context(), 4, time.Second, func(context.Context, int) error { time.Sleep(10 * time.Millisecond); return nil })
		if err != nil || rate < 399 || rate > 401 {
			t.Errorf("got %v a second, %v, want 400", rate, err)
		}
		broken := errors.New("broken")
		if _, err := closedLoop(t.Context(), 4, time.Second, func(context.Context, int) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("got %v, want what the query failed with", err)
		}
	})
}

// lagging is a System and Writer whose writes become visible some time after they are acknowledged.
type lagging struct {
	System
	lag time.Duration
	mu  sync.Mutex
	at  []time.Time // when each stamp becomes visible
}

func (l *lagging) Write(_ context.Context, _ string, documents []byte) error {
	time.Sleep(time.Millisecond)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at = append(l.at, time.Now().Add(l.lag))
	return nil
}

func (l *lagging) Query(context.Context, string) (*Answer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := &Answer{Columns: []string{"stamp"}}
	for i, at := range l.at {
		if !at.After(time.Now()) {
			a.Rows = append(a.Rows, []any{int64(i + 1)})
		}
	}
	return a, nil
}

func (l *lagging) Process() *Process { return ownProcess() }

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		system := &lagging{lag: 5 * time.Millisecond}
		test := &latencyTest{writer: system, system: system, sql: "%d", payload: [][]byte{[]byte(`{"a":1}`)}, perWrite: 1000}
		l, err := test.run(t.Context(), "lagging", 0.1)
		if err != nil {
			t.Fatal(err)
		}
		if l.Visible.Count != uint64(latencyFor/latencyEvery) || l.Visible.P50 < 5 || l.Visible.P99 > 7 {
			t.Errorf("from acknowledged to visible: got %+v, want 5 ms and up to a poll more", l.Visible)
		}
		if l.Acked.P50 < 1 || l.Acked.P50 > 1.1 || l.Sent.P50 < 6 {
			t.Errorf("acknowledged %+v, sent to visible %+v, want 1 and 6 ms", l.Acked, l.Sent)
		}
	})
}

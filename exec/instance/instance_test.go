//go:build linux

package instance

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/sys/unix"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func small(t *testing.T, o Options) *Instance {
	t.Helper()
	in := New(o, NewBudget("node", 1<<20))
	t.Cleanup(in.Close)
	return in
}

func TestRunPinsOneWorkerToEachCPU(t *testing.T) {
	cpus := AvailableCPUs()
	in := small(t, Options{CPUs: cpus})
	a, err := in.Admit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Release()
	var mu sync.Mutex
	seen := map[int]int{}
	// The barrier keeps every worker until all have started.
	var all sync.WaitGroup
	all.Add(len(cpus))
	err = a.Run(context.Background(), max(2, len(cpus)), func(_ context.Context, w *Worker) error {
		if len(cpus) > 1 {
			var set unix.CPUSet
			if err := unix.SchedGetaffinity(0, &set); err != nil {
				return err
			}
			mu.Lock()
			seen[w.Number] = set.Count()
			mu.Unlock()
		}
		all.Done()
		all.Wait()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for number, count := range seen {
		if count != 1 {
			t.Errorf("worker %d may run on %d CPUs, want 1", number, count)
		}
	}
}

func TestOneWorkerIsTheCaller(t *testing.T) {
	in := small(t, Options{})
	a, err := in.Admit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Release()
	here := make(chan int, 1)
	here <- 1 // full: a second send would block for ever
	if err := a.Run(context.Background(), 1, func(context.Context, *Worker) error { <-here; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, s := range a.slot.threads {
		if s != nil {
			t.Error("a run with one worker started a thread")
		}
	}
}

func TestFirstErrorCancelsTheOthers(t *testing.T) {
	in := small(t, Options{CPUs: []int{0, 0, 0}})
	a, err := in.Admit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Release()
	want := errors.New("broken")
	got := a.Run(context.Background(), 3, func(ctx context.Context, w *Worker) error {
		if w.Number == 1 {
			return want
		}
		<-ctx.Done()
		return context.Cause(ctx)
	})
	if !errors.Is(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAdmission(t *testing.T) {
	in := small(t, Options{Concurrency: 2, Queue: 1})
	ctx, cancel := context.WithCancel(context.Background())
	first, err := in.Admit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	second, err := in.Admit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	waiter := make(chan error)
	go func() {
		a, err := in.Admit(ctx)
		if err == nil {
			a.Release()
		}
		waiter <- err
	}()
	for in.Waiting() == 0 {
		runtime.Gosched()
	}
	if _, err := in.Admit(ctx); !errors.Is(err, ErrQueueFull) {
		t.Errorf("fourth query: got %v, want ErrQueueFull", err)
	}
	first.Release()
	if err := <-waiter; err != nil {
		t.Errorf("third query: %v", err)
	}
	third, err := in.Admit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, err := in.Admit(ctx)
		waiter <- err
	}()
	for in.Waiting() == 0 {
		runtime.Gosched()
	}
	cancel()
	if err := <-waiter; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while waiting: got %v", err)
	}
	second.Release()
	third.Release()
}

func TestCloseRefusesAndWaits(t *testing.T) {
	in := New(Options{Concurrency: 1}, NewBudget("node", 1<<20))
	a, err := in.Admit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var released atomic.Bool
	closed := make(chan struct{})
	go func() { in.Close(); close(closed) }()
	released.Store(true)
	a.Release()
	<-closed
	if !released.Load() {
		t.Error("Close did not wait for the running query")
	}
	if _, err := in.Admit(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

// An instance that gets other CPUs uses them for what is admitted from then on.
func TestSetCPUs(t *testing.T) {
	in := small(t, Options{CPUs: []int{0, 0}, Concurrency: 1})
	workers := func() (n int32) {
		a, err := in.Admit(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer a.Release()
		in.SetCPUs([]int{0, 0, 0}) // not those of a
		var ran atomic.Int32
		if err := a.Run(context.Background(), 8, func(context.Context, *Worker) error { ran.Add(1); return nil }); err != nil {
			t.Fatal(err)
		}
		if int(ran.Load()) != a.Workers() {
			t.Errorf("%d workers ran, want %d", ran.Load(), a.Workers())
		}
		return ran.Load()
	}
	if first, then := workers(), workers(); first != 2 || then != 3 {
		t.Errorf("%d workers, then %d, want 2 and 3", first, then)
	}
}

func TestSetLimit(t *testing.T) {
	b := NewBudget("x", 100)
	if err := b.Grow(80); err != nil {
		t.Fatal(err)
	}
	b.SetLimit(50)
	if err := b.Grow(1); err == nil || b.Used() != 80 {
		t.Errorf("beyond the new limit: %v, %d used", err, b.Used())
	}
	b.Shrink(40)
	if err := b.Grow(10); err != nil {
		t.Error(err)
	}
}

func TestBudget(t *testing.T) {
	node := NewBudget("node", 100)
	a, b := node.Child("a", 60), node.Child("b", 0)
	steps := []struct {
		budget *Budget
		bytes  int64
		refuse string // name of the budget that refuses
	}{
		{a, 50, ""}, {a, 11, "a"}, {b, 50, ""}, {b, 1, "node"}, {a, 10, "node"},
	}
	for i, s := range steps {
		err := s.budget.Grow(s.bytes)
		var refused *BudgetError
		switch {
		case s.refuse == "" && err != nil:
			t.Errorf("step %d: %v", i, err)
		case s.refuse != "" && (!errors.As(err, &refused) || refused.Budget != s.refuse):
			t.Errorf("step %d: got %v, want a refusal by %s", i, err, s.refuse)
		}
	}
	if a.Used() != 50 || b.Used() != 50 || node.Used() != 100 {
		t.Errorf("used: a %d, b %d, node %d; a refused Grow must leave nothing behind", a.Used(), b.Used(), node.Used())
	}
	a.Close()
	b.Shrink(20)
	if node.Used() != 30 || node.Peak() != 100 {
		t.Errorf("node: used %d, peak %d", node.Used(), node.Peak())
	}
}

func TestAccountAsksInSteps(t *testing.T) {
	b := NewBudget("query", 3*accountStep)
	a := Account{Budget: b}
	for _, bytes := range []int64{1, accountStep, accountStep + 1} {
		if err := a.Set(bytes); err != nil {
			t.Fatal(err)
		}
	}
	if b.Used() != 2*accountStep {
		t.Errorf("took %d bytes, want %d", b.Used(), 2*accountStep)
	}
	if err := a.Set(4 * accountStep); err == nil {
		t.Error("more than the budget was granted")
	}
	a.Close()
	if b.Used() != 0 {
		t.Errorf("%d bytes are left behind", b.Used())
	}
}

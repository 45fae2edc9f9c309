// Package instance is a virtual instance: a group of CPU-pinned workers with a memory budget and an
// admission queue of its own, so that one workload does not slow another.
package instance

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
)

// Options of an instance. Zero values take the defaults.
type Options struct {
	Name        string
	CPUs        []int // that workers are pinned to, one worker of a query on each; default: all the process may use
	Concurrency int   // queries that run at once; default DefaultConcurrency
	Queue       int   // queries that wait for admission; one more is refused; default DefaultQueue
	Apart       bool  // queries run pinned from begin to end: the process's other threads are confined to other CPUs
	QueryMemory int64 // bytes that one query may take; default: half of the instance's budget
}

const (
	// DefaultConcurrency is the number of queries that an instance runs at once.
	DefaultConcurrency = 16
	// DefaultQueue is the number of queries that wait for an instance before one is refused.
	DefaultQueue = 1000
)

var (
	// ErrQueueFull: too many queries wait already; the client should come back later.
	ErrQueueFull = errors.New("too many queries are waiting for the virtual instance; try again later")
	// ErrClosed: the instance has been closed.
	ErrClosed = errors.New("the virtual instance is shut down")
)

// Worker is what runs a task: one at a time, and no other task while it does.
type Worker struct {
	Number int     // 0-based, distinct within a run
	Budget *Budget // of the query
	ctx    context.Context
}

// Err is the cause when the run has been cancelled, else nil. Who makes many batches of one asks before each:
// the driver only sees the one.
func (w *Worker) Err() error {
	if w.ctx.Err() == nil {
		return nil
	}
	return context.Cause(w.ctx)
}

// Instance is a group of workers. Safe for concurrent use.
type Instance struct {
	options Options
	budget  *Budget
	slots   chan *slot // free ones
	cpus    atomic.Pointer[[]int]
	waiting atomic.Int64
	running atomic.Int64
	closed  chan struct{}
	once    sync.Once
	threads sync.WaitGroup
}

// slot is the workers of one running query: a thread per CPU, started when first needed and kept until the
// instance gets other CPUs.
type slot struct {
	cpus    []int
	threads []chan func() // nil: not started
}

// New makes an instance that takes its memory from budget.
func New(options Options, budget *Budget) *Instance {
	if len(options.CPUs) == 0 {
		options.CPUs = AvailableCPUs()
	}
	if options.Concurrency <= 0 {
		options.Concurrency = DefaultConcurrency
	}
	if options.Queue <= 0 {
		options.Queue = DefaultQueue
	}
	in := &Instance{options: options, budget: budget, slots: make(chan *slot, options.Concurrency), closed: make(chan struct{})}
	in.SetCPUs(options.CPUs)
	for range options.Concurrency {
		in.slots <- &slot{}
	}
	return in
}

// Name of the instance.
func (in *Instance) Name() string { return in.options.Name }

// SetCPUs has queries that are admitted from now on run on other CPUs, of which there is at least one.
func (in *Instance) SetCPUs(cpus []int) {
	if len(cpus) == 0 {
		panic("bug: an instance without CPUs")
	}
	in.cpus.Store(&cpus)
}

// CPUs that queries run on which are admitted now. Not to be changed.
func (in *Instance) CPUs() []int { return *in.cpus.Load() }

// Budget is the memory of all its queries.
func (in *Instance) Budget() *Budget { return in.budget }

// Workers is the most workers that one query gets.
func (in *Instance) Workers() int { return len(in.CPUs()) }

// Running and Waiting count queries.
func (in *Instance) Running() int64 { return in.running.Load() }

// Waiting counts the queries that wait for admission.
func (in *Instance) Waiting() int64 { return in.waiting.Load() }

// Admission is the right of one query to run. It belongs to one goroutine.
type Admission struct {
	Budget   *Budget // of the query
	instance *Instance
	slot     *slot
}

// Admit waits until the instance has room for one more query. Release it afterwards.
func (in *Instance) Admit(ctx context.Context) (*Admission, error) {
	select { // closed wins over a free slot
	case <-in.closed:
		return nil, ErrClosed
	default:
	}
	admit := func(s *slot) *Admission {
		in.running.Add(1)
		s.use(in.CPUs())
		memory := in.options.QueryMemory
		if memory <= 0 {
			memory = in.budget.Limit() / 2
		}
		return &Admission{in.budget.Child("the query's memory limit", memory), in, s}
	}
	select {
	case s := <-in.slots:
		return admit(s), nil
	default:
	}
	if in.waiting.Add(1) > int64(in.options.Queue) {
		in.waiting.Add(-1)
		return nil, ErrQueueFull
	}
	defer in.waiting.Add(-1)
	select {
	case s := <-in.slots:
		return admit(s), nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-in.closed:
		return nil, ErrClosed
	}
}

// Release ends the admission and gives back what is left of its budget.
func (a *Admission) Release() {
	a.Budget.Close()
	a.instance.running.Add(-1)
	a.instance.slots <- a.slot
}

// Workers is the most workers that Run uses.
func (a *Admission) Workers() int { return len(a.slot.cpus) }

// Do has the query do all that it does, Runs included. In an instance that is apart that is on a thread pinned to
// its first CPU, else on the caller's goroutine: waking a pinned thread takes about 0.1 ms, more than a small query.
func (a *Admission) Do(query func()) {
	if !a.instance.options.Apart {
		query()
		return
	}
	var panicked error
	done := make(chan struct{})
	a.slot.thread(a.instance, 0) <- func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				panicked = fmt.Errorf("%v\n%s", p, debug.Stack())
			}
		}()
		query()
	}
	<-done
	if panicked != nil {
		panic(panicked) // where the caller of Do is, who knows what to do with it
	}
}

// Run has task run by up to parallel workers at once, and waits for all. One of them is the caller's goroutine when
// that is pinned, or alone; the others each have a thread pinned to a CPU. The error is one of those that the tasks
// returned; the context given to the tasks is cancelled by the first.
func (a *Admission) Run(ctx context.Context, parallel int, task func(context.Context, *Worker) error) error {
	if parallel = min(parallel, a.Workers()); parallel <= 1 {
		return task(ctx, &Worker{0, a.Budget, ctx})
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var failed atomic.Pointer[error]
	work := func(n int) {
		if err := task(ctx, &Worker{n, a.Budget, ctx}); err != nil && failed.CompareAndSwap(nil, &err) {
			cancel(err)
		}
	}
	var wait sync.WaitGroup
	first := 0
	if a.instance.options.Apart {
		first = 1
	}
	for n := first; n < parallel; n++ {
		wait.Add(1)
		a.slot.thread(a.instance, n) <- func() {
			defer wait.Done()
			work(n)
		}
	}
	for n := range first {
		work(n)
	}
	wait.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// use makes the slot's CPUs those. Nothing runs on it.
func (s *slot) use(cpus []int) {
	if slices.Equal(s.cpus, cpus) {
		return
	}
	s.end()
	s.cpus, s.threads = cpus, make([]chan func(), len(cpus))
}

// end ends the slot's threads.
func (s *slot) end() {
	for _, work := range s.threads {
		if work != nil {
			close(work)
		}
	}
	s.threads = nil
}

// thread is the channel on which the slot's thread for the nth CPU takes functions.
func (s *slot) thread(in *Instance, n int) chan<- func() {
	if s.threads[n] == nil {
		work, cpu := make(chan func()), s.cpus[n]
		s.threads[n] = work
		in.threads.Go(func() {
			// Never unlocked: a thread whose affinity was changed ends with its goroutine.
			runtime.LockOSThread()
			pin(cpu)
			for f := range work {
				f()
			}
		})
	}
	return s.threads[n]
}

// Close waits for the running queries, then ends the workers. Whoever asks for admission from now on gets ErrClosed.
func (in *Instance) Close() {
	in.once.Do(func() {
		for range in.options.Concurrency {
			(<-in.slots).end()
		}
		close(in.closed)
		in.threads.Wait()
	})
}

// String for people: name and CPUs.
func (in *Instance) String() string { return fmt.Sprintf("%s on CPUs %v", in.options.Name, in.CPUs()) }

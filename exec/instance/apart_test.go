//go:build linux

package instance

import (
	"context"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// allowed is the CPUs that the calling thread may run on.
func allowed(t *testing.T) (set unix.CPUSet) {
	t.Helper()
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		t.Fatal(err)
	}
	return set
}

// A query in an instance that is apart runs pinned, also where it has one worker.
func TestApart(t *testing.T) {
	cpus := AvailableCPUs()
	last := cpus[len(cpus)-1]
	for _, workers := range []int{1, 3} {
		in := small(t, Options{CPUs: []int{last, last, last}[:workers], Apart: true})
		a, err := in.Admit(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		ran := make(chan unix.CPUSet, workers)
		a.Do(func() {
			err = a.Run(context.Background(), workers, func(context.Context, *Worker) error {
				ran <- allowed(t)
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for range workers {
			if set := <-ran; set.Count() != 1 || !set.IsSet(last) {
				t.Errorf("%d workers: one may run on %d CPUs", workers, set.Count())
			}
		}
		a.Release()
	}
}

// A panic of a query on its own thread is its caller's.
func TestDoPanics(t *testing.T) {
	in := small(t, Options{CPUs: []int{0}, Apart: true, Concurrency: 1})
	for range 2 { // the thread is there for the next one
		a, err := in.Admit(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if p, ok := recover().(error); !ok || !strings.Contains(p.Error(), "bug: x") || !strings.Contains(p.Error(), "TestDoPanics") {
					t.Errorf("panic: %v", p)
				}
			}()
			a.Do(func() { panic("bug: x") })
		}()
		a.Release()
	}
}

// Confine moves the threads of the runtime, and leaves pinned workers where they are.
func TestConfine(t *testing.T) {
	all := AvailableCPUs()
	in := small(t, Options{CPUs: all[len(all)-1:], Apart: true})
	a, err := in.Admit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Release()
	pinned := func() (set unix.CPUSet) {
		a.Do(func() { set = allowed(t) })
		return set
	}
	before := pinned()
	if err := Confine(all, all[:1]); err != nil {
		t.Fatal(err)
	}
	here := make(chan unix.CPUSet)
	go func() {
		runtime.LockOSThread() // as long as it asks
		defer runtime.UnlockOSThread()
		here <- allowed(t)
	}()
	if set := <-here; set.Count() != 1 || !set.IsSet(all[0]) {
		t.Errorf("a thread may run on %d CPUs", set.Count())
	}
	if pinned() != before {
		t.Error("a pinned worker was moved")
	}
	if err := Confine(all[:1], all); err != nil {
		t.Fatal(err)
	}
	if set := allowed(t); set.Count() != len(all) {
		t.Errorf("afterwards a thread may run on %d CPUs, want %d", set.Count(), len(all))
	}
}

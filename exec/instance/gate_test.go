package instance

import (
	"runtime"
	"slices"
	"sync"
	"testing"
)

// waiting tells how many wait at a gate.
func waiting(g *Gate) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.line)
}

func TestGateBoundsAndKeepsTheOrder(t *testing.T) {
	var g Gate
	g.SetLimit(1)
	begun, end := make(chan int), make(chan struct{})
	var all sync.WaitGroup
	var order []int
	for n := range 5 {
		all.Go(func() {
			g.Do(func() {
				begun <- n
				<-end
			})
		})
		if n == 0 {
			order = append(order, <-begun)
			continue
		}
		for waiting(&g) != n {
			runtime.Gosched()
		}
	}
	for range 4 {
		end <- struct{}{}
		order = append(order, <-begun)
	}
	end <- struct{}{}
	all.Wait()
	if !slices.IsSorted(order) {
		t.Errorf("order %v", order)
	}
}

func TestGateLimitChanges(t *testing.T) {
	var g Gate
	inside, end := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	task := func() {
		all.Go(func() { g.Do(func() { inside <- struct{}{}; <-end }) })
	}
	for range 3 { // no bound
		task()
		<-inside
	}
	g.SetLimit(2)
	for n := range 3 {
		task()
		for waiting(&g) != n+1 {
			runtime.Gosched()
		}
	}
	end <- struct{}{} // 2 are left inside
	end <- struct{}{} // 1
	<-inside
	if n := waiting(&g); n != 2 {
		t.Errorf("%d wait, want 2", n)
	}
	g.SetLimit(0)
	<-inside
	<-inside
	close(end)
	all.Wait()
	if g.inside != 0 || waiting(&g) != 0 {
		t.Errorf("%d inside, %d wait", g.inside, waiting(&g))
	}
}

// A task that panics leaves.
func TestGatePanic(t *testing.T) {
	var g Gate
	g.SetLimit(1)
	func() {
		defer func() { _ = recover() }()
		g.Do(func() { panic("x") })
	}()
	ran := false
	g.Do(func() { ran = true })
	if !ran || g.inside != 0 {
		t.Errorf("ran %t, %d inside", ran, g.inside)
	}
}

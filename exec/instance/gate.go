package instance

import (
	"fmt"
	"sync"
)

// Gate bounds how many tasks compute at once, first come first served. Go's scheduler knows no shares: tasks
// that are many take all its processors for 10 ms at a time, and whoever waits for one of those waits, however
// idle the CPU that it is pinned to. The zero Gate has no bound. Safe for concurrent use.
type Gate struct {
	mu     sync.Mutex
	limit  int // 0: none
	inside int
	line   []chan struct{} // closed when it is the waiter's turn
}

// SetLimit bounds the tasks inside; 0 lets all in. Those that are inside stay.
func (g *Gate) SetLimit(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.limit = n
	g.admit()
}

// Do runs a task inside, when there is room. A task that waits in there keeps its place, and so must not wait
// for another one.
func (g *Gate) Do(task func()) {
	g.mu.Lock()
	if g.room() && len(g.line) == 0 {
		g.inside++
		g.mu.Unlock()
	} else {
		turn := make(chan struct{})
		g.line = append(g.line, turn)
		g.mu.Unlock()
		<-turn
	}
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.inside--
		g.admit()
	}()
	task()
}

func (g *Gate) room() bool { return g.limit <= 0 || g.inside < g.limit }

// admit lets in those for whom there is room. The caller has mu.
func (g *Gate) admit() {
	for len(g.line) > 0 && g.room() {
		close(g.line[0])
		g.line = g.line[1:]
		g.inside++
	}
}

// String for people: the bound.
func (g *Gate) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.limit <= 0 {
		return "no bound"
	}
	return fmt.Sprintf("%d at once", g.limit)
}

package server

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// ActiveQuery is a query that waits for admission or runs.
type ActiveQuery struct {
	ID        string
	SQL       string // "" of a Substrait plan
	Instance  string // id
	By        string // who asked, as Request says
	Submitted time.Time
	Running   bool
}

// activeQueries are those that have not ended.
type activeQueries struct {
	mu   sync.Mutex
	byID map[string]*activeQuery
}

type activeQuery struct {
	ActiveQuery
	running atomic.Bool
}

func (a *activeQueries) begin(q ActiveQuery) *activeQuery {
	each := &activeQuery{ActiveQuery: q}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byID == nil {
		a.byID = map[string]*activeQuery{}
	}
	a.byID[q.ID] = each
	return each
}

func (a *activeQueries) end(q *activeQuery) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byID, q.ID)
}

// ActiveQueries lists the queries that wait or run in a virtual instance, in all if id is "", oldest first.
func (s *Server) ActiveQueries(id string) []ActiveQuery {
	s.active.mu.Lock()
	defer s.active.mu.Unlock()
	out := []ActiveQuery{}
	for _, q := range s.active.byID {
		if id == "" || q.Instance == id {
			each := q.ActiveQuery
			each.Running = q.running.Load()
			out = append(out, each)
		}
	}
	slices.SortFunc(out, func(a, b ActiveQuery) int { return a.Submitted.Compare(b.Submitted) })
	return out
}

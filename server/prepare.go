package server

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/bind"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/plan/substrait"
	"github.com/outcropdb/outcrop/vec"
)

// prepared is a bound query: its plan, as it came out of Substrait, and what has to be as it was for the plan to
// serve again. Nobody changes the plan: optimizing makes another.
type prepared struct {
	plan        *plan.Root
	collections map[string][]string // id -> name, as parts
	reads       []boundRead
}

type boundRead struct {
	collection string
	columns    []plan.Column
}

// cached is the plan that the cache has for a request; nil if it has none that still serves.
func (s *Server) cached(ctx context.Context, r *Request, sees *snapshots) (*plan.Root, error) {
	key := cacheKey(r)
	cached := s.plans.get(key)
	if cached == nil {
		return nil, nil
	}
	if ok, err := sees.current(ctx, cached); err != nil || !ok {
		s.plans.drop(key)
		return nil, nil // binding anew says what is wrong, and where
	}
	return cached.plan, nil
}

// parameterized is the request with parameters in the place of constants, so that requests that differ in these
// alone share a plan; nil if it has none.
func (r *Request) parameterized() *Request {
	if r.shape != nil {
		return nil
	}
	text, constants := sql.Parameterize(r.SQL)
	if constants == nil {
		return nil
	}
	p := *r
	p.SQL, p.Parameters = text, slices.Clone(r.Parameters)
	for _, c := range constants {
		value := vec.Value(nil)
		switch x := c.Value.(type) {
		case string:
			value = vec.StringValue(x)
		case int64:
			value = vec.IntValue(vec.Int, x)
		}
		p.Parameters = append(p.Parameters, Parameter{c.Name, value})
	}
	return &p
}

// prepare binds a query and keeps its plan.
func (s *Server) prepare(ctx context.Context, r *Request, query *sql.Query, sees *snapshots) (*plan.Root, error) {
	key := cacheKey(r)
	root, _, err := s.bindQuery(ctx, r, query, sees)
	if err != nil {
		return nil, err
	}
	s.plans.put(key, newPrepared(root, sees))
	return root, nil
}

// bindQuery binds a query and sends the plan through Substrait, the one door to the executor.
func (s *Server) bindQuery(ctx context.Context, r *Request, query *sql.Query, sees *snapshots) (*plan.Root, []byte, error) {
	bound, err := bind.Query(ctx, query, sees, sees, bind.Options{ExpandStar: r.ExpandStar, Parameters: r.parameterTypes()})
	if err != nil {
		return nil, nil, err
	}
	encoded, err := substrait.Marshal(bound)
	if err != nil {
		return nil, nil, err
	}
	root, err := substrait.Unmarshal(ctx, encoded, sees)
	if err != nil {
		return nil, nil, fmt.Errorf("bug: the query's own plan: %w", err)
	}
	return root, encoded, nil
}

func newPrepared(root *plan.Root, sees *snapshots) *prepared {
	p := &prepared{plan: root, collections: map[string][]string{}}
	for id, c := range sees.resolved {
		p.collections[id] = append(strings.Split(c.Workspace, "."), c.Name)
	}
	for _, r := range plan.Reads(root.Input) {
		p.reads = append(p.reads, boundRead{r.Collection, r.Columns})
	}
	return p
}

// cacheKey is all that a plan follows from beside what collections hold.
func cacheKey(r *Request) string {
	var b strings.Builder
	b.WriteString(r.SQL)
	if r.ExpandStar {
		b.WriteString("\x00*")
	}
	for _, p := range r.Parameters {
		b.WriteString("\x00" + p.Name + "\x00" + strconv.Itoa(int(p.Value.Type())))
	}
	return b.String()
}

// planCache keeps the plans that were used last. Safe for concurrent use.
type planCache struct {
	limit int
	mu    sync.Mutex
	plans map[string]*prepared
	order []string // least recently put first
}

func newPlanCache(limit int) *planCache {
	return &planCache{limit: limit, plans: map[string]*prepared{}}
}

func (c *planCache) get(key string) *prepared {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.plans[key]
}

func (c *planCache) put(key string, p *prepared) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plans[key] == nil {
		c.order = append(c.order, key)
	}
	c.plans[key] = p
	if len(c.order) > c.limit {
		delete(c.plans, c.order[0])
		c.order = c.order[1:]
	}
}

func (c *planCache) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.plans[key] != nil {
		delete(c.plans, key)
		c.order = slices.DeleteFunc(c.order, func(k string) bool { return k == key })
	}
}

func (c *planCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.plans)
	c.order = nil
}

package server

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outcropdb/outcrop/exec"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/optimize"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/plan/substrait"
	"github.com/outcropdb/outcrop/vec"
)

// Request is one query. Exactly one of SQL and Substrait is set.
type Request struct {
	SQL        string
	Substrait  []byte // a Substrait plan, protobuf
	Parameters []Parameter
	RowLimit   int64         // of a query without a LIMIT of its own; 0: none
	Timeout    time.Duration // 0: DefaultTimeout
	Instance   string        // id or name of the virtual instance that it runs in; "": the organization's default
	By         string        // who asks, for ActiveQueries
	ExpandStar bool          // SELECT * gives a column per field that the collection has now, not documents

	// Allowed says whether the caller may query collections of a workspace; nil: all.
	Allowed func(workspace string) error

	shape *shaping // of Server.Shape: wants to know, not to run
}

// Parameter is the value of :name, or of the nth ?, whose name is n.
type Parameter struct {
	Name  string
	Value vec.Value
}

func (r *Request) parameterTypes() map[string]vec.Type {
	out := map[string]vec.Type{}
	for _, p := range r.Parameters {
		out[p.Name] = p.Value.Type()
	}
	return out
}

// Receiver takes a query's result. Fields comes first, once; then batches, one at a time, each valid until
// Batch returns. A field named "*" holds documents, whose fields are the row's.
type Receiver interface {
	Fields([]plan.Field) error
	Batch(*vec.Batch) error
}

// Summary is what there is to say of a query that ended well.
type Summary struct {
	ID          string
	Elapsed     time.Duration
	Waited      time.Duration // for admission
	Rows        int64
	RowsRead    int64
	RowsSkipped int64
	PeakMemory  int64    // bytes
	Collections []string // full names
}

// ErrTimeout ends a query that ran longer than it may.
var ErrTimeout = errors.New("the query took longer than its timeout; narrow it, or ask for a longer timeout")

// Query runs a query, from its text to its last row. The id of the query is set in Summary also when there
// is an error.
func (s *Server) Query(ctx context.Context, r Request, to Receiver) (summary Summary, err error) {
	start := s.now()
	summary.ID = uuid.NewString()
	if r.shape == nil {
		defer func() { s.counters.query(&summary, s.now().Sub(start), err) }()
	}
	timeout := r.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, min(timeout, MaxTimeout), ErrTimeout)
	defer cancel()
	where, group, err := s.instanceOf(r.Instance)
	if err != nil {
		return summary, err
	}
	active := s.active.begin(ActiveQuery{ID: summary.ID, SQL: r.SQL, Instance: where.ID, By: r.By, Submitted: start})
	defer s.active.end(active)
	admission, err := group.Admit(ctx)
	if err != nil {
		return summary, err
	}
	defer func() {
		admission.Release()
		group.touch(s.now())
	}()
	active.running.Store(true)
	summary.Waited = s.now().Sub(start)
	allowed := r.Allowed
	if allowed == nil {
		allowed = func(string) error { return nil }
	}
	sees := s.snapshots(where, allowed)
	defer sees.Close()

	run := &running{server: s, request: &r, sees: sees, admission: admission, now: start, to: &serial{to: to, account: instance.Account{Budget: admission.Budget}}}
	admission.Do(func() { err = run.statement(ctx) })
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	summary.Elapsed = s.now().Sub(start)
	summary.Rows = run.to.rows
	summary.PeakMemory = admission.Budget.Peak()
	summary.Collections = sees.names()
	if c := run.counters; c != nil {
		summary.RowsRead, summary.RowsSkipped = c.RowsRead.Load(), c.RowsSkipped.Load()
	}
	return summary, err
}

// running is a query on its way.
type running struct {
	server    *Server
	request   *Request
	sees      *snapshots
	admission *instance.Admission
	now       time.Time
	to        *serial
	counters  *exec.Counters
}

// statement runs what the request says: a query, or a statement about one.
func (q *running) statement(ctx context.Context) error {
	r := q.request
	if (r.SQL == "") == (r.Substrait == nil) {
		return plan.Errorf(plan.Position{}, "a request needs either SQL or a Substrait plan")
	}
	if r.Substrait != nil {
		root, err := substrait.Unmarshal(ctx, r.Substrait, q.sees)
		if err != nil {
			return err
		}
		return q.run(ctx, root)
	}
	if p := r.parameterized(); p != nil {
		if root, err := q.prepared(ctx, p); err == nil {
			q.request = p
			return q.run(ctx, root)
		} // else the text as it was given says what is wrong
	}
	if root, err := q.server.cached(ctx, r, q.sees); root != nil || err != nil {
		if err != nil {
			return err
		}
		return q.run(ctx, root)
	}
	statement, err := sql.Parse(r.SQL)
	if err != nil {
		return err
	}
	if with, ok := statement.(*sql.WithOptions); ok { // options are accepted; none is needed
		statement = with.Statement
	}
	switch x := statement.(type) {
	case *sql.Query:
		root, err := q.server.prepare(ctx, r, x, q.sees)
		if err != nil {
			return err
		}
		return q.run(ctx, root)
	case *sql.Describe:
		return q.describe(ctx, x)
	case *sql.Explain:
		return q.explain(ctx, x)
	}
	return plan.Errorf(statement.Pos(), "not supported yet: %s", sql.Kind(statement))
}

// prepared is the plan of a request that is a query: the cache's, or a new one.
func (q *running) prepared(ctx context.Context, r *Request) (*plan.Root, error) {
	if root, err := q.server.cached(ctx, r, q.sees); root != nil || err != nil {
		return root, err
	}
	statement, err := sql.Parse(r.SQL)
	if err != nil {
		return nil, err
	}
	query, ok := statement.(*sql.Query)
	if !ok {
		return nil, errNoQuery
	}
	return q.server.prepare(ctx, r, query, q.sees)
}

var errNoQuery = errors.New("not a query")

// run optimizes, compiles and executes a plan, into the request's receiver.
func (q *running) run(ctx context.Context, root *plan.Root) error {
	fields := root.Input.Schema()
	for i := range fields {
		fields[i].Name = root.Names[i]
	}
	if q.request.shape != nil {
		q.request.shape.parameters(root)
		return q.request.shape.Fields(fields)
	}
	query, err := q.compile(root, q.to, false)
	if err != nil {
		return err
	}
	if err := q.to.to.Fields(fields); err != nil {
		return err
	}
	return query.Run(ctx, q.admission)
}

// compile makes a plan ready to run: parameters, row limit, optimizer, pipelines.
func (q *running) compile(root *plan.Root, sink exec.Sink, analyze bool) (*exec.Query, error) {
	node, err := q.optimized(root)
	if err != nil {
		return nil, err
	}
	query, err := exec.Compile(node, q.sees.opened, sink, exec.Options{Now: q.now.UnixMicro(), Analyze: analyze})
	if err == nil {
		q.counters = query.Counters()
	}
	return query, err
}

func (q *running) optimized(root *plan.Root) (plan.Node, error) {
	values := map[string]vec.Value{}
	for _, p := range q.request.Parameters {
		values[p.Name] = p.Value
	}
	node, err := plan.Substitute(root.Input, values)
	if err != nil {
		return nil, err
	}
	if q.request.RowLimit > 0 && !limited(node) {
		node = &plan.Fetch{Input: node, Count: &plan.Literal{Value: vec.IntValue(vec.Int, q.request.RowLimit)}}
	}
	return optimize.Run(node, &optimize.Context{Stats: q.sees, Now: q.now.UnixMicro()}), nil
}

// limited tells queries that have a LIMIT of their own.
func limited(n plan.Node) bool {
	for {
		switch x := n.(type) {
		case *plan.Fetch:
			return x.Count != nil
		case *plan.Project:
			n = x.Input
		default:
			return false
		}
	}
}

// serial is the Sink in front of a Receiver: workers take turns.
type serial struct {
	to      Receiver
	account instance.Account // of what the receiver keeps
	mu      sync.Mutex
	rows    int64
}

// keeper is met by receivers that keep what they are given. What they say they hold is taken from the
// query's memory.
type keeper interface{ Bytes() int64 }

// Open gives all workers the same writer.
func (s *serial) Open(*instance.Worker) (exec.Writer, error) { return serialWriter{s}, nil }

// Close does nothing: Query's return is the end.
func (s *serial) Close() error { return nil }

type serialWriter struct{ *serial }

func (w serialWriter) Write(b *vec.Batch) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows += int64(b.Rows)
	if err := w.to.Batch(b); err != nil {
		return err
	}
	if k, ok := w.to.(keeper); ok {
		return w.account.Set(k.Bytes())
	}
	return nil
}

func (w serialWriter) Close() error { return nil }

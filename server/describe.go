package server

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/outcropdb/outcrop/exec"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/plan/substrait"
	"github.com/outcropdb/outcrop/vec"
)

// rows collects a small result and passes it on in batches.
type rows struct {
	fields []plan.Field
	batch  vec.Batch
}

func newRows(fields ...plan.Field) *rows {
	r := &rows{fields: fields, batch: vec.Batch{Columns: make([]*vec.Vector, len(fields))}}
	for i := range r.batch.Columns {
		r.batch.Columns[i] = &vec.Vector{}
		r.batch.Columns[i].Reset(vec.Null)
	}
	return r
}

func (r *rows) add(values ...vec.Value) {
	for i, v := range values {
		r.batch.Columns[i].Append(v)
	}
	r.batch.Rows++
}

func (q *running) send(r *rows) error {
	if err := q.to.to.Fields(r.fields); err != nil {
		return err
	}
	return serialWriter{q.to}.Write(&r.batch)
}

// describe lists the paths of a collection with their types: how many documents have a value of the type
// there (array elements count one by one), of how many.
func (q *running) describe(ctx context.Context, x *sql.Describe) error {
	c, err := q.sees.collection(ctx, x.Table.Path())
	if err != nil {
		return plan.Errorf(x.Table.Pos(), "%s", err)
	}
	out := newRows(plan.Field{Name: "field", Type: vec.Array}, plan.Field{Name: "type", Type: vec.String},
		plan.Field{Name: "occurrences", Type: vec.Int}, plan.Field{Name: "total", Type: vec.Int})
	for _, f := range q.sees.opened[c.ID].Fields() {
		path, mark := vec.BeginArray(nil)
		for _, step := range f.Path {
			path = vec.AppendContent(path, vec.String, step)
		}
		path = vec.EndArray(path, mark, len(f.Path))
		out.add(path, vec.StringValue(f.Type.String()), vec.IntValue(vec.Int, int64(f.Count)), vec.IntValue(vec.Int, int64(f.Total)))
	}
	return q.send(out)
}

// explain shows the plan of a query: as a tree, as Substrait in JSON, or, analyzed, with what it took.
func (q *running) explain(ctx context.Context, x *sql.Explain) error {
	query, ok := x.Statement.(*sql.Query)
	if !ok {
		return plan.Errorf(x.Statement.Pos(), "not supported yet: EXPLAIN %s", sql.Kind(x.Statement))
	}
	root, encoded, err := q.server.bindQuery(ctx, q.request, query, q.sees)
	if err != nil {
		return err
	}
	out := newRows(plan.Field{Name: "plan", Type: vec.String})
	if x.Format == "SUBSTRAIT" {
		text, err := substrait.JSON(encoded)
		if err != nil {
			return err
		}
		out.add(vec.StringValue(text))
		return q.send(out)
	}
	if x.Format == "JSON" {
		return plan.Errorf(x.Pos(), "not supported yet: EXPLAIN (FORMAT JSON); FORMAT TEXT and FORMAT SUBSTRAIT are")
	}
	node, err := q.optimized(root)
	if err != nil {
		return err
	}
	var note func(plan.Node) string
	var tail string
	if x.Analyze {
		if note, tail, err = q.analyze(ctx, node); err != nil {
			return err
		}
	}
	for line := range strings.Lines(plan.Explain(node, note) + tail) {
		out.add(vec.StringValue(strings.TrimSuffix(line, "\n")))
	}
	return q.send(out)
}

// analyze runs a plan for its profile: what to write behind each relation, and below the tree.
func (q *running) analyze(ctx context.Context, node plan.Node) (note func(plan.Node) string, tail string, err error) {
	discard := &discard{}
	query, err := exec.Compile(node, q.sees.opened, discard, exec.Options{Now: q.now.UnixMicro(), Analyze: true})
	if err != nil {
		return nil, "", err
	}
	start := time.Now()
	if err := query.Run(ctx, q.admission); err != nil {
		return nil, "", err
	}
	elapsed := time.Since(start)
	q.counters = query.Counters()
	note = func(n plan.Node) string {
		o := query.Profile().Of(n)
		if o == nil {
			return ""
		}
		return fmt.Sprintf("  (%d rows in %d batches, %s behind it)", o.Rows(), o.Batches(), o.Time().Round(time.Microsecond))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Time %s, peak memory %d KiB\n", elapsed.Round(time.Microsecond), q.admission.Budget.Peak()>>10)
	fmt.Fprintf(&b, "Documents read %d, skipped by zone maps %d\n", q.counters.RowsRead.Load(), q.counters.RowsSkipped.Load())
	return note, b.String(), nil
}

// discard is the Sink of a result that nobody wants.
type discard struct{}

func (*discard) Open(*instance.Worker) (exec.Writer, error) { return discardWriter{}, nil }
func (*discard) Close() error                               { return nil }

type discardWriter struct{}

func (discardWriter) Write(*vec.Batch) error { return nil }
func (discardWriter) Close() error           { return nil }

package exec

import (
	"slices"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// filter passes on the rows for which a condition is true.
type filter struct {
	condition plan.Expr
	next      Sink
	env       *env
}

func (f *filter) Open(w *instance.Worker) (Writer, error) {
	condition, err := f.env.evaluator(f.condition)
	if err != nil {
		return nil, err
	}
	next, err := f.next.Open(w)
	if err != nil {
		return nil, err
	}
	return &filterWriter{next, &selection{condition: condition, rows: &subset{}}}, nil
}

func (f *filter) Close() error { return f.next.Close() }

type filterWriter struct {
	Writer
	selection *selection
}

func (f *filterWriter) Write(b *vec.Batch) error {
	some, err := f.selection.of(b)
	if err != nil || some.Rows == 0 {
		return err
	}
	return f.Writer.Write(some)
}

// selection finds the rows of a batch for which a condition is true. It belongs to one worker.
type selection struct {
	condition evaluator
	rows      *subset
	mask      []uint64
}

func (s *selection) of(b *vec.Batch) (*vec.Batch, error) {
	v, err := s.condition.eval(b)
	if err != nil {
		return nil, err
	}
	words := vec.Words(b.Rows)
	s.mask = slices.Grow(s.mask[:0], words)[:words]
	if err := trueRows(s.mask, v); err != nil {
		return nil, err
	}
	return s.rows.take(b, s.mask), nil
}

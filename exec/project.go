package exec

import (
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// project passes on the values of expressions.
type project struct {
	expressions []plan.Expr
	next        Sink
	env         *env
}

func (p *project) Open(w *instance.Worker) (Writer, error) {
	evaluators, err := p.env.evaluators(p.expressions)
	if err != nil {
		return nil, err
	}
	next, err := p.next.Open(w)
	return &projectWriter{Writer: next, evaluators: evaluators, out: vec.Batch{Columns: make([]*vec.Vector, len(evaluators))}}, err
}

func (p *project) Close() error { return p.next.Close() }

type projectWriter struct {
	Writer
	evaluators []evaluator
	out        vec.Batch
}

func (p *projectWriter) Write(b *vec.Batch) error {
	if err := evalAll(p.out.Columns, p.evaluators, b); err != nil {
		return err
	}
	p.out.Rows = b.Rows
	return p.Writer.Write(&p.out)
}

func evalAll(out []*vec.Vector, evaluators []evaluator, b *vec.Batch) (err error) {
	for i, e := range evaluators {
		if out[i], err = e.eval(b); err != nil {
			return err
		}
	}
	return nil
}

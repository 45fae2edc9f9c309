package exec

import (
	"sync/atomic"
	"time"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// Profile counts what leaves each operator of a query. A nil Profile counts nothing and costs nothing.
type Profile struct{ Operators []*Operator }

// Operator is what one relation of the plan gave to the next.
type Operator struct {
	Node    plan.Node
	rows    atomic.Int64
	batches atomic.Int64
	nanos   atomic.Int64
}

// Rows, Batches given, and the Time that those behind took for them, summed over workers.
func (o *Operator) Rows() int64 { return o.rows.Load() }

// Batches given.
func (o *Operator) Batches() int64 { return o.batches.Load() }

// Time spent behind this operator, summed over workers.
func (o *Operator) Time() time.Duration { return time.Duration(o.nanos.Load()) }

// Of finds the operator of a node.
func (p *Profile) Of(n plan.Node) *Operator {
	for _, o := range p.Operators {
		if o.Node == n {
			return o
		}
	}
	return nil
}

// sink wraps the sink that n's rows go to.
func (p *Profile) sink(n plan.Node, next Sink) Sink {
	if p == nil {
		return next
	}
	o := &Operator{Node: n}
	p.Operators = append(p.Operators, o)
	return &profiled{next, o}
}

type profiled struct {
	Sink
	operator *Operator
}

func (p *profiled) Open(w *instance.Worker) (Writer, error) {
	next, err := p.Sink.Open(w)
	return &profiledWriter{next, p.operator}, err
}

type profiledWriter struct {
	Writer
	operator *Operator
}

func (p *profiledWriter) Write(b *vec.Batch) error {
	start := time.Now()
	err := p.Writer.Write(b)
	p.operator.nanos.Add(int64(time.Since(start)))
	p.operator.rows.Add(int64(b.Rows))
	p.operator.batches.Add(1)
	return err
}

package exec

import (
	"errors"
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
	"github.com/outcropdb/outcrop/vec/simd"
)

// form makes the evaluator of one of plan.Forms: calls whose arguments are not all evaluated for all rows.
func (v *env) form(c *plan.Call) (evaluator, error) {
	switch c.Function {
	case "and":
		return v.logic(c, true)
	case "or":
		return v.logic(c, false)
	case "not":
		return v.not(c)
	case "if":
		return v.ifCall(c)
	case "coalesce":
		return v.coalesce(c)
	case "try":
		return v.try(c)
	}
	panic("bug: form " + c.Function)
}

// logic is three-valued AND or OR. An argument that can fail is shown only the rows that those before it
// left undecided.
type logic struct {
	all     bool // AND
	args    []evaluator
	subsets []*subset // nil: the argument cannot fail
	at      plan.Position
	out     vec.Vector
	yes     []uint64 // rows true in all (AND) or any (OR) of the arguments so far
	no      []uint64 // rows false in any (AND) or all (OR)
	part    truth
	wide    truth
}

// truth is a condition's rows: true ones, false ones; the rest are null.
type truth struct{ yes, no []uint64 }

func (t *truth) set(at plan.Position, v *vec.Vector) error {
	words := vec.Words(v.Rows)
	t.yes = slices.Grow(t.yes[:0], words)[:words]
	t.no = slices.Grow(t.no[:0], words)[:words]
	if err := trueRows(t.yes, v); err != nil {
		return plan.At(at, err)
	}
	for i := range words {
		t.no[i] = ^t.yes[i]
	}
	switch {
	case v.Type.IsNull() || v.Form == vec.Const && v.IsNull(0):
		clear(t.no)
	case v.Form == vec.Flat && v.Valid != nil:
		for i := range words {
			t.no[i] &= v.Valid[i]
		}
	case v.Form == vec.Dict && v.Valid != nil:
		for i := range words {
			t.no[i] &= v.Valid[i]
		}
	}
	if tail := v.Rows & 63; tail != 0 {
		t.no[words-1] &= 1<<tail - 1
	}
	return nil
}

func (v *env) logic(c *plan.Call, all bool) (evaluator, error) {
	args, err := v.evaluators(c.Args)
	if err != nil {
		return nil, err
	}
	l := &logic{all: all, args: args, subsets: make([]*subset, len(args)), at: c.At}
	for i, e := range c.Args {
		if i > 0 && fallible(e) {
			l.subsets[i] = newSubset(e)
		}
	}
	return l, nil
}

func (l *logic) eval(b *vec.Batch) (*vec.Vector, error) {
	words := vec.Words(b.Rows)
	l.yes = slices.Grow(l.yes[:0], words)[:words]
	l.no = slices.Grow(l.no[:0], words)[:words]
	simd.Fill(l.yes, 0, b.Rows, l.all)
	simd.Fill(l.no, 0, b.Rows, !l.all)
	if tail := b.Rows & 63; tail != 0 {
		l.yes[words-1] &= 1<<tail - 1
		l.no[words-1] &= 1<<tail - 1
	}
	for i, arg := range l.args {
		t, err := l.argument(b, i, arg)
		if err != nil {
			return nil, err
		}
		if l.all {
			simd.And(l.yes, l.yes, t.yes)
			simd.Or(l.no, l.no, t.no)
		} else {
			simd.Or(l.yes, l.yes, t.yes)
			simd.And(l.no, l.no, t.no)
		}
	}
	l.out.Make(vec.Bool, b.Rows)
	copy(l.out.Bits, l.yes)
	simd.Or(l.out.MakeValid(false), l.yes, l.no)
	return &l.out, nil
}

// argument evaluates one argument; rows that are decided already may be given any truth.
func (l *logic) argument(b *vec.Batch, i int, arg evaluator) (*truth, error) {
	if l.subsets[i] == nil {
		v, err := arg.eval(b)
		if err != nil {
			return nil, err
		}
		return &l.part, l.part.set(l.at, v)
	}
	open := l.wide.yes[:0]
	decided := l.yes
	if l.all {
		decided = l.no
	}
	open = slices.Grow(open, len(decided))[:len(decided)]
	simd.Not(open, decided, b.Rows)
	l.wide.yes = open
	s := l.subsets[i]
	some := s.take(b, open)
	if some.Rows == 0 {
		l.wide.no = slices.Grow(l.wide.no[:0], len(open))[:len(open)]
		copy(l.wide.yes, l.yes)
		copy(l.wide.no, l.no)
		return &l.wide, nil
	}
	v, err := arg.eval(some)
	if err != nil {
		return nil, err
	}
	if err := l.part.set(l.at, v); err != nil || some == b {
		return &l.part, err
	}
	l.wide.no = slices.Grow(l.wide.no[:0], len(decided))[:len(decided)]
	copy(l.wide.yes, l.yes)
	copy(l.wide.no, l.no)
	for k, row := range s.rows {
		vec.SetBit(l.wide.yes, int(row), vec.Bit(l.part.yes, k))
		vec.SetBit(l.wide.no, int(row), vec.Bit(l.part.no, k))
	}
	return &l.wide, nil
}

type not struct {
	arg evaluator
	at  plan.Position
	t   truth
	out vec.Vector
}

func (v *env) not(c *plan.Call) (evaluator, error) {
	arg, err := v.evaluator(c.Args[0])
	return &not{arg: arg, at: c.At}, err
}

func (n *not) eval(b *vec.Batch) (*vec.Vector, error) {
	v, err := n.arg.eval(b)
	if err != nil {
		return nil, err
	}
	if err := n.t.set(n.at, v); err != nil {
		return nil, err
	}
	n.out.Make(vec.Bool, b.Rows)
	copy(n.out.Bits, n.t.no)
	simd.Or(n.out.MakeValid(false), n.t.yes, n.t.no)
	return &n.out, nil
}

// try gives null for the rows for which its argument fails. Failing batches are halved until the rows
// that fail stand alone.
type try struct {
	arg  evaluator
	expr plan.Expr
	out  vec.Vector
}

func (v *env) try(c *plan.Call) (evaluator, error) {
	arg, err := v.evaluator(c.Args[0])
	return &try{arg: arg, expr: c.Args[0]}, err
}

func (t *try) eval(b *vec.Batch) (*vec.Vector, error) {
	v, err := t.arg.eval(b)
	if err == nil || !callersFault(err) {
		return v, err
	}
	t.out.Reset(vec.Null)
	return &t.out, t.halve(b, 0, b.Rows)
}

func (t *try) halve(b *vec.Batch, from, to int) error {
	if from == to {
		return nil
	}
	rows := make([]uint32, to-from)
	for i := range rows {
		rows[i] = uint32(from + i)
	}
	some := newSubset(t.expr).takeRows(b, rows)
	v, err := t.arg.eval(some)
	switch {
	case err == nil:
		t.out.AppendRows(v, 0, to-from)
		return nil
	case !callersFault(err):
		return err
	case to-from == 1:
		t.out.Append(vec.NullValue())
		return nil
	}
	middle := (from + to) / 2
	if err := t.halve(b, from, middle); err != nil {
		return err
	}
	return t.halve(b, middle, to)
}

func callersFault(err error) bool {
	var p *plan.Error
	var f *function.Error
	return errors.As(err, &p) || errors.As(err, &f)
}

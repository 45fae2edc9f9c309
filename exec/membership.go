package exec

import (
	"slices"

	"github.com/outcropdb/outcrop/exec/hashtable"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// set is the right side of IN: distinct values. Whoever asks has a finder of their own.
type set struct {
	table *hashtable.Table
	null  bool        // there is a null among the values
	types vec.TypeSet // of the values, int standing for float too
}

func newSet() *set { return &set{table: hashtable.New(1)} }

// add inserts a vector's rows.
func (s *set) add(v *vec.Vector, groups []uint32) error {
	if err := s.table.Insert(groups, []*vec.Vector{v}, v.Rows); err != nil {
		return err
	}
	for i := range v.Rows {
		s.see(v.TypeAt(i))
	}
	return nil
}

func (s *set) see(t vec.Type) {
	if t.IsNull() {
		s.null = true
	} else {
		s.types = s.types.With(comparable(t))
	}
}

// comparable is one type for all that can be compared with each other.
func comparable(t vec.Type) vec.Type {
	if t == vec.Float {
		return vec.Int
	}
	return t
}

// membership is value IN set: three-valued, as value = a OR value = b ... would be.
type membership struct {
	set    *set
	finder *hashtable.Finder
	value  evaluator
	groups []uint32
	out    vec.Vector
}

func (v *env) inList(x *plan.InList) (evaluator, error) {
	s := newSet()
	for _, o := range x.Options {
		l, ok := o.(*plan.Literal)
		if !ok {
			return v.evaluator(alternatives(x))
		}
		if err := s.add(vec.NewConst(l.Value, 1), make([]uint32, 1)); err != nil {
			return nil, err
		}
	}
	value, err := v.evaluator(x.Value)
	return &membership{set: s, finder: s.table.Finder(), value: value}, err
}

// alternatives is the meaning of an InList.
func alternatives(x *plan.InList) plan.Expr {
	or := &plan.Call{Function: "or", T: vec.Bool}
	for _, o := range x.Options {
		or.Args = append(or.Args, &plan.Call{Function: "equal", Args: []plan.Expr{x.Value, o}, T: vec.Bool})
	}
	return or
}

func (m *membership) eval(b *vec.Batch) (*vec.Vector, error) {
	v, err := m.value.eval(b)
	if err != nil {
		return nil, err
	}
	m.groups = slices.Grow(m.groups[:0], b.Rows)[:b.Rows]
	m.finder.Find(m.groups, []*vec.Vector{v}, b.Rows)
	m.out.Make(vec.Bool, b.Rows)
	clear(m.out.Bits)
	valid := m.out.MakeValid(true)
	empty := m.set.types == 0 && !m.set.null
	for i, g := range m.groups {
		switch t := v.TypeAt(i); {
		case empty: // false, even for null
		case t.IsNull():
			vec.SetBit(valid, i, false)
		case g != hashtable.NotFound:
			vec.SetBit(m.out.Bits, i, true)
		case m.set.null || m.set.types != vec.SetOf(comparable(t)):
			vec.SetBit(valid, i, false)
		}
	}
	return &m.out, nil
}

// subquery is the Sink of a subquery's plan, and then its answer.
type subquery struct {
	kind plan.SubqueryKind
	at   plan.Position
	lock chan struct{} // of capacity 1: held while writing what is below
	rows int
	one  vec.Value // Scalar: of the row; null without one
	set  *set      // Within
}

func newSubquery(kind plan.SubqueryKind, at plan.Position) *subquery {
	return &subquery{kind: kind, at: at, lock: make(chan struct{}, 1), one: vec.NullValue(), set: newSet()}
}

func (s *subquery) Open(w *instance.Worker) (Writer, error) {
	return &subqueryWriter{subquery: s, account: instance.Account{Budget: w.Budget}}, nil
}

func (s *subquery) Close() error { return nil }

type subqueryWriter struct {
	*subquery
	account instance.Account
	groups  []uint32
}

func (w *subqueryWriter) Write(b *vec.Batch) error {
	w.lock <- struct{}{}
	defer func() { <-w.lock }()
	switch w.rows += b.Rows; w.kind {
	case plan.Scalar:
		if w.rows > 1 {
			return plan.Errorf(w.at, "a scalar subquery gave more than one row")
		}
		w.one = slices.Clone(b.Columns[0].Value(0))
	case plan.Within:
		w.groups = slices.Grow(w.groups[:0], b.Rows)[:b.Rows]
		if err := w.set.add(b.Columns[0], w.groups); err != nil {
			return err
		}
		return w.account.Set(w.set.table.Bytes())
	}
	return nil
}

// Close leaves the memory taken: the answer stays until the query's budget is closed.
func (w *subqueryWriter) Close() error { return nil }

func (v *env) subquery(x *plan.Subquery) (evaluator, error) {
	s := v.result(x)
	switch x.Kind {
	case plan.Scalar:
		return &constant{*vec.NewConst(s.one, 1)}, nil
	case plan.Exists:
		return &constant{*vec.NewConst(vec.BoolValue(s.rows > 0), 1)}, nil
	}
	value, err := v.evaluator(x.Value)
	return &membership{set: s.set, finder: s.set.table.Finder(), value: value}, err
}

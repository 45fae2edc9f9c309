package exec

import (
	"errors"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
	"github.com/outcropdb/outcrop/vec/simd"
)

// evaluator computes one expression for batches, in one worker. The vector has the batch's rows, is not to
// be changed, and is valid until the next eval and as long as the batch.
type evaluator interface {
	eval(*vec.Batch) (*vec.Vector, error)
}

// env is what all expressions of a query share.
type env struct {
	now     int64 // microseconds
	results []subqueryResult
}

type subqueryResult struct {
	plan   plan.Node
	kind   plan.SubqueryKind
	result *subquery
}

// result of a subquery, told by its plan.
func (e *env) result(s *plan.Subquery) *subquery {
	for _, r := range e.results {
		if r.plan == s.Plan && r.kind == s.Kind {
			return r.result
		}
	}
	return nil
}

// evaluator makes one worker's evaluator of e.
func (v *env) evaluator(e plan.Expr) (evaluator, error) {
	switch x := e.(type) {
	case *plan.FieldRef:
		return column(x.Index), nil
	case *plan.Literal:
		return &constant{*vec.NewConst(x.Value, 1)}, nil
	case *plan.Parameter:
		return nil, plan.Errorf(plan.Position{}, "parameter %q has no value", x.Name)
	case *plan.Call:
		if plan.Forms[x.Function] {
			return v.form(x)
		}
		f, ok := function.Lookup(x.Function)
		if !ok {
			return nil, plan.Errorf(x.At, "unknown function %s", x.Function)
		}
		if f.Now != nil {
			return v.instant(f, x)
		}
		return v.call(f.New(), f.Strict() && !f.Volatile, x.Args, x.At)
	case *plan.Cast:
		return v.call(function.Cast(x.To, x.Try).New(), true, []plan.Expr{x.Input}, x.At)
	case *plan.Case:
		return v.newCase(x)
	case *plan.InList:
		return v.inList(x)
	case *plan.Subquery:
		return v.subquery(x)
	}
	panic("bug: unknown expression")
}

// instant is a function of the time at which the query started.
func (v *env) instant(f *function.Function, x *plan.Call) (evaluator, error) {
	zone := ""
	if len(x.Args) > 0 {
		l, ok := x.Args[0].(*plan.Literal)
		if !ok || l.Type() != vec.String {
			return nil, plan.Errorf(x.At, "function %s: the time zone has to be a constant string", x.Function)
		}
		zone = string(l.Value.Content())
	}
	value, err := f.Now(v.now, zone)
	if err != nil {
		return nil, located(x.At, err)
	}
	return &constant{*vec.NewConst(value, 1)}, nil
}

func (v *env) evaluators(list []plan.Expr) ([]evaluator, error) {
	out := make([]evaluator, len(list))
	for i, e := range list {
		var err error
		if out[i], err = v.evaluator(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type column int

func (c column) eval(b *vec.Batch) (*vec.Vector, error) { return b.Columns[c], nil }

type constant struct{ vector vec.Vector }

func (c *constant) eval(b *vec.Batch) (*vec.Vector, error) {
	c.vector.Rows = b.Rows
	return &c.vector, nil
}

// call evaluates a function of vec/function.
type call struct {
	run     function.Eval
	perCode bool // the answer for a dictionary's value serves all rows that have it
	args    []evaluator
	vectors []*vec.Vector
	out     vec.Vector
	at      plan.Position
	dict    dictAnswers
}

func (v *env) call(run function.Eval, perCode bool, args []plan.Expr, at plan.Position) (evaluator, error) {
	evaluators, err := v.evaluators(args)
	if err != nil {
		return nil, err
	}
	return &call{run: run, perCode: perCode, args: evaluators, vectors: make([]*vec.Vector, len(args)), at: at}, nil
}

func (c *call) eval(b *vec.Batch) (*vec.Vector, error) {
	for i, arg := range c.args {
		var err error
		if c.vectors[i], err = arg.eval(b); err != nil {
			return nil, err
		}
	}
	if c.perCode && c.dict.answer(&c.out, c.run, c.vectors, b.Rows) {
		return &c.out, nil
	}
	if err := c.run(&c.out, c.vectors, b.Rows); err != nil {
		return nil, located(c.at, err)
	}
	return &c.out, nil
}

// located gives a function's error its place in the query.
func located(at plan.Position, err error) error {
	var e *function.Error
	if errors.As(err, &e) {
		return plan.Errorf(at, "%s", e.Error())
	}
	return err
}

// maxAnsweredDict is the largest dictionary that a function is evaluated on as a whole, in values.
const maxAnsweredDict = 1 << 16

// dictAnswers keeps a function's answers for the values of the dictionary that was seen last, so that
// the rows of a segment's column cost one look at a code.
type dictAnswers struct {
	values  *vec.Vector
	ok      bool // answers are those for values
	answers vec.Vector
}

// answer sets out if args are one dictionary and constants.
func (d *dictAnswers) answer(out *vec.Vector, run function.Eval, args []*vec.Vector, rows int) bool {
	at := -1
	for i, a := range args {
		switch {
		case a.Form == vec.Const:
		case a.Form == vec.Dict && at < 0 && a.Values.Rows <= maxAnsweredDict:
			at = i
		default:
			return false
		}
	}
	if at < 0 {
		return false
	}
	arg := args[at]
	if d.values != arg.Values {
		d.values, d.ok = arg.Values, d.compute(run, args, at)
	}
	if !d.ok {
		return false
	}
	if d.answers.Type == vec.Bool && d.answers.Valid == nil {
		out.Make(vec.Bool, rows)
		simd.MatchCodes(out.Bits, arg.Codes[:rows], d.answers.Bits)
	} else {
		out.Take(&d.answers, arg.Codes[:rows])
	}
	if arg.Valid != nil {
		maskNulls(out, arg)
	}
	return true
}

// compute evaluates on the whole dictionary. A failure may be due to a value that no row has: then rows
// are evaluated as they come.
func (d *dictAnswers) compute(run function.Eval, args []*vec.Vector, at int) bool {
	whole := make([]*vec.Vector, len(args))
	for i, a := range args {
		if i == at {
			whole[i] = a.Values
			continue
		}
		c := *a
		c.Rows = args[at].Values.Rows
		whole[i] = &c
	}
	var out vec.Vector
	if run(&out, whole, args[at].Values.Rows) != nil {
		return false
	}
	d.answers.Reset(vec.Null)
	d.answers.Flatten(&out)
	return d.answers.Type != vec.Dynamic
}

// maskNulls makes rows of out null where arg's are: undefined ones too, since a function's answer is never
// undefined for a value that is.
func maskNulls(out, arg *vec.Vector) {
	if out.Valid == nil {
		out.MakeValid(true)
	}
	simd.And(out.Valid, out.Valid, arg.Valid[:len(out.Valid)])
}

// trueRows sets mask to the rows of a condition's vector that are true.
func trueRows(mask []uint64, v *vec.Vector) error {
	words := mask[:vec.Words(v.Rows)]
	switch {
	case v.Type.IsNull():
		clear(words)
	case v.Type == vec.Bool && v.Form == vec.Const:
		clear(words)
		if !v.IsNull(0) && v.Bits[0]&1 != 0 {
			simd.Fill(words, 0, v.Rows, true)
		}
	case v.Type == vec.Bool && v.Form == vec.Flat:
		copy(words, v.Bits)
		if v.Valid != nil {
			simd.And(words, words, v.Valid[:len(words)])
		}
		if tail := v.Rows & 63; tail != 0 {
			words[len(words)-1] &= 1<<tail - 1
		}
	default:
		clear(words)
		for i := range v.Rows {
			value := v.Value(i)
			switch {
			case value.IsNull():
			case value.Type() != vec.Bool:
				return plan.Errorf(plan.Position{}, "a condition is %s, want bool", value.Type())
			case value.Bool():
				words[i>>6] |= 1 << (i & 63)
			}
		}
	}
	return nil
}

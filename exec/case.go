package exec

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// caseOf is CASE: each arm's condition is evaluated for the rows that no arm before took, its result for
// those that it takes.
type caseOf struct {
	arms   []arm
	rest   []uint64 // rows that no arm took yet
	taken  []uint64
	all    vec.Vector // the arms' results, one behind the other
	from   []uint32   // row -> where in all
	out    vec.Vector
	narrow []uint64
}

type arm struct {
	when     evaluator // nil: all that is left
	then     evaluator // nil: null
	whenRows *subset
	thenRows *subset
}

func (v *env) newCase(x *plan.Case) (evaluator, error) {
	c := &caseOf{}
	for _, a := range x.Arms {
		if err := c.add(v, a.When, a.Then); err != nil {
			return nil, err
		}
	}
	return c, c.add(v, nil, x.Else)
}

func (c *caseOf) add(v *env, when, then plan.Expr) (err error) {
	a := arm{whenRows: newSubset(when), thenRows: newSubset(then)}
	if when != nil {
		if a.when, err = v.evaluator(when); err != nil {
			return err
		}
	}
	if then != nil {
		if a.then, err = v.evaluator(then); err != nil {
			return err
		}
	}
	c.arms = append(c.arms, a)
	return nil
}

func (v *env) ifCall(x *plan.Call) (evaluator, error) {
	c := &plan.Case{Arms: []plan.Arm{{When: x.Args[0], Then: x.Args[1]}}}
	if len(x.Args) > 2 {
		c.Else = x.Args[2]
	}
	return v.newCase(c)
}

func (c *caseOf) eval(b *vec.Batch) (*vec.Vector, error) {
	words := vec.Words(b.Rows)
	c.rest = slices.Grow(c.rest[:0], words)[:words]
	simd.Fill(c.rest, 0, b.Rows, true)
	if tail := b.Rows & 63; tail != 0 {
		c.rest[words-1] &= 1<<tail - 1
	}
	c.from = slices.Grow(c.from[:0], b.Rows)[:b.Rows]
	c.all.Reset(vec.Null)
	for i := range c.arms {
		a := &c.arms[i]
		some, rows, err := c.takes(b, a)
		if err != nil {
			return nil, err
		}
		if rows == 0 {
			continue
		}
		if rows == b.Rows { // one arm for all
			if a.then == nil {
				c.out.SetNulls(b.Rows, false)
				return &c.out, nil
			}
			return a.then.eval(b)
		}
		for k, row := range a.thenRows.rows {
			c.from[row] = uint32(c.all.Rows + k)
		}
		if a.then == nil {
			c.out.SetNulls(rows, false)
			c.all.AppendRows(&c.out, 0, rows)
			continue
		}
		v, err := a.then.eval(some)
		if err != nil {
			return nil, err
		}
		c.all.AppendRows(v, 0, rows)
	}
	c.out.Take(&c.all, c.from)
	return &c.out, nil
}

// takes gives the rows that an arm takes, and takes them out of the rest.
func (c *caseOf) takes(b *vec.Batch, a *arm) (*vec.Batch, int, error) {
	if a.when == nil {
		some := a.thenRows.take(b, c.rest)
		return some, some.Rows, nil
	}
	some := a.whenRows.take(b, c.rest)
	if some.Rows == 0 {
		return some, 0, nil
	}
	v, err := a.when.eval(some)
	if err != nil {
		return nil, 0, err
	}
	words := vec.Words(some.Rows)
	c.narrow = slices.Grow(c.narrow[:0], words)[:words]
	if err := trueRows(c.narrow, v); err != nil {
		return nil, 0, err
	}
	c.taken = slices.Grow(c.taken[:0], len(c.rest))[:len(c.rest)]
	if some == b {
		copy(c.taken, c.narrow)
	} else {
		clear(c.taken)
		for k, row := range a.whenRows.rows {
			if vec.Bit(c.narrow, k) {
				c.taken[row>>6] |= 1 << (row & 63)
			}
		}
	}
	simd.AndNot(c.rest, c.rest, c.taken)
	then := a.thenRows.take(b, c.taken)
	return then, then.Rows, nil
}

// coalesce is the first argument that is not null; later ones are evaluated only for the rows that need them.
type coalesce struct {
	args    []evaluator
	subsets []*subset
	rest    []uint64
	all     vec.Vector
	from    []uint32
	out     vec.Vector
}

func (v *env) coalesce(c *plan.Call) (evaluator, error) {
	args, err := v.evaluators(c.Args)
	if err != nil {
		return nil, err
	}
	out := &coalesce{args: args}
	for _, e := range c.Args {
		out.subsets = append(out.subsets, newSubset(e))
	}
	return out, nil
}

func (c *coalesce) eval(b *vec.Batch) (*vec.Vector, error) {
	words := vec.Words(b.Rows)
	c.rest = slices.Grow(c.rest[:0], words)[:words]
	simd.Fill(c.rest, 0, b.Rows, true)
	if tail := b.Rows & 63; tail != 0 {
		c.rest[words-1] &= 1<<tail - 1
	}
	c.from = slices.Grow(c.from[:0], b.Rows)[:b.Rows]
	c.all.Reset(vec.Null)
	c.all.Append(vec.NullValue()) // row 0: for those that stay null
	clear(c.from)
	for i, arg := range c.args {
		some := c.subsets[i].take(b, c.rest)
		if some.Rows == 0 {
			break
		}
		v, err := arg.eval(some)
		if err != nil {
			return nil, err
		}
		missing := false
		for k, row := range c.subsets[i].rows {
			if v.IsNull(k) {
				missing = true
				continue
			}
			c.from[row] = uint32(c.all.Rows + k)
			c.rest[row>>6] &^= 1 << (row & 63)
		}
		if i == 0 && !missing {
			return v, nil
		}
		c.all.AppendRows(v, 0, some.Rows)
	}
	c.out.Take(&c.all, c.from)
	return &c.out, nil
}

package exec

import (
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// unnest passes on a row per element of an array: plan.Unnest.
type unnest struct {
	plan *plan.Unnest
	next Sink
	env  *env
}

func (u *unnest) Open(w *instance.Worker) (Writer, error) {
	array, err := u.env.evaluator(u.plan.Array)
	if err != nil {
		return nil, err
	}
	next, err := u.next.Open(w)
	return &unnestWriter{unnest: u, Writer: next, worker: w, array: array, input: &subset{}}, err
}

func (u *unnest) Close() error { return u.next.Close() }

type unnestWriter struct {
	*unnest
	Writer
	worker   *instance.Worker
	array    evaluator
	input    *subset
	rows     []uint32 // of the input, by row of the output
	element  vec.Vector
	ordinals vec.Vector
	ordinal  vec.Value // of the element that is being added: made in the same bytes each time
	out      vec.Batch
}

var nullValue = vec.NullValue()

func (u *unnestWriter) Close() error { return u.Writer.Close() }

func (u *unnestWriter) Write(b *vec.Batch) error {
	v, err := u.array.eval(b)
	if err != nil {
		return err
	}
	u.reset()
	for i := range b.Rows {
		value := v.Value(i)
		if value.Type() != vec.Array || value.Len() == 0 {
			if u.plan.Outer {
				u.add(i, nullValue, nullValue)
			}
			continue
		}
		ordinal := int64(0)
		for e := range value.Elements() {
			ordinal++
			u.ordinal = vec.AppendInt(u.ordinal[:0], vec.Int, ordinal)
			u.add(i, e, u.ordinal)
			if len(u.rows) == vec.BatchRows {
				if err := u.flush(b); err != nil {
					return err
				}
			}
		}
	}
	return u.flush(b)
}

func (u *unnestWriter) add(row int, element, ordinal vec.Value) {
	u.rows = append(u.rows, uint32(row))
	u.element.Append(element)
	if u.plan.Ordinality {
		u.ordinals.Append(ordinal)
	}
}

func (u *unnestWriter) reset() {
	u.rows = u.rows[:0]
	u.element.Reset(vec.Null)
	u.ordinals.Reset(vec.Null)
}

func (u *unnestWriter) flush(b *vec.Batch) error {
	if len(u.rows) == 0 {
		return nil
	}
	if err := u.worker.Err(); err != nil {
		return err
	}
	in := u.input.takeRows(b, u.rows)
	u.out.Rows = len(u.rows)
	u.out.Columns = append(append(u.out.Columns[:0], in.Columns...), &u.element)
	if u.plan.Ordinality {
		u.out.Columns = append(u.out.Columns, &u.ordinals)
	}
	err := u.Writer.Write(&u.out)
	u.reset()
	return err
}

package exec

import (
	"io"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// values is the Source of rows of constants.
type values struct {
	rows    [][]plan.Expr
	columns int
	env     *env
}

func (v *values) Open(*instance.Worker) (Reader, error) { return &valuesReader{values: v}, nil }
func (v *values) Close() error                          { return nil }

// Parallel is 1.
func (v *values) Parallel() int { return 1 }

type valuesReader struct {
	*values
	done int
}

func (r *valuesReader) Read() (*vec.Batch, error) {
	rows := r.rows[r.done:min(r.done+vec.BatchRows, len(r.rows))]
	if len(rows) == 0 {
		return nil, io.EOF
	}
	r.done += len(rows)
	b := &vec.Batch{Rows: len(rows), Columns: make([]*vec.Vector, r.columns)}
	none := &vec.Batch{Rows: 1}
	for c := range b.Columns {
		b.Columns[c] = &vec.Vector{}
		for _, row := range rows {
			e, err := r.env.evaluator(row[c])
			if err != nil {
				return nil, err
			}
			value, err := e.eval(none)
			if err != nil {
				return nil, err
			}
			b.Columns[c].AppendRows(value, 0, 1)
		}
	}
	return b, nil
}

package exec

import (
	"io"
	"sync/atomic"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// limit drops the first rows it is given, passes on as many as it may, and then wants no more.
type limit struct {
	Next Sink
	skip int64
	all  bool         // no end
	end  int64        // skip plus the rows to pass on
	seen atomic.Int64 // rows given so far, by all workers
}

// newLimit passes on count rows behind the first skip; count -1: all.
func newLimit(skip, count int64, next Sink) *limit {
	return &limit{Next: next, skip: skip, all: count < 0, end: skip + count}
}

// rowCount is the value of LIMIT or OFFSET.
func rowCount(e plan.Expr, absent int64, clause string) (int64, error) {
	if e == nil {
		return absent, nil
	}
	l, ok := e.(*plan.Literal)
	if !ok {
		return 0, plan.Errorf(plan.Position{}, "%s needs a constant", clause)
	}
	if l.Value.IsNull() {
		return absent, nil
	}
	if l.Value.Type() != vec.Int || l.Value.Int() < 0 {
		return 0, plan.Errorf(plan.Position{}, "%s is %s, want an int that is not negative", clause, vec.AppendJSON(nil, l.Value))
	}
	return min(l.Value.Int(), 1<<60), nil
}

func (l *limit) Open(w *instance.Worker) (Writer, error) {
	next, err := l.Next.Open(w)
	return &limitWriter{limit: l, Writer: next, rows: &subset{}}, err
}

func (l *limit) Close() error { return l.Next.Close() }

type limitWriter struct {
	*limit
	Writer
	rows *subset
	want []uint32
}

func (l *limitWriter) Close() error { return l.Writer.Close() }

func (l *limitWriter) Write(b *vec.Batch) error {
	end := l.seen.Add(int64(b.Rows))
	start := end - int64(b.Rows)
	from, to := max(start, l.skip), end
	if !l.all {
		to = min(to, l.end)
	}
	if from < to {
		if from > start || to < end {
			l.want = l.want[:0]
			for row := from; row < to; row++ {
				l.want = append(l.want, uint32(row-start))
			}
			b = l.rows.takeRows(b, l.want)
		}
		if err := l.Writer.Write(b); err != nil {
			return err
		}
	}
	if !l.all && end >= l.end {
		return io.EOF
	}
	return nil
}

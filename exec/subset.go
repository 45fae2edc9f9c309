package exec

import (
	"slices"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// subset is some rows of a batch, with the columns that an expression needs. It belongs to one worker.
type subset struct {
	columns []int // nil: all
	batch   vec.Batch
	vectors []vec.Vector
	rows    []uint32
}

// newSubset serves the columns that expressions refer to.
func newSubset(expressions ...plan.Expr) *subset {
	return &subset{columns: columnsOf(expressions...)}
}

// columnsOf lists the columns that expressions refer to, ascending.
func columnsOf(expressions ...plan.Expr) []int {
	out := []int{}
	for _, e := range expressions {
		plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
			if f, ok := e.(*plan.FieldRef); ok {
				out = append(out, f.Index)
			}
			return e
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// take makes s the rows of b whose bit in mask is set; b itself if all are.
func (s *subset) take(b *vec.Batch, mask []uint64) *vec.Batch {
	if cap(s.rows) < b.Rows {
		s.rows = make([]uint32, b.Rows)
	}
	s.rows = s.rows[:b.Rows]
	n := simd.ToSelection(s.rows, mask, b.Rows)
	if s.rows = s.rows[:n]; n == b.Rows {
		return b
	}
	return s.takeRows(b, s.rows)
}

// takeRows makes s the given rows of b.
func (s *subset) takeRows(b *vec.Batch, rows []uint32) *vec.Batch {
	if s.vectors == nil {
		s.vectors = make([]vec.Vector, len(b.Columns))
		s.batch.Columns = make([]*vec.Vector, len(b.Columns))
	}
	one := func(c int) {
		s.vectors[c].Take(b.Columns[c], rows)
		s.batch.Columns[c] = &s.vectors[c]
	}
	if s.columns == nil {
		for c := range b.Columns {
			one(c)
		}
	}
	for _, c := range s.columns {
		one(c)
	}
	s.batch.Rows = len(rows)
	return &s.batch
}

// fallible tells expressions that can fail for some values: rows that do not need the answer must not
// be shown to them.
func fallible(e plan.Expr) bool {
	found := false
	plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
		switch x := e.(type) {
		case *plan.Call:
			found = found || !infallible[x.Function]
		case *plan.Cast:
			found = found || !x.Try
		}
		return e
	})
	return found
}

// infallible functions answer for every value of every type.
var infallible = map[string]bool{
	"equal": true, "not_equal": true, "lt": true, "lte": true, "gt": true, "gte": true,
	"is_null": true, "is_not_null": true, "is_undefined": true, "is_not_undefined": true,
	"is_distinct_from": true, "is_not_distinct_from": true, "typeof": true, "get": true,
}

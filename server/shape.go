package server

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// Shape is what there is to know of a query before it runs.
type Shape struct {
	Fields      []plan.Field // of its result
	Parameters  []string     // names of what it needs a value for: numbers in order, then names in order
	Collections []string     // full names
}

// Shape binds a query without running it. Parameters may be missing; those that are given have their types.
func (s *Server) Shape(ctx context.Context, r Request) (Shape, error) {
	shape := shaping{Shape{Parameters: []string{}}}
	r.shape = &shape
	summary, err := s.Query(ctx, r, &shape)
	shape.Collections = summary.Collections
	return shape.Shape, err
}

// shaping is the Receiver of Shape. Statements about queries run into it, which costs little; a query is
// only looked at.
type shaping struct{ Shape }

// Fields is Receiver's.
func (s *shaping) Fields(fields []plan.Field) error {
	s.Shape.Fields = fields
	return nil
}

// Batch is Receiver's.
func (s *shaping) Batch(*vec.Batch) error { return nil }

func (s *shaping) parameters(root *plan.Root) {
	plan.RewriteAll(root.Input, func(e plan.Expr) plan.Expr {
		if p, ok := e.(*plan.Parameter); ok {
			s.Parameters = append(s.Parameters, p.Name)
		}
		return e
	})
	slices.SortFunc(s.Parameters, func(a, b string) int {
		n, err := strconv.Atoi(a)
		m, err2 := strconv.Atoi(b)
		switch {
		case err == nil && err2 == nil:
			return cmp.Compare(n, m)
		case err == nil:
			return -1
		case err2 == nil:
			return 1
		}
		return cmp.Compare(a, b)
	})
	s.Parameters = slices.Compact(s.Parameters)
}

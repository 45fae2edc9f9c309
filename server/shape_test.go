package server

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// A shape says what a query would return and take, without running it.
func TestShape(t *testing.T) {
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	for _, c := range []struct {
		sql        string
		given      []Parameter
		fields     []plan.Field
		parameters []string
	}{
		{"SELECT 1 AS a, 'x' AS b", nil, []plan.Field{{Name: "a", Type: vec.Int}, {Name: "b", Type: vec.String}}, []string{}},
		{
			"SELECT :b AS b, ? AS p, :a = :b AS q, ? AS r", nil,
			[]plan.Field{{Name: "b", Type: vec.Dynamic}, {Name: "p", Type: vec.Dynamic}, {Name: "q", Type: vec.Bool}, {Name: "r", Type: vec.Dynamic}},
			[]string{"1", "2", "a", "b"},
		},
		{"SELECT ? AS p", []Parameter{{"1", vec.FloatValue(1)}}, []plan.Field{{Name: "p", Type: vec.Float}}, []string{"1"}},
		{"EXPLAIN SELECT 1", nil, []plan.Field{{Name: "plan", Type: vec.String}}, []string{}},
	} {
		shape, err := s.Shape(t.Context(), Request{SQL: c.sql, Parameters: c.given})
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		if !slices.Equal(shape.Fields, c.fields) || !slices.Equal(shape.Parameters, c.parameters) || len(shape.Collections) != 0 {
			t.Errorf("%s: got %+v", c.sql, shape)
		}
	}
	if _, err := s.Shape(t.Context(), Request{SQL: "SELECT * FROM nothing"}); err == nil {
		t.Error("no error")
	}
	if n := s.Stats().Queries; n != 0 {
		t.Errorf("%d queries were counted", n)
	}
}

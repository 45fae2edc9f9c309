package bind

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
)

// doubling is a statement of n+1 queries of WITH, of which each refers to the one before it twice.
func doubling(n int) string {
	var b strings.Builder
	b.WriteString("WITH t0 AS (SELECT 1 AS x)")
	for i := range n {
		fmt.Fprintf(&b, ", t%d AS (SELECT a.x FROM t%d a, t%d b)", i+1, i, i)
	}
	fmt.Fprintf(&b, " SELECT x FROM t%d", n)
	return b.String()
}

func TestLimits(t *testing.T) {
	if _, err := bindText(doubling(8), Options{}); err != nil {
		t.Error(err)
	}
	if _, err := bindText(doubling(40), Options{}); err == nil || !strings.Contains(err.Error(), "more than 10000 queries") {
		t.Errorf("%d queries: %v", MaxQueries, err)
	}
	views := func(depth int) *world {
		w := &world{views: map[string]string{"v0": "SELECT 1 AS x"}}
		for i := range depth {
			w.views[fmt.Sprint("v", i+1)] = fmt.Sprint("SELECT * FROM v", i)
		}
		return w
	}
	for depth, ok := range map[int]bool{MaxViewDepth: true, MaxViewDepth + 1: false} {
		q, _ := sql.Parse(fmt.Sprint("SELECT x FROM v", depth-1))
		w := views(depth)
		if _, err := Query(context.Background(), q.(*sql.Query), w, w, Options{}); (err == nil) != ok {
			t.Errorf("%d views: %v", depth, err)
		}
	}
	cube := func(n int) string {
		keys := make([]string, n)
		for i := range keys {
			keys[i] = fmt.Sprintf("n + %d", i)
		}
		return "SELECT 1 FROM events GROUP BY CUBE (" + strings.Join(keys, ", ") + ")"
	}
	for n, ok := range map[int]bool{12: true, 13: false} { // 2 to the 12th is MaxGroupingSets
		if _, err := bindText(cube(n), Options{}); (err == nil) != ok {
			t.Errorf("CUBE of %d: %v", n, err)
		}
	}
	if _, err := bindText(cube(12)+", ROLLUP (n)", Options{}); err == nil {
		t.Error("sets of two elements are not counted together")
	}
}

// The error of a catalog has a place, and can still be told from others, also out of a view.
func TestCatalogError(t *testing.T) {
	w := &world{views: map[string]string{"v": "SELECT 1 FROM\n nowhere"}}
	for text, column := range map[string]int{"SELECT 1 FROM nowhere": 15, "SELECT 1 FROM v": 15} {
		q, _ := sql.Parse(text)
		_, err := Query(context.Background(), q.(*sql.Query), w, w, Options{})
		var placed *plan.Error
		var cause errUnknown
		if !errors.As(err, &placed) || placed.Column != column || placed.Line != 1 {
			t.Errorf("%s: %v has no place", text, err)
		}
		if !errors.As(err, &cause) || cause.name != "nowhere" || !strings.Contains(err.Error(), "nowhere does not exist") {
			t.Errorf("%s: %v is not the catalog's", text, err)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	w := &world{views: map[string]string{"v": "SELECT 1"}}
	q, _ := sql.Parse("SELECT 1 FROM v")
	if _, err := Query(ctx, q.(*sql.Query), w, w, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// checkPlan fails if an expression refers to a column that its input does not have, or has with another type.
func checkPlan(t *testing.T, text string, n plan.Node) {
	t.Helper()
	var visit func(plan.Node)
	visit = func(n plan.Node) {
		var schema []plan.Field
		if r, ok := n.(*plan.Read); ok {
			whole := *r
			whole.Output = nil
			schema = whole.Schema()
		}
		for _, in := range n.Inputs() {
			visit(in)
			schema = append(schema, in.Schema()...)
		}
		plan.MapExprs(n, func(e plan.Expr) plan.Expr {
			return plan.RewriteExpr(e, func(e plan.Expr) plan.Expr {
				switch x := e.(type) {
				case *plan.FieldRef:
					if _, set := n.(*plan.Set); !set && (x.Index >= len(schema) || schema[x.Index].Type != x.T) {
						t.Errorf("%s: %s: column %d of %d", text, plan.Line(n), x.Index, len(schema))
					}
				case *plan.Subquery:
					visit(x.Plan)
				case *ref, *measureRef:
					t.Errorf("%s: %s: a column without a number", text, plan.Line(n))
				}
				return e
			})
		})
	}
	visit(n)
}

// FuzzQuery binds whatever parses: a plan that holds together, or an error of the caller with a place.
func FuzzQuery(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, block := range strings.Split(string(content), "\n\n") {
			query, _, _ := strings.Cut(block, "----\n")
			f.Add(query)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		statement, err := sql.Parse(text)
		if err != nil {
			return
		}
		q, ok := statement.(*sql.Query)
		if !ok {
			return
		}
		for _, expand := range []bool{false, true} {
			root, err := Query(context.Background(), q, testWorld, testWorld, Options{ExpandStar: expand})
			var e *plan.Error
			switch {
			case err == nil:
				checkPlan(t, text, root.Input)
				if len(root.Names) != len(root.Input.Schema()) {
					t.Errorf("%s: %d names of %d columns", text, len(root.Names), len(root.Input.Schema()))
				}
			case !errors.As(err, &e) || e.Line == 0:
				t.Errorf("%s: error without a place: %v", text, err)
			}
		}
	})
}

package bind

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

// world is a catalog with its statistics: collections with the types of their paths, and views.
type world struct {
	collections map[string]map[string]vec.TypeSet
	views       map[string]string
}

var testWorld = &world{
	collections: map[string]map[string]vec.TypeSet{
		"events": {
			"_id": vec.SetOf(vec.String), "user": vec.SetOf(vec.Object), "user.id": vec.SetOf(vec.Int), "user.name": vec.SetOf(vec.String),
			"kind": vec.SetOf(vec.String), "n": vec.SetOf(vec.Int, vec.Null), "x": vec.SetOf(vec.Float),
			"mixed": vec.SetOf(vec.Int, vec.String), "tags": vec.SetOf(vec.Array), "at": vec.SetOf(vec.Timestamp), "ok": vec.SetOf(vec.Bool),
		},
		"users": {"_id": vec.SetOf(vec.String), "id": vec.SetOf(vec.Int), "name": vec.SetOf(vec.String), "kind": vec.SetOf(vec.String)},
		"empty": {}, "empty2": {}, "eu.logs": {"line": vec.SetOf(vec.String)},
	},
	views: map[string]string{
		"v": "SELECT kind, COUNT(*) AS c FROM events GROUP BY kind", "star": "SELECT * FROM users", "loop": "SELECT * FROM loop",
		"broken": "SELECT nope FROM events", "unparsed": "SELECT FROM WHERE", "drop": "DROP VIEW v",
	},
}

func (w *world) Resolve(_ context.Context, name []string) (collection, viewSQL string, err error) {
	full := strings.Join(name, ".")
	if _, ok := w.collections[full]; ok {
		return "id-" + full, "", nil
	}
	if text, ok := w.views[full]; ok {
		return "", text, nil
	}
	return "", "", errUnknown{full}
}

type errUnknown struct{ name string }

func (e errUnknown) Error() string { return "collection " + e.name + " does not exist" }

func (w *world) paths(id string) map[string]vec.TypeSet {
	return w.collections[strings.TrimPrefix(id, "id-")]
}

func (w *world) Rows(id string) int64 { return int64(len(w.paths(id))) * 1000 }

func (w *world) Selectivity(string, vec.Predicate) float64 { return 1 }

func (w *world) Types(id string, path vec.Path) vec.TypeSet { return w.paths(id)[path.String()] }

func (w *world) Fields(id string) []string {
	var out []string
	for path := range w.paths(id) {
		if !strings.Contains(path, ".") {
			out = append(out, path)
		}
	}
	slices.Sort(out)
	return out
}

func bindText(text string, o Options) (*plan.Root, error) {
	statement, err := sql.Parse(text)
	if err != nil {
		return nil, err
	}
	q, ok := statement.(*sql.Query)
	if !ok {
		return nil, fmt.Errorf("%s is no query", text)
	}
	return Query(context.Background(), q, testWorld, testWorld, o)
}

var rewrite = flag.Bool("rewrite", false, "write what comes out into testdata; read the diff")

// TestPlans binds the queries of testdata: each is a query, a line ----, and its columns with their types
// and plan, or its error.
func TestPlans(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			for _, block := range strings.Split(strings.TrimSpace(string(content)), "\n\n") {
				query, want, _ := strings.Cut(block+"\n", "----\n")
				var text []string
				for line := range strings.Lines(query) {
					if !strings.HasPrefix(line, "#") {
						text = append(text, line)
					}
				}
				o := Options{Parameters: map[string]vec.Type{"id": vec.Int}, ExpandStar: strings.HasPrefix(filepath.Base(file), "expand")}
				root, err := bindText(strings.TrimSpace(strings.Join(text, "")), o)
				if err == nil {
					checkPlan(t, query, root.Input)
				}
				got := describe(root, err)
				if got != want && !*rewrite {
					t.Errorf("%s\ngot\n%swant\n%s", query, got, want)
				}
				out.WriteString(query + "----\n" + got + "\n")
			}
			if *rewrite {
				if err := os.WriteFile(file, []byte(strings.TrimSuffix(out.String(), "\n")), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func describe(root *plan.Root, err error) string {
	var e *plan.Error
	switch {
	case errors.As(err, &e) && e.Line > 0:
		return "error: " + e.Error() + "\n"
	case err != nil:
		return "error without a place: " + err.Error() + "\n"
	}
	var b strings.Builder
	for i, f := range root.Input.Schema() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(root.Names[i] + " " + f.Type.String())
	}
	return b.String() + "\n" + plan.Explain(root.Input, nil)
}

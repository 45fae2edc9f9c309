package oracle

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

var (
	seed    = flag.Uint64("seed", 1, "of the random documents and queries")
	queries = flag.Int("queries", 400, "how many random queries to ask")
)

// documentCount is more than a batch; half of them are in segments, half in memory.
const documentCount = 3000

// TestRandomQueries asks both engines random queries over random nested documents. A failure names the seed
// and the query.
func TestRandomQueries(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 0))
	var lines []string
	for i := range documentCount {
		lines = append(lines, randomDocument(r, i))
	}
	s := openOutcrop(t)
	loadOutcrop(t, s, lines)
	db := openDuckDB(t)
	loadDuckDB(t, db, lines)
	empty, failures := 0, 0
	for n := range *queries {
		g := &generator{Rand: rand.New(rand.NewPCG(*seed, uint64(n)+1))}
		query, ordered := g.query()
		want, err := queryDuckDB(db, query.theirs)
		if err != nil {
			t.Fatalf("seed %d, query %d: DuckDB: %v\n%s", *seed, n, err, query.theirs)
		}
		if len(want) == 0 {
			empty++
		}
		got, err := queryOutcrop(s, query.ours)
		problem := ""
		if err != nil {
			problem = err.Error()
		} else {
			problem = different(got, want, ordered)
		}
		if problem != "" {
			t.Errorf("seed %d, query %d: %s\n%s\n%s", *seed, n, problem, query.ours, query.theirs)
			if failures++; failures == 10 {
				t.Fatal("and so on")
			}
		}
	}
	if empty > *queries/3 {
		t.Errorf("%d of %d queries have no rows: they compare little", empty, *queries)
	}
}

func openOutcrop(t *testing.T) *server.Server {
	t.Helper()
	s, err := server.Open(context.Background(), server.Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func loadOutcrop(t *testing.T, s *server.Server, lines []string) {
	t.Helper()
	ctx := context.Background()
	c, err := s.CreateCollection(ctx, catalog.Collection{Workspace: catalog.DefaultWorkspace, Name: "docs"}, catalog.By{User: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var reader jsonio.Reader
	for _, half := range [][]string{lines[:len(lines)/2], lines[len(lines)/2:]} {
		if err := s.Flush(ctx, c); err != nil {
			t.Fatal(err)
		}
		var changes []ingest.Change
		for _, line := range half {
			doc, err := reader.Value(nil, []byte(line))
			if err != nil {
				t.Fatal(err)
			}
			changes = append(changes, ingest.Change{Op: index.Upsert, Document: doc})
		}
		outcomes, fence, err := s.Write(ctx, c, changes)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range outcomes {
			if o.Err != nil {
				t.Fatal(o.Err)
			}
		}
		if _, err := s.Passed(ctx, fence, true); err != nil {
			t.Fatal(err)
		}
	}
}

func loadDuckDB(t *testing.T, db *sql.DB, lines []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "docs.ndjson")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := db.Exec(`CREATE TABLE docs AS SELECT * FROM read_json('` + path + `', format = 'newline_delimited', columns = {
		_id: 'VARCHAR', n: 'BIGINT', k: 'BIGINT', small: 'BIGINT', f: 'DOUBLE', s: 'VARCHAR', tag: 'VARCHAR', b: 'BOOLEAN', m: 'JSON',
		o: 'STRUCT(p BIGINT, q STRUCT(r VARCHAR, t DOUBLE, u BOOLEAN))', list: 'BIGINT[]', objs: 'STRUCT(k VARCHAR, v BIGINT)[]'})`)
	if err != nil {
		t.Fatal(err)
	}
}

// randomDocument has fields of one type each, but for m; any may be null or missing, at every level.
func randomDocument(r *rand.Rand, i int) string {
	str := func() string { return fmt.Sprintf("%q", string(rune('a'+r.IntN(4)))+fmt.Sprint(r.IntN(12))) }
	num := func() string { return fmt.Sprint(r.IntN(40) - 5) }
	flt := func() string { return fmt.Sprintf("%d.%d", r.IntN(40)-8, []int{0, 25, 5, 75}[r.IntN(4)]) }
	boolean := func() string { return fmt.Sprint(r.IntN(2) == 0) }
	object := func(fields ...string) string {
		var kept []string
		for i := 0; i < len(fields); i += 2 {
			switch r.IntN(8) {
			case 0:
			case 1:
				kept = append(kept, fmt.Sprintf("%q:null", fields[i]))
			default:
				kept = append(kept, fmt.Sprintf("%q:%s", fields[i], fields[i+1]))
			}
		}
		return "{" + strings.Join(kept, ",") + "}"
	}
	list := func(element func() string) string {
		out := make([]string, r.IntN(4))
		for i := range out {
			out[i] = element()
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	mixed := []string{num(), flt(), str(), boolean(), list(num), object("x", num()), "null", num()}[r.IntN(8)]
	doc := object("n", fmt.Sprint(i%701), "k", num(), "small", fmt.Sprint(r.IntN(5)), "f", flt(), "s", str(), "tag", `"`+[]string{"red", "green", "blue"}[r.IntN(3)]+`"`,
		"b", boolean(), "m", mixed,
		"o", object("p", num(), "q", object("r", str(), "t", flt(), "u", boolean())),
		"list", list(num), "objs", list(func() string { return object("k", str(), "v", num()) }))
	return fmt.Sprintf(`{"_id":"d%d"`, i) + strings.Replace(","+doc[1:], ",}", "}", 1)
}

// collected is a server.Receiver that keeps an answer.
type collected struct{ rows rows }

func (c *collected) Fields([]plan.Field) error { return nil }

func (c *collected) Batch(b *vec.Batch) error {
	for i := range b.Rows {
		row := make([]any, len(b.Columns))
		for k, v := range b.Columns {
			row[k] = plainValue(v.Value(i))
		}
		c.rows = append(c.rows, row)
	}
	return nil
}

func queryOutcrop(s *server.Server, query string) (rows, error) {
	var c collected
	_, err := s.Query(context.Background(), server.Request{SQL: query}, &c)
	return c.rows, err
}

package server

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan/bind"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/function"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// A page is a document of docs/ whose examples run, in their order, in one server. Its fenced blocks:
//
//	```ndjson NAME       documents of a collection, which is made and flushed to segments
//	```json parameters   an object: the parameters of the next block of SQL
//	```sql               SQL to run; without a block below that says how it ends, it has to work
//	```result            rows: JSON objects, as HTTP has them; a lone column "plan" stands bare
//	```error             what it says is wrong
//
// Other blocks are for reading only.
type block struct {
	line int // of the opening fence
	info string
	body []string
}

// TestSQLPage runs docs/sql.md; -rewrite fills in its results and errors.
func TestSQLPage(t *testing.T) {
	path := filepath.Join("..", "docs", "sql.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	s := openTest(t, Options{Shards: 1})
	var out []string
	copied := 0
	blocks := readBlocks(lines)
	var request Request
	for i, b := range blocks {
		kind, name, _ := strings.Cut(b.info, " ")
		switch kind {
		case "ndjson":
			if err := loadBlock(s, name, b.body); err != nil {
				t.Fatalf("%s:%d: %v", path, b.line, err)
			}
		case "json":
			if request.Parameters, err = readParameters(b.body); err != nil {
				t.Fatalf("%s:%d: %v", path, b.line, err)
			}
		case "sql":
			request.SQL = strings.Join(b.body, "\n")
			kind, got := runBlock(s, request)
			request = Request{}
			var want block
			if i+1 < len(blocks) && (blocks[i+1].info == "result" || blocks[i+1].info == "error") {
				want = blocks[i+1]
			}
			switch {
			case want.info != kind && (want.info != "" || kind == "error"):
				t.Errorf("%s:%d: %s\n%s", path, b.line, kind, strings.Join(got, "\n"))
			case want.info != "" && !slices.Equal(got, want.body):
				if !*rewrite {
					t.Errorf("%s:%d: got\n%s\nwant\n%s", path, b.line, strings.Join(got, "\n"), strings.Join(want.body, "\n"))
					break
				}
				out = append(append(out, lines[copied:want.line]...), got...)
				copied = want.line + len(want.body)
			}
		}
	}
	if *rewrite {
		out = append(out, lines[copied:]...)
		if err := os.WriteFile(path, []byte(strings.Join(out, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSQLPageLimits holds the page's table of limits against the constants.
func TestSQLPageLimits(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "sql.md"))
	if err != nil {
		t.Fatal(err)
	}
	for what, limit := range map[string]int{
		"bytes of a statement": sql.MaxText,
		"levels of expressions, queries and tables inside each other":       sql.MaxDepth,
		"operators, joins or set operations behind each other on one level": sql.MaxChain,
		"queries and uses of queries of WITH in a statement":                bind.MaxQueries,
		"grouping sets of a SELECT":                                         bind.MaxGroupingSets,
		"bytes of a string that a function makes":                           function.MaxStringBytes,
		"elements that `sequence` makes":                                    function.MaxSequence,
		"seconds that a query runs, unless it asks for others":              int(DefaultTimeout.Seconds()),
		"seconds that it may ask for":                                       int(MaxTimeout.Seconds()),
	} {
		if row := fmt.Sprintf("| %s | %d |", what, limit); !strings.Contains(string(text), row) {
			t.Errorf("docs/sql.md has no row %s", row)
		}
	}
}

// readBlocks finds the fenced blocks of a page.
func readBlocks(lines []string) (blocks []block) {
	open := false
	for i, line := range lines {
		info, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && !open:
			blocks = append(blocks, block{line: i + 1, info: info})
			open = true
		case fence:
			open = false
		case open:
			last := &blocks[len(blocks)-1]
			last.body = append(last.body, line)
		}
	}
	return blocks
}

func loadBlock(s *Server, name string, documents []string) error {
	c, err := testCollection(s, name, "")
	if err != nil {
		return err
	}
	var changes []ingest.Change
	for _, line := range documents {
		var reader jsonio.Reader
		doc, err := reader.Value(nil, []byte(line))
		if err != nil {
			return fmt.Errorf("%s: %w", line, err)
		}
		changes = append(changes, ingest.Change{Op: index.Upsert, Document: doc})
	}
	if err := write(s, c, changes); err != nil {
		return err
	}
	return s.Flush(context.Background(), c)
}

func readParameters(body []string) (list []Parameter, err error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(strings.Join(body, "\n")), &object); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		var reader jsonio.Reader
		value, err := reader.Value(nil, object[name])
		if err != nil {
			return nil, err
		}
		list = append(list, Parameter{name, value})
	}
	return list, nil
}

// runBlock runs SQL: the kind of block that says how it ended, and what stands in it.
func runBlock(s *Server, request Request) (kind string, lines []string) {
	r, err := answer(s, request)
	if err != nil {
		return "error", []string{err.Error()}
	}
	names := r.names()
	for _, row := range r.rows {
		lines = append(lines, rowText(names, row))
	}
	return "result", lines
}

// rowText is a row as one line of JSON, as HTTP gives it: the fields of a column "*" stand for columns.
func rowText(names []string, row []vec.Value) string {
	if len(row) == 1 && names[0] == "plan" {
		return string(row[0].Content())
	}
	var cells []string
	for i, v := range row {
		cell := string(vec.AppendJSON(nil, v))
		if names[i] == "*" {
			cell = strings.TrimSuffix(strings.TrimPrefix(cell, "{"), "}")
		} else {
			cell = string(vec.AppendJSONString(nil, []byte(names[i]))) + ":" + cell
		}
		if cell != "" {
			cells = append(cells, cell)
		}
	}
	return "{" + strings.Join(cells, ",") + "}"
}

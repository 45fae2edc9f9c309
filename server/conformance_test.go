package server_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec"
)

// The conformance tests run suites that others wrote, where their folder stands beside the project's. A
// wrong answer fails them; what is not supported yet is counted.

// suitePath is the folder of a suite, if there is one.
func suitePath(t *testing.T, suite string) (path string, ok bool) {
	t.Helper()
	path = filepath.Join("..", "..", "shared", "suites", suite)
	if _, err := os.Stat(path); err != nil {
		t.Logf("nothing to run: no %s", path)
		return "", false
	}
	return path, true
}

// tally counts a suite's cases.
type tally struct {
	passed, failed int
	leftOut        map[string]int // by reason
}

func (c *tally) leave(reason string, cases int) {
	if c.leftOut == nil {
		c.leftOut = map[string]int{}
	}
	c.leftOut[reason] += cases
}

func (c *tally) add(other *tally) {
	c.passed += other.passed
	c.failed += other.failed
	for reason, n := range other.leftOut {
		c.leave(reason, n)
	}
}

// String has a line for each reason, the most frequent first.
func (c *tally) String() string {
	total := 0
	for _, n := range c.leftOut {
		total += n
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d passed, %d failed, %d left out", c.passed, c.failed, total)
	for _, reason := range slices.SortedFunc(maps.Keys(c.leftOut), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.leftOut[b], c.leftOut[a]), cmp.Compare(a, b))
	}) {
		fmt.Fprintf(&b, "\n%8d  %s", c.leftOut[reason], reason)
	}
	return b.String()
}

// notYet is the reason to leave a query out that failed because of something still to be built.
func notYet(err error) (reason string, ok bool) {
	const mark = "not supported yet: "
	var e *plan.Error
	if !errors.As(err, &e) {
		return "", false
	}
	what, ok := strings.CutPrefix(e.Message, mark)
	what, _, _ = strings.Cut(what, ":")
	return mark + what, ok
}

// openSuite opens a server in a folder of its own, and closes it with the test.
func openSuite(t *testing.T) *server.Server {
	t.Helper()
	s, err := server.Open(t.Context(), server.Options{Dir: t.TempDir(), Shards: 1, Logger: slog.New(slog.DiscardHandler)})
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

// newCollection makes a collection in the default workspace.
func newCollection(s *server.Server, name string) (*catalog.Collection, error) {
	want := catalog.Collection{Workspace: catalog.DefaultWorkspace, Name: name}
	return s.CreateCollection(context.Background(), want, catalog.By{User: "conformance"})
}

// writeAll makes changes and waits until they are visible.
func writeAll(s *server.Server, c *catalog.Collection, changes []ingest.Change) error {
	outcomes, fence, err := s.Write(context.Background(), c, changes)
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		if o.Err != nil {
			return o.Err
		}
	}
	_, err = s.Passed(context.Background(), fence, true)
	return err
}

// relation is a whole result.
type relation struct {
	fields []plan.Field
	rows   [][]vec.Value
}

// Fields and Batch make it a server.Receiver.
func (r *relation) Fields(fields []plan.Field) error {
	r.fields = fields
	return nil
}

func (r *relation) Batch(b *vec.Batch) error {
	for i := range b.Rows {
		row := make([]vec.Value, len(b.Columns))
		for c, v := range b.Columns {
			row[c] = slices.Clone(v.Value(i))
		}
		r.rows = append(r.rows, row)
	}
	return nil
}

func ask(s *server.Server, sql string) (*relation, error) {
	r := &relation{}
	_, err := s.Query(context.Background(), server.Request{SQL: sql}, r)
	return r, err
}

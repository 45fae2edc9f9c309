package server

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
)

// fuzzTimeout cuts off what multiplies documents with each other.
const fuzzTimeout = 2 * time.Second

// FuzzQuery runs any text as a query, over documents with fields of all types: it is answered, with the types
// that its plan promises, or refused as the caller's mistake.
func FuzzQuery(f *testing.F) {
	for _, query := range scriptQueries(f) {
		f.Add(query)
	}
	s, err := Open(context.Background(), Options{Dir: f.TempDir(), Memory: 64 << 20, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			f.Error(err)
		}
	})
	for _, name := range []string{"t", "u", "docs", "people", "n"} {
		c, err := testCollection(s, name, "")
		if err != nil {
			f.Fatal(err)
		}
		if err := write(s, c, upserts(sameDocuments(100))); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := s.Query(context.Background(), Request{SQL: text, Timeout: fuzzTimeout}, &result{})
		var callers *plan.Error
		var memory *instance.BudgetError
		var unknown *catalog.Error
		if err != nil && !errors.As(err, &callers) && !errors.As(err, &memory) && !errors.As(err, &unknown) && !errors.Is(err, ErrTimeout) {
			t.Errorf("%v\n%s", err, text)
		}
	})
}

// scriptQueries are the queries of all scripts.
func scriptQueries(t testing.TB) (queries []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join("testdata", "slt"), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".slt" {
			return err
		}
		s, err := readScript(path)
		if err != nil {
			return err
		}
		for _, r := range s.records {
			if r.verb == "query" || r.verb == "statement" {
				queries = append(queries, r.sql())
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return queries
}

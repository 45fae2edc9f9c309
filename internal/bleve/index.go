package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
)

const (
	// batchRows is how many documents a batch has.
	batchRows = 1_000
	// longestLine bounds a document, in bytes.
	longestLine = 16 << 20
	// bm25 is the name of what documents are scored by.
	bm25 = "bm25"
)

// kinds are the mappings of fields. What is not searched is not indexed, nothing is stored twice: bleve's
// best setting for finding documents. An id is what bleve knows the document by.
var kinds = map[string]func() *mapping.FieldMapping{
	"text": func() *mapping.FieldMapping {
		m := bleve.NewTextFieldMapping() // with the places of words, which phrases need
		m.Analyzer, m.Store, m.IncludeInAll, m.DocValues = standard.Name, false, false, false
		return m
	},
	"number": func() *mapping.FieldMapping {
		m := bleve.NewNumericFieldMapping()
		m.Store, m.IncludeInAll, m.DocValues = false, false, false
		return m
	},
}

// index is a bleve index in a folder, once documents were loaded.
type index struct {
	path string
	bleve.Index
}

// open opens the index that is in a folder, if one is.
func (x *index) open(dir string) (err error) {
	x.path = filepath.Join(dir, "index")
	if _, err := os.Stat(x.path); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	x.Index, err = bleve.Open(x.path)
	return err
}

// load indexes a table's documents.
func (x *index) load(tables []table) error {
	if len(tables) != 1 || x.Index != nil {
		return fmt.Errorf("an index takes one table, once")
	}
	t := tables[0]
	documents := bleve.NewDocumentStaticMapping()
	id := ""
	for name, kind := range t.Columns {
		if kind == "id" {
			id = name
			continue
		}
		field, ok := kinds[kind]
		if !ok {
			return fmt.Errorf("field %s: there is no kind %q", name, kind)
		}
		documents.AddFieldMappingsAt(name, field())
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping, m.ScoringModel = documents, bm25
	var err error
	if x.Index, err = bleve.NewUsing(x.path, m, scorch.Name, scorch.Name, nil); err != nil {
		return err
	}
	file, err := os.Open(t.Path)
	if err != nil {
		return err
	}
	defer file.Close()
	return x.read(bufio.NewScanner(file), id)
}

// read indexes documents, one a line. A batch is durable when it returns.
func (x *index) read(lines *bufio.Scanner, id string) error {
	lines.Buffer(nil, longestLine)
	b := x.NewBatch()
	for row := 0; lines.Scan(); row++ {
		var document map[string]any
		if err := json.Unmarshal(lines.Bytes(), &document); err != nil {
			return fmt.Errorf("row %d: %w", row+1, err)
		}
		name, ok := document[id].(string)
		if !ok {
			name = fmt.Sprint(row)
		}
		if err := b.Index(name, document); err != nil {
			return fmt.Errorf("row %d: %w", row+1, err)
		}
		if b.Size() == batchRows {
			if err := x.Batch(b); err != nil {
				return err
			}
			b.Reset()
		}
	}
	return errors.Join(lines.Err(), x.Batch(b))
}

// merge makes one segment of all, and opens the index anew, because else the files of others stay.
func (x *index) merge() error {
	if x.Index == nil {
		return nil
	}
	inner, err := x.Advanced()
	if err != nil {
		return err
	}
	s, ok := inner.(*scorch.Scorch)
	if !ok {
		return fmt.Errorf("the index is a %T", inner)
	}
	if err := s.ForceMerge(context.Background(), nil); err != nil {
		return err
	}
	if err := x.Index.Close(); err != nil {
		return err
	}
	x.Index, err = bleve.Open(x.path)
	return err
}

const (
	// topPrefix before a query string asks for the documents of the highest scores instead of a number.
	topPrefix = "top 10: "
	topRows   = 10
)

// ask tells how many documents a query string finds, or which are the best.
func (x *index) ask(text string) (reply, error) {
	if x.Index == nil {
		return reply{}, errors.New("nothing was loaded")
	}
	if text, ok := strings.CutPrefix(text, topPrefix); ok {
		return x.top(text)
	}
	q := bleve.NewSearchRequestOptions(bleve.NewQueryStringQuery(text), 0, 0, false)
	q.Score = "none"
	found, err := x.Search(q)
	if err != nil {
		return reply{}, err
	}
	return reply{Columns: []string{"n"}, Rows: [][]any{{found.Total}}}, nil
}

// top gives the best documents and their scores, those of the same score in the order of their ids.
func (x *index) top(text string) (reply, error) {
	q := bleve.NewSearchRequestOptions(bleve.NewQueryStringQuery(text), topRows, 0, false)
	q.SortBy([]string{"-_score", "_id"})
	found, err := x.Search(q)
	if err != nil {
		return reply{}, err
	}
	r := reply{Columns: []string{"_id", "score"}}
	for _, hit := range found.Hits {
		r.Rows = append(r.Rows, []any{hit.ID, hit.Score})
	}
	return r, nil
}

func (x *index) close() error {
	if x.Index == nil {
		return nil
	}
	return x.Index.Close()
}

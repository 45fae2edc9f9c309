package server

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/substrait"
	"github.com/outcropdb/outcrop/vec"
)

// pointServer has a collection points of documents with _id id-000, id-001 ... and n.
func pointServer(t *testing.T, documents int) *Server {
	s := openTest(t, Options{})
	c, err := testCollection(s, "points", "1")
	if err != nil {
		t.Fatal(err)
	}
	var changes []ingest.Change
	for i := range documents {
		doc, mark := vec.BeginObject(nil)
		doc = vec.AppendContent(vec.AppendKey(doc, "_id"), vec.String, fmt.Sprintf("id-%03d", i))
		doc = vec.AppendInt(vec.AppendKey(doc, "n"), vec.Int, int64(1000+i))
		changes = append(changes, ingest.Change{Op: index.Upsert, Document: vec.EndObject(doc, mark)})
	}
	if err := write(s, c, changes); err != nil {
		t.Fatal(err)
	}
	return s
}

// Queries that differ in constants share a plan, which running them leaves as it is.
func TestConstantsShareAPlan(t *testing.T) {
	s := pointServer(t, 30)
	for _, query := range []string{
		"SELECT _id, n FROM points WHERE _id = 'id-%03d'",
		"SELECT _id, n FROM points p WHERE p.n = 10%02d AND p._id <> 'none'",
		"SELECT x._id, x.n FROM points x JOIN points y ON x._id = y._id WHERE y._id = 'id-%03d' ORDER BY x.n LIMIT 5",
	} {
		s.plans.clear()
		var before []byte
		for i := range 5 {
			got, err := answer(s, Request{SQL: fmt.Sprintf(query, i)})
			if err != nil {
				t.Fatal(err)
			}
			if len(got.rows) != 1 || string(got.rows[0][0].Content()) != fmt.Sprintf("id-%03d", i) || got.rows[0][1].Int() != int64(1000+i) {
				t.Errorf("%s: %v", fmt.Sprintf(query, i), got.rows)
			}
			if len(s.plans.plans) != 1 {
				t.Fatalf("%d plans for %s", len(s.plans.plans), query)
			}
			for _, p := range s.plans.plans {
				after, err := substrait.Marshal(p.plan)
				if err != nil {
					t.Fatal(err)
				}
				if before != nil && !bytes.Equal(before, after) {
					t.Errorf("%s: running a plan changed it", query)
				}
				before = after
			}
		}
	}
}

// Errors are about the text as it was given.
func TestErrorsShowTheConstant(t *testing.T) {
	s := pointServer(t, 1)
	for query, column := range map[string]int{
		"SELECT n FROM points WHERE _id = 'id-000' AND nothing(n) = 'abc'":   47,
		"SELECT n FROM points WHERE _id = 'id-000' AND CAST(_id AS INT) > 5": 47,
	} {
		_, err := answer(s, Request{SQL: query})
		e, ok := errors.AsType[*plan.Error](err)
		if !ok || e.Line != 1 || e.Column != column {
			t.Errorf("%s: %v", query, err)
		}
	}
}

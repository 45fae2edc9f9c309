package server

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/vec"
)

// TestWriteMemory writes to collections that share less memory than one of them would like.
func TestWriteMemory(t *testing.T) {
	const collections, writes, documents = 6, 5, 100
	s := openTest(t, Options{WriteMemory: 512 << 10})
	var writers sync.WaitGroup
	for n := range collections {
		c, err := s.CreateCollection(context.Background(), catalog.Collection{Workspace: "commons", Name: fmt.Sprint("c", n)}, catalog.By{})
		if err != nil {
			t.Fatal(err)
		}
		writers.Go(func() {
			for w := range writes {
				var changes []ingest.Change
				for d := range documents {
					b, mark := vec.BeginObject(nil)
					b = vec.AppendContent(vec.AppendKey(b, "_id"), vec.String, fmt.Sprint(w, "-", d))
					b = vec.AppendContent(vec.AppendKey(b, "text"), vec.String, strings.Repeat("x", 500))
					changes = append(changes, ingest.Change{Op: index.Upsert, Document: vec.EndObject(b, mark)})
				}
				if err := write(s, c, changes); err != nil {
					t.Error(err)
					return
				}
			}
			snapshot, err := s.Snapshot(context.Background(), c)
			if err != nil {
				t.Error(err)
				return
			}
			defer snapshot.Close()
			if got := snapshot.Rows(); got != writes*documents {
				t.Errorf("%s: %d documents, want %d", c.Path(), got, writes*documents)
			}
		})
	}
	writers.Wait()
	if stats := s.Stats().Index; stats.Flushes == 0 {
		t.Errorf("the test did not get to what it is for: %+v", stats)
	}
}

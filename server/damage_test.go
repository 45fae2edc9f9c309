package server

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/vec"
)

// TestOneDamagedCollectionLeavesTheOthers starts a server on a folder with a damaged manifest: that collection
// is refused, its writes too, the other is served; deleting it is a remedy.
func TestOneDamagedCollectionLeavesTheOthers(t *testing.T) {
	options := Options{Dir: t.TempDir(), Shards: 1, Logger: slog.New(slog.DiscardHandler)}
	ctx := context.Background()
	s, err := Open(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	doc, mark := vec.BeginObject(nil)
	change := []ingest.Change{{Op: index.Upsert, Document: vec.EndObject(doc, mark)}}
	var made []*catalog.Collection
	for _, name := range []string{"bad", "good"} {
		c, err := s.CreateCollection(ctx, catalog.Collection{Workspace: "commons", Name: name}, catalog.By{})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Write(ctx, c, change); err != nil {
			t.Fatal(err)
		}
		made = append(made, c)
	}
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	manifest := filepath.Join(options.Dir, "index", "collections", made[0].ID, "0", "manifest")
	if err := os.Truncate(manifest, 30); err != nil {
		t.Fatal(err)
	}

	if s, err = Open(ctx, options); err != nil {
		t.Fatal(err)
	}
	defer s.Close(ctx)
	if err := s.CaughtUp(ctx); err != nil || !s.Ready() {
		t.Errorf("not ready: %v", err)
	}
	if snapshot, err := s.Snapshot(ctx, made[1]); err != nil || snapshot.Rows() != 1 {
		t.Errorf("the other collection: %v", err)
	} else {
		snapshot.Close()
	}
	_, queryErr := s.Snapshot(ctx, made[0])
	_, _, writeErr := s.Write(ctx, made[0], change)
	for _, err := range []error{queryErr, writeErr, s.Flush(ctx, made[0])} {
		if damage, ok := errors.AsType[*fs.DamageError](err); !ok || damage.File != manifest {
			t.Errorf("got %v, want damage of %s", err, manifest)
		}
	}
	if n := s.Stats().Index.Damaged; n != 1 {
		t.Errorf("%d damaged shards, want 1", n)
	}
	if _, err := s.DeleteCollection(ctx, "commons", "bad"); err != nil {
		t.Errorf("delete: %v", err)
	}
}

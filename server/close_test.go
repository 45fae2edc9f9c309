package server

import (
	"context"
	"log/slog"
	"testing"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/ingest/stream"
	"github.com/outcropdb/outcrop/vec"
)

// TestCloseLeavesNothingToReplay has a graceful stop bring all documents to segments and empty the log.
func TestCloseLeavesNothingToReplay(t *testing.T) {
	options := Options{Dir: t.TempDir(), Shards: 2, Logger: slog.New(slog.DiscardHandler)}
	ctx := context.Background()
	s, err := Open(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.CreateCollection(ctx, catalog.Collection{Workspace: "commons", Name: "c"}, catalog.By{})
	if err != nil {
		t.Fatal(err)
	}
	const documents = 100
	for range documents {
		doc, mark := vec.BeginObject(nil)
		change := ingest.Change{Op: index.Upsert, Document: vec.EndObject(doc, mark)}
		if _, _, err := s.Write(ctx, c, []ingest.Change{change}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}

	if s, err = Open(ctx, options); err != nil {
		t.Fatal(err)
	}
	defer s.Close(ctx)
	for n := range c.Shards {
		last, err := s.stream.Last(ctx, stream.ShardID{Collection: c.ID, Shard: n})
		if err != nil || last != 0 {
			t.Errorf("shard %d: the log holds messages up to %d, %v; want none", n, last, err)
		}
	}
	snapshot, err := s.Snapshot(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	if rows := snapshot.Rows(); rows != documents {
		t.Errorf("%d documents after a restart, want %d", rows, documents)
	}
}

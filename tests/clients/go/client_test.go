// Package client runs the Rockset Go client against an Outcrop server: ROCKSET_APISERVER (https),
// ROCKSET_APIKEY, and the server's certificate in SSL_CERT_FILE.
package client

import (
	"context"
	"testing"
	"time"

	"github.com/rockset/rockset-go-client"
	"github.com/rockset/rockset-go-client/option"
)

func TestRocksetClient(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	rc, err := rockset.NewClient()
	if err != nil {
		t.Fatal(err)
	}
	org, err := rc.GetOrganization(ctx)
	if err != nil || org.GetId() == "" {
		t.Fatalf("organization: %v, %v", org.GetId(), err)
	}
	if _, err := rc.CreateWorkspace(ctx, "go-client", option.WithWorkspaceDescription("of a test")); err != nil {
		t.Fatalf("create workspace: %v", err)
	}
	collection, err := rc.CreateCollection(ctx, "go-client", "people", option.WithCollectionDescription("of a test"))
	if err != nil {
		t.Fatalf("create collection: %v", err)
	}
	if collection.GetName() != "people" || collection.GetWorkspace() != "go-client" {
		t.Errorf("created %s.%s", collection.GetWorkspace(), collection.GetName())
	}
	if err := rc.Wait.UntilCollectionReady(ctx, "go-client", "people"); err != nil {
		t.Fatalf("until ready: %v", err)
	}
	if _, err := rc.CreateCollection(ctx, "go-client", "people"); err == nil {
		t.Error("the same collection was created twice")
	}

	docs := []any{
		map[string]any{"_id": "ada", "born": map[string]any{"year": 1815}, "tags": []any{"math", 7}},
		map[string]any{"_id": "bob", "born": "unknown"},
		map[string]any{"_id": "eve", "born": map[string]any{"year": 1970}},
	}
	added, err := rc.AddDocumentsWithOffset(ctx, "go-client", "people", docs)
	if err != nil {
		t.Fatalf("add documents: %v", err)
	}
	for i, status := range added.GetData() {
		if status.GetStatus() != "ADDED" {
			t.Errorf("document %d: status %s", i, status.GetStatus())
		}
	}
	if err := rc.Wait.UntilQueryable(ctx, "go-client", "people", []string{added.GetLastOffset()}); err != nil {
		t.Fatalf("until queryable: %v", err)
	}
	replaced, err := rc.AddDocuments(ctx, "go-client", "people", docs[1:2])
	if err != nil || len(replaced) != 1 || replaced[0].GetStatus() != "REPLACED" {
		t.Errorf("replace: %v, %v", replaced, err)
	}

	result, err := rc.Query(ctx, `SELECT p._id, p.born.year FROM "go-client".people p WHERE p.born.year > :after ORDER BY _id`,
		option.WithParameter("after", "int", "1900"))
	if err != nil {
		t.Fatalf("query: %v", err)
	}
	if len(result.Results) != 1 || result.Results[0]["_id"] != "eve" || result.Results[0]["year"] != 1970.0 {
		t.Errorf("query: got %v", result.Results)
	}
	if fields := result.GetColumnFields(); len(fields) != 2 || fields[0].GetName() != "_id" {
		t.Errorf("column fields: %v", fields)
	}
	if _, err := rc.Query(ctx, "SELEC 1"); err == nil {
		t.Error("a syntax error went unnoticed")
	}

	patched, err := rc.PatchDocuments(ctx, "go-client", "people", []rockset.PatchDocument{
		{ID: "ada", Patches: []rockset.PatchOperation{{Op: "INCREMENT", Path: "/born/year", Value: 1}, {Op: "ADD", Path: "/tags/-", Value: "poetry"}}},
		{ID: "nobody", Patches: []rockset.PatchOperation{{Op: "REMOVE", Path: "/born"}}},
	})
	if err != nil || len(patched) != 2 || patched[0].GetStatus() != "PATCHED" || patched[1].GetStatus() != "ERROR" {
		t.Errorf("patch documents: %v, %v", patched, err)
	}
	result, err = rc.Query(ctx, `SELECT p.born.year, p.tags FROM "go-client".people p WHERE _id = 'ada'`)
	if err != nil || len(result.Results) != 1 || result.Results[0]["year"] != 1816.0 || len(result.Results[0]["tags"].([]any)) != 3 {
		t.Errorf("after the patch: %v, %v", result.Results, err)
	}

	deleted, err := rc.DeleteDocuments(ctx, "go-client", "people", []string{"ada", "bob"})
	if err != nil || len(deleted) != 2 || deleted[0].GetStatus() != "DELETED" {
		t.Errorf("delete documents: %v, %v", deleted, err)
	}
	result, err = rc.Query(ctx, `SELECT count(*) AS n FROM "go-client".people`)
	if err != nil || len(result.Results) != 1 || result.Results[0]["n"] != 1.0 {
		t.Errorf("after deleting: %v, %v", result.Results, err)
	}
	list, err := rc.ListCollections(ctx, option.WithWorkspace("go-client"))
	if err != nil || len(list) != 1 {
		t.Errorf("list collections: %v, %v", list, err)
	}
	if err := rc.DeleteWorkspace(ctx, "go-client"); err == nil {
		t.Error("a workspace was deleted with a collection in it")
	}
	if err := rc.DeleteCollection(ctx, "go-client", "people"); err != nil {
		t.Fatalf("delete collection: %v", err)
	}
	if err := rc.Wait.UntilCollectionGone(ctx, "go-client", "people"); err != nil {
		t.Fatalf("until gone: %v", err)
	}
	if err := rc.DeleteWorkspace(ctx, "go-client"); err != nil {
		t.Errorf("delete workspace: %v", err)
	}
}

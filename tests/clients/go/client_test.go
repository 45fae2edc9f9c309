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

func TestVirtualInstances(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	rc, err := rockset.NewClient()
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	_, err = rc.CreateCollection(ctx, "commons", "seen")
	check("create collection", err)
	_, err = rc.AddDocuments(ctx, "commons", "seen", []any{map[string]any{"_id": "a"}, map[string]any{"_id": "b"}})
	check("add documents", err)

	made, err := rc.CreateVirtualInstance(ctx, "go-client", option.WithVirtualInstanceSize(option.SizeSmall),
		option.WithVirtualInstanceDescription("of a test"), option.WithAutoSuspend(time.Hour), option.WithRemountOnResume(true))
	check("create", err)
	id := made.GetId()
	check("until active", rc.Wait.UntilVirtualInstanceActive(ctx, id))
	if made.GetName() != "go-client" || made.GetDesiredSize() != "SMALL" || made.GetAutoSuspendSeconds() != 3600 || made.GetDefaultVi() {
		t.Errorf("made: %+v", made)
	}
	if _, err := rc.CreateVirtualInstance(ctx, "go-client"); err == nil {
		t.Error("the same instance was created twice")
	}
	all, err := rc.ListVirtualInstances(ctx)
	check("list", err)
	if len(all) != 2 || !all[0].GetDefaultVi() || all[1].GetId() != id {
		t.Errorf("list: %d instances", len(all))
	}
	changed, err := rc.UpdateVirtualInstance(ctx, id, option.WithVirtualInstanceName("go-renamed"), option.WithVirtualInstanceSize(option.SizeLarge))
	check("update", err)
	if changed.GetName() != "go-renamed" || changed.GetCurrentSize() != "LARGE" || changed.GetDescription() != "of a test" {
		t.Errorf("changed: %+v", changed)
	}

	const count = "SELECT COUNT(*) AS n FROM seen"
	if _, err := rc.ExecuteQueryOnVirtualInstance(ctx, id, count); err == nil {
		t.Error("a collection that is not mounted was read")
	}
	mounts, err := rc.MountCollections(ctx, id, []string{"commons.seen"})
	check("mount", err)
	if len(mounts) != 1 || mounts[0].GetCollectionPath() != "commons.seen" || mounts[0].GetVirtualInstanceId() != id {
		t.Errorf("mounts: %+v", mounts)
	}
	check("until mounted", rc.Wait.UntilMountActive(ctx, id, "commons", "seen"))
	mounts, err = rc.ListCollectionMounts(ctx, id)
	if err != nil || len(mounts) != 1 {
		t.Errorf("list of mounts: %+v, %v", mounts, err)
	}
	query := func() {
		t.Helper()
		result, err := rc.ExecuteQueryOnVirtualInstance(ctx, id, count)
		check("query", err)
		if len(result.Results) != 1 || result.Results[0]["n"] != 2.0 {
			t.Errorf("query: %v", result.Results)
		}
	}
	query()
	queries, err := rc.ListVirtualInstanceQueries(ctx, id)
	if err != nil || len(queries) != 0 {
		t.Errorf("queries: %+v, %v", queries, err)
	}

	_, err = rc.SuspendVirtualInstance(ctx, id)
	check("suspend", err)
	check("until suspended", rc.Wait.UntilVirtualInstanceSuspended(ctx, id))
	if _, err := rc.ExecuteQueryOnVirtualInstance(ctx, id, count); err == nil {
		t.Error("a suspended instance answered")
	}
	_, err = rc.ResumeVirtualInstance(ctx, id)
	check("resume", err)
	check("until active again", rc.Wait.UntilVirtualInstanceActive(ctx, id))
	query()

	_, err = rc.UnmountCollection(ctx, id, "commons.seen")
	check("unmount", err)
	check("until unmounted", rc.Wait.UntilMountGone(ctx, id, "commons", "seen"))
	_, err = rc.DeleteVirtualInstance(ctx, id)
	check("delete", err)
	check("until gone", rc.Wait.UntilVirtualInstanceGone(ctx, id))
	check("delete collection", rc.DeleteCollection(ctx, "commons", "seen"))
}

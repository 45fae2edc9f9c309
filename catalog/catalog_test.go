package catalog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	me    = By{User: "me@example.org", Key: "mine"}
)

func open(t testing.TB, kv KV) *Catalog {
	t.Helper()
	return openAt(t, kv, func() time.Time { return start })
}

func openAt(t testing.TB, kv KV, now func() time.Time) *Catalog {
	t.Helper()
	c, err := Open(t.Context(), kv, Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// eventually waits for what another catalog's watch will bring.
func eventually(t *testing.T, what string, true func() bool) {
	t.Helper()
	ticks := time.NewTicker(time.Millisecond)
	defer ticks.Stop()
	for deadline := time.After(10 * time.Second); !true(); {
		select {
		case <-ticks.C:
		case <-deadline:
			t.Fatalf("never: %s", what)
		}
	}
}

// refused checks the kind of an error and that its text says something.
func refused(t *testing.T, err error, kind Kind, texts ...string) {
	t.Helper()
	if KindOf(err) != kind {
		t.Errorf("got error %v of kind %q, want %q", err, KindOf(err), kind)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("error %q does not say %q", err, text)
		}
	}
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func create(t testing.TB, c *Catalog, workspace, name string) *Collection {
	t.Helper()
	return must[*Collection](t)(c.CreateCollection(t.Context(), Collection{Workspace: workspace, Name: name}, me))
}

func TestFirstStart(t *testing.T) {
	kv := newMemoryKV()
	c := open(t, kv)
	w, err := c.Workspace(DefaultWorkspace)
	if err != nil || w.CreatedAt != start || w.CreatedBy != adminEmail {
		t.Errorf("commons = %+v, %v", w, err)
	}
	organization := c.Organization()
	if organization.ID == "" || c.User().Email != adminEmail || c.User().CreatedAt != start {
		t.Errorf("organization %+v, user %+v", organization, c.User())
	}
	// The second start finds it all, also while the first goes on.
	again := openAt(t, kv, func() time.Time { return start.Add(time.Hour) })
	if diff := cmp.Diff(organization, again.Organization()); diff != "" {
		t.Error(diff)
	}
	if len(again.Workspaces()) != 1 {
		t.Errorf("workspaces: %v", again.Workspaces())
	}
}

func TestWorkspaces(t *testing.T) {
	c := open(t, newMemoryKV())
	ctx := t.Context()
	if _, err := c.CreateWorkspace(ctx, "prod.eu.west", "near us", me); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, w := range c.Workspaces() {
		names = append(names, w.Name)
	}
	if diff := cmp.Diff([]string{"commons", "prod", "prod.eu", "prod.eu.west"}, names); diff != "" {
		t.Error(diff)
	}
	want := &Workspace{Name: "prod.eu.west", Description: "near us", CreatedAt: start, CreatedBy: me.User}
	if diff := cmp.Diff(want, must[*Workspace](t)(c.Workspace("prod.eu.west"))); diff != "" {
		t.Error(diff)
	}
	_, err := c.CreateWorkspace(ctx, "prod.eu", "", me)
	refused(t, err, AlreadyExists, `workspace "prod.eu"`)
	_, err = c.Workspace("prdo")
	refused(t, err, NotFound, `"prdo"`, `did you mean "prod"?`)

	create(t, c, "prod.eu", "orders")
	refused(t, c.DeleteWorkspace(ctx, "prod"), DependentResources, "prod.eu")
	if err := c.DeleteWorkspace(ctx, "prod.eu.west"); err != nil {
		t.Error(err)
	}
	refused(t, c.DeleteWorkspace(ctx, "prod.eu"), DependentResources, "1 collections")
	must[*Collection](t)(c.DeleteCollection(ctx, "prod.eu", "orders"))
	for _, name := range []string{"prod.eu", "prod"} {
		if err := c.DeleteWorkspace(ctx, name); err != nil {
			t.Error(err)
		}
	}
	refused(t, c.DeleteWorkspace(ctx, "prod"), NotFound)
	refused(t, c.DeleteWorkspace(ctx, ""), NotFound)
}

func TestNames(t *testing.T) {
	tests := []struct {
		name       string
		ok, nested bool // as a collection; as a workspace
	}{
		{"events", true, true},
		{"_x-1", true, true},
		{"A", true, true},
		{strings.Repeat("x", maxName), true, true},
		{"a.b", false, true},
		{"", false, false},
		{"1a", false, false},
		{"-a", false, false},
		{"a b", false, false},
		{"a/b", false, false},
		{"ä", false, false},
		{"a..b", false, false},
		{".a", false, false},
		{"a.", false, false},
		{strings.Repeat("x", maxName+1), false, false},
		{strings.Repeat("x.", maxName/2) + "xx", false, false},
	}
	for _, test := range tests {
		c := open(t, newMemoryKV())
		_, err := c.CreateCollection(t.Context(), Collection{Workspace: DefaultWorkspace, Name: test.name}, me)
		if (err == nil) != test.ok || err != nil && KindOf(err) != InvalidInput {
			t.Errorf("collection %q: got %v", test.name, err)
		}
		_, err = c.CreateWorkspace(t.Context(), test.name, "", me)
		if (err == nil) != test.nested || err != nil && KindOf(err) != InvalidInput {
			t.Errorf("workspace %q: got %v", test.name, err)
		}
	}
}

func TestCollections(t *testing.T) {
	kv := newMemoryKV()
	c := open(t, kv)
	ctx := t.Context()
	got := must[*Collection](t)(c.CreateCollection(ctx, Collection{Workspace: "commons", Name: "events", Description: "d", RetentionSeconds: 7200, Shards: 4}, me))
	want := &Collection{
		Workspace: "commons", Name: "events", Description: "d", Status: StatusReady, CreatedAt: start,
		CreatedBy: me.User, CreatedByKey: me.Key, Shards: 4, RetentionSeconds: 7200, Compression: "LZ4",
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(Collection{}, "ID")); diff != "" || len(got.ID) != idLength {
		t.Errorf("id %q %s", got.ID, diff)
	}
	for _, c := range []*Catalog{c, open(t, kv)} { // here, and after a restart
		if diff := cmp.Diff(got, must[*Collection](t)(c.Collection("commons", "events"))); diff != "" {
			t.Error(diff)
		}
	}
	other := create(t, c, "commons", "Events") // names are told apart by case
	if other.ID == got.ID || other.Shards != 1 {
		t.Errorf("got %+v", other)
	}
	_, err := c.CreateCollection(ctx, Collection{Workspace: "commons", Name: "events"}, me)
	refused(t, err, AlreadyExists, `collection "commons.events"`)
	_, err = c.CreateCollection(ctx, Collection{Workspace: "comons", Name: "events"}, me)
	refused(t, err, NotFound, `did you mean "commons"?`)

	updated := must[*Collection](t)(c.UpdateCollection(ctx, "commons", "events", func(next *Collection) error {
		next.Description, next.RetentionSeconds, next.Status = "new", 3600, StatusPaused
		next.ID, next.Name, next.Shards = "other", "other", 7 // not to be changed
		return nil
	}))
	want = got
	changed := *want
	changed.Description, changed.RetentionSeconds, changed.Status = "new", 3600, StatusPaused
	if diff := cmp.Diff(&changed, updated); diff != "" {
		t.Error(diff)
	}
	if got.Description != "d" {
		t.Error("an update changed a collection that was handed out")
	}
	bad := errors.New("bad")
	if _, err := c.UpdateCollection(ctx, "commons", "events", func(*Collection) error { return bad }); err != bad {
		t.Errorf("got %v", err)
	}
	_, err = c.UpdateCollection(ctx, "commons", "evnets", func(*Collection) error { return nil })
	refused(t, err, NotFound, `did you mean "events"?`)
}

func TestCollectionSettings(t *testing.T) {
	c := open(t, newMemoryKV())
	for i, test := range []struct {
		set func(*Collection)
		ok  bool
	}{
		{func(c *Collection) { c.RetentionSeconds = minRetention }, true},
		{func(c *Collection) { c.RetentionSeconds = minRetention - 1 }, false},
		{func(c *Collection) { c.RetentionSeconds = maxRetention }, true},
		{func(c *Collection) { c.RetentionSeconds = maxRetention + 1 }, false},
		{func(c *Collection) { c.RetentionSeconds = -1 }, false},
		{func(c *Collection) { c.Shards = maxShards }, true},
		{func(c *Collection) { c.Shards = maxShards + 1 }, false},
		{func(c *Collection) { c.Compression = "ZSTD" }, true},
		{func(c *Collection) { c.Compression = "zip" }, false},
		{func(c *Collection) { c.Description = strings.Repeat("x", maxDescription) }, true},
		{func(c *Collection) { c.Description = strings.Repeat("x", maxDescription+1) }, false},
		{func(c *Collection) { c.Description = "\xff" }, false},
	} {
		want := Collection{Workspace: DefaultWorkspace, Name: fmt.Sprint("c", i)}
		test.set(&want)
		if _, err := c.CreateCollection(t.Context(), want, me); test.ok != (err == nil) || err != nil && KindOf(err) != InvalidInput {
			t.Errorf("%d: got %v", i, err)
		}
	}
	_, err := c.UpdateCollection(t.Context(), DefaultWorkspace, "c0", func(next *Collection) error { next.Status = "ASLEEP"; return nil })
	refused(t, err, InvalidInput, "ASLEEP")
}

// A deleted collection is out of sight at once and keeps its name until its data is gone.
func TestDeleteCollection(t *testing.T) {
	kv := newMemoryKV()
	c := open(t, kv)
	ctx := t.Context()
	create(t, c, "commons", "events")
	must[*Collection](t)(c.DeleteCollection(ctx, "commons", "events"))
	_, err := c.Collection("commons", "events")
	refused(t, err, NotFound)
	_, err = c.DeleteCollection(ctx, "commons", "events")
	refused(t, err, NotFound)
	_, err = c.CreateCollection(ctx, Collection{Workspace: "commons", Name: "events"}, me)
	refused(t, err, AlreadyExists)

	c = open(t, kv) // the server stopped before it had dropped the data
	deleted := c.DeletedCollections()
	if len(deleted) != 1 || len(c.Collections("")) != 0 {
		t.Fatalf("deleted %v, there %v", deleted, c.Collections(""))
	}
	for range 2 {
		if err := c.ForgetCollection(ctx, deleted[0]); err != nil {
			t.Error(err)
		}
	}
	again := create(t, c, "commons", "events")
	if err := c.ForgetCollection(ctx, deleted[0]); err != nil { // of an older one of the same name
		t.Error(err)
	}
	if now, err := c.Collection("commons", "events"); err != nil || now.ID != again.ID || now.ID == deleted[0].ID {
		t.Errorf("got %v, %v", now, err)
	}
}

func TestSuggestions(t *testing.T) {
	c := open(t, newMemoryKV())
	must[*Workspace](t)(c.CreateWorkspace(t.Context(), "prod", "", me))
	create(t, c, "prod", "orders")
	create(t, c, "commons", "events")
	_, err := c.Collection("commons", "event")
	refused(t, err, NotFound, `collection "event" does not exist; did you mean "events"?`)
	_, err = c.Collection("commons", "orders")
	refused(t, err, NotFound, `did you mean "prod.orders"?`)
	_, err = c.Collection("commons", "unlike")
	refused(t, err, NotFound)
	if strings.Contains(err.Error(), "mean") {
		t.Errorf("got %v", err)
	}
}

// Two servers on one KV see each other's changes, and neither overwrites the other's.
func TestTwoServers(t *testing.T) {
	kv := newMemoryKV()
	a, b := open(t, kv), open(t, kv)
	ctx := t.Context()
	create(t, a, "commons", "n")
	eventually(t, "a's collection at b", func() bool { _, err := b.Collection("commons", "n"); return err == nil })
	var wg sync.WaitGroup
	for _, c := range []*Catalog{a, b} {
		for range 4 {
			wg.Go(func() {
				for done := 0; done < 25; {
					_, err := c.UpdateCollection(ctx, "commons", "n", func(next *Collection) error { next.Description += "x"; return nil })
					if err == nil {
						done++
					} else if KindOf(err) != Conflict {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	wg.Wait()
	for _, c := range []*Catalog{a, b} {
		eventually(t, "200 updates", func() bool {
			n, err := c.Collection("commons", "n")
			return err == nil && len(n.Description) == 200
		})
	}
	// Of two creations at once one wins.
	kv.beforePut = func(key string) {
		kv.beforePut = nil
		create(t, b, "commons", "same")
	}
	_, err := a.CreateCollection(ctx, Collection{Workspace: "commons", Name: "same"}, me)
	refused(t, err, AlreadyExists)
	// An update of what another server has deleted.
	eventually(t, "the other's creation", func() bool { _, err := a.Collection("commons", "same"); return err == nil })
	kv.beforePut = func(string) {
		kv.beforePut = nil
		deleted := must[*Collection](t)(b.DeleteCollection(ctx, "commons", "same"))
		if err := b.ForgetCollection(ctx, deleted); err != nil {
			t.Error(err)
		}
	}
	_, err = a.DeleteCollection(ctx, "commons", "same")
	refused(t, err, NotFound)
	eventually(t, "the deletion", func() bool { _, err := a.Collection("commons", "same"); return err != nil })
	eventually(t, "no deleted collection to be left", func() bool { return len(a.DeletedCollections())+len(b.DeletedCollections()) == 0 })
}

// Whoever has written sees it, whatever the watch brings late, and every reader sees each
// resource whole.
func TestOwnWritesAreVisible(t *testing.T) {
	c := open(t, newMemoryKV())
	ctx := t.Context()
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			name := fmt.Sprint("c", w)
			for range 100 {
				made, err := c.CreateCollection(ctx, Collection{Workspace: "commons", Name: name}, me)
				if err != nil {
					t.Error(err)
					return
				}
				if now, err := c.Collection("commons", name); err != nil || now.ID != made.ID {
					t.Errorf("after creation: %v, %v", now, err)
				}
				deleted, err := c.DeleteCollection(ctx, "commons", name)
				if err != nil {
					t.Error(err)
					return
				}
				if err := c.ForgetCollection(ctx, deleted); err != nil {
					t.Error(err)
				}
				if now, err := c.Collection("commons", name); KindOf(err) != NotFound {
					t.Errorf("after deletion: %v, %v", now, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestOpenErrors(t *testing.T) {
	kv := newMemoryKV()
	kv.Put(t.Context(), "collection/commons/events", []byte("{"), 0)
	if _, err := Open(t.Context(), kv, Options{}); err == nil || !strings.Contains(err.Error(), "collection/commons/events cannot be read") {
		t.Errorf("got %v", err)
	}
	if _, err := Open(t.Context(), closedKV{kv}, Options{}); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, silentKV{kv}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// closedKV's watch fails; silentKV's is never ready.
type (
	closedKV struct{ *memoryKV }
	silentKV struct{ *memoryKV }
)

func (closedKV) Watch(context.Context, string, func(string, []byte, uint64, bool), func()) error {
	return errors.New("closed")
}

func (silentKV) Watch(ctx context.Context, _ string, _ func(string, []byte, uint64, bool), _ func()) error {
	<-ctx.Done()
	return ctx.Err()
}

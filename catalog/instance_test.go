package catalog

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func instanceNames(c *Catalog) string {
	var names []string
	for _, i := range c.Instances() {
		names = append(names, i.Name)
	}
	return strings.Join(names, " ")
}

func TestInstances(t *testing.T) {
	kv, now := newMemoryKV(), start
	c := openAt(t, kv, func() time.Time { return now })
	ctx := t.Context()
	main, err := c.Instance("")
	if err != nil || !main.Default() || main.State != InstanceActive || c.QueryInstance() != main {
		t.Fatalf("the default instance: %+v, %v", main, err)
	}
	now = now.Add(time.Second)
	made, err := c.CreateInstance(ctx, Instance{Name: "b", Remount: true}, me)
	if err != nil {
		t.Fatal(err)
	}
	want := &Instance{
		ID: made.ID, Number: 1, Name: "b", Size: "SMALL", Class: "MO_IL", State: InstanceActive, Remount: true,
		CreatedAt: start.Add(time.Second), CreatedBy: me.User,
	}
	if diff := cmp.Diff(want, made); diff != "" || made.CPUs() != 4 {
		t.Errorf("made (-want +got): %d CPUs, %s", made.CPUs(), diff)
	}
	now = now.Add(time.Second)
	if _, err := c.CreateInstance(ctx, Instance{Name: "a", Size: "NANO"}, me); err != nil {
		t.Fatal(err)
	}
	if got := instanceNames(c); got != "main b a" {
		t.Errorf("instances: %s", got)
	}
	for _, name := range []string{made.ID, "b"} {
		if found, err := c.Instance(name); err != nil || found.ID != made.ID {
			t.Errorf("by %s: %v, %v", name, found, err)
		}
	}
	_, err = c.Instance("mains")
	refused(t, err, NotFound, `virtual instance "mains" does not exist`, `"main"`)

	for _, bad := range []struct {
		want Instance
		kind Kind
		text string
	}{
		{Instance{Name: "b"}, AlreadyExists, `"b"`},
		{Instance{Name: DefaultInstanceID}, AlreadyExists, DefaultInstanceID}, // an id is a name, too
		{Instance{Name: "9"}, InvalidInput, "a name has letters"},
		{Instance{Name: "x", Size: "small"}, InvalidInput, "give one of FREE, NANO"},
		{Instance{Name: "x", Class: "none"}, InvalidInput, "instance_class"},
		{Instance{Name: "x", AutoSuspendSeconds: minAutoSuspend - 1}, InvalidInput, "auto_suspend_seconds is 899"},
		{Instance{Name: "x", AutoSuspendSeconds: maxAutoSuspend + 1}, InvalidInput, "or 0 for never"},
		{Instance{Name: "x", Description: strings.Repeat("x", maxDescription+1)}, InvalidInput, "description"},
	} {
		_, err := c.CreateInstance(ctx, bad.want, me)
		refused(t, err, bad.kind, bad.text)
	}
	set := func(id string, change func(*Instance)) error {
		_, err := c.UpdateInstance(ctx, id, func(next *Instance) error { change(next); return nil })
		return err
	}
	refused(t, set(made.ID, func(i *Instance) { i.Name = "main" }), AlreadyExists, "main")
	refused(t, set(made.ID, func(i *Instance) { i.State = "RESUMING" }), InvalidInput, "RESUMING")
	refused(t, set("nowhere", func(*Instance) {}), NotFound, "nowhere")
	refused(t, set(DefaultInstanceID, func(i *Instance) { i.Size = "SMALL" }), InvalidInput, "default")
	refused(t, set(DefaultInstanceID, func(i *Instance) { i.State = InstanceSuspended }), InvalidInput, "cannot be suspended")
	refused(t, c.DeleteInstance(ctx, DefaultInstanceID), InvalidInput, "cannot be deleted")
	if err := set(DefaultInstanceID, func(i *Instance) { i.Name, i.Description = "primary", "x" }); err != nil {
		t.Error(err)
	}
	if err := set(made.ID, func(i *Instance) { i.ID, i.CreatedBy, i.Size = "mine", "nobody", "LARGE" }); err != nil {
		t.Error(err)
	}
	if after, err := c.Instance("b"); err != nil || after.ID != made.ID || after.CreatedBy != me.User || after.CPUs() != 16 {
		t.Errorf("%+v, %v", after, err)
	}

	if err := c.SetQueryInstance(ctx, made.ID); err != nil || c.QueryInstance().Name != "b" {
		t.Errorf("the default for queries: %v, %v", c.QueryInstance(), err)
	}
	refused(t, c.SetQueryInstance(ctx, "nowhere"), NotFound, "nowhere")
	again := open(t, kv)
	if diff := cmp.Diff(c.Instances(), again.Instances()); diff != "" || again.QueryInstance().ID != made.ID {
		t.Errorf("after a restart (-before +after): %s", diff)
	}
	if err := c.DeleteInstance(ctx, made.ID); err != nil || !c.QueryInstance().Default() {
		t.Errorf("deleted: %v, queries go to %v", err, c.QueryInstance())
	}
	refused(t, c.DeleteInstance(ctx, made.ID), NotFound)
}

func TestMaxInstances(t *testing.T) {
	c := open(t, newMemoryKV())
	for n := range MaxInstances - 1 {
		if _, err := c.CreateInstance(t.Context(), Instance{Name: fmt.Sprint("i", n)}, me); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.CreateInstance(t.Context(), Instance{Name: "more"}, me)
	refused(t, err, InvalidInput, fmt.Sprint("there are ", MaxInstances))
}

func TestMounts(t *testing.T) {
	c, ctx := open(t, newMemoryKV()), t.Context()
	var collections []*Collection
	for _, name := range []string{"a", "b"} {
		made, err := c.CreateCollection(ctx, Collection{Workspace: "commons", Name: name}, me)
		if err != nil {
			t.Fatal(err)
		}
		collections = append(collections, made)
	}
	a, b := collections[0], collections[1]
	vi, err := c.CreateInstance(ctx, Instance{Name: "vi"}, me)
	if err != nil {
		t.Fatal(err)
	}
	mount := func(id string, each ...*Collection) *Instance {
		t.Helper()
		vi, err := c.MountCollections(ctx, id, each)
		if err != nil {
			t.Fatal(err)
		}
		return vi
	}
	if vi = mount(vi.ID, a, b, a); len(vi.Mounts) != 2 || !vi.Mounted(a.ID) || !vi.Mounted(b.ID) {
		t.Errorf("mounts: %+v", vi.Mounts)
	}
	first := vi.Mounts[0]
	if vi = mount(vi.ID, a); len(vi.Mounts) != 2 || vi.Mounts[0] != first {
		t.Errorf("mounted again: %+v", vi.Mounts)
	}
	if vi, err = c.Unmount(ctx, vi.ID, a); err != nil || vi.Mounted(a.ID) || !vi.Mounted(b.ID) {
		t.Errorf("unmounted: %+v, %v", vi, err)
	}
	_, err = c.Unmount(ctx, vi.ID, a)
	refused(t, err, NotFound, "Collection commons.a is not mounted on virtual instance vi")

	// The default instance has them all.
	if main := mount(DefaultInstanceID, a); len(main.Mounts) != 0 || !main.Mounted(a.ID) {
		t.Errorf("%+v", main)
	}
	_, err = c.Unmount(ctx, DefaultInstanceID, a)
	refused(t, err, InvalidInput, "default")

	// A collection that is gone leaves its mount, until the next change of mounts.
	gone, err := c.DeleteCollection(ctx, "commons", "b")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.ForgetCollection(ctx, gone); err != nil {
		t.Fatal(err)
	}
	if vi = mount(vi.ID, a); len(vi.Mounts) != 1 || !vi.Mounted(a.ID) {
		t.Errorf("mounts: %+v", vi.Mounts)
	}

	// Suspending unmounts, unless they are to come back.
	state := func(state InstanceState, remount bool) *Instance {
		t.Helper()
		vi, err := c.UpdateInstance(ctx, vi.ID, func(next *Instance) error {
			next.State, next.Remount = state, remount
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return vi
	}
	if vi = state(InstanceSuspended, true); len(vi.Mounts) != 1 || !vi.ResumedAt.IsZero() {
		t.Errorf("suspended: %+v", vi)
	}
	if vi = state(InstanceActive, false); len(vi.Mounts) != 1 || !vi.ResumedAt.Equal(start) {
		t.Errorf("resumed: %+v", vi)
	}
	if vi = state(InstanceSuspended, false); len(vi.Mounts) != 0 {
		t.Errorf("suspended for good: %+v", vi)
	}
}

// Mounts from many at once all stay.
func TestMountsAtOnce(t *testing.T) {
	c, ctx := open(t, newMemoryKV()), t.Context()
	vi, err := c.CreateInstance(ctx, Instance{Name: "vi"}, me)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			made, err := c.CreateCollection(ctx, Collection{Workspace: "commons", Name: fmt.Sprint("c", n)}, me)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := c.MountCollections(ctx, vi.ID, []*Collection{made}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if vi, err = c.Instance(vi.ID); err != nil || len(vi.Mounts) != 16 {
		t.Errorf("%d mounts, %v", len(vi.Mounts), err)
	}
}

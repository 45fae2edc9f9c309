package catalog

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	// DefaultInstanceID is of the virtual instance that is there from the first start on. It takes all writes,
	// and all queries that name no other.
	DefaultInstanceID = "default"

	// defaultInstanceName is what it is called until it is renamed.
	defaultInstanceName = "main"

	// MaxInstances is the most virtual instances: each keeps threads and a queue of its own.
	MaxInstances = 64

	// maxMounts is the most collections mounted on an instance, which its value in the KV has room for.
	maxMounts = 4096

	// minAutoSuspend and maxAutoSuspend bound the seconds without queries after which an instance is suspended:
	// the API's 15 minutes, and a year.
	minAutoSuspend = 15 * 60
	maxAutoSuspend = 365 * 24 * 60 * 60

	// defaultSize is of instances that are made without one.
	defaultSize = "SMALL"
)

// Sizes has a row for each size of a virtual instance, named as the API names it: how many CPUs it stands for.
var Sizes = []struct {
	Name string
	CPUs int
}{
	{"FREE", 1},
	{"NANO", 1},
	{"SHARED", 1},
	{"MILLI", 1},
	{"XSMALL", 2},
	{"SMALL", 4},
	{"MEDIUM", 8},
	{"LARGE", 16},
	{"XLARGE", 32},
	{"XLARGE2", 64},
	{"XLARGE4", 128},
	{"XLARGE8", 256},
	{"XLARGE16", 512},
}

// classes are the instance classes of the API. They are kept and change nothing: the machine is what it is.
var classes = []string{"MO_IL", "GP_IL"}

// InstanceState says whether a virtual instance answers queries, named as the API names it.
type InstanceState string

const (
	InstanceActive    InstanceState = "ACTIVE"
	InstanceSuspended InstanceState = "SUSPENDED" // has no CPUs; its mounts wait
)

// Instance is a virtual instance: a name for CPUs and memory that queries run in.
type Instance struct {
	ID                 string        `json:"id"`               // lower-case letters and digits
	Number             int           `json:"number,omitempty"` // they are listed, and get CPUs, in its order; 0: the default one
	Name               string        `json:"name"`
	Description        string        `json:"description,omitempty"`
	Size               string        `json:"size"` // of Sizes; "": all that the others leave, which is the default instance's
	Class              string        `json:"class"`
	State              InstanceState `json:"state"`
	AutoSuspendSeconds int64         `json:"auto_suspend_seconds,omitempty"` // without queries; 0: never
	Remount            bool          `json:"enable_remount_on_resume"`       // suspending keeps the mounts
	Mounts             []Mount       `json:"mounts,omitempty"`               // by the time they were made; those of collections that are gone, too
	CreatedAt          time.Time     `json:"created_at"`
	CreatedBy          string        `json:"created_by"`
	ResumedAt          time.Time     `json:"resumed_at,omitzero"` // zero: never suspended
}

// Mount lets queries in an instance read a collection. It is live: they see each write at once.
type Mount struct {
	ID         string    `json:"id"`
	Collection string    `json:"collection"` // id
	CreatedAt  time.Time `json:"created_at"`
}

// Default tells the instance that is always there.
func (i *Instance) Default() bool { return i.ID == DefaultInstanceID }

// CPUs that the instance's size stands for; 0: all that the others leave.
func (i *Instance) CPUs() int {
	for _, s := range Sizes {
		if s.Name == i.Size {
			return s.CPUs
		}
	}
	return 0
}

// Mounted tells whether queries in the instance may read a collection. The default one has them all.
func (i *Instance) Mounted(collection string) bool {
	return i.Default() || slices.ContainsFunc(i.Mounts, func(m Mount) bool { return m.Collection == collection })
}

// valid checks what callers set.
func (i *Instance) valid() error {
	if err := validName("virtual instance", i.Name); err != nil {
		return err
	}
	if err := validDescription("virtual instance", i.Name, i.Description); err != nil {
		return err
	}
	if s := i.AutoSuspendSeconds; s != 0 && (s < minAutoSuspend || s > maxAutoSuspend) {
		return invalid("virtual instance %q: auto_suspend_seconds is %d; give %d to %d, or 0 for never", i.Name, s, minAutoSuspend, maxAutoSuspend)
	}
	if !slices.Contains(classes, i.Class) {
		return invalid("virtual instance %q: instance_class %q; give one of %s", i.Name, i.Class, strings.Join(classes, ", "))
	}
	if i.State != InstanceActive && i.State != InstanceSuspended {
		return invalid("virtual instance %q: there is no state %q", i.Name, i.State)
	}
	if i.Default() {
		return i.validDefault()
	}
	if i.CPUs() == 0 {
		var names []string
		for _, s := range Sizes {
			names = append(names, s.Name)
		}
		return invalid("virtual instance %q: size %q; give one of %s", i.Name, i.Size, strings.Join(names, ", "))
	}
	if len(i.Mounts) > maxMounts {
		return invalid("virtual instance %q: %d mounts; at most %d", i.Name, len(i.Mounts), maxMounts)
	}
	return nil
}

// validDefault checks what is always so of the default instance.
func (i *Instance) validDefault() error {
	switch {
	case i.Size != "":
		return invalid("virtual instance %q is the default one: it has all CPUs that the others leave, and no size; resize or suspend the others", i.Name)
	case i.State != InstanceActive || i.AutoSuspendSeconds != 0:
		return invalid("virtual instance %q is the default one, which takes the writes: it cannot be suspended", i.Name)
	case len(i.Mounts) > 0:
		return invalid("virtual instance %q is the default one: it has all collections, mounted or not", i.Name)
	}
	return nil
}

// createDefaultInstance makes what every catalog has.
func (c *Catalog) createDefaultInstance(ctx context.Context) error {
	i := &Instance{
		ID: DefaultInstanceID, Name: defaultInstanceName, Description: "Takes all writes, and the queries that name no other.",
		Class: classes[0], State: InstanceActive, Remount: true, CreatedAt: c.moment(), CreatedBy: adminEmail,
	}
	return c.instances.create(ctx, keyName("instance", i.ID), i.Name, i)
}

// CreateInstance makes a virtual instance of what the caller has set: Name, Description, AutoSuspendSeconds,
// Remount and, where "" is not right, Size and Class. It is active at once, with nothing mounted.
func (c *Catalog) CreateInstance(ctx context.Context, want Instance, by By) (*Instance, error) {
	want.ID, want.State, want.Mounts, want.ResumedAt = newID(), InstanceActive, nil, time.Time{}
	want.CreatedAt, want.CreatedBy = c.moment(), by.User
	if want.Size == "" {
		want.Size = defaultSize
	}
	if want.Class == "" {
		want.Class = classes[0]
	}
	if err := want.valid(); err != nil {
		return nil, err
	}
	c.writes.Lock()
	defer c.writes.Unlock()
	if err := c.instanceNameFree(&want); err != nil {
		return nil, err
	}
	all := c.Instances()
	if n := len(all); n >= MaxInstances {
		return nil, invalid("there are %d virtual instances, which is the most; delete one first", n)
	}
	want.Number = all[len(all)-1].Number + 1
	if err := c.instances.create(ctx, keyName("instance", want.ID), want.Name, &want); err != nil {
		return nil, err
	}
	return &want, nil
}

func newID() string { return strings.ToLower(rand.Text()[:idLength]) }

// instanceNameFree says so, or which instance has the name. An id is a name, too.
func (c *Catalog) instanceNameFree(want *Instance) error {
	for _, other := range c.Instances() {
		if other.ID != want.ID && (other.Name == want.Name || other.ID == want.Name) {
			return &Error{AlreadyExists, fmt.Sprintf("virtual instance %q already exists", want.Name)}
		}
	}
	return nil
}

// Instance returns a virtual instance by its id or its name; "" is the default one.
func (c *Catalog) Instance(idOrName string) (*Instance, error) {
	if idOrName == "" {
		idOrName = DefaultInstanceID
	}
	if i := c.instances.get(keyName("instance", idOrName)); i != nil {
		return i, nil
	}
	for _, i := range c.instances.list("") {
		if i.Name == idOrName {
			return i, nil
		}
	}
	return nil, c.noInstance(idOrName)
}

// Instances returns all virtual instances: the default one, then those that were made, in that order.
func (c *Catalog) Instances() []*Instance {
	all := c.instances.list("")
	slices.SortStableFunc(all, func(a, b *Instance) int { return cmp.Compare(a.Number, b.Number) })
	return all
}

// UpdateInstance changes Name, Description, Size, Class, State, AutoSuspendSeconds, Remount or Mounts; change may
// run more than once, and its error ends the update. The other fields stay as they are. Suspending an instance
// without Remount unmounts its collections.
func (c *Catalog) UpdateInstance(ctx context.Context, id string, change func(*Instance) error) (*Instance, error) {
	c.writes.Lock()
	defer c.writes.Unlock()
	missing := func() error { return c.noInstance(id) }
	return c.instances.update(ctx, keyName("instance", id), missing, func(next *Instance) error {
		old := *next
		next.Mounts = slices.Clone(next.Mounts)
		if err := change(next); err != nil {
			return err
		}
		next.ID, next.Number, next.CreatedAt, next.CreatedBy, next.ResumedAt = old.ID, old.Number, old.CreatedAt, old.CreatedBy, old.ResumedAt
		switch {
		case old.State == InstanceSuspended && next.State == InstanceActive:
			next.ResumedAt = c.moment()
		case old.State == InstanceActive && next.State == InstanceSuspended && !next.Remount:
			next.Mounts = nil
		}
		if err := next.valid(); err != nil {
			return err
		}
		return c.instanceNameFree(next)
	})
}

// MountCollections mounts collections on an instance, all or none. One that is mounted stays so.
func (c *Catalog) MountCollections(ctx context.Context, id string, collections []*Collection) (*Instance, error) {
	known := map[string]bool{}
	for _, each := range c.Collections("") {
		known[each.ID] = true
	}
	return c.UpdateInstance(ctx, id, func(next *Instance) error {
		next.Mounts = slices.DeleteFunc(next.Mounts, func(m Mount) bool { return !known[m.Collection] })
		for _, each := range collections {
			if !next.Mounted(each.ID) {
				next.Mounts = append(next.Mounts, Mount{ID: newID(), Collection: each.ID, CreatedAt: c.moment()})
			}
		}
		return nil
	})
}

// Unmount takes a collection from an instance.
func (c *Catalog) Unmount(ctx context.Context, id string, collection *Collection) (*Instance, error) {
	return c.UpdateInstance(ctx, id, func(next *Instance) error {
		if next.Default() {
			return invalid("virtual instance %q is the default one: it has all collections, mounted or not", next.Name)
		}
		if !next.Mounted(collection.ID) {
			return NotMounted(next, collection)
		}
		next.Mounts = slices.DeleteFunc(next.Mounts, func(m Mount) bool { return m.Collection == collection.ID })
		return nil
	})
}

// NotMounted is the error of using a collection in an instance that it is not mounted on. Clients that wait for
// an unmount look for these words.
func NotMounted(i *Instance, collection *Collection) error {
	return &Error{NotFound, fmt.Sprintf("Collection %s is not mounted on virtual instance %s; mount it first", collection.Path(), i.Name)}
}

// DeleteInstance deletes a virtual instance and its mounts.
func (c *Catalog) DeleteInstance(ctx context.Context, id string) error {
	if id == DefaultInstanceID {
		return invalid("the default virtual instance takes the writes: it cannot be deleted")
	}
	return c.instances.delete(ctx, keyName("instance", id), func() error { return c.noInstance(id) })
}

func (c *Catalog) noInstance(idOrName string) error {
	var names []string
	for _, i := range c.Instances() {
		names = append(names, i.Name)
	}
	return notFound("virtual instance", idOrName, names)
}

// Package catalog knows what there is: workspaces, collections, virtual instances, API keys and roles.
//
// All of it is small and in memory; reads take no request. What is durable is a KV, one JSON
// value a resource. A write is a compare-and-set on the KV, is visible here before the call
// returns, and reaches the catalogs of other servers on the same KV by their watch.
//
// A kind of resource is one file: its struct, its methods, and a table; plus that table's
// row in Catalog.tables.
package catalog

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// KV is where the catalog is kept. Every change is durable before its call returns. Keys are
// letters, digits, '-', '_', '.' and '/'. Errors are told apart with errors.Is.
type KV interface {
	// Get fails with fs.ErrNotExist if there is no such key. Revisions are above 0 and grow
	// with every change of any key.
	Get(ctx context.Context, key string) (value []byte, revision uint64, err error)

	// Put sets a key whose revision is the given one, 0 meaning that it must not exist, and
	// fails with fs.ErrExist if it is another. It returns the new revision.
	Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error)

	// Delete removes a key whose revision is the given one, and fails like Put.
	Delete(ctx context.Context, key string, revision uint64) error

	// Watch calls changed for each key with the prefix as it is now, then ready, then changed
	// for each later change in the order of revisions, all from one goroutine. It returns when
	// the context ends or the KV does.
	Watch(ctx context.Context, prefix string, changed func(key string, value []byte, revision uint64, deleted bool), ready func()) error
}

// Options may be left zero.
type Options struct {
	Logger *slog.Logger     // nil means slog.Default()
	Now    func() time.Time // nil means time.Now; what creation and expiry go by
}

// By is who does something, kept as created_by.
type By struct {
	User string // email
	Key  string // name of the API key, if one was used
}

// Catalog is safe for concurrent use. What its methods return is shared and must not be changed.
//
// Locks: writes before a table's mu. The watch takes only a table's mu.
type Catalog struct {
	kv     KV
	now    func() time.Time
	logger *slog.Logger

	// writes makes rules that span resources hold, such as "a workspace with a collection is
	// not deleted", among the writers of this process. Between servers only the rules of a
	// single resource are certain.
	writes sync.Mutex

	workspaces    *table[Workspace]
	collections   *table[Collection]
	instances     *table[Instance]
	keys          *keyTable
	organizations *table[Organization]

	stop  context.CancelFunc
	watch sync.WaitGroup
}

// loader is what the watch needs to know of a table.
type loader interface {
	owns(key string) bool
	apply(key string, value []byte, revision uint64, deleted bool) error
}

// tables has a row for each kind of resource.
func (c *Catalog) tables() []loader {
	return []loader{c.workspaces, c.collections, c.instances, c.keys, c.organizations}
}

// Open reads the catalog and follows its changes until Close. In an empty KV it makes the
// organization, the default virtual instance and the workspace commons.
func Open(ctx context.Context, kv KV, options Options) (*Catalog, error) {
	c := &Catalog{
		kv: kv, now: options.Now, logger: options.Logger,
		workspaces:    newTable[Workspace](kv, "workspace", "workspace"),
		collections:   newTable[Collection](kv, "collection", "collection"),
		instances:     newTable[Instance](kv, "instance", "virtual instance"),
		keys:          newKeyTable(kv),
		organizations: newTable[Organization](kv, "organization", "organization"),
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.logger == nil {
		c.logger = slog.Default()
	}
	if err := c.load(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("catalog: %w", err)
	}
	if err := c.initialize(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("catalog: %w", err)
	}
	return c, nil
}

// Close ends the watch. The KV stays open.
func (c *Catalog) Close() {
	c.stop()
	c.watch.Wait()
}

// load starts the watch and waits until it has delivered what there is.
func (c *Catalog) load(ctx context.Context) error {
	var watching context.Context
	watching, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	loaded := make(chan error, 1) // the first of: a value that cannot be read, ready, the watch's end
	loading := true
	report := func(err error) {
		switch {
		case loading:
			loading = false
			loaded <- err
		case err != nil && watching.Err() == nil:
			c.logger.Error("catalog: changes by other servers may be missing", "error", err)
		}
	}
	c.watch.Go(func() {
		err := c.kv.Watch(watching, "", func(key string, value []byte, revision uint64, deleted bool) {
			for _, t := range c.tables() {
				if !t.owns(key) {
					continue
				}
				if err := t.apply(key, value, revision, deleted); err != nil {
					report(err)
				}
			}
		}, func() { report(nil) })
		report(fmt.Errorf("watch: %w", err))
	})
	select {
	case err := <-loaded:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// initialize makes what every catalog has.
func (c *Catalog) initialize(ctx context.Context) error {
	if c.Organization() == nil {
		if err := c.createOrganization(ctx); err != nil && KindOf(err) != AlreadyExists {
			return err
		}
	}
	if _, err := c.Instance(DefaultInstanceID); err != nil {
		if err := c.createDefaultInstance(ctx); err != nil && KindOf(err) != AlreadyExists {
			return err
		}
	}
	if _, err := c.Workspace(DefaultWorkspace); err != nil {
		_, err = c.CreateWorkspace(ctx, DefaultWorkspace, "Default workspace.", By{User: adminEmail})
		if err != nil && KindOf(err) != AlreadyExists {
			return err
		}
	}
	return nil
}

// moment is when something is created, as precisely as it is kept and shown.
func (c *Catalog) moment() time.Time { return c.now().UTC().Truncate(time.Millisecond) }

// keyName is a resource's name in the KV: its table, then names that Valid has let through.
func keyName(kind string, names ...string) string { return kind + "/" + strings.Join(names, "/") }

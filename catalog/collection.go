package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outcropdb/outcrop/internal/nearest"
)

const (
	// minRetention and maxRetention bound how many seconds documents are kept, if not for ever.
	minRetention = 60 * 60
	maxRetention = 10*365*24*60*60 - 1

	// maxShards is the most shards of a collection: each has its own index and its own place
	// in the log, and a node has fewer cores than this.
	maxShards = 256

	// idLength is how many characters an id has, of 5 random bits each.
	idLength = 12
)

// Status is what a collection is doing, named as the API names it.
type Status string

const (
	StatusReady   Status = "READY"   // takes documents and answers queries, from its creation on
	StatusPaused  Status = "PAUSED"  // takes no documents
	StatusDeleted Status = "DELETED" // no longer to be seen; its data is being dropped
)

var statuses = []Status{StatusReady, StatusPaused, StatusDeleted}

// compressions are the storage_compression_types that a collection may ask for, the first by
// default.
var compressions = []string{"LZ4", "ZSTD"}

// Collection is a set of documents. Name and Workspace are for people; the ID, which is never
// used again, names its folder and its place in the log.
type Collection struct {
	ID               string    `json:"id"` // lower-case letters and digits
	Workspace        string    `json:"workspace"`
	Name             string    `json:"name"`
	Description      string    `json:"description,omitempty"`
	Status           Status    `json:"status"`
	CreatedAt        time.Time `json:"created_at"`
	CreatedBy        string    `json:"created_by"`
	CreatedByKey     string    `json:"created_by_apikey_name,omitempty"`
	Shards           int       `json:"shards"`                   // documents are spread by _id; fixed
	RetentionSeconds int64     `json:"retention_secs,omitempty"` // by _event_time; 0: for ever
	Compression      string    `json:"storage_compression_type"`
}

// Path is the collection's full name.
func (c *Collection) Path() string { return c.Workspace + "." + c.Name }

func (c *Collection) key() string { return keyName("collection", c.Workspace, c.Name) }

// valid checks what callers set.
func (c *Collection) valid() error {
	if err := validName("collection", c.Name); err != nil {
		return err
	}
	if err := validDescription("collection", c.Path(), c.Description); err != nil {
		return err
	}
	if r := c.RetentionSeconds; r != 0 && (r < minRetention || r > maxRetention) {
		return invalid("collection %q: a retention of %d seconds; give %d to %d, or none to keep documents for ever", c.Path(), r, minRetention, maxRetention)
	}
	if c.Shards < 1 || c.Shards > maxShards {
		return invalid("collection %q: %d shards; give 1 to %d", c.Path(), c.Shards, maxShards)
	}
	if !slices.Contains(statuses, c.Status) {
		return invalid("collection %q: there is no status %q", c.Path(), c.Status)
	}
	if !slices.Contains(compressions, c.Compression) {
		return invalid("collection %q: storage_compression_type %q; give one of %s", c.Path(), c.Compression, strings.Join(compressions, ", "))
	}
	return nil
}

// CreateCollection makes a collection of what the caller has set: Workspace, Name,
// Description, and, where 0 and "" are not right, Shards (1), RetentionSeconds and
// Compression. It can be written to at once.
func (c *Catalog) CreateCollection(ctx context.Context, want Collection, by By) (*Collection, error) {
	want.ID = newID()
	want.Status = StatusReady
	want.CreatedAt, want.CreatedBy, want.CreatedByKey = c.moment(), by.User, by.Key
	want.Shards = max(want.Shards, 1)
	if want.Compression == "" {
		want.Compression = compressions[0]
	}
	if err := want.valid(); err != nil {
		return nil, err
	}
	c.writes.Lock()
	defer c.writes.Unlock()
	if _, err := c.Workspace(want.Workspace); err != nil {
		return nil, err
	}
	if err := c.collections.create(ctx, want.key(), want.Path(), &want); err != nil {
		return nil, err
	}
	return &want, nil
}

// Collection returns a collection by name.
func (c *Catalog) Collection(workspace, name string) (*Collection, error) {
	if found := c.collections.get(keyName("collection", workspace, name)); found != nil && found.Status != StatusDeleted {
		return found, nil
	}
	return nil, c.noCollection(workspace, name)
}

// Collections returns the collections of a workspace, not of those nested in it, by name; of
// all workspaces if it is "".
func (c *Catalog) Collections(workspace string) []*Collection {
	prefix := ""
	if workspace != "" {
		prefix = keyName("collection", workspace, "")
	}
	return slices.DeleteFunc(c.collections.list(prefix), func(c *Collection) bool { return c.Status == StatusDeleted })
}

// UpdateCollection changes Description, RetentionSeconds or Status; change may run more than
// once, and its error ends the update. The other fields stay as they are.
func (c *Catalog) UpdateCollection(ctx context.Context, workspace, name string, change func(*Collection) error) (*Collection, error) {
	missing := func() error { return c.noCollection(workspace, name) }
	return c.collections.update(ctx, keyName("collection", workspace, name), missing, func(next *Collection) error {
		if next.Status == StatusDeleted {
			return missing()
		}
		old := *next
		if err := change(next); err != nil {
			return err
		}
		changed := *next
		*next = old
		next.Description, next.RetentionSeconds, next.Status = changed.Description, changed.RetentionSeconds, changed.Status
		return next.valid()
	})
}

// DeleteCollection takes a collection out of sight. Its name is free again after
// ForgetCollection, which its caller calls when the data is gone.
func (c *Catalog) DeleteCollection(ctx context.Context, workspace, name string) (*Collection, error) {
	return c.UpdateCollection(ctx, workspace, name, func(next *Collection) error {
		next.Status = StatusDeleted
		return nil
	})
}

// DeletedCollections returns those whose data may still be there: a server that stopped
// between DeleteCollection and ForgetCollection drops it at its next start.
func (c *Catalog) DeletedCollections() []*Collection {
	return slices.DeleteFunc(c.collections.list(""), func(c *Collection) bool { return c.Status != StatusDeleted })
}

// ForgetCollection removes a deleted collection. It may be called twice.
func (c *Catalog) ForgetCollection(ctx context.Context, deleted *Collection) error {
	if deleted.Status != StatusDeleted {
		panic("bug: collection " + deleted.Path() + " is forgotten but not deleted")
	}
	if now := c.collections.get(deleted.key()); now == nil || now.ID != deleted.ID {
		return nil
	}
	return c.collections.delete(ctx, deleted.key(), func() error { return nil })
}

// noCollection suggests a collection of the workspace, or the same name in another one.
func (c *Catalog) noCollection(workspace, name string) error {
	if _, err := c.Workspace(workspace); err != nil {
		return err
	}
	var here []string
	for _, other := range c.Collections("") {
		if other.Workspace == workspace {
			here = append(here, other.Name)
		}
	}
	if nearest.Name(name, here) == "" {
		for _, other := range c.Collections("") {
			if other.Name == name {
				return &Error{NotFound, fmt.Sprintf("collection %q does not exist in workspace %q; did you mean %q?", name, workspace, other.Path())}
			}
		}
	}
	return notFound("collection", name, here)
}

package catalog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// maxTries is how often a write is tried again because another server changed the resource
// in between.
const maxTries = 10

// table holds the resources of one kind, by their key in the KV.
type table[T any] struct {
	kv   KV
	kind string // the keys begin with it and a slash
	noun string // what errors call it

	// changed, if not nil, is told what replaces what, nil meaning absent, with mu held. It
	// may set fields of new that are not kept.
	changed func(old, new *T)

	mu   sync.RWMutex
	rows map[string]row[T]
}

// row is one resource. The value is never changed, only replaced.
type row[T any] struct {
	value    *T // nil: deleted here, and the watch has not said so yet
	revision uint64
}

func newTable[T any](kv KV, kind, noun string) *table[T] {
	return &table[T]{kv: kv, kind: kind, noun: noun, rows: map[string]row[T]{}}
}

func (t *table[T]) owns(key string) bool { return strings.HasPrefix(key, t.kind+"/") }

// get returns a resource, nil if there is none.
func (t *table[T]) get(key string) *T {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.rows[key].value
}

// list returns the resources whose key begins with a prefix, in the order of their keys.
func (t *table[T]) list(prefix string) []*T {
	t.mu.RLock()
	var keys []string
	for key, r := range t.rows {
		if r.value != nil && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	values := make([]*T, len(keys))
	for i, key := range keys {
		values[i] = t.rows[key].value
	}
	t.mu.RUnlock()
	return values
}

// apply takes in what the KV says. A revision that is not newer is our own write, or one
// that it has overtaken.
func (t *table[T]) apply(key string, value []byte, revision uint64, deleted bool) error {
	var v *T
	if !deleted {
		v = new(T)
		if err := json.Unmarshal(value, v); err != nil {
			return fmt.Errorf("%s cannot be read: %w", key, err)
		}
	}
	t.set(key, v, revision)
	return nil
}

// set replaces a resource, or removes it if v is nil, unless what is there is as new.
func (t *table[T]) set(key string, v *T, revision uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old := t.rows[key]
	if revision <= old.revision {
		return
	}
	if t.changed != nil {
		t.changed(old.value, v)
	}
	if v == nil {
		delete(t.rows, key)
	} else {
		t.rows[key] = row[T]{v, revision}
	}
}

// create adds a resource; name is what an error calls it.
func (t *table[T]) create(ctx context.Context, key, name string, v *T) error {
	revision, err := t.put(ctx, key, v, 0)
	if errors.Is(err, fs.ErrExist) {
		return &Error{Kind: AlreadyExists, Message: fmt.Sprintf("%s %q already exists", t.noun, name)}
	}
	if err != nil {
		return err
	}
	t.set(key, v, revision)
	return nil
}

// update replaces a resource by a changed copy of its newest version. change may run more
// than once; its error ends the update. missing makes the error for a resource that is not there.
func (t *table[T]) update(ctx context.Context, key string, missing func() error, change func(*T) error) (*T, error) {
	var updated *T
	err := t.retry(ctx, key, missing, func(r row[T]) error {
		next := *r.value
		if err := change(&next); err != nil {
			return err
		}
		revision, err := t.put(ctx, key, &next, r.revision)
		if err != nil {
			return err
		}
		updated = &next
		t.set(key, updated, revision)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return updated, nil
}

// delete removes a resource.
func (t *table[T]) delete(ctx context.Context, key string, missing func() error) error {
	return t.retry(ctx, key, missing, func(r row[T]) error {
		if err := t.kv.Delete(ctx, key, r.revision); err != nil {
			return err
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		// The row stays as a mark: the watch may yet bring the version that was deleted, and
		// then the deletion, which takes the mark away.
		if t.rows[key].revision == r.revision {
			if t.changed != nil {
				t.changed(r.value, nil)
			}
			t.rows[key] = row[T]{nil, r.revision}
		}
		return nil
	})
}

// retry runs a write on the newest version of a resource, again if it was not the newest.
func (t *table[T]) retry(ctx context.Context, key string, missing func() error, write func(row[T]) error) error {
	for range maxTries {
		t.mu.RLock()
		r := t.rows[key]
		t.mu.RUnlock()
		if r.value == nil {
			return missing()
		}
		err := write(r)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		// Another server was faster, and its change is not here yet.
		value, revision, err := t.kv.Get(ctx, key)
		if errors.Is(err, fs.ErrNotExist) {
			return missing()
		}
		if err != nil {
			return err
		}
		if err := t.apply(key, value, revision, false); err != nil {
			return err
		}
	}
	return &Error{Kind: Conflict, Message: fmt.Sprintf("%s is being changed by others all the time; try again", key)}
}

func (t *table[T]) put(ctx context.Context, key string, v *T, revision uint64) (uint64, error) {
	value, err := json.Marshal(v)
	if err != nil {
		panic("bug: " + key + " is not JSON: " + err.Error())
	}
	return t.kv.Put(ctx, key, value, revision)
}

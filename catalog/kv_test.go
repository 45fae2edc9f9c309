package catalog

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"sync"
)

// memoryKV is a KV as its contract says. Watches get their changes through channels, so that
// they come later than the call that made them, as from a server.
type memoryKV struct {
	mu        sync.Mutex
	revision  uint64
	values    map[string]change
	watches   []*watch
	beforePut func(key string) // called without mu: what another server does in between
}

type change struct {
	key      string
	value    []byte
	revision uint64
	deleted  bool
}

type watch struct {
	prefix  string
	changes chan change
}

func newMemoryKV() *memoryKV { return &memoryKV{values: map[string]change{}} }

func (m *memoryKV) Get(_ context.Context, key string) ([]byte, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.values[key]
	if !ok {
		return nil, 0, fs.ErrNotExist
	}
	return c.value, c.revision, nil
}

func (m *memoryKV) Put(_ context.Context, key string, value []byte, revision uint64) (uint64, error) {
	if m.beforePut != nil {
		m.beforePut(key)
	}
	return m.change(change{key: key, value: slices.Clone(value)}, revision)
}

func (m *memoryKV) Delete(_ context.Context, key string, revision uint64) error {
	_, err := m.change(change{key: key, deleted: true}, revision)
	return err
}

func (m *memoryKV) change(c change, expected uint64) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values[c.key].revision != expected {
		return 0, fs.ErrExist
	}
	m.revision++
	c.revision = m.revision
	if c.deleted {
		delete(m.values, c.key)
	} else {
		m.values[c.key] = c
	}
	for _, w := range m.watches {
		if strings.HasPrefix(c.key, w.prefix) {
			w.changes <- c
		}
	}
	return c.revision, nil
}

func (m *memoryKV) Watch(ctx context.Context, prefix string, changed func(string, []byte, uint64, bool), ready func()) error {
	w := &watch{prefix, make(chan change, 10_000)}
	m.mu.Lock()
	var now []change
	for key, c := range m.values {
		if strings.HasPrefix(key, prefix) {
			now = append(now, c)
		}
	}
	m.watches = append(m.watches, w)
	m.mu.Unlock()
	for _, c := range now {
		changed(c.key, c.value, c.revision, c.deleted)
	}
	ready()
	for {
		select {
		case c := <-w.changes:
			changed(c.key, c.value, c.revision, c.deleted)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

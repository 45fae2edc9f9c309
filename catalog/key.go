package catalog

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// secretLength is how many characters a generated secret has, of 5 random bits each.
	secretLength = 64

	// maxSecret is the most bytes of a secret that a caller chooses.
	maxSecret = 1024

	// shownLength is how much of a secret stays visible, to tell keys apart.
	shownLength = 6
)

// KeyState says whether a key is let in, named as the API names it.
type KeyState string

const (
	KeyActive    KeyState = "ACTIVE"
	KeySuspended KeyState = "SUSPENDED"
)

// Key is an API key. Its secret is shown once, when it is made: what is kept is a SHA-256,
// which is enough for secrets that are random and long.
type Key struct {
	Name         string    `json:"name"`
	Hash         string    `json:"hash"`  // hex, of the secret
	Shown        string    `json:"shown"` // the secret's beginning; "" if it is too short to show any
	Role         string    `json:"role"`
	State        KeyState  `json:"state"`
	ExpiresAt    time.Time `json:"expiry_time,omitzero"` // zero: never
	CreatedAt    time.Time `json:"created_at"`
	CreatedBy    string    `json:"created_by"`
	CreatedByKey string    `json:"created_by_apikey_name,omitempty"`

	lastUsed *atomic.Int64 // Unix microseconds, shared by all versions of the key
}

// LastUsed returns when the key was let in last since the server started, zero if never.
func (k *Key) LastUsed() time.Time {
	if us := k.lastUsed.Load(); us != 0 {
		return time.UnixMicro(us).UTC()
	}
	return time.Time{}
}

// By is what a request with this key leaves in created_by.
func (k *Key) By() By { return By{User: k.CreatedBy, Key: k.Name} }

// keyTable finds keys also by their hash.
type keyTable struct {
	*table[Key]
	byHash map[string]*Key // guarded by the table's mu
}

func newKeyTable(kv KV) *keyTable {
	t := &keyTable{newTable[Key](kv, "apikey", "API key"), map[string]*Key{}}
	t.changed = func(old, new *Key) {
		if old != nil {
			delete(t.byHash, old.Hash)
		}
		if new == nil {
			return
		}
		if old != nil {
			new.lastUsed = old.lastUsed
		} else if new.lastUsed == nil {
			new.lastUsed = &atomic.Int64{}
		}
		t.byHash[new.Hash] = new
	}
	return t
}

func hashOf(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// CreateKey makes an API key of what the caller has set: Name, Role and, if it is to expire,
// ExpiresAt. An empty secret means a random one. The secret returned is not kept.
func (c *Catalog) CreateKey(ctx context.Context, want Key, secret string, by By) (_ *Key, shown string, err error) {
	if err := validName("API key", want.Name); err != nil {
		return nil, "", err
	}
	if err := c.validRole(want.Role); err != nil {
		return nil, "", err
	}
	if secret == "" {
		secret = (rand.Text() + rand.Text() + rand.Text())[:secretLength]
	}
	if len(secret) > maxSecret || strings.ContainsFunc(secret, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, "", invalid("API key %q: its secret is not 1 to %d visible ASCII characters", want.Name, maxSecret)
	}
	want.Hash, want.State, want.Shown = hashOf(secret), KeyActive, ""
	if len(secret) >= secretLength/2 {
		want.Shown = secret[:shownLength]
	}
	want.CreatedAt, want.CreatedBy, want.CreatedByKey = c.moment(), by.User, by.Key
	want.lastUsed = &atomic.Int64{}

	c.writes.Lock()
	defer c.writes.Unlock()
	if other := c.keys.bySecret(want.Hash); other != nil && other.Name != want.Name {
		return nil, "", &Error{AlreadyExists, "another API key has this secret"}
	}
	if err := c.keys.create(ctx, keyName("apikey", want.Name), want.Name, &want); err != nil {
		return nil, "", err
	}
	return &want, secret, nil
}

// Authenticate returns the key with a secret. Otherwise the error is Unauthorized.
func (c *Catalog) Authenticate(secret string) (*Key, error) {
	key, now := c.keys.bySecret(hashOf(secret)), c.now()
	switch {
	case secret == "" || key == nil:
		return nil, &Error{Unauthorized, "the API key is not valid"}
	case key.State != KeyActive:
		return nil, &Error{Unauthorized, "the API key is suspended"}
	case !key.ExpiresAt.IsZero() && !now.Before(key.ExpiresAt):
		return nil, &Error{Unauthorized, "the API key has expired"}
	}
	key.lastUsed.Store(now.UnixMicro())
	return key, nil
}

func (t *keyTable) bySecret(hash string) *Key {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byHash[hash]
}

// Key returns an API key by name.
func (c *Catalog) Key(name string) (*Key, error) {
	if k := c.keys.get(keyName("apikey", name)); k != nil {
		return k, nil
	}
	return nil, c.noKey(name)
}

// Keys returns all API keys by name.
func (c *Catalog) Keys() []*Key { return c.keys.list("") }

// UpdateKey changes State or ExpiresAt; change may run more than once, and its error ends the
// update. The other fields stay as they are.
func (c *Catalog) UpdateKey(ctx context.Context, name string, change func(*Key) error) (*Key, error) {
	missing := func() error { return c.noKey(name) }
	return c.keys.update(ctx, keyName("apikey", name), missing, func(next *Key) error {
		old := *next
		if err := change(next); err != nil {
			return err
		}
		changed := *next
		*next = old
		next.State, next.ExpiresAt = changed.State, changed.ExpiresAt
		if next.State != KeyActive && next.State != KeySuspended {
			return invalid("API key %q: state %q; give %s or %s", name, next.State, KeyActive, KeySuspended)
		}
		return nil
	})
}

// DeleteKey deletes an API key; it is not let in from then on.
func (c *Catalog) DeleteKey(ctx context.Context, name string) error {
	return c.keys.delete(ctx, keyName("apikey", name), func() error { return c.noKey(name) })
}

func (c *Catalog) noKey(name string) error {
	var names []string
	for _, k := range c.Keys() {
		names = append(names, k.Name)
	}
	return notFound("API key", name, names)
}

package rest

import (
	"time"

	"github.com/outcropdb/outcrop/catalog"
)

type keyModel struct {
	Name         string  `json:"name"`
	Key          string  `json:"key"` // the secret when it is made, later its beginning
	Role         string  `json:"role"`
	State        string  `json:"state"`
	CreatedAt    string  `json:"created_at"`
	CreatedBy    string  `json:"created_by"`
	CreatedByKey *string `json:"created_by_apikey_name"`
	ExpiresAt    *string `json:"expiry_time"`
	LastUsed     *string `json:"last_access_time"`
}

func newKeyModel(k *catalog.Key) keyModel {
	m := keyModel{
		Name: k.Name, Key: k.Shown, Role: k.Role, State: string(k.State),
		CreatedAt: moment(k.CreatedAt), CreatedBy: k.CreatedBy, CreatedByKey: optional(k.CreatedByKey),
	}
	if !k.ExpiresAt.IsZero() {
		m.ExpiresAt = optional(moment(k.ExpiresAt))
	}
	if used := k.LastUsed(); !used.IsZero() {
		m.LastUsed = optional(moment(used))
	}
	return m
}

// optional is null for "".
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// createKey makes a key of the given role, of the caller's own if none is given.
func (c *call) createKey() error {
	var body struct {
		Name   string `json:"name"`
		Role   string `json:"role"`
		Expiry string `json:"expiry_time"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	want := catalog.Key{Name: body.Name, Role: body.Role}
	if want.Role == "" {
		want.Role = c.key.Role
	}
	var err error
	if want.ExpiresAt, err = expiry(body.Expiry); err != nil {
		return err
	}
	key, secret, err := c.api.catalog.CreateKey(c.Context(), want, "", c.by())
	if err != nil {
		return err
	}
	m := newKeyModel(key)
	m.Key = secret
	return c.data(m)
}

func expiry(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, invalid("expiry_time %q: want the form 2027-01-31T12:00:00Z", text)
	}
	return t, nil
}

func (c *call) listKeys() error {
	if err := c.knownUser(); err != nil {
		return err
	}
	all := []keyModel{}
	for _, k := range c.api.catalog.Keys() {
		all = append(all, newKeyModel(k))
	}
	return c.data(all)
}

func (c *call) getKey() error {
	if err := c.knownUser(); err != nil {
		return err
	}
	key, err := c.api.catalog.Key(c.PathValue("name"))
	if err != nil {
		return err
	}
	return c.data(newKeyModel(key))
}

func (c *call) updateKey() error {
	var body struct {
		State  string `json:"state"`
		Expiry string `json:"expiry_time"`
		Clear  bool   `json:"clear_expiry_time"`
	}
	if err := c.knownUser(); err != nil {
		return err
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	at, err := expiry(body.Expiry)
	if err != nil {
		return err
	}
	key, err := c.api.catalog.UpdateKey(c.Context(), c.PathValue("name"), func(k *catalog.Key) error {
		if body.State != "" {
			k.State = catalog.KeyState(body.State)
		}
		if body.Clear || !at.IsZero() {
			k.ExpiresAt = at
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.data(newKeyModel(key))
}

func (c *call) deleteKey() error {
	if err := c.knownUser(); err != nil {
		return err
	}
	key, err := c.api.catalog.Key(c.PathValue("name"))
	if err != nil {
		return err
	}
	if err := c.api.catalog.DeleteKey(c.Context(), key.Name); err != nil {
		return err
	}
	return c.data(newKeyModel(key))
}

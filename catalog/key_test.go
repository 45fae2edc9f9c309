package catalog

import (
	"strings"
	"testing"
	"time"
)

func TestKeys(t *testing.T) {
	kv := newMemoryKV()
	now := start
	c := openAt(t, kv, func() time.Time { return now })
	ctx := t.Context()
	key, secret, err := c.CreateKey(ctx, Key{Name: "ci", Role: RoleMember, ExpiresAt: start.Add(time.Hour)}, "", me)
	if err != nil {
		t.Fatal(err)
	}
	if len(secret) != secretLength || key.Shown != secret[:shownLength] || key.CreatedBy != me.User || !key.LastUsed().IsZero() {
		t.Errorf("secret %q, key %+v", secret, key)
	}
	for name, value := range kv.values {
		if strings.Contains(string(value.value), secret[shownLength:]) {
			t.Errorf("%s keeps the secret", name)
		}
	}
	now = start.Add(time.Minute)
	if in, err := c.Authenticate(secret); err != nil || in.Name != "ci" || in.Role != RoleMember {
		t.Errorf("got %+v, %v", in, err)
	}
	if used := must[*Key](t)(c.Key("ci")).LastUsed(); !used.Equal(now) {
		t.Errorf("last used %v, want %v", used, now)
	}
	for _, wrong := range []string{"", "x", secret[1:], secret + "x", key.Hash} {
		_, err := c.Authenticate(wrong)
		refused(t, err, Unauthorized, "not valid")
	}

	set := func(change func(*Key)) {
		t.Helper()
		must[*Key](t)(c.UpdateKey(ctx, "ci", func(next *Key) error { change(next); return nil }))
	}
	set(func(k *Key) { k.State, k.Role, k.Hash = KeySuspended, RoleAdmin, "x" }) // role and hash are not to be changed
	_, err = c.Authenticate(secret)
	refused(t, err, Unauthorized, "suspended")
	set(func(k *Key) { k.State = KeyActive })
	if in, err := c.Authenticate(secret); err != nil || in.Role != RoleMember || in.LastUsed().IsZero() {
		t.Errorf("got %+v, %v", in, err)
	}
	now = start.Add(time.Hour)
	_, err = c.Authenticate(secret)
	refused(t, err, Unauthorized, "expired")
	set(func(k *Key) { k.ExpiresAt = time.Time{} })

	again := openAt(t, kv, func() time.Time { return now }) // after a restart, and on another server
	if in, err := again.Authenticate(secret); err != nil || in.Name != "ci" || in.By() != (By{me.User, "ci"}) {
		t.Errorf("got %+v, %v", in, err)
	}
	if err := c.DeleteKey(ctx, "ci"); err != nil {
		t.Fatal(err)
	}
	_, err = c.Authenticate(secret)
	refused(t, err, Unauthorized)
	eventually(t, "the key gone elsewhere", func() bool { _, err := again.Authenticate(secret); return err != nil })
	refused(t, c.DeleteKey(ctx, "ci"), NotFound)
	_, err = c.UpdateKey(ctx, "ci", func(*Key) error { return nil })
	refused(t, err, NotFound)
}

func TestChosenSecrets(t *testing.T) {
	c := open(t, newMemoryKV())
	ctx := t.Context()
	key, secret, err := c.CreateKey(ctx, Key{Name: "admin", Role: RoleAdmin}, "demo", me)
	if err != nil || secret != "demo" || key.Shown != "" {
		t.Errorf("got %+v, %q, %v", key, secret, err)
	}
	if in, err := c.Authenticate("demo"); err != nil || in.Name != "admin" {
		t.Errorf("got %+v, %v", in, err)
	}
	for _, test := range []struct {
		name, role, secret string
		kind               Kind
	}{
		{"admin", RoleAdmin, "", AlreadyExists},
		{"other", RoleAdmin, "demo", AlreadyExists},
		{"a b", RoleAdmin, "", InvalidInput},
		{"a", "root", "", NotFound},
		{"a", RoleAdmin, "with space", InvalidInput},
		{"a", RoleAdmin, "ä", InvalidInput},
		{"a", RoleAdmin, strings.Repeat("x", maxSecret+1), InvalidInput},
		{"a", RoleAdmin, strings.Repeat("x", maxSecret), ""},
	} {
		_, _, err := c.CreateKey(ctx, Key{Name: test.name, Role: test.role}, test.secret, me)
		if KindOf(err) != test.kind || test.kind == "" && err != nil {
			t.Errorf("%s, %s: got %v, want kind %q", test.name, test.role, err, test.kind)
		}
	}
	_, err = c.UpdateKey(ctx, "admin", func(k *Key) error { k.State = "ASLEEP"; return nil })
	refused(t, err, InvalidInput, "ASLEEP")
}

func TestRoles(t *testing.T) {
	c := open(t, newMemoryKV())
	for _, test := range []struct {
		action                  Action
		admin, member, readOnly bool
	}{
		{QueryData, true, true, true},
		{ListResources, true, true, true},
		{GetOrganization, true, true, true},
		{WriteData, true, true, false},
		{CreateCollection, true, true, false},
		{DeleteCollection, true, true, false},
		{CreateWorkspace, true, true, false},
		{ManageKeys, true, false, false},
		{"NO_SUCH_ACTION", true, false, false},
	} {
		for role, want := range map[string]bool{RoleAdmin: test.admin, RoleMember: test.member, RoleReadOnly: test.readOnly, "": false, "root": false} {
			if got := c.Allows(role, test.action, DefaultWorkspace); got != want {
				t.Errorf("%q may %s: %t", role, test.action, got)
			}
		}
	}
	if roles := c.Roles(); len(roles) != 3 || !roles[0].All || roles[1].All {
		t.Errorf("got %+v", roles)
	}
}

package catalog

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
)

// adminEmail stands for the one user there is; people are told apart by their API keys.
const adminEmail = "admin@outcrop.local"

// Organization is what a server's workspaces and its user belong to. There is one.
type Organization struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`

	// DefaultInstance is the id of the virtual instance that queries run in when they name none; "": the default one.
	DefaultInstance string `json:"default_query_vi,omitempty"`
}

// User is a person of the organization.
type User struct {
	Email, FirstName, LastName string
	Roles                      []string
	CreatedAt                  time.Time
}

var organizationKey = keyName("organization", "self")

func (c *Catalog) createOrganization(ctx context.Context) error {
	return c.organizations.create(ctx, organizationKey, "self", &Organization{
		ID:        strings.ToLower(rand.Text()),
		Name:      "outcrop",
		CreatedAt: c.moment(),
	})
}

// Organization returns the organization.
func (c *Catalog) Organization() *Organization { return c.organizations.get(organizationKey) }

// QueryInstance returns the virtual instance that queries run in when they name none.
func (c *Catalog) QueryInstance() *Instance {
	if i := c.instances.get(keyName("instance", c.Organization().DefaultInstance)); i != nil {
		return i
	}
	return c.instances.get(keyName("instance", DefaultInstanceID))
}

// SetQueryInstance makes it another one.
func (c *Catalog) SetQueryInstance(ctx context.Context, id string) error {
	_, err := c.organizations.update(ctx, organizationKey, func() error { return fmt.Errorf("the organization is gone") }, func(next *Organization) error {
		if c.instances.get(keyName("instance", id)) == nil {
			return c.noInstance(id)
		}
		next.DefaultInstance = id
		return nil
	})
	return err
}

// User returns the organization's user, an admin, who owns what is made on the first start.
func (c *Catalog) User() User {
	return User{
		Email:     adminEmail,
		FirstName: "Outcrop",
		LastName:  "Admin",
		Roles:     []string{RoleAdmin},
		CreatedAt: c.Organization().CreatedAt,
	}
}

package catalog

import (
	"context"
	"crypto/rand"
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

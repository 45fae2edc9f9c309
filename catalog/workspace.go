package catalog

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// DefaultWorkspace is there from the first start on.
const DefaultWorkspace = "commons"

// Workspace contains collections and other workspaces: prod.eu is in prod.
type Workspace struct {
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	CreatedBy   string    `json:"created_by"`
}

func validWorkspaceName(name string) error {
	if len(name) > maxName {
		return invalid("the name of a workspace has %d bytes; at most %d", len(name), maxName)
	}
	for part := range strings.SplitSeq(name, ".") {
		if err := validName("workspace", part); err != nil {
			return err
		}
	}
	return nil
}

// CreateWorkspace makes a workspace, and those that it is nested in where they are missing.
func (c *Catalog) CreateWorkspace(ctx context.Context, name, description string, by By) (*Workspace, error) {
	if err := validWorkspaceName(name); err != nil {
		return nil, err
	}
	if err := validDescription("workspace", name, description); err != nil {
		return nil, err
	}
	c.writes.Lock()
	defer c.writes.Unlock()
	for i := range len(name) {
		if name[i] != '.' || c.workspaces.get(keyName("workspace", name[:i])) != nil {
			continue
		}
		if _, err := c.createWorkspace(ctx, name[:i], "", by); err != nil && KindOf(err) != AlreadyExists {
			return nil, err
		}
	}
	return c.createWorkspace(ctx, name, description, by)
}

func (c *Catalog) createWorkspace(ctx context.Context, name, description string, by By) (*Workspace, error) {
	w := &Workspace{Name: name, Description: description, CreatedAt: c.moment(), CreatedBy: by.User}
	if err := c.workspaces.create(ctx, keyName("workspace", name), name, w); err != nil {
		return nil, err
	}
	return w, nil
}

// Workspace returns a workspace by its full name.
func (c *Catalog) Workspace(name string) (*Workspace, error) {
	if w := c.workspaces.get(keyName("workspace", name)); w != nil {
		return w, nil
	}
	return nil, c.noWorkspace(name)
}

// Workspaces returns all workspaces by name.
func (c *Catalog) Workspaces() []*Workspace { return c.workspaces.list("") }

// DeleteWorkspace deletes an empty workspace.
func (c *Catalog) DeleteWorkspace(ctx context.Context, name string) error {
	c.writes.Lock()
	defer c.writes.Unlock()
	if _, err := c.Workspace(name); err != nil {
		return err
	}
	if n := len(c.Collections(name)); n > 0 {
		return &Error{DependentResources, fmt.Sprintf("workspace %q contains %d collections; delete them first", name, n)}
	}
	if nested := c.workspaces.list(keyName("workspace", name) + "."); len(nested) > 0 {
		return &Error{DependentResources, fmt.Sprintf("workspace %q contains workspace %q; delete it first", name, nested[0].Name)}
	}
	return c.workspaces.delete(ctx, keyName("workspace", name), func() error { return c.noWorkspace(name) })
}

func (c *Catalog) noWorkspace(name string) error {
	var names []string
	for _, w := range c.Workspaces() {
		names = append(names, w.Name)
	}
	return notFound("workspace", name, names)
}

package rest

import (
	"net/http"
	"slices"
	"time"

	"github.com/outcropdb/outcrop/catalog"
)

type organizationModel struct {
	ID          string     `json:"id"`
	DisplayName string     `json:"display_name"`
	CreatedAt   string     `json:"created_at"`
	Clusters    []struct{} `json:"clusters"`
}

type userModel struct {
	Email     string   `json:"email"`
	FirstName string   `json:"first_name"`
	LastName  string   `json:"last_name"`
	Roles     []string `json:"roles"`
	State     string   `json:"state"`
	CreatedAt string   `json:"created_at"`
}

// moment is how times stand in replies.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func (c *call) getOrganization() error {
	o := c.api.catalog.Organization()
	return c.data(organizationModel{ID: o.ID, DisplayName: o.Name, CreatedAt: moment(o.CreatedAt), Clusters: []struct{}{}})
}

func (c *call) user() userModel {
	u := c.api.catalog.User()
	return userModel{u.Email, u.FirstName, u.LastName, u.Roles, "ACTIVE", moment(u.CreatedAt)}
}

func (c *call) listUsers() error { return c.data([]userModel{c.user()}) }

// getUser answers bare, not within "data".
func (c *call) getUser() error {
	if err := c.knownUser(); err != nil {
		return err
	}
	return c.reply(http.StatusOK, c.user())
}

// knownUser says whether the path's user is there: there is one, also called self.
func (c *call) knownUser() error {
	name, user := c.PathValue("user"), c.api.catalog.User()
	if name == "self" || name == user.Email {
		return nil
	}
	return &catalog.Error{Kind: catalog.NotFound, Message: "user \"" + name + "\" does not exist; there is " + user.Email + ", also called self"}
}

type roleModel struct {
	Name        string           `json:"role_name"`
	Description string           `json:"description"`
	Owner       string           `json:"owner_email"`
	CreatedBy   string           `json:"created_by"`
	CreatedAt   string           `json:"created_at"`
	Privileges  []privilegeModel `json:"privileges"`
}

type privilegeModel struct {
	Action   string `json:"action"`
	Resource string `json:"resource_name"`
	Cluster  string `json:"cluster"`
}

// everywhere stands for all resources in a privilege.
const everywhere = "*ALL*"

// allActions is how the API says that a role may do everything.
var allActions = []catalog.Action{"ALL_GLOBAL_ACTIONS", "ALL_WORKSPACE_ACTIONS", "ALL_INTEGRATION_ACTIONS", "ALL_VI_ACTIONS"}

func (c *call) roles() []roleModel {
	user := c.api.catalog.User()
	var all []roleModel
	for _, r := range c.api.catalog.Roles() {
		actions := r.Actions
		if r.All {
			actions = allActions
		}
		m := roleModel{Name: r.Name, Description: r.Description, Owner: user.Email, CreatedBy: user.Email, CreatedAt: moment(user.CreatedAt)}
		for _, action := range actions {
			m.Privileges = append(m.Privileges, privilegeModel{string(action), everywhere, everywhere})
		}
		all = append(all, m)
	}
	return all
}

func (c *call) listRoles() error { return c.data(c.roles()) }

func (c *call) getRole() error {
	name, all := c.PathValue("role"), c.roles()
	i := slices.IndexFunc(all, func(r roleModel) bool { return r.Name == name })
	if i < 0 {
		return &catalog.Error{Kind: catalog.NotFound, Message: "role \"" + name + "\" does not exist"}
	}
	return c.data(all[i])
}

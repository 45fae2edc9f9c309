package catalog

import "slices"

// The built-in roles.
const (
	RoleAdmin    = "admin"
	RoleMember   = "member"
	RoleReadOnly = "read-only"
)

// Action is what a role may or may not do, named as the API's privileges are.
type Action string

const (
	GetOrganization  Action = "GET_ORG_GLOBAL"
	GetCurrentUser   Action = "GET_CURRENT_USER_GLOBAL"
	GetMetrics       Action = "GET_METRICS_GLOBAL"
	ListUsers        Action = "LIST_USERS_GLOBAL"
	ListRoles        Action = "LIST_ROLES_GLOBAL"
	ManageKeys       Action = "CREATE_API_KEY_GLOBAL" // list, change and delete them too
	ListWorkspaces   Action = "LIST_WS_GLOBAL"
	CreateWorkspace  Action = "CREATE_WS_GLOBAL"
	DeleteWorkspace  Action = "DELETE_WS"
	ListResources    Action = "LIST_RESOURCES_WS"
	QueryData        Action = "QUERY_DATA_WS"
	WriteData        Action = "WRITE_DATA_WS"
	CreateCollection Action = "CREATE_COLLECTION_WS"
	UpdateCollection Action = "UPDATE_COLLECTION_WS"
	DeleteCollection Action = "DELETE_COLLECTION_WS"
	ListInstances    Action = "LIST_VI_GLOBAL"
	CreateInstance   Action = "CREATE_VI_GLOBAL"
	UpdateInstance   Action = "UPDATE_VI" // mount and unmount collections, too
	SuspendInstance  Action = "SUSPEND_RESUME_VI"
	DeleteInstance   Action = "DELETE_VI"
	QueryInstance    Action = "QUERY_VI"
	SetDefault       Action = "UPDATE_DEPLOYMENT_DEFAULT_QUERY_VI"
)

// roles has a row for each built-in role; may nil means everything. They hold in every
// workspace.
var roles = []struct {
	name, description string
	may               []Action
}{
	{RoleAdmin, "May do everything.", nil},
	{RoleMember, "Reads and writes data, makes and deletes workspaces and collections.", []Action{
		GetOrganization, GetCurrentUser, GetMetrics, ListUsers, ListRoles,
		ListWorkspaces, CreateWorkspace, DeleteWorkspace, ListResources,
		QueryData, WriteData, CreateCollection, UpdateCollection, DeleteCollection,
		ListInstances, QueryInstance, UpdateInstance, SuspendInstance,
	}},
	{RoleReadOnly, "Queries data and sees what there is.", []Action{
		GetOrganization, GetCurrentUser, GetMetrics, ListWorkspaces, ListResources, QueryData, ListInstances, QueryInstance,
	}},
}

// Role is a named set of privileges.
type Role struct {
	Name, Description string
	All               bool     // every action, also those not in Actions
	Actions           []Action // shared: not to be changed
}

// Roles returns all roles, the one that may most first.
func (c *Catalog) Roles() []Role {
	all := make([]Role, len(roles))
	for i, r := range roles {
		all[i] = Role{r.name, r.description, r.may == nil, r.may}
	}
	return all
}

// Allows says whether a role may do something in a workspace, "" for what is in none. An
// unknown role may do nothing.
func (c *Catalog) Allows(role string, action Action, workspace string) bool {
	for _, r := range roles {
		if r.name == role {
			return r.may == nil || slices.Contains(r.may, action)
		}
	}
	return false
}

func (c *Catalog) validRole(name string) error {
	var names []string
	for _, r := range roles {
		if r.name == name {
			return nil
		}
		names = append(names, r.name)
	}
	return notFound("role", name, names)
}

package rest

import (
	"net/http"

	"github.com/outcropdb/outcrop/catalog"
)

// route is one operation of the API: how it is called, what its caller must be allowed to do in the
// workspace of its path, if there is one in it, and what answers.
type route struct {
	pattern string
	needs   catalog.Action
	handle  func(*call) error
}

const (
	self       = "/v1/orgs/self"
	workspace  = self + "/ws/{workspace}"
	collection = workspace + "/collections/{collection}"
	keys       = self + "/users/{user}/apikeys"
	instances  = self + "/virtualinstances"
	instanceAt = instances + "/{instance}"
	mountAt    = instanceAt + "/mounts/{collection}"
)

// methods that any path takes.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// routes is the API. Whoever adds one documents it in docs/rest.md.
var routes = []route{
	{"GET /{$}", public, (*call).greet},
	{"GET /healthz", public, (*call).live},
	{"GET /readyz", public, (*call).ready},
	{"GET " + self + "/metrics", catalog.GetMetrics, (*call).getMetrics},

	{"GET " + self, catalog.GetOrganization, (*call).getOrganization},
	{"GET " + self + "/users", catalog.ListUsers, (*call).listUsers},
	{"GET " + self + "/users/{user}", catalog.GetCurrentUser, (*call).getUser},
	{"GET " + self + "/roles", catalog.ListRoles, (*call).listRoles},
	{"GET " + self + "/roles/{role}", catalog.ListRoles, (*call).getRole},

	{"POST " + self + "/users/self/apikeys", catalog.ManageKeys, (*call).createKey},
	{"GET " + keys, catalog.ManageKeys, (*call).listKeys},
	{"GET " + keys + "/{name}", catalog.ManageKeys, (*call).getKey},
	{"POST " + keys + "/{name}", catalog.ManageKeys, (*call).updateKey},
	{"DELETE " + keys + "/{name}", catalog.ManageKeys, (*call).deleteKey},

	{"GET " + self + "/ws", catalog.ListWorkspaces, (*call).listWorkspaces},
	{"POST " + self + "/ws", catalog.CreateWorkspace, (*call).createWorkspace},
	{"GET " + workspace, catalog.ListWorkspaces, (*call).getWorkspace},
	{"DELETE " + workspace, catalog.DeleteWorkspace, (*call).deleteWorkspace},

	{"GET " + self + "/collections", catalog.ListResources, (*call).listCollections},
	{"GET " + workspace + "/collections", catalog.ListResources, (*call).listCollections},
	{"POST " + workspace + "/collections", catalog.CreateCollection, (*call).createCollection},
	{"GET " + collection, catalog.ListResources, (*call).getCollection},
	{"PUT " + collection, catalog.UpdateCollection, (*call).updateCollection},
	{"DELETE " + collection, catalog.DeleteCollection, (*call).deleteCollection},

	{"POST " + collection + "/docs", catalog.WriteData, (*call).addDocuments},
	{"PATCH " + collection + "/docs", catalog.WriteData, (*call).patchDocuments},
	{"DELETE " + collection + "/docs", catalog.WriteData, (*call).deleteDocuments},
	{"POST " + collection + "/offsets/commit", catalog.ListResources, (*call).postOffsets},
	{"GET " + collection + "/offsets/commit", catalog.ListResources, (*call).getOffsets},

	// Queries name workspaces in their text: the privilege is checked for each of those.
	{"POST " + self + "/queries", authenticated, (*call).query},
	{"POST " + self + "/queries/validations", authenticated, (*call).validate},
	{"GET " + self + "/queries", catalog.ListInstances, (*call).listQueries},

	{"GET " + instances, catalog.ListInstances, (*call).listInstances},
	{"POST " + instances, catalog.CreateInstance, (*call).createInstance},
	{"GET " + instanceAt, catalog.ListInstances, (*call).getInstance},
	{"POST " + instanceAt, catalog.UpdateInstance, (*call).updateInstance},
	{"DELETE " + instanceAt, catalog.DeleteInstance, (*call).deleteInstance},
	{"POST " + instanceAt + "/suspend", catalog.SuspendInstance, (*call).suspendInstance},
	{"POST " + instanceAt + "/resume", catalog.SuspendInstance, (*call).resumeInstance},
	{"GET " + instanceAt + "/queries", catalog.ListInstances, (*call).listQueries},
	{"POST " + instanceAt + "/queries", catalog.QueryInstance, (*call).queryInstance},
	{"GET " + instanceAt + "/mounts", catalog.ListInstances, (*call).listMounts},
	{"POST " + instanceAt + "/mounts", catalog.UpdateInstance, (*call).createMounts},
	{"GET " + mountAt, catalog.ListInstances, (*call).getMount},
	{"DELETE " + mountAt, catalog.UpdateInstance, (*call).deleteMount},
	{"POST " + mountAt + "/offsets/commit", catalog.ListInstances, (*call).postMountOffsets},
	{"GET " + self + "/deploymentsettings", catalog.ListInstances, (*call).getSettings},
	{"PUT " + self + "/deploymentsettings", catalog.SetDefault, (*call).putSettings},
}

// later are operations of Rockset's API that are not supported yet: what they are about.
var later = []struct {
	path    string
	methods []string
	what    string
}{
	{self + "/aliases", []string{"GET"}, "aliases"},
	{workspace + "/aliases", []string{"GET", "POST"}, "aliases"},
	{workspace + "/aliases/{alias}", []string{"DELETE", "GET", "POST"}, "aliases"},
	{self + "/roles", []string{"POST"}, "custom roles"},
	{self + "/roles/{role}", []string{"DELETE", "POST"}, "custom roles"},
	{self + "/integrations", []string{"GET", "POST"}, "integrations"},
	{self + "/integrations/{integration}", []string{"DELETE", "GET", "PUT"}, "integrations"},
	{self + "/queries/{query}", []string{"DELETE", "GET"}, "asynchronous queries"},
	{self + "/queries/{query}/pages", []string{"GET"}, "pages of results, which are sent whole"},
	{self + "/lambdas", []string{"GET"}, "query lambdas"},
	{workspace + "/lambdas", []string{"GET", "POST"}, "query lambdas"},
	{workspace + "/lambdas/{lambda}", []string{"DELETE"}, "query lambdas"},
	{workspace + "/lambdas/{lambda}/tags", []string{"GET", "POST"}, "query lambdas"},
	{workspace + "/lambdas/{lambda}/tags/{tag}", []string{"DELETE", "GET", "POST"}, "query lambdas"},
	{workspace + "/lambdas/{lambda}/version/{version}", []string{"DELETE"}, "query lambdas"},
	{workspace + "/lambdas/{lambda}/versions", []string{"GET", "POST"}, "query lambdas"},
	{workspace + "/lambdas/{lambda}/versions/{version}", []string{"GET", "POST"}, "query lambdas"},
	{workspace + "/scheduled_lambdas", []string{"POST"}, "scheduled lambdas"},
	{workspace + "/scheduled_lambdas/{id}", []string{"DELETE", "GET", "POST"}, "scheduled lambdas"},
	{"/v1/public/shared_lambdas/{id}", []string{"POST"}, "shared lambdas"},
	{collection + "/sources", []string{"GET", "POST"}, "sources of collections"},
	{collection + "/sources/{source}", []string{"DELETE", "GET", "PUT"}, "sources of collections"},
	{collection + "/sources/{source}/resume", []string{"POST"}, "sources of collections"},
	{collection + "/sources/{source}/suspend", []string{"POST"}, "sources of collections"},
	{self + "/users", []string{"POST"}, "more than one user"},
	{self + "/users/self/preferences", []string{"GET", "POST"}, "preferences"},
	{self + "/users/{user}", []string{"DELETE", "POST"}, "changes of users"},
	{self + "/views", []string{"GET"}, "views"},
	{workspace + "/views", []string{"GET", "POST"}, "views"},
	{workspace + "/views/{view}", []string{"DELETE", "GET", "POST"}, "views"},
}

func notYet(what string) func(*call) error {
	return func(*call) error { return notSupported("%s", what) }
}

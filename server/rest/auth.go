package rest

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/outcropdb/outcrop/catalog"
)

// What a route needs of its caller beside a catalog.Action.
const (
	public        catalog.Action = ""  // nothing
	authenticated catalog.Action = "-" // an API key of any role
)

// authorize lets a call in, or not.
func (c *call) authorize(needs catalog.Action) error {
	if needs == public {
		return nil
	}
	given := secret(c.Header.Get("Authorization"))
	if given == "" {
		return refuse(http.StatusUnauthorized, "AUTHEXCEPTION", "an API key is missing: send the header Authorization: ApiKey <key>")
	}
	key, err := c.api.catalog.Authenticate(given)
	if err != nil {
		return err
	}
	c.key = key
	if needs == authenticated {
		return nil
	}
	return c.allowed(needs, c.PathValue("workspace"))
}

// allowed says whether the caller may do something in a workspace.
func (c *call) allowed(action catalog.Action, workspace string) error {
	if c.api.catalog.Allows(c.key.Role, action, workspace) {
		return nil
	}
	where := ""
	if workspace != "" {
		where = fmt.Sprintf(" in workspace %q", workspace)
	}
	return refuse(http.StatusForbidden, "FORBIDDEN", "the role %q of API key %q does not have the privilege %s%s", c.key.Role, c.key.Name, action, where)
}

// secret is the API key of an Authorization header: ApiKey <key>, Bearer <key>, or Basic with the key as
// the user's name. It is "" where there is none.
func secret(header string) string {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	rest = strings.TrimSpace(rest)
	switch strings.ToLower(scheme) {
	case "apikey", "bearer":
		return rest
	case "basic":
		decoded, err := base64.StdEncoding.DecodeString(rest)
		if err != nil {
			return ""
		}
		user, _, _ := strings.Cut(string(decoded), ":")
		return user
	}
	return ""
}

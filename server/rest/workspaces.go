package rest

import "github.com/outcropdb/outcrop/catalog"

type workspaceModel struct {
	Name            string `json:"name"`
	Description     string `json:"description"`
	CreatedAt       string `json:"created_at"`
	CreatedBy       string `json:"created_by"`
	CollectionCount int    `json:"collection_count"`
}

func (c *call) workspaceModel(w *catalog.Workspace) workspaceModel {
	return workspaceModel{w.Name, w.Description, moment(w.CreatedAt), w.CreatedBy, len(c.api.catalog.Collections(w.Name))}
}

func (c *call) listWorkspaces() error {
	all := []workspaceModel{}
	for _, w := range c.api.catalog.Workspaces() {
		all = append(all, c.workspaceModel(w))
	}
	return c.data(all)
}

func (c *call) createWorkspace() error {
	var body struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	w, err := c.api.catalog.CreateWorkspace(c.Context(), body.Name, body.Description, c.by())
	if err != nil {
		return err
	}
	return c.data(c.workspaceModel(w))
}

func (c *call) getWorkspace() error {
	w, err := c.api.catalog.Workspace(c.PathValue("workspace"))
	if err != nil {
		return err
	}
	return c.data(c.workspaceModel(w))
}

func (c *call) deleteWorkspace() error {
	w, err := c.api.catalog.Workspace(c.PathValue("workspace"))
	if err != nil {
		return err
	}
	if err := c.api.catalog.DeleteWorkspace(c.Context(), w.Name); err != nil {
		return err
	}
	return c.data(c.workspaceModel(w))
}

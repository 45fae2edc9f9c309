package server

import (
	"context"
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// snapshots are what one query sees: a snapshot of each collection, taken when it is first asked for. They
// are the query's plan.Catalog and plan.Stats, too. They belong to one goroutine.
type snapshots struct {
	server   *Server
	opened   map[string]*index.Snapshot     // by collection id
	resolved map[string]*catalog.Collection // by collection id
	where    *catalog.Instance              // only what is mounted on it is seen
	allowed  func(workspace string) error   // whether the caller may query
}

func (s *Server) snapshots(where *catalog.Instance, allowed func(workspace string) error) *snapshots {
	return &snapshots{server: s, where: where, opened: map[string]*index.Snapshot{}, resolved: map[string]*catalog.Collection{}, allowed: allowed}
}

// Close closes all.
func (s *snapshots) Close() {
	for _, snapshot := range s.opened {
		snapshot.Close()
	}
}

// collection finds a collection by the parts of its name: workspaces, then the name. A name alone is in
// the default workspace.
func (s *snapshots) collection(ctx context.Context, name []string) (*catalog.Collection, error) {
	workspace := catalog.DefaultWorkspace
	if len(name) > 1 {
		workspace = strings.Join(name[:len(name)-1], ".")
	}
	if err := s.allowed(workspace); err != nil {
		return nil, err
	}
	c, err := s.server.catalog.Collection(workspace, name[len(name)-1])
	if err != nil {
		return nil, err
	}
	if !s.where.Mounted(c.ID) {
		return nil, catalog.NotMounted(s.where, c)
	}
	return c, s.open(ctx, c)
}

func (s *snapshots) open(ctx context.Context, c *catalog.Collection) error {
	if s.opened[c.ID] != nil {
		return nil
	}
	snapshot, err := s.server.Snapshot(ctx, c)
	if err != nil {
		return err
	}
	s.opened[c.ID], s.resolved[c.ID] = snapshot, c
	return nil
}

// Resolve is plan.Catalog's.
func (s *snapshots) Resolve(ctx context.Context, name []string) (collection, viewSQL string, err error) {
	c, err := s.collection(ctx, name)
	if err != nil {
		return "", "", err
	}
	return c.ID, "", nil
}

// Rows is plan.Stats'.
func (s *snapshots) Rows(collection string) int64 { return s.opened[collection].Rows() }

// Selectivity is plan.Stats'.
func (s *snapshots) Selectivity(collection string, p vec.Predicate) float64 {
	return s.opened[collection].Selectivity(p)
}

// Types is plan.Stats'.
func (s *snapshots) Types(collection string, path vec.Path) vec.TypeSet {
	return s.opened[collection].Types(path)
}

// Fields is plan.Stats'.
func (s *snapshots) Fields(collection string) []string { return s.opened[collection].Names() }

// names are the full names of the collections seen, sorted.
func (s *snapshots) names() []string {
	out := []string{}
	for _, c := range s.resolved {
		out = append(out, c.Path())
	}
	slices.Sort(out)
	return out
}

// current tells whether a plan that was bound earlier still fits what the collections hold: they are the
// same ones, and every path that it reads still has the type that it was bound with.
func (s *snapshots) current(ctx context.Context, p *prepared) (bool, error) {
	for id, name := range p.collections {
		c, err := s.collection(ctx, name)
		if err != nil {
			return false, err
		}
		if c.ID != id {
			return false, nil
		}
	}
	for _, read := range p.reads {
		for _, column := range read.columns {
			if len(column.Path) > 0 && s.Types(read.collection, column.Path).One() != column.Type {
				return false, nil
			}
		}
	}
	return true, nil
}

var (
	_ plan.Catalog = (*snapshots)(nil)
	_ plan.Stats   = (*snapshots)(nil)
)

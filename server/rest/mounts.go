package rest

import (
	"strings"

	"github.com/outcropdb/outcrop/catalog"
)

// mountRRN is what the rrn of a mount begins with.
const mountRRN = "rrn:mnt:outcrop:"

type mountModel struct {
	ID         string         `json:"id"`
	RRN        string         `json:"rrn"`
	Collection string         `json:"collection_path"`
	Instance   string         `json:"virtual_instance_id"`
	RRNOf      string         `json:"virtual_instance_rrn"`
	State      string         `json:"state"`
	CreatedAt  string         `json:"created_at"`
	Stats      *instanceStats `json:"stats"`
}

// mounts are those of an instance. The default one has one of each collection, called as that is.
func (c *call) mounts(i *catalog.Instance) []mountModel {
	all := []mountModel{}
	of := map[string]catalog.Mount{}
	for _, m := range i.Mounts {
		of[m.Collection] = m
	}
	for _, each := range c.api.catalog.Collections("") {
		m, ok := of[each.ID]
		if i.Default() {
			m, ok = catalog.Mount{ID: each.ID, CreatedAt: each.CreatedAt}, true
		}
		if ok {
			all = append(all, mountModel{
				ID: m.ID, RRN: mountRRN + m.ID, Collection: each.Path(), Instance: i.ID, RRNOf: instanceRRN + i.ID,
				State: string(i.State), CreatedAt: moment(m.CreatedAt),
			})
		}
	}
	return all
}

func (c *call) listMounts() error {
	i, err := c.instance()
	if err != nil {
		return err
	}
	return c.data(c.mounts(i))
}

// mounted is the path's instance and collection, which is mounted on it.
func (c *call) mounted() (*catalog.Instance, *catalog.Collection, mountModel, error) {
	i, err := c.instance()
	if err != nil {
		return nil, nil, mountModel{}, err
	}
	of, err := c.collectionAt(c.PathValue("collection"))
	if err != nil {
		return nil, nil, mountModel{}, err
	}
	for _, m := range c.mounts(i) {
		if m.Collection == of.Path() {
			return i, of, m, nil
		}
	}
	return nil, nil, mountModel{}, catalog.NotMounted(i, of)
}

// collectionAt finds a collection by its full name.
func (c *call) collectionAt(path string) (*catalog.Collection, error) {
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return nil, invalid("collection path %q: give workspace.collection", path)
	}
	return c.api.catalog.Collection(path[:dot], path[dot+1:])
}

func (c *call) getMount() error {
	_, _, m, err := c.mounted()
	if err != nil {
		return err
	}
	return c.data(m)
}

// createMounts mounts collections, all or none, and answers with their mounts.
func (c *call) createMounts() error {
	i, err := c.instance()
	if err != nil {
		return err
	}
	var body struct {
		Paths []string `json:"collection_paths"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if len(body.Paths) == 0 {
		return invalid(`collections are missing: give {"collection_paths": ["workspace.collection"]}`)
	}
	asked := map[string]bool{}
	var collections []*catalog.Collection
	for _, path := range body.Paths {
		of, err := c.collectionAt(path)
		if err != nil {
			return err
		}
		collections, asked[of.Path()] = append(collections, of), true
	}
	if i, err = c.api.catalog.MountCollections(c.Context(), i.ID, collections); err != nil {
		return err
	}
	made := []mountModel{}
	for _, m := range c.mounts(i) {
		if asked[m.Collection] {
			made = append(made, m)
		}
	}
	return c.data(made)
}

func (c *call) deleteMount() error {
	i, of, m, err := c.mounted()
	if err != nil {
		return err
	}
	if _, err := c.api.catalog.Unmount(c.Context(), i.ID, of); err != nil {
		return err
	}
	m.State = "DELETING"
	return c.data(m)
}

// postMountOffsets answers whether writes are queryable in the instance: mounts are live, so that they are
// when they are anywhere.
func (c *call) postMountOffsets() error {
	_, of, _, err := c.mounted()
	if err != nil {
		return err
	}
	return c.passedFences(of)
}

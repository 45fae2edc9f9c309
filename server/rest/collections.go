package rest

import (
	"encoding/json"
	"errors"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index/fs"
)

type collectionModel struct {
	Workspace        string      `json:"workspace"`
	Name             string      `json:"name"`
	Description      string      `json:"description"`
	Status           string      `json:"status"`
	CreatedAt        string      `json:"created_at"`
	CreatedBy        string      `json:"created_by"`
	CreatedByKey     *string     `json:"created_by_apikey_name"`
	RetentionSeconds *int64      `json:"retention_secs"` // null: for ever
	Compression      string      `json:"storage_compression_type"`
	ReadOnly         bool        `json:"read_only"`
	InsertOnly       bool        `json:"insert_only"`
	Sources          []struct{}  `json:"sources"`
	Aliases          []struct{}  `json:"aliases"`
	FieldMappings    []struct{}  `json:"field_mappings"`
	Stats            *statsModel `json:"stats"`            // null where Damage is not
	Damage           *string     `json:"damage,omitempty"` // ours: why it cannot be queried
}

// statsModel is of bytes on disk, but for total_size, which has those in memory too. The range index is
// part of the inverted one.
type statsModel struct {
	DocCount          int64   `json:"doc_count"`
	TotalSize         int64   `json:"total_size"`
	TotalIndexSize    int64   `json:"total_index_size"`
	RowIndexSize      int64   `json:"row_index_size"`
	ColumnIndexSize   int64   `json:"column_index_size"`
	InvertedIndexSize int64   `json:"inverted_index_size"`
	RangeIndexSize    int64   `json:"range_index_size"`
	FillProgress      float64 `json:"fill_progress"`
}

// collectionModel is a collection without stats.
func newCollectionModel(c *catalog.Collection) collectionModel {
	m := collectionModel{
		Workspace: c.Workspace, Name: c.Name, Description: c.Description, Status: string(c.Status),
		CreatedAt: moment(c.CreatedAt), CreatedBy: c.CreatedBy, CreatedByKey: optional(c.CreatedByKey), Compression: c.Compression,
		Sources: []struct{}{}, Aliases: []struct{}{}, FieldMappings: []struct{}{},
	}
	if c.RetentionSeconds > 0 {
		m.RetentionSeconds = &c.RetentionSeconds
	}
	return m
}

func (c *call) collectionModel(of *catalog.Collection) (collectionModel, error) {
	m := newCollectionModel(of)
	snapshot, err := c.api.server.Snapshot(c.Context(), of)
	if damage, ok := errors.AsType[*fs.DamageError](err); ok {
		text := damage.Error()
		m.Damage = &text
		return m, nil
	}
	if err != nil {
		return m, err
	}
	defer snapshot.Close()
	sizes := snapshot.Bytes()
	m.Stats = &statsModel{
		DocCount: snapshot.Rows(), TotalSize: sizes.Files + sizes.Memory, TotalIndexSize: sizes.Files,
		RowIndexSize: sizes.Row + sizes.Primary, ColumnIndexSize: sizes.Column, InvertedIndexSize: sizes.Inverted,
		FillProgress: 1,
	}
	return m, nil
}

// collection is the one that the path names.
func (c *call) collection() (*catalog.Collection, error) {
	return c.api.catalog.Collection(c.PathValue("workspace"), c.PathValue("collection"))
}

// listCollections lists those of the path's workspace, or all.
func (c *call) listCollections() error {
	workspace := c.PathValue("workspace")
	if workspace != "" {
		if _, err := c.api.catalog.Workspace(workspace); err != nil {
			return err
		}
	}
	all := []collectionModel{}
	for _, each := range c.api.catalog.Collections(workspace) {
		m, err := c.collectionModel(each)
		if err != nil {
			if _, gone := c.api.catalog.Collection(each.Workspace, each.Name); gone != nil {
				continue // deleted meanwhile
			}
			return err
		}
		all = append(all, m)
	}
	return c.data(all)
}

func (c *call) getCollection() error {
	found, err := c.collection()
	if err != nil {
		return err
	}
	m, err := c.collectionModel(found)
	if err != nil {
		return err
	}
	return c.data(m)
}

// collectionBody is what requests say of a collection.
type collectionBody struct {
	Name         string            `json:"name"`
	Description  *string           `json:"description"`
	Retention    int64             `json:"retention_secs"`
	Compression  string            `json:"storage_compression_type"`
	Sources      []json.RawMessage `json:"sources"`
	Clustering   []json.RawMessage `json:"clustering_key"`
	EventTime    *json.RawMessage  `json:"event_time_info"`
	FieldMapping struct {
		SQL string `json:"sql"`
	} `json:"field_mapping_query"`
}

func (b *collectionBody) supported() error {
	switch {
	case len(b.Sources) > 0:
		return notSupported("sources of collections; make the collection without and add documents to it")
	case b.FieldMapping.SQL != "":
		return notSupported("field_mapping_query")
	case len(b.Clustering) > 0:
		return notSupported("clustering_key")
	case b.EventTime != nil:
		return notSupported("event_time_info; give documents an _event_time")
	}
	return nil
}

func (c *call) createCollection() error {
	var body collectionBody
	if err := c.decode(&body); err != nil {
		return err
	}
	if err := body.supported(); err != nil {
		return err
	}
	want := catalog.Collection{Workspace: c.PathValue("workspace"), Name: body.Name, RetentionSeconds: body.Retention, Compression: body.Compression}
	if body.Description != nil {
		want.Description = *body.Description
	}
	made, err := c.api.server.CreateCollection(c.Context(), want, c.by())
	if err != nil {
		return err
	}
	m, err := c.collectionModel(made)
	if err != nil {
		return err
	}
	return c.data(m)
}

// updateCollection changes the description, which is all that the API lets change.
func (c *call) updateCollection() error {
	var body collectionBody
	if err := c.decode(&body); err != nil {
		return err
	}
	if err := body.supported(); err != nil {
		return err
	}
	changed, err := c.api.catalog.UpdateCollection(c.Context(), c.PathValue("workspace"), c.PathValue("collection"), func(next *catalog.Collection) error {
		if body.Description != nil {
			next.Description = *body.Description
		}
		return nil
	})
	if err != nil {
		return err
	}
	m, err := c.collectionModel(changed)
	if err != nil {
		return err
	}
	return c.data(m)
}

func (c *call) deleteCollection() error {
	deleted, err := c.api.server.DeleteCollection(c.Context(), c.PathValue("workspace"), c.PathValue("collection"))
	if err != nil {
		return err
	}
	return c.data(newCollectionModel(deleted))
}

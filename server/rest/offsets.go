package rest

import (
	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/ingest"
)

type offsetsModel struct {
	Data struct {
		Fence  string `json:"fence"`
		Passed bool   `json:"passed"`
	} `json:"data"`
	Offsets struct {
		Commit string `json:"commit"`
	} `json:"offsets"`
}

// getOffsets is the older way to ask: one fence, in the query string.
func (c *call) getOffsets() error {
	fence := c.URL.Query().Get("fence")
	if fence == "" {
		return invalid("fence is missing: give the last_offset of a write")
	}
	of, err := c.collection()
	if err != nil {
		return err
	}
	return c.passed(of, []string{fence})
}

func (c *call) postOffsets() error {
	of, err := c.collection()
	if err != nil {
		return err
	}
	return c.passedFences(of)
}

// passedFences takes the fences of a collection from the body.
func (c *call) passedFences(of *catalog.Collection) error {
	var body struct {
		Name []string `json:"name"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if len(body.Name) == 0 {
		return invalid(`fences are missing: give {"name": ["<last_offset of a write>"]}`)
	}
	return c.passed(of, body.Name)
}

// passed answers whether the changes before all fences are queryable. The fence in the reply is the first
// that is not passed, or the last of all.
func (c *call) passed(of *catalog.Collection, fences []string) error {
	var m offsetsModel
	m.Data.Passed = true
	for _, text := range fences {
		fence, err := ingest.ParseFence(text)
		if err != nil {
			return invalid("%s", err)
		}
		if fence.Collection != of.ID {
			return invalid("fence %q is of another collection than %s", text, of.Path())
		}
		m.Data.Fence, m.Offsets.Commit = text, text
		if m.Data.Passed, err = c.api.server.Passed(c.Context(), fence, false); err != nil {
			return err
		}
		if !m.Data.Passed {
			break
		}
	}
	return c.reply(200, m)
}

package rest

import (
	"errors"
	"io"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// documents are what a request holds, in its order: each encoded, or refused.
type documents struct {
	values  []vec.Value // nil where refused
	refused []error     // nil where not
	buffer  *buffer     // that values alias
}

func (d *documents) release() { d.buffer.release() }

// readDocuments reads {"data": [...]}. A bad document is refused alone. When there is no telling where the
// next one begins, the whole request is: nothing of it has been written yet. The caller releases them.
func (c *call) readDocuments() (*documents, error) {
	body, err := c.body(MaxDocumentsBytes)
	if err != nil {
		return nil, err
	}
	defer body.release()
	reader := c.api.readers.Get().(*jsonio.Reader)
	defer c.api.readers.Put(reader)
	d := &documents{buffer: getBuffer()}
	c.api.server.Compute(func() { err = d.scan(jsonio.ScanText(reader, jsonio.Body, body.bytes)) })
	if err != nil {
		d.release()
		return nil, err
	}
	return d, nil
}

func (d *documents) scan(scanner *jsonio.Scanner) error {
	var ends []int
	for {
		out, err := scanner.Next(d.buffer.bytes)
		if err == io.EOF {
			break
		}
		if bad, ok := errors.AsType[*jsonio.SyntaxError](err); err != nil && (!ok || bad.Rest) {
			return err
		}
		if len(ends) == MaxDocuments {
			return tooLarge("more than %d documents: send them in several requests", MaxDocuments)
		}
		d.buffer.bytes = out
		ends, d.refused = append(ends, len(out)), append(d.refused, err)
	}
	d.values = make([]vec.Value, len(ends))
	from := 0
	for i, to := range ends {
		d.values[i] = d.buffer.bytes[from:to:to]
		from = to
	}
	return nil
}

func (c *call) addDocuments() error {
	return c.writeDocuments(func(document vec.Value) ingest.Change {
		return ingest.Change{Op: index.Upsert, Document: document}
	}, func(o *ingest.Outcome) string {
		if o.Existed {
			return "REPLACED"
		}
		return "ADDED"
	})
}

// deleteDocuments deletes by _id. One that was not there is gone, too.
func (c *call) deleteDocuments() error {
	return c.writeDocuments(func(document vec.Value) ingest.Change {
		return ingest.Change{Op: index.Delete, ID: document.Field(ingest.IDField)}
	}, func(*ingest.Outcome) string { return "DELETED" })
}

// patchDocuments applies a patch (RFC 6902, and increment) to each document, which has to be there.
func (c *call) patchDocuments() error {
	return c.writeDocuments(func(document vec.Value) ingest.Change {
		return ingest.Change{Op: index.Patch, ID: document.Field(ingest.IDField), Document: document.Field("patch")}
	}, func(*ingest.Outcome) string { return "PATCHED" })
}

// writeDocuments makes a change of each document of the request, and answers with what became of each.
func (c *call) writeDocuments(change func(vec.Value) ingest.Change, status func(*ingest.Outcome) string) error {
	to, err := c.collection()
	if err != nil {
		return err
	}
	d, err := c.readDocuments()
	if err != nil {
		return err
	}
	defer d.release()
	changes := make([]ingest.Change, 0, len(d.values))
	for i, document := range d.values {
		if d.refused[i] == nil {
			changes = append(changes, change(document))
		}
	}
	written, fence, err := c.api.server.Write(c.Context(), to, changes)
	if err != nil {
		return err
	}
	outcomes := make([]ingest.Outcome, len(d.values))
	for i, refused := range d.refused {
		if refused != nil {
			outcomes[i].Err = refused
			continue
		}
		outcomes[i], written = written[0], written[1:]
		if id := d.values[i].Field(ingest.IDField); outcomes[i].Err != nil && id.Type() == vec.String {
			outcomes[i].ID = string(id.Content()) // so that the client knows which one
		}
	}
	return c.sendOutcomes(to, outcomes, fence, status)
}

func (c *call) sendOutcomes(of *catalog.Collection, outcomes []ingest.Outcome, fence ingest.Fence, status func(*ingest.Outcome) string) error {
	b := getBuffer()
	defer b.release()
	out := append(b.bytes, `{"data":[`...)
	for i := range outcomes {
		o := &outcomes[i]
		if i > 0 {
			out = append(out, ',')
		}
		out = vec.AppendJSONString(append(out, `{"_collection":`...), []byte(of.Name))
		out = append(out, `,"_id":`...)
		if o.ID == "" {
			out = append(out, "null"...)
		} else {
			out = vec.AppendJSONString(out, []byte(o.ID))
		}
		if o.Err != nil {
			out = append(out, `,"status":"ERROR","error":`...)
			out = appendDocumentError(out, o.Err)
		} else {
			out = append(append(append(out, `,"status":"`...), status(o)...), `","error":null`...)
		}
		out = append(out, `,"patch_id":null}`...)
	}
	out = vec.AppendJSONString(append(out, `],"last_offset":`...), []byte(fence.String()))
	b.bytes = append(out, '}')
	return c.send(200, b.bytes)
}

package rest

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
)

// queryBody is a query as clients send it: SQL, or, which is our own, a Substrait plan. What else the API
// has asks for pages or debugging, and is passed over: results are sent whole.
type queryBody struct {
	SQL       sqlBody `json:"sql"`
	Async     bool    `json:"async"`
	TimeoutMS int64   `json:"timeout_ms"`

	Substrait  []byte      `json:"substrait"` // protobuf, in base64
	Parameters []parameter `json:"parameters"`
	RowLimit   int64       `json:"default_row_limit"`
}

type sqlBody struct {
	Query      string      `json:"query"`
	Parameters []parameter `json:"parameters"`
	RowLimit   int64       `json:"default_row_limit"`
}

// queryRequest reads the body of a query.
func (c *call) queryRequest() (server.Request, error) {
	var body queryBody
	r := server.Request{Allowed: func(workspace string) error { return c.allowed(catalog.QueryData, workspace) }}
	if err := c.decode(&body); err != nil {
		return r, err
	}
	if (body.SQL.Query == "") == (len(body.Substrait) == 0) {
		return r, invalid(`a query is missing: give {"sql": {"query": "SELECT ..."}}, or {"substrait": "<a plan in base64>"}`)
	}
	if body.Async {
		return r, notSupported("async; ask without it, and for a timeout_ms of up to %d", server.MaxTimeout.Milliseconds())
	}
	if len(body.Substrait) > 0 {
		r.Substrait = body.Substrait
		body.SQL.Parameters, body.SQL.RowLimit = body.Parameters, body.RowLimit
	}
	r.SQL, r.RowLimit = body.SQL.Query, body.SQL.RowLimit
	if r.RowLimit < 0 {
		return r, invalid("default_row_limit is %d; give 1 or more, or none", r.RowLimit)
	}
	if body.TimeoutMS < 0 || body.TimeoutMS > server.MaxTimeout.Milliseconds() {
		return r, invalid("timeout_ms is %d; give 1 to %d, or none for %d", body.TimeoutMS, server.MaxTimeout.Milliseconds(), server.DefaultTimeout.Milliseconds())
	}
	r.Timeout = time.Duration(body.TimeoutMS) * time.Millisecond
	for _, p := range body.SQL.Parameters {
		value, err := p.value()
		if err != nil {
			return r, err
		}
		r.Parameters = append(r.Parameters, server.Parameter{Name: p.Name, Value: value})
	}
	return r, nil
}

// fieldModel is a column of a result.
type fieldModel struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// queryModel is what stands before a result's rows.
type queryModel struct {
	ID          string       `json:"query_id"`
	Status      string       `json:"status"`
	Collections []string     `json:"collections"`
	Stats       queryStats   `json:"stats"`
	Total       int64        `json:"results_total_doc_count"`
	Fields      []fieldModel `json:"column_fields,omitempty"`
	Warnings    []string     `json:"warnings"`
	Pagination  pagination   `json:"pagination"`
}

type queryStats struct {
	ElapsedMS       int64 `json:"elapsed_time_ms"`
	ThrottledMicros int64 `json:"throttled_time_micros"` // waiting for admission
}

// pagination says that all rows are on the one page there is.
type pagination struct {
	Count      int64   `json:"current_page_doc_count"`
	NextCursor *string `json:"next_cursor"`
}

// query runs a query and answers when its last row is there, so that an error at any row still has its status.
func (c *call) query() error { return c.queryIn("") }

// queryIn does so in a virtual instance, "" being the default one.
func (c *call) queryIn(instance string) error {
	request, err := c.queryRequest()
	if err != nil {
		return err
	}
	request.Instance, request.By = instance, c.key.CreatedBy
	rows := newResult(c.api.results)
	defer rows.release()
	summary, err := c.api.server.Query(c.Context(), request, rows)
	if err != nil {
		return &queryError{summary.ID, err}
	}
	head, err := json.Marshal(queryModel{
		ID: summary.ID, Status: "COMPLETED", Collections: summary.Collections, Total: summary.Rows, Warnings: []string{},
		Stats:      queryStats{summary.Elapsed.Milliseconds(), summary.Waited.Microseconds()},
		Fields:     rows.columns(),
		Pagination: pagination{Count: summary.Rows},
	})
	if err != nil {
		return err
	}
	head = append(head[:len(head)-1], `,"results":[`...)
	return c.send(http.StatusOK, head, rows.text(), []byte("]}"))
}

// validate binds a query and answers which collections and parameters it has.
func (c *call) validate() error {
	request, err := c.queryRequest()
	if err != nil {
		return err
	}
	shape, err := c.api.server.Shape(c.Context(), request)
	if err != nil {
		return err
	}
	return c.reply(http.StatusOK, map[string][]string{"collections": shape.Collections, "parameters": shape.Parameters})
}

// activeQueryModel is a query that waits or runs.
type activeQueryModel struct {
	ID          string `json:"query_id"`
	Status      string `json:"status"`
	SQL         string `json:"sql"`
	ExecutedBy  string `json:"executed_by"`
	SubmittedAt string `json:"submitted_at"`
}

// listQueries lists those of the path's instance, or all.
func (c *call) listQueries() error {
	id := c.PathValue("instance")
	if id != "" {
		i, err := c.instance()
		if err != nil {
			return err
		}
		id = i.ID
	}
	all := []activeQueryModel{}
	for _, q := range c.api.server.ActiveQueries(id) {
		status := "QUEUED"
		if q.Running {
			status = "RUNNING"
		}
		all = append(all, activeQueryModel{q.ID, status, q.SQL, q.By, moment(q.Submitted)})
	}
	return c.data(all)
}

var _ server.Receiver = (*result)(nil)

// star is the name of a column of documents, whose fields stand for columns.
const star = "*"

func hasStar(fields []plan.Field) bool {
	for _, f := range fields {
		if f.Name == star {
			return true
		}
	}
	return false
}

package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/ingest/stream"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// errorModel is the body of every reply that is not 2xx, and what is said of a document that was refused.
// Type is one of the API's list: some clients refuse any other.
type errorModel struct {
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Line    *int    `json:"line"`
	Column  *int    `json:"column"`
	TraceID *string `json:"trace_id"`
	ErrorID *string `json:"error_id"`
	QueryID *string `json:"query_id"`
}

// refusal is an error of a request that this package finds itself.
type refusal struct {
	status       int
	kind         string
	message      string
	line, column int // of the body; 0 where there is none
}

func (r *refusal) Error() string { return r.message }

func refuse(status int, kind, format string, args ...any) error {
	return &refusal{status: status, kind: kind, message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) error {
	return refuse(http.StatusBadRequest, "INVALIDINPUT", format, args...)
}

// notSupported is the error of what the API has and this server does not, yet.
func notSupported(format string, args ...any) error {
	return refuse(http.StatusNotImplemented, "NOTIMPLEMENTEDYET", "not supported yet: "+format, args...)
}

// queryError is the error of a query that has an id.
type queryError struct {
	id  string
	err error
}

func (e *queryError) Error() string { return e.err.Error() }
func (e *queryError) Unwrap() error { return e.err }

// statusClientGone is what the log says when nobody waits for the reply any more (nginx's number).
const statusClientGone = 499

// families say which status and type an error has; the first that fits counts. What none fits is ours:
// the client learns its id, the log the rest.
var families = []struct {
	is     func(error) bool
	status int
	kind   string
}{
	{kind(catalog.Unauthorized), http.StatusUnauthorized, "AUTHEXCEPTION"},
	{kind(catalog.InvalidInput), http.StatusBadRequest, "INVALIDINPUT"},
	{kind(catalog.NotFound), http.StatusNotFound, "NOTFOUND"},
	{kind(catalog.AlreadyExists), http.StatusConflict, "ALREADYEXISTS"},
	{kind(catalog.DependentResources), http.StatusConflict, "DEPENDENTRESOURCES"},
	{kind(catalog.Conflict), http.StatusConflict, "CONFLICT"},
	// Not 503, which clients answer by trying again.
	{kind(catalog.NotReady), http.StatusConflict, "NOT_READY"},
	{as[*jsonio.SyntaxError], http.StatusBadRequest, "INVALIDINPUT"},
	// Before plan.Error, which may be about it. Not 429, which clients answer by trying again.
	{as[*instance.BudgetError], http.StatusBadRequest, "RESOURCEEXCEEDED"},
	{as[*fs.DamageError], http.StatusServiceUnavailable, "SERVICEUNAVAILABLE"},
	{as[*plan.Error], http.StatusBadRequest, "QUERY_ERROR"},
	{as[stream.ErrBusy], http.StatusTooManyRequests, "RATELIMITEXCEEDED"},
	{one(instance.ErrQueueFull), http.StatusTooManyRequests, "RATELIMITEXCEEDED"},
	{one(server.ErrTimeout), http.StatusRequestTimeout, "QUERY_TIMEOUT"},
	{one(instance.ErrClosed, stream.ErrClosed, index.ErrClosed), http.StatusServiceUnavailable, "SERVICEUNAVAILABLE"},
	{one(context.Canceled), statusClientGone, "CLIENT_CONNECTION_ERROR"},
}

// internal is the family of all other errors.
const internal = "INTERNALERROR"

func kind(k catalog.Kind) func(error) bool {
	return func(err error) bool { return catalog.KindOf(err) == k }
}

func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func one(targets ...error) func(error) bool {
	return func(err error) bool {
		for _, target := range targets {
			if errors.Is(err, target) {
				return true
			}
		}
		return false
	}
}

// modelOf is an error as the API has it, and its status.
func modelOf(err error) (errorModel, int) {
	m := errorModel{Message: err.Error(), Type: internal}
	status := http.StatusInternalServerError
	if r, ok := errors.AsType[*refusal](err); ok {
		m.Type, m.Line, m.Column = r.kind, place(r.line), place(r.column)
		return m, r.status
	}
	for _, f := range families {
		if f.is(err) {
			m.Type, status = f.kind, f.status
			break
		}
	}
	if e, ok := errors.AsType[*plan.Error](err); ok {
		m.Line, m.Column = place(e.Line), place(e.Column)
	} else if e, ok := errors.AsType[*jsonio.SyntaxError](err); ok {
		m.Line, m.Column = place(e.Line), place(e.Column)
	}
	return m, status
}

func place(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// fail answers a call with an error.
func (c *call) fail(err error) {
	m, status := modelOf(err)
	id := uuid.NewString()
	m.TraceID, m.ErrorID = &c.trace, &id
	if e, ok := errors.AsType[*queryError](err); ok {
		m.QueryID = &e.id
	}
	if m.Type == internal {
		c.api.log.Error("a request failed", "error_id", id, "trace_id", c.trace, "method", c.Method, "path", c.URL.Path, "error", err)
		m.Message = "internal error; the server's log has the reason under error_id " + id
	}
	h := c.w.Header()
	switch status {
	case http.StatusTooManyRequests:
		h.Set("Retry-After", strconv.Itoa(retryAfter(err)))
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "ApiKey")
	}
	c.reply(status, m)
}

// retryAfter is in seconds, the least that HTTP knows.
func retryAfter(err error) int {
	wait := time.Second
	if busy, ok := errors.AsType[stream.ErrBusy](err); ok {
		wait = max(wait, busy.RetryAfter)
	}
	return int(math.Ceil(wait.Seconds()))
}

// noRoute is the error of a request that no route takes: its path is unknown, or known by other methods.
func (a *api) noRoute(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range methods {
		other := *r
		other.Method = method
		if _, pattern := a.mux.Handler(&other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return refuse(http.StatusNotFound, "NOTFOUND", "there is no %s in this API", r.URL.Path)
	}
	list := strings.Join(allowed, ", ")
	w.Header().Set("Allow", list)
	return refuse(http.StatusMethodNotAllowed, "METHODNOTALLOWED", "%s does not take %s; it takes %s", r.URL.Path, r.Method, list)
}

// appendDocumentError writes why a document was refused.
func appendDocumentError(dst []byte, err error) []byte {
	m := errorModel{Message: err.Error(), Type: "INVALIDINPUT"}
	switch {
	case errors.Is(err, ingest.ErrNoDocument):
		m.Type = "NOTFOUND"
	case errors.Is(err, ingest.ErrUnknown):
		m.Type = "NOT_READY"
	}
	if e, ok := errors.AsType[*jsonio.SyntaxError](err); ok {
		m.Message, m.Line, m.Column = e.Message, place(e.Line), place(e.Column)
	}
	text, err := json.Marshal(m)
	if err != nil {
		panic("bug: " + err.Error())
	}
	return append(dst, text...)
}

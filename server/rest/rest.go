// Package rest is the HTTP door: the Rockset-compatible API.
package rest

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// What a request and its reply may have at most.
const (
	// MaxDocumentsBytes of the body of a request with documents, plain or unpacked: Rockset's limit.
	MaxDocumentsBytes = 10 << 20
	// MaxDocuments of one request: Rockset's limit.
	MaxDocuments = 20_000
	// MaxBodyBytes of any other body: SQL of up to 1 MiB, escaped, and its parameters.
	MaxBodyBytes = 4 << 20
	// MaxBodiesBytes of all bodies that are being worked on: more are asked to come back later.
	MaxBodiesBytes = 512 << 20
	// MaxResultBytes of a query's rows as JSON, which are held in memory until the last one is there.
	MaxResultBytes = 256 << 20
	// MaxResultsBytes of the rows of all queries that are held so.
	MaxResultsBytes = 1 << 30
	// MaxHeaderBytes of a request's line and headers.
	MaxHeaderBytes = 64 << 10
	// HeaderTimeout is how long the headers of a request may take to arrive.
	HeaderTimeout = 10 * time.Second
	// BodyTimeout is how long the body may take after them: 10 MiB over a slow line.
	BodyTimeout = 2 * time.Minute
	// ReplyTimeout is how long a client may take to read a reply.
	ReplyTimeout = 5 * time.Minute
	// IdleTimeout is how long a connection without requests stays open.
	IdleTimeout = 2 * time.Minute
)

// Options may be left zero.
type Options struct {
	Logger  *slog.Logger   // default: slog.Default()
	Metrics http.Handler   // answers /v1/orgs/self/metrics; nil: not supported
	JSON    jsonio.Backend // reads documents
}

// New makes the API of a server.
func New(s *server.Server, options Options) http.Handler {
	a := &api{
		server: s, catalog: s.Catalog(), metrics: options.Metrics, log: options.Logger, mux: http.NewServeMux(),
		bodies: instance.NewBudget("bodies of requests", MaxBodiesBytes), results: instance.NewBudget("results on their way over HTTP", MaxResultsBytes),
	}
	if a.log == nil {
		a.log = slog.Default()
	}
	a.readers.New = func() any { return &jsonio.Reader{Backend: options.JSON} }
	for _, r := range routes {
		a.mux.Handle(r.pattern, a.serve(r))
	}
	for _, l := range later {
		for _, method := range l.methods {
			a.mux.Handle(method+" "+l.path, a.serve(route{"", authenticated, notYet(l.what)}))
		}
	}
	return a
}

// HTTPServer serves a handler within the limits above, to be started by the caller.
func HTTPServer(handler http.Handler) *http.Server {
	// There are no ReadTimeout and WriteTimeout, which would end long queries: calls set deadlines for
	// reading their body and for writing their reply.
	return &http.Server{Handler: handler, ReadHeaderTimeout: HeaderTimeout, IdleTimeout: IdleTimeout, MaxHeaderBytes: MaxHeaderBytes}
}

type api struct {
	server  *server.Server
	catalog *catalog.Catalog
	metrics http.Handler
	readers sync.Pool // of *jsonio.Reader: they learn the shapes of documents, so a few, kept, are better than one a request
	log     *slog.Logger
	mux     *http.ServeMux
	bodies  *instance.Budget
	results *instance.Budget
}

// ServeHTTP answers what no route does with errors of the API's form, the routes do the rest.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := a.mux.Handler(r); pattern != "" {
		a.mux.ServeHTTP(w, r)
		return
	}
	a.call(w, r).fail(a.noRoute(w, r))
}

// call is one request on its way.
type call struct {
	*http.Request
	api   *api
	w     http.ResponseWriter
	key   *catalog.Key // whose request it is; nil where none is needed
	trace string
	taken int64 // bytes of api.bodies
}

func (a *api) call(w http.ResponseWriter, r *http.Request) *call {
	c := &call{Request: r, api: a, w: w, trace: uuid.NewString()}
	if r.ContentLength != 0 { // also a body that nobody reads has to end
		c.bodyDeadline(time.Now().Add(BodyTimeout))
	}
	return c
}

// bodyDeadline is for what is still to be read; the zero Time is no deadline.
func (c *call) bodyDeadline(at time.Time) {
	_ = http.NewResponseController(c.w).SetReadDeadline(at) // not every ResponseWriter has deadlines
}

// serve makes a handler of a route: it lets in who may, and answers errors and panics.
func (a *api) serve(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		c := a.call(w, request)
		defer func() { a.bodies.Shrink(c.taken) }()
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				c.fail(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		err := c.authorize(r.needs)
		if err == nil {
			err = r.handle(c)
		}
		if err != nil {
			c.fail(err)
		}
	})
}

// by is whom resources made by this call are created by.
func (c *call) by() catalog.By { return c.key.By() }

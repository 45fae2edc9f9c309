package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/ingest/stream"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/server"
)

// logging is an API without a server.
func logging(to *bytes.Buffer) *api {
	return &api{log: slog.New(slog.NewTextHandler(to, nil)), bodies: instance.NewBudget("", MaxBodiesBytes)}
}

func TestErrorFamilies(t *testing.T) {
	for _, c := range []struct {
		err        error
		status     int
		kind       string
		retryAfter string
	}{
		{&catalog.Error{Kind: catalog.Conflict}, 409, "CONFLICT", ""},
		{plan.Errorf(plan.Position{Line: 1, Column: 2}, "no"), 400, "QUERY_ERROR", ""},
		{&queryError{"id", plan.Errorf(plan.Position{}, "no")}, 400, "QUERY_ERROR", ""},
		{fmt.Errorf("sort: %w", &instance.BudgetError{Budget: "b"}), 400, "RESOURCEEXCEEDED", ""},
		{fmt.Errorf("shard: %w", stream.ErrBusy{RetryAfter: 1500 * time.Millisecond}), 429, "RATELIMITEXCEEDED", "2"},
		{instance.ErrQueueFull, 429, "RATELIMITEXCEEDED", "1"},
		{instance.ErrClosed, 503, "SERVICEUNAVAILABLE", ""},
		{server.ErrTimeout, 408, "QUERY_TIMEOUT", ""},
		{context.Canceled, 499, "CLIENT_CONNECTION_ERROR", ""},
		{errors.New("disk on fire"), 500, "INTERNALERROR", ""},
	} {
		log := &bytes.Buffer{}
		w := httptest.NewRecorder()
		logging(log).call(w, httptest.NewRequest("GET", "/x", nil)).fail(c.err)
		kind, message := errorOf(t, w.Body.String())
		if w.Code != c.status || kind != c.kind || w.Header().Get("Retry-After") != c.retryAfter {
			t.Errorf("%v: got %d %s %q, want %d %s %q", c.err, w.Code, kind, w.Header().Get("Retry-After"), c.status, c.kind, c.retryAfter)
		}
		if ours := kind == internal; ours != strings.Contains(log.String(), "disk on fire") || strings.Contains(message, "fire") {
			t.Errorf("%v: message %q, log %q", c.err, message, log)
		}
	}
}

// What a handler panics with is logged, and answered as any internal error.
func TestPanic(t *testing.T) {
	log := &bytes.Buffer{}
	w := httptest.NewRecorder()
	logging(log).serve(route{"", public, func(*call) error { panic("bug: on purpose") }}).ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
	if kind, message := errorOf(t, w.Body.String()); w.Code != 500 || kind != "INTERNALERROR" || strings.Contains(message, "purpose") {
		t.Error(w.Code, w.Body)
	}
	if text := log.String(); !strings.Contains(text, "on purpose") || !strings.Contains(text, "TestPanic") {
		t.Error(text)
	}
}

// Every operation of Rockset's API is one of ours, or said to be not supported yet.
func TestOperations(t *testing.T) {
	text, err := os.ReadFile("testdata/operations.txt")
	if err != nil {
		t.Fatal(err)
	}
	h := New(&server.Server{}, Options{}).(*api)
	operations := strings.Fields(strings.ReplaceAll(string(text), " ", "|"))
	if len(operations) != 98 {
		t.Fatal(len(operations))
	}
	for _, o := range operations {
		method, path, _ := strings.Cut(o, "|")
		path = strings.NewReplacer("{", "", "}", "").Replace(path)
		if _, pattern := h.mux.Handler(httptest.NewRequest(method, path, nil)); !strings.HasPrefix(pattern, method+" ") {
			t.Errorf("%s %s: %q", method, path, pattern)
		}
	}
	if got := (&api{mux: h.mux}).noRoute(httptest.NewRecorder(), httptest.NewRequest(http.MethodPatch, "/v1/orgs/self/ws", nil)); got == nil || !strings.Contains(got.Error(), "it takes GET, POST") {
		t.Error(got)
	}
}

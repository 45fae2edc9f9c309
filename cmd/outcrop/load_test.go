package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// fakeAPI takes documents as the server does, and fails when it is told to.
type fakeAPI struct {
	*httptest.Server
	mu       sync.Mutex
	docs     map[string]string // _id -> document
	requests int
	largest  int                                           // documents of a request
	fail     func(request int, w http.ResponseWriter) bool // whether it has answered, or hung up
	stop     func(documents int) bool                      // whether to refuse everything from now on
}

func newFakeAPI(t *testing.T) *fakeAPI {
	f := &fakeAPI{docs: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/orgs/self/ws/{ws}/collections/{c}/docs", f.add)
	mux.HandleFunc("POST /v1/orgs/self/ws/{ws}/collections/{c}/offsets/commit", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"data":{"passed":true}}`)
	})
	mux.HandleFunc("GET /v1/orgs/self/ws/{ws}/collections/{c}", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"message":"no such collection","type":"NOTFOUND"}`)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"data":{}}`) })
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

func (f *fakeAPI) add(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests++
	if f.fail != nil && f.fail(f.requests, w) {
		return
	}
	if f.stop != nil && f.stop(len(f.docs)) {
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `{"message":"no more","type":"FORBIDDEN"}`)
		return
	}
	var body struct{ Data []json.RawMessage }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.ContentLength > maxRequestBytes || len(body.Data) > batchDocuments {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":"bad request: %v","type":"INVALIDINPUT"}`, err)
		return
	}
	f.largest = max(f.largest, len(body.Data))
	var out []string
	for _, doc := range body.Data {
		var id struct {
			ID any `json:"_id"`
		}
		if err := json.Unmarshal(doc, &id); err != nil {
			panic(err)
		}
		if text, ok := id.ID.(string); ok {
			f.docs[text] = string(doc)
			out = append(out, `{"status":"ADDED"}`)
		} else {
			out = append(out, `{"status":"ERROR","error":{"message":"_id is no string"}}`)
		}
	}
	fmt.Fprintf(w, `{"data":[%s],"last_offset":"f"}`, strings.Join(out, ","))
}

// load runs outcrop load against the fake.
func (f *fakeAPI) load(t *testing.T, state string, args ...string) (status int, says string) {
	t.Helper()
	args = append([]string{"load", "--url", f.URL, "--api-key", "k", "--collection", "a.b", "--state", state}, args...)
	status, out, errs := command(t, args...)
	return status, out + errs
}

// lines is a file of n documents, each of about 130 bytes.
func lines(t *testing.T, dir string, n int) string {
	t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{\"n\":%d,\"text\":\"%s\"}\n", i, strings.Repeat("x", 100))
	}
	return write(t, dir, "lines.json", b.String())
}

func (f *fakeAPI) numbers(t *testing.T) map[int]int {
	t.Helper()
	out := map[int]int{}
	for _, text := range f.docs {
		var d struct{ N int }
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		out[d.N]++
	}
	return out
}

func TestLoadRetries(t *testing.T) {
	f, dir := newFakeAPI(t), t.TempDir()
	f.fail = func(request int, w http.ResponseWriter) bool {
		switch request {
		case 1:
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		case 3:
			panic(http.ErrAbortHandler) // hangs up
		}
		return false
	}
	const n = 50_000
	path := lines(t, dir, n)
	if status, says := f.load(t, dir, path); status != 0 || !strings.Contains(says, "50,000 documents loaded") {
		t.Fatalf("got status %d: %s", status, says)
	}
	if len(f.docs) != n || len(f.numbers(t)) != n {
		t.Errorf("got %d documents, want %d", len(f.docs), n)
	}
	if f.largest > batchDocuments {
		t.Errorf("a request had %d documents, want at most %d", f.largest, batchDocuments)
	}
	// Once more: the same documents, under the same ids.
	if status, _ := f.load(t, dir, path); status != 0 || len(f.docs) != n {
		t.Errorf("loaded again: got status %d and %d documents, want %d", status, len(f.docs), n)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.json")); len(left) != 1 {
		t.Errorf("states are left behind: %v", left)
	}
}

func TestLoadResumes(t *testing.T) {
	f, dir := newFakeAPI(t), t.TempDir()
	f.stop = func(documents int) bool { return documents > 100_000 }
	const n = 150_000
	path, state := lines(t, dir, n), filepath.Join(dir, "state")
	// One sender: with more, the first batch of one may be what is still missing at the interruption.
	status, says := f.load(t, state, path, "--parallel", "1")
	if status != 1 || !strings.Contains(says, "no more") {
		t.Fatalf("got status %d: %s", status, says)
	}
	first := len(f.docs)
	f.stop, f.requests = nil, 0
	status, says = f.load(t, state, path, "--resume", "--parallel", "1")
	if status != 0 || !strings.Contains(says, "before the interruption") {
		t.Fatalf("resumed: got status %d: %s", status, says)
	}
	if len(f.docs) != n || len(f.numbers(t)) != n {
		t.Errorf("got %d documents, want %d", len(f.docs), n)
	}
	// From its beginning it would have taken n/batchDocuments requests at least.
	if least := (n - first) / batchDocuments; f.requests < least || f.requests >= n/batchDocuments {
		t.Errorf("resumed with %d requests after %d of %d documents", f.requests, first, n)
	}
	if states, err := filepath.Glob(filepath.Join(state, "*")); err != nil || len(states) > 0 {
		t.Errorf("all is loaded, and there still are states %v, %v", states, err)
	}
}

func TestLoadChangedFile(t *testing.T) {
	dir := t.TempDir()
	store := stateStore{dir: filepath.Join(dir, "state"), url: "u", collection: "c"}
	path := write(t, dir, "x.json", `{"a":1}`)
	file, err := newLoadFile(path, store, true)
	if err != nil {
		t.Fatal(err)
	}
	file.state.Position = 3
	if err := file.save(); err != nil {
		t.Fatal(err)
	}
	// It has grown: that is no change of what was loaded.
	write(t, dir, "x.json", `{"a":1}{"a":2}`)
	again, err := newLoadFile(path, store, true)
	if err != nil || again.state != file.state {
		t.Errorf("grown: got %+v, %v, want %+v", again, err, file.state)
	}
	write(t, dir, "x.json", `{"a":9}{"a":2}`)
	if _, err := newLoadFile(path, store, true); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("changed: got %v", err)
	}
	if fresh, err := newLoadFile(path, store, false); err != nil || fresh.state.Position != 0 {
		t.Errorf("without resume: got %+v, %v", fresh, err)
	}
	if _, err := newLoadFile(dir, store, false); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("folder: got %v", err)
	}
}

func TestLoadBadDocuments(t *testing.T) {
	f, dir := newFakeAPI(t), t.TempDir()
	path := write(t, dir, "bad.json", "{\"a\":1}\n{\"a\":7\n{\"_id\":5}\n{\"a\":2}\n")
	status, says := f.load(t, dir, path)
	if status != 1 || len(f.docs) != 2 {
		t.Errorf("got status %d and %d documents, want 1 and 2", status, len(f.docs))
	}
	for _, want := range []string{"bad.json: line 3, column 1:", "bad.json: byte 14: _id is no string", "2 documents loaded", "2 could not be"} {
		if !strings.Contains(says, want) {
			t.Errorf("got %s, want %q in it", says, want)
		}
	}
	if status, says := f.load(t, dir, path, "--max-errors", "0"); status != 1 || !strings.Contains(says, "--max-errors allows for more") {
		t.Errorf("no errors allowed: got status %d: %s", status, says)
	}
	large := write(t, dir, "large.json", `{"a":"`+strings.Repeat("x", maxRequestBytes-5)+`"}`+"\n{\"b\":1}")
	if status, says := f.load(t, dir, large); status != 1 || !strings.Contains(says, "1 documents loaded") {
		t.Errorf("large document: got status %d: %s", status, says)
	}
}

func TestLargeDocumentsShareNoRequest(t *testing.T) {
	f, dir := newFakeAPI(t), t.TempDir()
	var b strings.Builder
	for n := range 3 {
		fmt.Fprintf(&b, `{"n":%d,"a":"%s"}`, 2*n, strings.Repeat("x", 1<<20))
		fmt.Fprintf(&b, `{"n":%d,"a":"%s"}`, 2*n+1, strings.Repeat("x", 9<<20+1<<19))
	}
	if status, says := f.load(t, dir, write(t, dir, "large.json", b.String())); status != 0 || len(f.numbers(t)) != 6 {
		t.Errorf("got status %d and %d documents: %s", status, len(f.docs), says)
	}
}

func TestExpand(t *testing.T) {
	dir := t.TempDir()
	a, b := write(t, dir, "a.json", ""), write(t, dir, "b.json", "")
	odd := write(t, dir, "c[1].json", "")
	got, err := expand([]string{filepath.Join(dir, "?.json"), odd, "other"})
	if want := []string{a, b, odd, "other"}; err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for _, names := range [][]string{{filepath.Join(dir, "*.csv")}, {stdinName, a}} {
		if got, err := expand(names); err == nil {
			t.Errorf("%v: got %v, want an error", names, got)
		}
	}
	if w, n := splitCollection("prod.eu.hits"); w != "prod.eu" || n != "hits" {
		t.Errorf("got %s and %s", w, n)
	}
	if w, n := splitCollection("hits"); w != "commons" || n != "hits" {
		t.Errorf("got %s and %s", w, n)
	}
}

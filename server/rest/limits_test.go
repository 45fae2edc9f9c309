package rest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// errorOf checks that a reply is an error of the API's form, and gives its type and message.
func errorOf(t *testing.T, body string) (kind, message string) {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatalf("no JSON: %v: %s", err, body)
	}
	for _, key := range []string{"message", "type", "line", "column", "trace_id", "error_id", "query_id"} {
		if _, ok := m[key]; !ok {
			t.Errorf("the error has no %s: %s", key, body)
		}
	}
	return m["type"].(string), m["message"].(string)
}

const docs = "/v1/orgs/self/ws/commons/collections/c/docs"

func withCollection(t *testing.T) *door {
	d := open(t)
	d.want(200, "POST", "/v1/orgs/self/ws/commons/collections", `{"name":"c"}`)
	return d
}

func TestDocumentLimits(t *testing.T) {
	d := withCollection(t)
	many := func(n int) string { return `{"data":[` + strings.Repeat("{},", n-1) + `{}]}` }
	reply := d.want(200, "POST", docs, many(MaxDocuments))
	if n := strings.Count(reply, `"ADDED"`); n != MaxDocuments {
		t.Errorf("%d documents added, want %d", n, MaxDocuments)
	}
	if kind, message := errorOf(t, d.want(413, "POST", docs, many(MaxDocuments+1))); kind != "CONTENTTOOLARGE" || !strings.Contains(message, "20000") {
		t.Error(kind, message)
	}
	around := `{"data":[{"_id":"x","s":""}]}`
	body := func(n int) string {
		return strings.Replace(around, `""`, `"`+strings.Repeat("x", n-len(around))+`"`, 1)
	}
	d.want(200, "POST", docs, body(MaxDocumentsBytes))
	if kind, _ := errorOf(t, d.want(413, "POST", docs, body(MaxDocumentsBytes+1))); kind != "CONTENTTOOLARGE" {
		t.Error(kind)
	}
	if kind, _ := errorOf(t, d.want(413, "POST", "/v1/orgs/self/queries", `{"sql":{"query":"`+strings.Repeat(" ", MaxBodyBytes)+`"}}`)); kind != "CONTENTTOOLARGE" {
		t.Error(kind)
	}
	// 5 MB of nested brackets, as a document and within one.
	nested := strings.Repeat("[", 5<<20)
	if kind, _ := errorOf(t, d.want(400, "POST", docs, `{"data":`+nested)); kind != "INVALIDINPUT" {
		t.Error(kind)
	}
	reply = d.want(200, "POST", docs, `{"data":[{"a":`+nested[:1<<20]+strings.Repeat("]", 1<<20)+`},{"_id":"after"}]}`)
	if !strings.Contains(reply, `"ERROR"`) || !strings.Contains(reply, `"_id":"after","status":"ADDED"`) {
		t.Errorf("%.500s", reply)
	}
}

// endless is a body of that many bytes, which counts what is taken from it.
type endless struct {
	left  int64
	taken atomic.Int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := min(int64(len(p)), e.left)
	if n == 0 {
		return 0, io.EOF
	}
	for i := range p[:n] {
		p[i] = ' '
	}
	e.left -= n
	e.taken.Add(n)
	return int(n), nil
}

// A body of 100 MB is refused without taking it, whether it says its size or not.
func TestHugeBody(t *testing.T) {
	d := withCollection(t)
	for _, says := range []bool{true, false} {
		body := &endless{left: 100 << 20}
		request, err := http.NewRequest("POST", d.http.URL+docs, body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "ApiKey "+adminKey)
		if says {
			request.ContentLength = body.left
		}
		reply, err := d.http.Client().Do(request)
		if err == nil { // else the server hung up before the client had written all
			text, _ := io.ReadAll(reply.Body)
			reply.Body.Close()
			if reply.StatusCode != 413 {
				t.Errorf("size told %t: %d %s", says, reply.StatusCode, text)
			}
		}
		if taken := body.taken.Load(); taken > 40<<20 {
			t.Errorf("size told %t: %d bytes were taken", says, taken)
		}
	}
	d.want(200, "GET", "/healthz", "")
}

func zip(t *testing.T, text string) io.Reader {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func TestGzip(t *testing.T) {
	d := withCollection(t)
	status, _, reply := d.call("POST", docs, zip(t, `{"data":[{"_id":"zipped"}]}`), "Content-Encoding", "gzip")
	if status != 200 || !strings.Contains(reply, `"zipped","status":"ADDED"`) {
		t.Error(status, reply)
	}
	for _, c := range []struct {
		body     io.Reader
		encoding string
		status   int
		kind     string
	}{
		{zip(t, strings.Repeat(" ", 200<<20)), "gzip", 413, "CONTENTTOOLARGE"}, // a bomb of 200 KB
		{strings.NewReader("not packed"), "gzip", 400, "BADREQUEST"},
		{io.LimitReader(zip(t, strings.Repeat("x y z", 1000)), 40), "gzip", 400, "BADREQUEST"},
		{strings.NewReader("{}"), "br", 415, "UNSUPPORTEDMEDIATYPE"},
	} {
		status, _, reply := d.call("POST", docs, c.body, "Content-Encoding", c.encoding)
		if kind, _ := errorOf(t, reply); status != c.status || kind != c.kind {
			t.Errorf("%s: got %d %s, want %d %s", c.encoding, status, kind, c.status, c.kind)
		}
	}
	for _, c := range []struct {
		accept string
		rows   int
		packed bool
	}{
		{"gzip", 1, false}, {"gzip", 5000, true}, {"br, gzip;q=0.5", 5000, true}, {"gzip;q=0", 5000, false}, {"identity", 5000, false},
	} {
		query := fmt.Sprintf(`{"sql":{"query":"SELECT t.x FROM UNNEST(SEQUENCE(1, %d) AS x) AS t"}}`, c.rows)
		status, header, reply := d.call("POST", "/v1/orgs/self/queries", strings.NewReader(query), "Accept-Encoding", c.accept)
		if got := header.Get("Content-Encoding") == "gzip"; status != 200 || got != c.packed {
			t.Fatalf("%v: status %d, packed %t", c, status, got)
		}
		if c.packed {
			unpacked, err := gzip.NewReader(strings.NewReader(reply))
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(unpacked)
			if err != nil {
				t.Fatal(err)
			}
			reply = string(text)
		}
		if n := strings.Count(reply, `{"x":`); n != c.rows {
			t.Errorf("%v: %d rows", c, n)
		}
	}
}

const endlessQuery = `SELECT COUNT(*) FROM UNNEST(SEQUENCE(1, 100000) AS x) AS a, UNNEST(SEQUENCE(1, 100000) AS y) AS b WHERE a.x + b.y = 0`

func TestQueryTimeout(t *testing.T) {
	d := open(t)
	reply := d.want(408, "POST", "/v1/orgs/self/queries", `{"timeout_ms":50,"sql":{"query":"`+endlessQuery+`"}}`)
	if kind, _ := errorOf(t, reply); kind != "QUERY_TIMEOUT" {
		t.Error(reply)
	}
}

func TestQueryMemory(t *testing.T) {
	d := open(t)
	reply := d.want(400, "POST", "/v1/orgs/self/queries",
		`{"sql":{"query":"SELECT a.x * 10000 + b.y AS k FROM UNNEST(SEQUENCE(1, 1000) AS x) AS a, UNNEST(SEQUENCE(1, 5000) AS y) AS b GROUP BY k"}}`)
	if kind, message := errorOf(t, reply); kind != "RESOURCEEXCEEDED" || !strings.Contains(message, "MiB") {
		t.Error(reply)
	}
	d.want(200, "POST", "/v1/orgs/self/queries", `{"sql":{"query":"SELECT 1"}}`)
}

// A client that hangs up ends its query.
func TestClientGone(t *testing.T) {
	d := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, "POST", d.http.URL+"/v1/orgs/self/queries", strings.NewReader(`{"sql":{"query":"`+endlessQuery+`"}}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "ApiKey "+adminKey)
	gone := make(chan error)
	go func() {
		_, err := d.http.Client().Do(request)
		gone <- err
	}()
	running := func(want int64) {
		for start := time.Now(); d.server.Stats().Running != want; {
			if time.Since(start) > 10*time.Second {
				t.Fatalf("%d queries run, want %d", d.server.Stats().Running, want)
			}
			d.want(200, "GET", "/healthz", "")
		}
	}
	running(1)
	cancel()
	if err := <-gone; err == nil {
		t.Error("the request came to an end")
	}
	running(0)
}

func TestResultLimit(t *testing.T) {
	budget := instance.NewBudget("results", MaxResultsBytes)
	r := newResult(budget)
	if err := r.Fields([]plan.Field{{Name: "x", Type: vec.Int}}); err != nil {
		t.Fatal(err)
	}
	batch := &vec.Batch{Rows: 1, Columns: []*vec.Vector{vec.NewConst(vec.IntValue(vec.Int, 5), 1)}}
	row := len(`{"x":5},`)
	r.out.bytes = make([]byte, MaxResultBytes-row, MaxResultBytes+row)
	if err := r.Batch(batch); err != nil {
		t.Fatal(err)
	}
	err := r.Batch(batch)
	if err == nil {
		t.Fatal("no error above MaxResultBytes")
	}
	if m, status := modelOf(err); status != 400 || m.Type != "RESOURCEEXCEEDED" || !strings.Contains(m.Message, "LIMIT") {
		t.Errorf("%d %+v", status, m)
	}
	if budget.Used() < MaxResultBytes-int64(row) {
		t.Errorf("%d bytes are accounted for", budget.Used())
	}
	r.release()
	if budget.Used() != 0 {
		t.Errorf("%d bytes were not given back", budget.Used())
	}
	r = newResult(instance.NewBudget("results", 100))
	if err := r.Fields([]plan.Field{{Name: "x", Type: vec.Int}}); err != nil {
		t.Fatal(err)
	}
	if m, _ := modelOf(r.Batch(batch)); m.Type != "RESOURCEEXCEEDED" {
		t.Errorf("%+v", m)
	}
}

// When too many bodies are being worked on, others are told to come back.
func TestBusy(t *testing.T) {
	d := open(t)
	bodies := d.http.Config.Handler.(*api).bodies
	if bodies.Used() != 0 || bodies.Grow(MaxBodiesBytes) != nil {
		t.Fatal(bodies.Used())
	}
	query := `{"sql":{"query":"SELECT 1"}}`
	status, header, reply := d.call("POST", "/v1/orgs/self/queries", strings.NewReader(query))
	if kind, _ := errorOf(t, reply); status != 429 || kind != "RATELIMITEXCEEDED" || header.Get("Retry-After") != "1" {
		t.Error(status, header, reply)
	}
	bodies.Close()
	d.want(200, "POST", "/v1/orgs/self/queries", query)
	d.want(400, "POST", "/v1/orgs/self/queries", "{")
	for start := time.Now(); bodies.Used() != 0; { // the reply comes before the end of the call
		if time.Since(start) > 10*time.Second {
			t.Fatalf("%d bytes were not given back", bodies.Used())
		}
		d.want(200, "GET", "/healthz", "")
	}
}

// deadlines is a ResponseWriter that notes its connection's.
type deadlines struct {
	*httptest.ResponseRecorder
	reads, writes []time.Duration // from now on; 0: none
}

func (d *deadlines) SetReadDeadline(at time.Time) error {
	d.reads = append(d.reads, fromNow(at))
	return nil
}

func (d *deadlines) SetWriteDeadline(at time.Time) error {
	d.writes = append(d.writes, fromNow(at))
	return nil
}

func fromNow(at time.Time) time.Duration {
	if at.IsZero() {
		return 0
	}
	return time.Until(at).Round(time.Minute)
}

// A body has to arrive in time, whether it is read or not, and then has no deadline that would end a long
// query; a reply has to be taken in time.
func TestDeadlines(t *testing.T) {
	handler := open(t).http.Config.Handler
	for _, c := range []struct {
		method, path, body string
		reads              []time.Duration
	}{
		{"POST", "/v1/orgs/self/queries", `{"sql":{"query":"SELECT 1"}}`, []time.Duration{BodyTimeout, 0}},
		{"GET", "/v1/orgs/self/ws", "", nil},
		{"POST", "/nowhere", "body", []time.Duration{BodyTimeout}},
	} {
		w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("Authorization", "ApiKey "+adminKey)
		handler.ServeHTTP(w, r)
		if !slices.Equal(w.reads, c.reads) || !slices.Equal(w.writes, []time.Duration{ReplyTimeout}) {
			t.Errorf("%s %s: reads %v, writes %v", c.method, c.path, w.reads, w.writes)
		}
	}
}

// Many clients at once, each of whom reads what it has written.
func TestConcurrent(t *testing.T) {
	d := withCollection(t)
	var group sync.WaitGroup
	for client := range 8 {
		group.Go(func() {
			for i := range 10 {
				for path, body := range map[string]string{
					docs:                    fmt.Sprintf(`{"data":[{"_id":"%d-%d","client":%d},{"_id":"shared","client":%d}]}`, client, i, client, client),
					"/v1/orgs/self/queries": fmt.Sprintf(`{"sql":{"query":"SELECT * FROM c WHERE client = %d"}}`, client),
				} {
					if status, _, reply := d.call("POST", path, strings.NewReader(body)); status != 200 {
						t.Errorf("%s: %d %s", path, status, reply)
					}
				}
			}
			_, _, reply := d.call("POST", "/v1/orgs/self/queries", strings.NewReader(fmt.Sprintf(`{"sql":{"query":"SELECT COUNT(*) AS n FROM c WHERE _id LIKE '%d-%%'"}}`, client)))
			if !strings.Contains(reply, `"results":[{"n":10}]`) {
				t.Errorf("client %d: %s", client, reply)
			}
		})
	}
	group.Wait()
}

// A client that sends its headers too slowly is not waited for.
func TestHeaderTimeout(t *testing.T) {
	server := HTTPServer(http.NotFoundHandler())
	if server.ReadHeaderTimeout != HeaderTimeout || server.IdleTimeout != IdleTimeout || server.MaxHeaderBytes != MaxHeaderBytes {
		t.Errorf("%+v", server)
	}
	d := open(t)
	conn, err := net.Dial("tcp", d.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nX: %s\r\n\r\n", strings.Repeat("x", 2*MaxHeaderBytes))
	reply := make([]byte, 12)
	if _, err := io.ReadFull(conn, reply); err != nil || string(reply) != "HTTP/1.1 431" {
		t.Errorf("%q %v", reply, err)
	}
}

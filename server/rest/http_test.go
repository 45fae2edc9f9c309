package rest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/outcropdb/outcrop/server"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

var rewrite = flag.Bool("rewrite", false, "write what the server answers into testdata/http; read the diff as if you had typed it")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const adminKey = "the-admin-key-of-the-tests-which-is-long-enough"

// door is a server of its own, with its API on a port.
type door struct {
	t      *testing.T
	server *server.Server
	http   *httptest.Server
	log    *bytes.Buffer
}

func open(t *testing.T) *door { return openWith(t, jsonio.Own) }

func openWith(t *testing.T, reader jsonio.Backend) *door {
	t.Helper()
	d := &door{t: t, log: &bytes.Buffer{}}
	// Four CPUs, which any machine can stand for, so that replies about them are the same everywhere.
	s, err := server.Open(t.Context(), server.Options{
		Dir: t.TempDir(), AdminKey: adminKey, Memory: 64 << 20, CPUs: []int{0, 0, 0, 0}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.server = s
	d.http = httptest.NewUnstartedServer(New(s, Options{Logger: slog.New(slog.NewTextHandler(d.log, nil)), JSON: reader}))
	d.http.Config = HTTPServer(d.http.Config.Handler)
	d.http.Start()
	t.Cleanup(func() {
		d.http.Close()
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return d
}

// call makes a request with the admin's key.
func (d *door) call(method, path string, body io.Reader, header ...string) (int, http.Header, string) {
	d.t.Helper()
	request, err := http.NewRequest(method, d.http.URL+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Authorization", "ApiKey "+adminKey)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	if request.Header.Get("Authorization") == "none" {
		request.Header.Del("Authorization")
	}
	reply, err := d.http.Client().Do(request)
	if err != nil {
		d.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		d.t.Fatalf("%s %s: %v", method, path, err)
	}
	return reply.StatusCode, reply.Header, string(text)
}

// want calls and compares the status.
func (d *door) want(status int, method, path, body string) string {
	d.t.Helper()
	got, _, text := d.call(method, path, strings.NewReader(body))
	if got != status {
		d.t.Fatalf("%s %s: got %d, want %d: %s", method, path, got, status, text)
	}
	return text
}

// TestHTTP has the conversations of testdata/http. A request is its line, with "as <authorization>" behind
// it where that is not the admin's key, and its body below; then "----", the status and the body of the
// reply. $name in a request stands for the latest value of that key in a reply, which there is shown as <name>.
func TestHTTP(t *testing.T) {
	files, err := filepath.Glob("testdata/http/*.http")
	if err != nil || len(files) == 0 {
		t.Fatal("no conversations", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".http"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d, seen := open(t), map[string]string{}
			var out strings.Builder
			for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
				ask, want, _ := strings.Cut(block, "\n----\n")
				got := d.converse(ask, seen)
				if !*rewrite && got != want {
					t.Errorf("%s\ngot\n%s\nwant\n%s", ask, got, want)
				}
				fmt.Fprintf(&out, "%s\n----\n%s\n\n", ask, got)
			}
			if *rewrite {
				if err := os.WriteFile(file, []byte(strings.TrimSuffix(out.String(), "\n")), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestBothReadersConverseAlike has the other reader of documents answer what the first one did.
func TestBothReadersConverseAlike(t *testing.T) {
	text, err := os.ReadFile("testdata/http/documents.http")
	if err != nil {
		t.Fatal(err)
	}
	d, seen := openWith(t, jsonio.Simdjson), map[string]string{}
	for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		ask, want, _ := strings.Cut(block, "\n----\n")
		if got := d.converse(ask, seen); got != want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", ask, got, want)
		}
	}
}

// changing are values that are different in each run. $name takes the one seen last.
var changing = regexp.MustCompile(`"(query_id|trace_id|error_id|created_at|last_access_time|key|last_offset|fence|commit|id|` +
	`total_size|elapsed_time_ms|throttled_time_micros|rrn|virtual_instance_id|virtual_instance_rrn|resumed_at|last_queried_ms)":("[^"]+"|\d+)`)

var generated = regexp.MustCompile(`"[0-9a-f]{8}-[0-9a-f-]{27}"|under error_id [0-9a-f-]{36}|\\"ey[^"]+"`)

func (d *door) converse(ask string, seen map[string]string) string {
	for strings.HasPrefix(ask, "#") {
		_, ask, _ = strings.Cut(ask, "\n")
	}
	line, body, _ := strings.Cut(os.Expand(ask, func(name string) string { return seen[name] }), "\n")
	line, as, found := strings.Cut(line, " as ")
	if !found {
		as = "ApiKey " + adminKey
	}
	method, path, _ := strings.Cut(line, " ")
	status, header, text := d.call(method, path, strings.NewReader(body), "Authorization", as)
	if kind := header.Get("Content-Type"); kind != "application/json" {
		d.t.Errorf("%s: Content-Type is %s", line, kind)
	}
	text = changing.ReplaceAllStringFunc(text, func(pair string) string {
		name, value, _ := strings.Cut(pair, ":")
		seen[strings.Trim(name, `"`)] = strings.Trim(value, `"`)
		return name + ":<" + strings.Trim(name, `"`) + ">"
	})
	text = generated.ReplaceAllString(text, "<generated>")
	return fmt.Sprintf("%d\n%s", status, strings.TrimSpace(text))
}

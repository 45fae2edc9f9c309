package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// patience is how long a test waits for what happens at once if all is well.
const patience = time.Minute

// buildDir is where build puts the command.
var buildDir string

// build builds the command, once.
var build = sync.OnceValues(func() (string, error) {
	path := filepath.Join(buildDir, "outcrop")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if buildDir, err = os.MkdirTemp("", "outcrop-test"); err != nil {
		panic(err)
	}
	status := m.Run()
	os.RemoveAll(buildDir)
	os.Exit(status)
}

// built is the command's file.
func built(t *testing.T) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// serving is a server process.
type serving struct {
	*exec.Cmd
	url, flight string
	said        []string // on standard output until it listened
	log         bytes.Buffer
	exited      chan error
}

// serve starts the command with a data folder, on ports that are free.
func serve(t *testing.T, dir string, args ...string) *serving {
	t.Helper()
	s := &serving{exited: make(chan error, 1)}
	s.Cmd = exec.Command(built(t), append([]string{"serve", "--data", dir, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0"}, args...)...)
	s.Cmd.Stderr = &s.log
	stdout, err := s.Cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Process.Kill()
		<-s.exited
	})
	listening, lines := make(chan struct{}), bufio.NewScanner(stdout)
	go func() {
		for lines.Scan() {
			line := lines.Text()
			if s.url != "" {
				continue
			}
			s.said = append(s.said, line)
			if rest, ok := strings.CutPrefix(line, "listening on "); ok {
				s.url, s.flight, _ = strings.Cut(rest, ", Flight SQL on ")
				close(listening)
			}
		}
		s.exited <- s.Wait()
		close(s.exited)
	}()
	select {
	case <-listening:
	case err := <-s.exited:
		t.Fatalf("the server ended: %v\n%s", err, s.log.String())
	case <-time.After(patience):
		t.Fatal("the server does not listen")
	}
	return s
}

// stop sends SIGTERM and waits for the end.
func (s *serving) stop(t *testing.T) {
	t.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.exited:
		if err != nil {
			t.Errorf("after SIGTERM: got %v, want status 0\n%s", err, s.log.String())
		}
	case <-time.After(patience):
		t.Fatal("the server does not end after SIGTERM")
	}
}

// ask runs outcrop sql against the server.
func (s *serving) ask(t *testing.T, dir string, args ...string) string {
	t.Helper()
	status, out, errs := command(t, append([]string{"sql", "--url", s.url, "--flight", s.flight, "--data", dir, "--format", "csv"}, args...)...)
	if status != 0 {
		t.Fatalf("sql %q: status %d: %s", args, status, errs)
	}
	return strings.ReplaceAll(out, "\r\n", "\n")
}

func TestServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	ready := filepath.Join(t.TempDir(), "ready")
	s := serve(t, dir, "--ready-file", ready)
	if len(s.said) != 3 || !strings.Contains(s.said[0], "API key") {
		t.Errorf("first start: said %q, want the API key", s.said)
	}
	key, err := os.ReadFile(filepath.Join(dir, "admin.key"))
	if err != nil || strings.TrimSpace(string(key)) != s.said[1] {
		t.Errorf("admin.key: got %q, %v, want %q", key, err, s.said[1])
	}
	if info, err := os.Stat(filepath.Join(dir, "admin.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("admin.key: got %v, %v, want mode 0600", info, err)
	}
	file := write(t, t.TempDir(), "people.csv", "name,age\nAda,36\nBob,\n")
	if status, _, errs := command(t, "load", file, "--url", s.url, "--data", dir, "--collection", "hr.people", "--state", t.TempDir()); status != 0 {
		t.Fatalf("load: status %d: %s", status, errs)
	}
	if text, err := os.ReadFile(ready); err != nil || !strings.Contains(string(text), "http: "+s.url) {
		t.Errorf("ready file: got %q, %v, want %s in it", text, err, s.url)
	}
	const query = "SELECT name, age FROM hr.people ORDER BY name"
	const want = "name,age\nAda,36\nBob,\n"
	if got := s.ask(t, dir, "-c", query); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	arrow := s.ask(t, dir, "-c", query, "--format", "arrow")
	if reader, err := ipc.NewReader(strings.NewReader(arrow)); err != nil || !reader.Next() || reader.RecordBatch().NumRows() != 2 {
		t.Errorf("arrow: got %d bytes, %v, want a stream of two rows", len(arrow), err)
	}
	if status, _, errs := command(t, "sql", "--url", s.url, "--data", dir, "-c", "SELECT 1;\nSELECT\n  nam FROM hr.peoples"); status != 1 || !strings.Contains(errs, "\n  ") || !strings.Contains(errs, "^") {
		t.Errorf("wrong statement: got status %d: %s", status, errs)
	}
	second := exec.Command(built(t), "serve", "--data", dir, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0")
	out, err := second.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 || !strings.Contains(string(out), dir+" is in use") {
		t.Errorf("second server: got %v: %s", err, out)
	}
	s.stop(t)

	// Started again, it has what it had, and does not show the key.
	s = serve(t, dir)
	if len(s.said) != 1 {
		t.Errorf("second start: said %q, want one line", s.said)
	}
	until(t, func() bool { return s.ask(t, dir, "-c", query) == want })
	s.stop(t)

	var shown strings.Builder
	if err := (&inspectCommand{Path: dir, Fields: true}).Run(console{out: &shown, err: &shown}); err != nil || !strings.Contains(shown.String(), "log position") {
		t.Errorf("inspect: %v: %s", err, shown.String())
	}
}

// until waits for something that becomes true soon.
func until(t *testing.T, true func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !true(); <-tick.C {
		if time.Now().After(end) {
			t.Fatal("it did not happen")
		}
	}
}

func TestServeSampleOverTLS(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	t.Setenv("OUTCROP_API_KEY", "a-chosen-key")
	s := serve(t, dir, "--tls-self-signed", "--sample", "--debug", "127.0.0.1:0", "--log-format", "json")
	if len(s.said) != 1 || !strings.HasPrefix(s.url, "https://") {
		t.Errorf("said %q, want no key and https", s.said)
	}
	const count = "SELECT COUNT(*) AS n FROM commons.events"
	until(t, func() bool {
		status, out, _ := command(t, "sql", "--url", s.url, "--data", dir, "--format", "csv", "-c", count)
		return status == 0 && out == fmt.Sprintf("n\r\n%d\r\n", sampleDocuments)
	})
	if got := s.ask(t, dir, "-c", sampleQuery); strings.Count(got, "\n") != 6 {
		t.Errorf("the sample's query: got %q, want five rows", got)
	}
	if got := s.ask(t, dir, "-c", count, "--format", "arrow"); !strings.Contains(got, "n") {
		t.Errorf("arrow over TLS: got %q", got)
	}
	if _, err := http.Get(s.url); err == nil {
		t.Error("a client that does not trust the certificate gets an answer")
	}
	s.stop(t)
	if !strings.Contains(s.log.String(), `"msg":"stopping`) {
		t.Errorf("log: got %s, want JSON", s.log.String())
	}
}

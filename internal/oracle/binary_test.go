package oracle

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is a server of the real program, in a process of its own.
type binary struct {
	path, data string
	url, key   string
}

// startBinary builds the program and serves an empty folder until the test ends.
func startBinary(t *testing.T) *binary {
	t.Helper()
	dir := t.TempDir()
	b := &binary{path: filepath.Join(dir, "outcrop"), data: filepath.Join(dir, "data"), key: "oracle"}
	build := exec.Command("go", "build", "-o", b.path, "./cmd/outcrop")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var log bytes.Buffer
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	serve := exec.Command(b.path, "serve", "--data", b.data, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0", "--ready-file", "/dev/fd/3")
	serve.Env = append(os.Environ(), "OUTCROP_API_KEY="+b.key)
	serve.ExtraFiles = []*os.File{writer}
	serve.Stderr = &log
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	t.Cleanup(func() {
		if err := serve.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := serve.Wait(); err != nil {
			t.Errorf("the server ended with %v\n%s", err, log.Bytes())
		}
	})
	if err := reader.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	ready := bufio.NewReader(reader) // the server keeps its end open: read a line, not all
	line, err := ready.ReadString('\n')
	if err != nil {
		t.Fatalf("the server is not ready: %v\n%s", err, log.Bytes())
	}
	_, b.url, _ = strings.Cut(strings.TrimSpace(line), "http: ")
	return b
}

// load runs outcrop load.
func (b *binary) load(t *testing.T, file, collection string) {
	t.Helper()
	load := exec.Command(b.path, "load", file, "--collection", collection, "--url", b.url, "--quiet", "--state", t.TempDir())
	load.Env = append(os.Environ(), "OUTCROP_API_KEY="+b.key)
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("load %s: %v\n%s", file, err, out)
	}
}

// query asks over HTTP.
func (b *binary) query(query string) (rows, error) {
	body, err := json.Marshal(map[string]any{"sql": map[string]any{"query": query}})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodPost, b.url+"/v1/orgs/self/queries", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "ApiKey "+b.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer struct {
		Message string           `json:"message"`
		Results []map[string]any `json:"results"`
		Columns []struct {
			Name string `json:"name"`
		} `json:"column_fields"`
	}
	decoder := json.NewDecoder(response.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&answer); err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", response.Status, answer.Message)
	}
	var out rows
	for _, result := range answer.Results {
		row := make([]any, len(answer.Columns))
		for i, c := range answer.Columns {
			row[i] = plain(result[c.Name])
		}
		out = append(out, row)
	}
	return out, nil
}

package crash

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const key = "crash"

// process is a server of the real program.
type process struct {
	command *exec.Cmd
	log     bytes.Buffer
	client  *http.Client
	url     string // of the API
}

// build builds the program.
func build(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "outcrop")
	command := exec.Command("go", "build", "-o", path, "github.com/outcropdb/outcrop/cmd/outcrop")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// start serves a folder, and returns when requests are answered.
func start(t *testing.T, path, data string) *process {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	p := &process{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: writers}}}
	p.command = exec.Command(path, "serve", "--data", data, "--http", "127.0.0.1:0", "--flight", "127.0.0.1:0",
		"--ready-file", "/dev/fd/3", "--log-level", "warn")
	p.command.Env = append(os.Environ(), "OUTCROP_API_KEY="+key)
	p.command.ExtraFiles = []*os.File{writer}
	p.command.Stderr = &p.log
	err = p.command.Start()
	writer.Close()
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		p.kill()
		t.Fatalf("the server is not ready: %v\n%s", err, p.log.Bytes())
	}
	_, base, _ := strings.Cut(strings.TrimSpace(line), "http: ")
	p.url = base + "/v1/orgs/self"
	return p
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	_ = p.command.Process.Kill() // it may have ended by itself: then requests say so
	_ = p.command.Wait()         // "signal: killed"
	p.client.CloseIdleConnections()
}

// call posts a body and decodes the answer. A refusal is an error that tells the server's message.
func (p *process) call(path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, p.url+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "ApiKey "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		var refused struct {
			Message string `json:"message"`
		}
		return errors.Join(fmt.Errorf("%s", response.Status), json.NewDecoder(response.Body).Decode(&refused), errors.New(refused.Message))
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

// write posts documents. Without an error all of them were acknowledged.
func (p *process) write(documents []any) error {
	var answer struct {
		Data []struct {
			Status string `json:"status"`
		} `json:"data"`
	}
	if err := p.call("/ws/commons/collections/"+collection+"/docs", map[string]any{"data": documents}, &answer); err != nil {
		return err
	}
	if len(answer.Data) != len(documents) {
		return fmt.Errorf("%d documents were answered for, of %d", len(answer.Data), len(documents))
	}
	for i, d := range answer.Data {
		if d.Status != "ADDED" && d.Status != "REPLACED" {
			return fmt.Errorf("document %d: status %s", i, d.Status)
		}
	}
	return nil
}

// query asks for rows of type T.
func query[T any](t *testing.T, p *process, text string) []T {
	t.Helper()
	var answer struct {
		Results []T `json:"results"`
	}
	if err := p.call("/queries", map[string]any{"sql": map[string]any{"query": text}}, &answer); err != nil {
		t.Fatalf("%v\n%s\n%s", err, text, p.log.Bytes())
	}
	return answer.Results
}

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/outcropdb/outcrop/server"
)

// connection is the flags of commands that call a server.
type connection struct {
	URL    string `default:"${url}" help:"Address of the server."`
	APIKey string `placeholder:"KEY" help:"API key. Without it, the one that a server on this machine keeps in its data folder."`
	Data   string `default:"${data}" type:"path" help:"Data folder of a server on this machine, to find its API key and its certificate."`
	CACert string `placeholder:"FILE" type:"path" help:"Certificate to trust, for a server with one of its own making."`
}

// client calls the HTTP API of one server.
type client struct {
	base  *url.URL
	key   string
	http  *http.Client
	tls   *tls.Config // nil: plain HTTP
	local bool        // packing what is sent does not pay
}

// maxErrorBytes is how much of an error's answer is read.
const maxErrorBytes = 1 << 20

// client makes the client that the flags describe. It does not call the server yet.
func (c *connection) client() (*client, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("--url %s is no address like %s", c.URL, defaultURL)
	}
	out := &client{base: base, key: c.APIKey, local: isLocal(base.Hostname())}
	if out.key == "" && out.local {
		kept, err := os.ReadFile(filepath.Join(c.Data, server.AdminKeyFile))
		if err == nil {
			out.key = strings.TrimSpace(string(kept))
		}
	}
	if out.key == "" {
		return nil, fmt.Errorf("no API key: give one with --api-key or %sAPI_KEY, or the server's data folder with --data", envPrefix)
	}
	if base.Scheme == "https" {
		authority := c.CACert
		if own := filepath.Join(c.Data, certificateFile); authority == "" && out.local && exists(own) {
			authority = own
		}
		if out.tls, err = trusting(authority); err != nil {
			return nil, err
		}
	}
	// Idle connections are kept for all requests of a load that run at once.
	out.http = &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: out.tls,
		DisableCompression: out.local, MaxIdleConnsPerHost: maxParallel, IdleConnTimeout: time.Minute,
	}}
	return out, nil
}

// trusting is a TLS configuration that trusts the certificates of a file beside the system's, if one is named.
func trusting(file string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if file == "" {
		return config, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if config.RootCAs, err = x509.SystemCertPool(); err != nil {
		config.RootCAs = x509.NewCertPool()
	}
	if !config.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("certificate %s: there is no certificate in PEM form in it", file)
	}
	return config, nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// apiError is the server's answer to a request that it refused or could not fulfil.
type apiError struct {
	Status     int           `json:"-"`
	RetryAfter time.Duration `json:"-"` // 0: the server did not say
	Message    string        `json:"message"`
	Type       string        `json:"type"`
	Line       int           `json:"line"` // from 1; 0: there is no place
	Column     int           `json:"column"`
}

func (e *apiError) Error() string {
	if place := fmt.Sprintf("line %d, column %d", e.Line, e.Column); e.Line > 0 && !strings.Contains(e.Message, place) {
		return place + ": " + e.Message
	}
	return e.Message
}

// isType tells whether err is an apiError of that type.
func isType(err error, name string) bool {
	var api *apiError
	return errors.As(err, &api) && api.Type == name
}

// call sends a request, with body as JSON text unless it is nil, and decodes the answer into out unless
// that is nil. An answer that is no success is an *apiError.
func (c *client) call(ctx context.Context, method, path string, body []byte, out any) error {
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.base.String(), "/")+path, content)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	return c.do(request, out)
}

// do sends a request, of which header and body are set, as call does.
func (c *client) do(request *http.Request, out any) error {
	request.Header.Set("Authorization", "ApiKey "+c.key)
	response, err := c.http.Do(request)
	if err != nil {
		if cause := context.Cause(request.Context()); cause != nil {
			return cause
		}
		return err
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return refusal(response)
	}
	if out == nil {
		_, err = io.Copy(io.Discard, response.Body)
	} else if err = json.NewDecoder(response.Body).Decode(out); err != nil {
		err = fmt.Errorf("the answer to %s %s breaks off or is no JSON: %w", request.Method, request.URL.Path, err)
	}
	return err
}

func refusal(response *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBytes))
	e := &apiError{}
	if json.Unmarshal(text, e) != nil || e.Message == "" {
		e.Message = "the server answered " + response.Status
	}
	e.Status = response.StatusCode
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	return e
}

// result of a query.
type result struct {
	ID      string            `json:"query_id"`
	Status  string            `json:"status"`
	Rows    []json.RawMessage `json:"results"`
	Columns []struct {
		Name string `json:"name"`
		Type string `json:"type"`
	} `json:"column_fields"` // none of SELECT *
	Stats struct {
		ElapsedMS float64 `json:"elapsed_time_ms"`
	} `json:"stats"`
	Warnings []string   `json:"warnings"`
	Errors   []apiError `json:"query_errors"`
}

// query runs one statement.
func (c *client) query(ctx context.Context, sql string) (*result, error) {
	var request struct {
		SQL struct {
			Query string `json:"query"`
		} `json:"sql"`
	}
	request.SQL.Query = sql
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	out := &result{}
	if err := c.call(ctx, http.MethodPost, "/v1/orgs/self/queries", body, out); err != nil {
		return nil, err
	}
	if out.Status == "ERROR" && len(out.Errors) > 0 {
		return nil, &out.Errors[0]
	}
	return out, nil
}

// collection is one as the API lists it.
type collection struct {
	Workspace string `json:"workspace"`
	Name      string `json:"name"`
	Status    string `json:"status"`
	Stats     struct {
		Documents int64 `json:"doc_count"`
		Bytes     int64 `json:"total_size"`
	} `json:"stats"`
}

// collections lists all.
func (c *client) collections(ctx context.Context) ([]collection, error) {
	var out struct {
		Data []collection `json:"data"`
	}
	err := c.call(ctx, http.MethodGet, "/v1/orgs/self/collections", nil, &out)
	return out.Data, err
}

// collectionPath is where the API has a collection.
func collectionPath(workspace, name string) string {
	return "/v1/orgs/self/ws/" + url.PathEscape(workspace) + "/collections/" + url.PathEscape(name)
}

// createCollection makes a collection, and its workspace, if they are not there.
func (c *client) createCollection(ctx context.Context, workspace, name string) error {
	err := c.call(ctx, http.MethodGet, collectionPath(workspace, name), nil, nil)
	if !isType(err, "NOTFOUND") {
		return err
	}
	create := func(path, name string) error {
		body, err := json.Marshal(map[string]string{"name": name})
		if err != nil {
			return err
		}
		if err = c.call(ctx, http.MethodPost, path, body, nil); isType(err, "ALREADYEXISTS") {
			return nil
		}
		return err
	}
	if err := c.call(ctx, http.MethodGet, "/v1/orgs/self/ws/"+url.PathEscape(workspace), nil, nil); isType(err, "NOTFOUND") {
		if err := create("/v1/orgs/self/ws", workspace); err != nil {
			return fmt.Errorf("workspace %s: %w", workspace, err)
		}
	} else if err != nil {
		return err
	}
	if err := create("/v1/orgs/self/ws/"+url.PathEscape(workspace)+"/collections", name); err != nil {
		return fmt.Errorf("collection %s.%s: %w", workspace, name, err)
	}
	return nil
}

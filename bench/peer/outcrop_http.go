package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Where the API is.
const (
	outcropSelf        = "/v1/orgs/self"
	outcropCollections = outcropSelf + "/ws/commons/collections"
)

// outcropClient keeps a connection for each of the clients of the concurrency suite.
var outcropClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

// outcropError is what the API says of a request that it refuses.
type outcropError struct {
	Status  int    `json:"-"`
	Type    string `json:"type"`
	Message string `json:"message"`
}

func (e *outcropError) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Type, e.Message) }

// post posts a body and reads the whole reply, which accept, unless nil, is given.
func (o *outcropSystem) post(ctx context.Context, path string, body any, accept func([]byte) error) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return o.call(ctx, http.MethodPost, path, text, accept)
}

func (o *outcropSystem) call(ctx context.Context, method, path string, body []byte, accept func([]byte) error) error {
	request, err := http.NewRequestWithContext(ctx, method, o.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "ApiKey "+outcropKey)
	response, err := outcropClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK && accept == nil {
		_, err := io.Copy(io.Discard, response.Body)
		return err
	}
	reply, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		refused := &outcropError{Status: response.StatusCode}
		if json.Unmarshal(reply, refused) != nil {
			refused.Message = string(reply)
		}
		return refused
	}
	return accept(reply)
}

// decodeInto accepts a reply that is JSON.
func decodeInto(out any) func([]byte) error {
	return func(reply []byte) error { return json.Unmarshal(reply, out) }
}

// Profile is what serve --debug gives.
func (o *outcropSystem) Profile(ctx context.Context, length time.Duration) ([]byte, error) {
	seconds := max(1, int(length.Round(time.Second).Seconds()))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/debug/pprof/profile?seconds=%d", o.debug, seconds), nil)
	if err != nil {
		return nil, err
	}
	response, err := outcropClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	profile, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.200s", response.Status, profile)
	}
	return profile, err
}

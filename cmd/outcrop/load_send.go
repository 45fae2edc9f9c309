package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// How a request that fails for the time being is repeated: after retryFirst, then after twice as long each
// time up to retryMost, or when the server says, for retryFor at most.
const (
	retryFirst = 100 * time.Millisecond
	retryMost  = 5 * time.Second
	retryFor   = 2 * time.Minute
)

// sender sends batches, one at a time. Sending one again does no harm, since its documents have _ids.
type sender struct {
	client *client
	path   string
	fence  string // of the last batch
	packed bytes.Buffer
}

// refusedDocument is a document of a batch that the server did not take.
type refusedDocument struct {
	index   int // in the batch
	message string
}

// send sends a batch until the server has answered it. An error ends the load.
func (s *sender) send(ctx context.Context, b *batch) ([]refusedDocument, error) {
	wait := retryFirst
	for began := time.Now(); ; {
		refused, err := s.post(ctx, b)
		if err == nil || !passing(err) || ctx.Err() != nil {
			return refused, err
		}
		pause := wait
		if api, ok := errors.AsType[*apiError](err); ok && api.RetryAfter > 0 {
			pause = api.RetryAfter
		}
		if time.Since(began)+pause > retryFor {
			return nil, fmt.Errorf("given up after %s: %w", retryFor, err)
		}
		if err := sleep(ctx, pause); err != nil {
			return nil, err
		}
		wait = min(2*wait, retryMost)
	}
}

// sleep waits, unless ctx ends before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// passing tells whether a request that failed so may succeed when it is repeated: the server is busy, or
// cannot be reached.
func passing(err error) bool {
	api, ok := errors.AsType[*apiError](err)
	if !ok {
		return true
	}
	switch api.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusRequestTimeout:
		return true
	}
	return false
}

// answer is the API's to documents.
type answer struct {
	Data []struct {
		Status string    `json:"status"`
		Error  *apiError `json:"error"`
	} `json:"data"`
	Fence string `json:"last_offset"`
}

// UnmarshalJSON reads the documents one by one only if one of them was refused: mostly none was, and
// there are many.
func (a *answer) UnmarshalJSON(text []byte) error {
	if !bytes.Contains(text, []byte(`"ERROR"`)) { // inside of a string its quotes would be escaped
		var short struct {
			Fence string `json:"last_offset"`
		}
		const key = `"last_offset":`
		at := bytes.LastIndex(text, []byte(key))
		if at >= 0 && json.Unmarshal(append([]byte("{"), text[at:]...), &short) == nil {
			a.Fence = short.Fence
			return nil
		}
	}
	type plain answer
	return json.Unmarshal(text, (*plain)(a))
}

func (s *sender) post(ctx context.Context, b *batch) ([]refusedDocument, error) {
	body, encoding := b.body, ""
	if !s.client.local {
		s.packed.Reset()
		z, err := gzip.NewWriterLevel(&s.packed, gzip.BestSpeed)
		if err != nil {
			return nil, err
		}
		if _, err = z.Write(b.body); err == nil {
			err = z.Close()
		}
		if err != nil {
			return nil, err
		}
		body, encoding = s.packed.Bytes(), "gzip"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(s.client.base.String(), "/")+s.path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if encoding != "" {
		request.Header.Set("Content-Encoding", encoding)
	}
	var got answer
	if err := s.client.do(request, &got); err != nil {
		return nil, err
	}
	if got.Fence != "" {
		s.fence = got.Fence
	}
	var refused []refusedDocument
	for i, d := range got.Data {
		if d.Status == "ERROR" && i < len(b.documents) {
			message := "refused without a reason"
			if d.Error != nil {
				message = d.Error.Message
			}
			refused = append(refused, refusedDocument{i, message})
		}
	}
	return refused, nil
}

// How long a load waits, at its end, until what it wrote can be queried, and how often it asks.
const (
	visibleWithin = time.Minute
	visibleEvery  = 10 * time.Millisecond
)

// awaitVisible waits until the writes before the given fences can be queried.
func (c *client) awaitVisible(ctx context.Context, workspace, name string, fences []string) error {
	if len(fences) == 0 {
		return nil
	}
	body, err := json.Marshal(map[string][]string{"name": fences})
	if err != nil {
		return err
	}
	for began := time.Now(); time.Since(began) < visibleWithin; {
		var out struct {
			Data struct {
				Passed bool `json:"passed"`
			} `json:"data"`
		}
		if err := c.call(ctx, http.MethodPost, collectionPath(workspace, name)+"/offsets/commit", body, &out); err != nil || out.Data.Passed {
			return err
		}
		if err := sleep(ctx, visibleEvery); err != nil {
			return err
		}
	}
	return fmt.Errorf("all is written, and safe, but after %s not all of it can be queried yet", visibleWithin)
}

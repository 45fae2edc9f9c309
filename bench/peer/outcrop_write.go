package peer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/outcropdb/outcrop/bench"
)

var _ bench.Divided = (*outcropSystem)(nil)

// create makes a collection.
func (o *outcropSystem) create(ctx context.Context, name string) error {
	err := o.post(ctx, outcropCollections, map[string]string{"name": name}, nil)
	if refused, ok := errors.AsType[*outcropError](err); ok && refused.Type == "ALREADYEXISTS" {
		return nil
	}
	return err
}

// Write adds documents over HTTP, in one request.
func (o *outcropSystem) Write(ctx context.Context, table string, documents []byte) error {
	body := make([]byte, 0, len(documents)+len(`{"data":[]}`))
	body = append(body, `{"data":[`...)
	body = append(body, bytes.ReplaceAll(bytes.TrimSpace(documents), []byte("\n"), []byte(","))...)
	body = append(body, `]}`...)
	write := func() error {
		return o.call(ctx, http.MethodPost, outcropCollections+"/"+table+"/docs", body, func(reply []byte) error {
			if bytes.Contains(reply, []byte(`"status":"ERROR"`)) {
				return fmt.Errorf("a document was refused: %.300s", reply)
			}
			return nil
		})
	}
	err := write()
	if refused, ok := errors.AsType[*outcropError](err); ok && refused.Status == http.StatusNotFound {
		if err = o.create(ctx, table); err == nil {
			err = write()
		}
	}
	return err
}

// apartPoll is how often a virtual instance is looked after that is being made.
const apartPoll = 20 * time.Millisecond

// Apart makes a virtual instance, mounts collections in it, and gives what asks it.
func (o *outcropSystem) Apart(ctx context.Context, tables ...string) (func(context.Context, string) error, error) {
	var made struct {
		Data struct{ ID, State string } `json:"data"`
	}
	if err := o.post(ctx, outcropSelf+"/virtualinstances", map[string]string{"name": "apart", "type": "SMALL"}, decodeInto(&made)); err != nil {
		return nil, err
	}
	at := outcropSelf + "/virtualinstances/" + made.Data.ID
	ticker := time.NewTicker(apartPoll)
	defer ticker.Stop()
	for made.Data.State != "ACTIVE" {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, fmt.Errorf("the virtual instance is still %s: %w", made.Data.State, context.Cause(ctx))
		}
		if err := o.call(ctx, http.MethodGet, at, nil, decodeInto(&made)); err != nil {
			return nil, err
		}
	}
	var paths []string
	for _, t := range tables {
		paths = append(paths, "commons."+t)
	}
	if err := o.post(ctx, at+"/mounts", map[string][]string{"collection_paths": paths}, nil); err != nil {
		return nil, err
	}
	return func(ctx context.Context, sql string) error {
		return o.post(ctx, at+"/queries", newOutcropQuery(sql), nil)
	}, nil
}

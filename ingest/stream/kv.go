package stream

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// KV is a small durable map of the same NATS: every change is on disk before its call
// returns, and each has a revision, which grows over all keys of the bucket.
//
// Keys are made of letters, digits and any of "-/_=." (not first or last). Errors are told
// apart with errors.Is: fs.ErrNotExist, no such key; fs.ErrExist, the key's revision is not
// the expected one.
type KV struct {
	stream *Stream
	bucket jetstream.KeyValue
}

// KV opens a bucket, made if it is not there. It ends with the Stream.
func (s *Stream) KV(ctx context.Context, bucket string) (*KV, error) {
	if s.done.Err() != nil {
		return nil, ErrClosed
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	kv, err := s.js.KeyValue(ctx, bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = s.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket:   bucket,
			History:  1,
			Storage:  jetstream.FileStorage,
			Replicas: s.replicas(),
		})
	}
	if err != nil {
		return nil, fmt.Errorf("stream: bucket %s: %w", bucket, err)
	}
	return &KV{s, kv}, nil
}

// Get returns a key's value and revision.
func (k *KV) Get(ctx context.Context, key string) (value []byte, revision uint64, err error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	entry, err := k.bucket.Get(ctx, key)
	if err != nil {
		return nil, 0, k.failed(key, err)
	}
	return entry.Value(), entry.Revision(), nil
}

// Put sets a key whose revision is the given one, 0 meaning that it must not exist, and
// returns its new revision.
func (k *KV) Put(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	var err error
	if revision == 0 {
		revision, err = k.bucket.Create(ctx, key, value)
	} else {
		revision, err = k.bucket.Update(ctx, key, value, revision)
	}
	if err != nil {
		return 0, k.failed(key, err)
	}
	return revision, nil
}

// Delete removes a key whose revision is the given one.
func (k *KV) Delete(ctx context.Context, key string, revision uint64) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if err := k.bucket.Delete(ctx, key, jetstream.LastRevision(revision)); err != nil {
		return k.failed(key, err)
	}
	return nil
}

// List returns the keys that begin with a prefix, in no order.
func (k *KV) List(ctx context.Context, prefix string) (keys []string, err error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	lister, err := k.bucket.ListKeys(ctx)
	if err != nil {
		return nil, k.failed(prefix, err)
	}
	defer lister.Stop()
	for key := range lister.Keys() {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys, k.ended(ctx)
}

// Watch calls changed for each key that begins with a prefix as it is now, calls ready, and
// then calls changed for every later change, in the order of revisions. The last change of
// each key may come once more. It returns the context's error, or ErrClosed.
func (k *KV) Watch(ctx context.Context, prefix string, changed func(key string, value []byte, revision uint64, deleted bool), ready func()) error {
	watcher, err := k.bucket.WatchAll(ctx)
	if err != nil {
		return k.failed(prefix, err)
	}
	defer watcher.Stop()
	for {
		select {
		case entry, ok := <-watcher.Updates():
			switch {
			case !ok:
				return k.ended(ctx)
			case entry == nil:
				ready()
			case strings.HasPrefix(entry.Key(), prefix):
				changed(entry.Key(), entry.Value(), entry.Revision(), entry.Operation() != jetstream.KeyValuePut)
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-k.stream.done.Done():
			return ErrClosed
		}
	}
}

// ended is why a channel of entries closed.
func (k *KV) ended(ctx context.Context) error {
	if k.stream.done.Err() != nil {
		return ErrClosed
	}
	return ctx.Err()
}

// failed names the key and turns NATS's errors into those that KV promises.
func (k *KV) failed(key string, err error) error {
	var api *jetstream.APIError
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		err = fs.ErrNotExist
	case errors.Is(err, jetstream.ErrKeyExists),
		errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence:
		err = fs.ErrExist
	default:
		err = k.stream.orClosed(err)
	}
	return fmt.Errorf("stream: bucket %s: key %q: %w", k.bucket.Bucket(), key, err)
}

// Package stream is the log of writes: what is published is on disk before it is acknowledged,
// and every shard reads its own messages back in order, from any sequence on.
//
// It is NATS JetStream, embedded in the process or an external one by URL. All collections
// share a few JetStream streams (logs), each with one file store, so that one fsync commits
// the messages of many collections and 10,000 collections are not 10,000 files. A shard is a
// subject: log.<log>.<collection>.<shard>.
//
// # Sequences
//
// A sequence is the number of a message in its log, which other shards share: for one shard
// sequences only grow, start above 0, and have gaps. They are never used twice, not even
// after everything was trimmed.
package stream

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

const (
	// logCount is how many JetStream streams carry the shards. Two writers on different logs
	// sync at the same time, two on one log share a sync. A shard's log follows from this
	// number, so it is part of the storage format and never changes for existing data.
	logCount = 4

	// MaxMessage is the most bytes Data may have: a request of documents (10 MiB) in whatever
	// form its writer gives it, with room to spare. A JetStream file store takes 32 MiB.
	MaxMessage = 16 << 20

	// maxOrigin is the most bytes Origin may have. Origins are kept in memory for dedupeWindow.
	maxOrigin = 1 << 10

	// headerRoom is what a message may take on top of Data: subject, origin, batch headers.
	headerRoom = 64 << 10

	// defaultMaxInFlight is how many bytes may wait for their sync unless Options say otherwise.
	defaultMaxInFlight = 64 << 20

	// dedupeWindow is how long an origin is remembered; a repeat later than that is stored again.
	dedupeWindow = 2 * time.Minute

	// setupTimeout bounds each request of Open, Trim and the like, when the caller's context
	// has no deadline of its own.
	setupTimeout = 30 * time.Second
)

var (
	// ErrClosed is returned by whatever is called, or still waiting, when the stream is closed.
	ErrClosed = errors.New("stream: closed")

	// ErrLost is returned by Consume when the log ends before what its caller has applied: its
	// files were damaged, or replaced by others.
	ErrLost = errors.New("messages are lost")
)

// Options say where the log is. Exactly one of Dir and URL is set.
type Options struct {
	Dir         string       // embedded: the folder of the file store, made if absent, used by one process only
	URL         string       // external: a NATS server, 2.12 or newer, with JetStream; comma-separated for a cluster
	Replicas    int          // external: copies of each log, and of buckets made from now on; 0 means 1. One copy is only as durable as the server's sync_interval
	MaxInFlight int64        // bytes that may wait for their sync; 0 means 64 MiB; at least MaxMessage
	Logger      *slog.Logger // nil means slog.Default()
}

// ShardID names one shard of one collection.
type ShardID struct {
	Collection string // the collection's id: letters, digits, '_' and '-'
	Shard      int    // 0, 1, ...
}

func (s ShardID) String() string { return s.Collection + "/" + strconv.Itoa(s.Shard) }

// valid says whether the id can be part of a subject.
func (s ShardID) valid() error {
	if s.Collection == "" || s.Shard < 0 {
		return fmt.Errorf("stream: shard %q: needs a collection id and a number from 0", s)
	}
	for _, c := range []byte(s.Collection) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-') {
			return fmt.Errorf("stream: shard %q: a collection id has only letters, digits, '_' and '-'", s)
		}
	}
	return nil
}

// logNumber spreads collections over the logs, and the shards of one collection over different logs.
func (s ShardID) logNumber() int {
	h := fnv.New32a()
	h.Write([]byte(s.Collection))
	return int((h.Sum32() + uint32(s.Shard)) % logCount)
}

func (s ShardID) subject() string {
	return "log." + strconv.Itoa(s.logNumber()) + "." + s.Collection + "." + strconv.Itoa(s.Shard)
}

// Message is one micro-batch of documents, in its writer's encoding.
type Message struct {
	Data   []byte // 1 to MaxMessage bytes; belongs to the stream from Publish on, whatever Publish returns
	Origin string // where the data came from ("orders/3@1042"), unique within the shard; a repeat is dropped; "" is never a repeat
}

// Stream is safe for concurrent use.
type Stream struct {
	options Options
	conn    *nats.Conn
	js      jetstream.JetStream
	logs    [logCount]*log
	budget  *semaphore.Weighted // bytes published and not yet acknowledged
	stats   counters
	stop    context.CancelFunc // ends the work of all logs; whoever waits then returns ErrClosed
	done    context.Context
	workers sync.WaitGroup // one committer a log

	// Embedded only.
	server *server.Server
	lock   *dirLock

	closing sync.Once
}

// Open starts the embedded server or connects to the external one, and makes the logs that
// are not there yet. The caller closes the Stream.
func Open(ctx context.Context, options Options) (_ *Stream, err error) {
	if (options.Dir == "") == (options.URL == "") {
		return nil, errors.New("stream: set either a folder (embedded) or a URL (external)")
	}
	if options.MaxInFlight == 0 {
		options.MaxInFlight = defaultMaxInFlight
	}
	if options.MaxInFlight < MaxMessage {
		return nil, fmt.Errorf("stream: %d bytes in flight do not hold one message of %d", options.MaxInFlight, MaxMessage)
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	s := &Stream{options: options, budget: semaphore.NewWeighted(options.MaxInFlight)}
	s.done, s.stop = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if options.URL != "" {
		err = s.connect()
	} else {
		err = s.embed(ctx)
	}
	if err != nil {
		return nil, err
	}
	var opening errgroup.Group // each takes some syncs
	for i := range s.logs {
		opening.Go(func() (err error) { s.logs[i], err = openLog(ctx, s, i); return err })
	}
	if err = opening.Wait(); err != nil {
		return nil, err
	}
	for _, l := range s.logs {
		s.workers.Go(l.commit)
	}
	return s, nil
}

// connect uses an external server, waiting for it to come back for as long as it takes.
func (s *Stream) connect() (err error) {
	s.conn, err = nats.Connect(s.options.URL, nats.Name("outcrop"), nats.MaxReconnects(-1), nats.Timeout(setupTimeout))
	var bad *url.Error // repeats the URL with its password
	if errors.As(err, &bad) {
		err = bad.Err
	}
	if err != nil {
		return fmt.Errorf("stream: NATS at %s: %w; is it running?", redact(s.options.URL), err)
	}
	if most := s.conn.MaxPayload(); most < MaxMessage+headerRoom {
		s.options.Logger.Warn("the NATS server takes only small messages, larger writes are refused; raise its max_payload",
			"max_payload", most, "wanted", MaxMessage+headerRoom)
	}
	s.js, err = newJetStream(s.conn)
	return err
}

// newJetStream makes a client that never waits before it sends: rounds are bounded by us.
func newJetStream(conn *nats.Conn) (jetstream.JetStream, error) {
	js, err := jetstream.New(conn,
		jetstream.WithPublishAsyncMaxPending(maxRound*logCount),
		jetstream.WithPublishAsyncTimeout(publishTimeout))
	if err != nil {
		return nil, fmt.Errorf("stream: %w", err)
	}
	return js, nil
}

// Close waits for what is being published, ends every Consume and Watch with ErrClosed, and
// stops the embedded server. It may be called twice.
func (s *Stream) Close() error {
	s.closing.Do(func() {
		for _, l := range s.logs {
			if l != nil {
				l.refuse()
			}
		}
		s.workers.Wait()
		s.stop()
		for _, l := range s.logs {
			if l != nil {
				l.stopTail()
			}
		}
		if s.conn != nil {
			s.conn.Close()
		}
		if s.server != nil {
			s.server.Shutdown()
			s.server.WaitForShutdown()
		}
		if s.lock != nil {
			s.lock.release()
		}
	})
	return nil
}

// orClosed replaces an error that only says that Close was faster.
func (s *Stream) orClosed(err error) error {
	if s.done.Err() != nil && errors.Is(err, nats.ErrConnectionClosed) {
		return ErrClosed
	}
	return err
}

// replicas is how many copies of its own data the stream asks NATS to keep.
func (s *Stream) replicas() int { return max(1, s.options.Replicas) }

// maxData is the most bytes of Data that the server takes.
func (s *Stream) maxData() int64 { return min(MaxMessage, s.conn.MaxPayload()-headerRoom) }

// bounded gives one request a deadline.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, setupTimeout)
}

// redact drops user and password from URLs that go into an error.
func redact(urls string) string {
	all := strings.Split(urls, ",")
	for i, u := range all {
		if at := strings.LastIndexByte(u, '@'); at >= 0 {
			scheme, _, found := strings.Cut(u, "://")
			if !found || len(scheme) > at {
				scheme = "nats"
			}
			all[i] = scheme + "://" + u[at+1:]
		}
	}
	return strings.Join(all, ",")
}

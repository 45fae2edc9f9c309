package server

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/ingest/stream"
)

// appliers are what brings one collection's changes from the log to its shards.
type appliers struct {
	stop     context.CancelFunc
	done     sync.WaitGroup
	shards   []*index.Shard
	each     []*ingest.Applier // of a shard
	caughtUp chan struct{}     // closed when what the log held at the start is visible
	broken   chan struct{}     // closed when one of them has failed
	mu       sync.Mutex
	failed   error // why; queries and writes say so
}

// startCollections starts the appliers of all collections, and ends what a crash left of deleted ones.
func (s *Server) startCollections(ctx context.Context) error {
	for _, c := range s.catalog.DeletedCollections() {
		if err := s.forget(ctx, c); err != nil {
			return err
		}
	}
	for _, c := range s.catalog.Collections("") {
		if _, err := s.applying(c); err != nil {
			return err
		}
	}
	return nil
}

// applying gives a collection's appliers, started if they are not. Those of one whose files cannot be opened have
// failed, and say why.
func (s *Server) applying(c *catalog.Collection) (*appliers, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.shards[c.ID]; a != nil {
		return a, nil
	}
	if now, err := s.catalog.Collection(c.Workspace, c.Name); err != nil || now.ID != c.ID {
		return nil, &catalog.Error{Kind: catalog.NotFound, Message: fmt.Sprintf("collection %q has been deleted", c.Path())}
	}
	a := &appliers{caughtUp: make(chan struct{}), broken: make(chan struct{})}
	work, stop := context.WithCancel(s.work)
	a.stop = stop
	for n := range c.Shards {
		shard, err := s.store.Shard(c.ID, n)
		if err != nil {
			stop()
			a.shards = nil
			a.fail(s.log, fmt.Errorf("collection %s: shard %d: %w", c.Path(), n, err))
			s.shards[c.ID] = a
			return a, nil // the others are served
		}
		a.shards = append(a.shards, shard)
	}
	for n, shard := range a.shards {
		applier := &ingest.Applier{Stream: s.stream, ID: stream.ShardID{Collection: c.ID, Shard: n}, Shard: shard, Writer: s.writer, Compute: s.Compute}
		a.each = append(a.each, applier)
		a.done.Go(func() {
			if err := applier.Run(work); err != nil && work.Err() == nil {
				a.fail(s.log, fmt.Errorf("collection %s: shard %d no longer takes changes: %w", c.Path(), n, err))
			}
		})
	}
	a.done.Go(func() {
		if err := s.catchUp(work, c, a); err != nil && work.Err() == nil {
			a.fail(s.log, fmt.Errorf("collection %s: %w", c.Path(), err))
		}
	})
	s.done.Go(func() {
		<-work.Done()
		a.done.Wait()
	})
	s.shards[c.ID] = a
	return a, nil
}

// catchUp waits until a collection shows what the log holds of it.
func (s *Server) catchUp(ctx context.Context, c *catalog.Collection, a *appliers) error {
	for n, shard := range a.shards {
		last, err := s.stream.Last(ctx, stream.ShardID{Collection: c.ID, Shard: n})
		if err != nil {
			return err
		}
		if err := shard.WaitApplied(ctx, last); err != nil {
			return err
		}
	}
	close(a.caughtUp)
	return nil
}

func (a *appliers) fail(log *slog.Logger, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.failed == nil {
		log.Error("a collection can no longer be used; restart the server, or restore its data folder", "error", err)
		a.failed = err
		close(a.broken)
	}
}

// ready waits until the collection shows all that was acknowledged before the server started.
func (a *appliers) ready(ctx context.Context) error {
	select { // what is so already wins over a context that has ended
	case <-a.caughtUp:
		return a.err()
	case <-a.broken:
		return a.err()
	default:
	}
	select {
	case <-a.caughtUp:
		return a.err()
	case <-a.broken:
		return a.err()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// CaughtUp waits until all collections show what was acknowledged before the server started. One that
// cannot be replayed is not waited for; its queries say why.
func (s *Server) CaughtUp(ctx context.Context) error {
	for _, c := range s.catalog.Collections("") {
		a, err := s.applying(c)
		if err != nil {
			continue // deleted meanwhile
		}
		if err := a.ready(ctx); err != nil && a.err() == nil {
			return err
		}
	}
	return nil
}

func (a *appliers) err() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.failed
}

// Ready tells whether CaughtUp would not have to wait.
func (s *Server) Ready() bool {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	return s.CaughtUp(done) == nil
}

// CreateCollection makes a collection; it takes documents at once.
func (s *Server) CreateCollection(ctx context.Context, want catalog.Collection, by catalog.By) (*catalog.Collection, error) {
	if want.Shards == 0 {
		want.Shards = s.options.Shards
	}
	c, err := s.catalog.CreateCollection(ctx, want, by)
	if err != nil {
		return nil, err
	}
	_, err = s.applying(c)
	return c, err
}

// DeleteCollection drops a collection and its documents. Queries that run finish on what they see.
func (s *Server) DeleteCollection(ctx context.Context, workspace, name string) (*catalog.Collection, error) {
	c, err := s.catalog.DeleteCollection(ctx, workspace, name)
	if err != nil {
		return nil, err
	}
	s.plans.clear()
	return c, s.forget(ctx, c)
}

// forget drops the data of a collection that is deleted in the catalog, which comes last: a crash before
// it is made good at the next start.
func (s *Server) forget(ctx context.Context, c *catalog.Collection) error {
	s.mu.Lock()
	a := s.shards[c.ID]
	delete(s.shards, c.ID)
	s.mu.Unlock()
	if a != nil {
		a.stop()
		a.done.Wait()
	}
	for n := range c.Shards {
		if err := s.stream.Drop(ctx, stream.ShardID{Collection: c.ID, Shard: n}); err != nil {
			return err
		}
	}
	if err := s.store.Drop(c.ID, c.Shards); err != nil {
		return err
	}
	return s.catalog.ForgetCollection(ctx, c)
}

// Write makes changes to a collection; see ingest.Writer.
func (s *Server) Write(ctx context.Context, c *catalog.Collection, changes []ingest.Change) ([]ingest.Outcome, ingest.Fence, error) {
	a, err := s.applying(c)
	if err != nil {
		return nil, ingest.Fence{}, err
	}
	if err := a.err(); err != nil {
		return nil, ingest.Fence{}, err
	}
	outcomes, fence, err := s.writer.Write(ctx, c, changes)
	s.counters.write(outcomes, err)
	return outcomes, fence, err
}

// Passed tells whether all changes up to a fence are visible, and waits for it until ctx ends if asked to.
func (s *Server) Passed(ctx context.Context, fence ingest.Fence, wait bool) (bool, error) {
	s.mu.Lock()
	a := s.shards[fence.Collection]
	s.mu.Unlock()
	if a == nil {
		return false, &catalog.Error{Kind: catalog.NotFound, Message: "the collection of this fence is no longer there"}
	}
	if err := a.err(); err != nil {
		return false, err
	}
	for _, o := range fence.Offsets {
		if o.Shard < 0 || o.Shard >= len(a.shards) {
			return false, &catalog.Error{Kind: catalog.NotFound, Message: fmt.Sprintf("the collection of this fence has no shard %d", o.Shard)}
		}
		shard := a.shards[o.Shard]
		if shard.Applied() >= o.Sequence {
			continue
		}
		if !wait {
			return false, nil
		}
		if err := shard.WaitApplied(ctx, o.Sequence); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Snapshot is what a collection holds now: after a restart, once the log has been replayed, for which it
// waits until ctx ends. Close it.
func (s *Server) Snapshot(ctx context.Context, c *catalog.Collection) (*index.Snapshot, error) {
	a, err := s.applying(c)
	if err != nil {
		return nil, err
	}
	if err := a.ready(ctx); err != nil {
		return nil, err
	}
	return s.store.Snapshot(c.ID, c.Shards)
}

// Flush writes what a collection has in memory to segments.
func (s *Server) Flush(ctx context.Context, c *catalog.Collection) error {
	a, err := s.applying(c)
	if err != nil {
		return err
	}
	for _, shard := range a.shards {
		if err := shard.Flush(ctx); err != nil {
			return err
		}
	}
	return a.err()
}

func (s *Server) tickCollection(c *catalog.Collection, now time.Time) {
	s.mu.Lock()
	a := s.shards[c.ID]
	s.mu.Unlock()
	if a == nil {
		return
	}
	for n, shard := range a.shards {
		shard.Tick(now, time.Duration(c.RetentionSeconds)*time.Second)
		if err := shard.Damage(); err != nil {
			a.fail(s.log, fmt.Errorf("collection %s: shard %d: %w", c.Path(), n, err))
		}
	}
	if err := a.trim(s.work); err != nil && s.work.Err() == nil {
		s.log.Warn("the log stays longer than it need; it will be trimmed later", "collection", c.Path(), "error", err)
	}
}

// trim drops from the log what is in segments.
func (a *appliers) trim(ctx context.Context) error {
	for _, applier := range a.each {
		if err := applier.Trim(ctx); err != nil {
			return err
		}
	}
	return nil
}

// settle writes what is in memory to segments and empties the log, so that the next start has nothing to
// replay. Nothing applies any more.
func (s *Server) settle(ctx context.Context) error {
	if err := s.store.Flush(ctx); err != nil {
		return err
	}
	for _, a := range s.shards {
		if err := a.trim(ctx); err != nil {
			return err
		}
	}
	return nil
}

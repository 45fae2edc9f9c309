// Package server is a whole Outcrop: catalog, log, index and virtual instances under one roof. Its doors,
// REST and Flight SQL, are packages of their own.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/outcropdb/outcrop/catalog"
	"github.com/outcropdb/outcrop/exec/instance"
	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/ingest"
	"github.com/outcropdb/outcrop/ingest/stream"
)

// Server is safe for concurrent use.
type Server struct {
	options   Options
	log       *slog.Logger
	catalog   *catalog.Catalog
	stream    *stream.Stream
	store     *index.Store
	writer    *ingest.Writer
	memory    *instance.Budget
	instances instances
	active    activeQueries
	plans     *planCache
	now       func() time.Time
	counters  counters

	work   context.Context // ends with the server
	stop   context.CancelFunc
	done   sync.WaitGroup
	mu     sync.Mutex
	shards map[string]*appliers // by collection id
}

// Open opens the data folder, replays what the index had not yet on disk, and starts to apply. It returns
// before the replay is through: documents become visible as it goes on. Close the Server.
func Open(ctx context.Context, options Options) (_ *Server, err error) {
	if options.Shards <= 0 {
		options.Shards = DefaultShards
	}
	if options.Memory <= 0 {
		options.Memory = machineMemory() / 2
	}
	if options.WriteMemory <= 0 {
		options.WriteMemory = max(machineMemory()/8, minWriteMemory)
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	s := &Server{options: options, log: options.Logger, now: time.Now, plans: newPlanCache(MaxPlans), shards: map[string]*appliers{}}
	s.work, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close(ctx))
		}
	}()
	// The store's lock on the folder comes first: a second server touches nothing.
	writeMemory := instance.NewBudget("the node's memory for documents that are not in segments yet", options.WriteMemory)
	if s.store, err = index.OpenStore(fs.Disk{}, filepath.Join(options.Dir, "index"), index.Options{
		FlushAge: options.Flush, Memory: writeMemory, SegmentBytes: max(min(options.WriteMemory/mergeShare, index.DefaultSegmentBytes), 1),
	}); err != nil {
		return nil, err
	}
	log := stream.Options{URL: options.NATS, Logger: options.Logger}
	if options.NATS == "" {
		log.Dir = filepath.Join(options.Dir, "log")
	}
	if s.stream, err = stream.Open(ctx, log); err != nil {
		return nil, err
	}
	kv, err := s.stream.KV(ctx, "catalog")
	if err != nil {
		return nil, err
	}
	if s.catalog, err = catalog.Open(ctx, kv, catalog.Options{}); err != nil {
		return nil, err
	}
	if err := s.adminKey(ctx); err != nil {
		return nil, err
	}
	s.memory = instance.NewBudget("the node's memory for queries", options.Memory)
	s.openInstances()
	s.writer = ingest.NewWriter(s.stream, s.now)
	if err := s.startCollections(ctx); err != nil {
		return nil, err
	}
	s.done.Go(s.tick)
	return s, nil
}

// Close lets running queries finish until ctx ends, writes what is in memory to segments so that the next
// start has nothing to replay, and lets go of everything. What was acknowledged is on disk, whatever Close says.
func (s *Server) Close(ctx context.Context) error {
	var errs []error
	note := func(what string, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("closing %s: %w", what, err))
		}
	}
	drained := make(chan struct{})
	go func() { s.closeInstances(); close(drained) }()
	select {
	case <-drained:
	case <-ctx.Done():
		note("the virtual instances", context.Cause(ctx))
	}
	s.stop()
	s.done.Wait()
	if s.store != nil && s.stream != nil {
		note("the index", s.settle(ctx))
	}
	if s.catalog != nil {
		s.catalog.Close()
	}
	if s.stream != nil {
		note("the log", s.stream.Close())
	}
	if s.store != nil {
		note("the index", s.store.Close())
	}
	return errors.Join(errs...)
}

// Catalog of the server.
func (s *Server) Catalog() *catalog.Catalog { return s.catalog }

// tick passes the time on to those who do not look at the clock.
func (s *Server) tick() {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		select {
		case <-s.work.Done():
			return
		case now := <-ticker.C:
			for _, c := range s.catalog.Collections("") {
				s.tickCollection(c, now)
			}
			s.autoSuspend(s.work, now)
			s.arrange() // for what other servers have changed
		}
	}
}

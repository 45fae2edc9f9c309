package server

import (
	"log/slog"
	"time"
)

// Options of a Server. Zero values take the defaults.
type Options struct {
	Dir         string        // data folder, of one server only
	NATS        string        // URL of an external NATS with JetStream; "": embedded, in Dir
	AdminKey    string        // secret of the admin's API key, made at the first start; "": one is generated
	Memory      int64         // bytes that queries may take together; default: half of the machine's
	WriteMemory int64         // bytes that documents not yet in segments, and merges, may take; default: an eighth of the machine's, 256 MiB or more
	CPUs        []int         // of the default virtual instance; default: all
	Shards      int           // of new collections; default DefaultShards
	Flush       time.Duration // age at which documents in memory are written to a segment; default: index.Options'
	Logger      *slog.Logger  // default: slog.Default()
}

const (
	// minWriteMemory makes segments large enough even on small machines.
	minWriteMemory = 256 << 20
	// mergeShare is the share of the write memory, one in so many, that the documents of one merge may be: in
	// memory they are some four times as large, and others are to be written meanwhile.
	mergeShare = 8
	// DefaultShards: one applier fills a core with shredding; flushes and merges use the others.
	DefaultShards = 2
	// DefaultTimeout is how long a query may run when the request does not say.
	DefaultTimeout = 2 * time.Minute
	// MaxTimeout is the longest that a request may ask for.
	MaxTimeout = 30 * time.Minute
	// MaxPlans is the number of plans that are kept, by SQL text.
	MaxPlans = 1000
	// tickEvery is how often ages are looked at: of documents in memory, and of expired ones.
	tickEvery = time.Second
)

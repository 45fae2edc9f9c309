package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Result is one run of a suite: a JSON file.
type Result struct {
	Format  int        `json:"format"` // resultFormat
	Suite   string     `json:"suite"`
	Started time.Time  `json:"started"`
	Seconds float64    `json:"seconds"`
	Threads int        `json:"threads"` // of each peer
	Rounds  int        `json:"rounds"`
	Machine Machine    `json:"machine"`
	Peers   []PeerInfo `json:"peers"`
	// Left is what was left out, with the reasons.
	Left []Left `json:"left,omitempty"`

	Loads       []Load        `json:"loads,omitempty"`
	Starts      []ColdStart   `json:"starts,omitempty"`
	Queries     []Timed       `json:"queries,omitempty"`
	Latencies   []Latency     `json:"latencies,omitempty"`
	Concurrency []Concurrency `json:"concurrency,omitempty"`
	Isolation   []Isolation   `json:"isolation,omitempty"`
	Profiles    []Profile     `json:"profiles,omitempty"`

	Limits []Limit `json:"limits,omitempty"`
	// Discarded, unless empty, is why no figure of this run counts.
	Discarded string `json:"discarded,omitempty"`
}

// resultFormat is the version of the file.
const resultFormat = 2 // 2: kernels are counted in rows, with the best instructions; profiles

// PeerInfo says what was measured.
type PeerInfo struct {
	Name    string `json:"name"`
	About   string `json:"about"`
	Version string `json:"version"`
}

// Left is something that was not measured: a peer, a workload on a peer, or a query on a peer.
type Left struct {
	Workload string `json:"workload,omitempty"`
	Peer     string `json:"peer,omitempty"`
	Query    string `json:"query,omitempty"`
	Reason   string `json:"reason"`
	// Failed: it was tried. Otherwise it was not to be done, or could not be begun.
	Failed bool `json:"failed,omitempty"`
}

// Load is what bringing a workload's data into a peer took.
type Load struct {
	Workload   string  `json:"workload"`
	Scale      string  `json:"scale"`
	Peer       string  `json:"peer"`
	Rows       int64   `json:"rows"`
	JSONBytes  int64   `json:"json_bytes"`
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"` // of the peer's process
	// LoaderCPUSeconds are those of a client that sends the data, where there is one.
	LoaderCPUSeconds float64 `json:"loader_cpu_seconds,omitempty"`
	// StartSeconds and SettleSeconds are before and after: neither is part of the others.
	StartSeconds  float64 `json:"start_seconds"` // in an empty folder
	SettleSeconds float64 `json:"settle_seconds"`
	PeakRSS       int64   `json:"peak_rss"`
	DiskBytes     int64   `json:"disk_bytes"` // settled
	EmptyRSS      int64   `json:"empty_rss"`  // of the peer before anything was loaded
}

// ColdStart is what a start on a loaded folder took; the system's file cache is warm.
type ColdStart struct {
	Workload     string  `json:"workload"`
	Scale        string  `json:"scale"`
	Peer         string  `json:"peer"`
	Query        string  `json:"query"`
	StartSeconds float64 `json:"start_seconds"` // until it is ready
	FirstSeconds float64 `json:"first_seconds"` // until the first answer, start included
	DiskBytes    int64   `json:"disk_bytes"`
	RSS          int64   `json:"rss"` // after the start, before the query
}

// Timed is a query's times on all peers whose answers agree with the first's.
type Timed struct {
	Workload string   `json:"workload"`
	Scale    string   `json:"scale"`
	Query    string   `json:"query"`
	Rows     int64    `json:"rows"` // in the tables
	Answer   int      `json:"answer_rows"`
	Peers    []Timing `json:"peers"`
}

// Timing is a query's times on a peer, a figure a round.
type Timing struct {
	Peer    string    `json:"peer"`
	WallMS  []float64 `json:"wall_ms,omitempty"`
	CPUMS   []float64 `json:"cpu_ms,omitempty"`
	PeakRSS int64     `json:"peak_rss,omitempty"` // of all rounds
	// Took is of each single query, where the figures of rounds are means.
	Took   *Percentiles `json:"took,omitempty"`
	Wrong  string       `json:"wrong,omitempty"` // how the answer differs from the first peer's: no times
	Failed string       `json:"failed,omitempty"`
}

// Of is the timing of a peer, nil if there are no times of it.
func (t *Timed) Of(peer string) *Timing {
	for i := range t.Peers {
		if t.Peers[i].Peer == peer && len(t.Peers[i].WallMS) > 0 {
			return &t.Peers[i]
		}
	}
	return nil
}

// Ratio is the peer's wall time over ours, paired by round.
func (t *Timed) Ratio(peer, ours string) (Spread, bool) {
	theirs, own := t.Of(peer), t.Of(ours)
	if theirs == nil || own == nil {
		return Spread{}, false
	}
	return PairedRatio(theirs.WallMS, own.WallMS), true
}

// Fastest is the peer with the shortest times beside ours, and its ratio.
func (t *Timed) Fastest(ours string) (peer string, ratio Spread, ok bool) {
	for _, p := range t.Peers {
		if r, has := t.Ratio(p.Peer, ours); has && p.Peer != ours && (!ok || r.Median < ratio.Median) {
			peer, ratio, ok = p.Peer, r, true
		}
	}
	return peer, ratio, ok
}

// Write writes the file.
func (r *Result) Write(path string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// ReadResult reads a file of Write's.
func ReadResult(path string) (*Result, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s is no result of a run: %w", path, err)
	}
	if r.Format != resultFormat {
		return nil, fmt.Errorf("%s has format %d; this program reads %d: run the suite again", path, r.Format, resultFormat)
	}
	return r, nil
}

// Package bench measures Outcrop beside other systems: same data, same questions, same machine, one run. It
// knows all of them, Outcrop too, only by their public interfaces.
//
// A Workload is data and questions, a Peer is a system in one setting. Adding either is one file and one row
// in the table of bench/workload or bench/peer.
package bench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"
)

// Workload is data of some kind, and what is asked of it.
type Workload struct {
	Name, About string
	Tables      []Table
	Queries     []Query
	Scales      []Scale
	// Except lists peers that are left out of all of it, by name, with the reason.
	Except map[string]string
}

// Scale is one size of a workload's data.
type Scale struct {
	Name string  // tiny for tests, quick and full for the suites of those names; more where useful
	Size float64 // what the generators take: a number of rows, or a scale factor, as the workload says
	// Checksums are Checksum of each table's NDJSON: proof that everyone measures the same rows.
	Checksums map[string]string
}

// Table is a sequence of documents that a generator makes, always the same ones for a Size.
type Table struct {
	Name string // also of the table or collection in each peer
	// Columns declare the types, for peers that take declarations (typed DuckDB, ClickHouse with hints) and
	// for Parquet. Outcrop is never told of them. Empty: a peer has to infer them.
	Columns []Column
	// Key names the field that tells documents apart, or is empty. Sort names those that a peer may order its
	// rows by: ClickHouse's sort key, say.
	Key  string
	Sort []string
	// InOrder: documents are to be written one after the other, because values of Key come again, and the last
	// document of each is the one that counts. A peer that keeps all of them has its own wording of queries.
	InOrder bool
	// Generate emits each document as JSON, without a line end. It is deterministic and takes its chance from
	// a seed of its own. The slice is the generator's: emit does not keep it.
	Generate func(size float64, emit func(document []byte) error) error
}

// Column is a field and its type.
type Column struct {
	Name string
	Type Type
}

// Type of a field.
type Type struct {
	Kind   Kind
	Fields []Column // of Struct
	Of     *Type    // elements of List
}

// Kind of a Type.
type Kind int

// The kinds. In NDJSON, Date is "2006-01-02" and Timestamp "2006-01-02T15:04:05.999999Z", both strings.
const (
	Bool Kind = iota
	Int64
	Float64
	String
	Date
	Timestamp
	Struct
	List
	Any // fields that vary from document to document: JSON text for peers with nothing better
)

// Query is one question, in as many dialects as it takes.
type Query struct {
	Name, About string
	// SQL is what a peer is asked that no entry of For names. A table is called by its name alone.
	SQL string
	// For has the wording for a dialect: see Peer.Dialects.
	For map[string]string
	// Ordered: rows are compared in order. The query has to say which, with no ties left.
	Ordered bool
	// Tolerance is by how much two floats may differ, relative to the larger; 0 means DefaultTolerance.
	Tolerance float64
	// Except lists dialects whose answer is left out, with the reason: "refuses paths of two types".
	Except map[string]string
}

// Peer is a system, in one setting, that can be measured.
type Peer struct {
	Name, About string
	// Dialects are the keys of Query.For that it understands, best first. The empty string stands for
	// Query.SQL. A query that is in none of them is not asked, and listed so.
	Dialects []string
	// Parallel: a System of it may be asked by many goroutines at once.
	Parallel bool
	// Version says which it is, or the error why it cannot run here and what would help.
	Version func(context.Context, Setting) (string, error)
	// Start runs it, as one process of its own, warm for as long as it is measured. In a folder that an
	// earlier System loaded and closed, it serves what that had.
	Start func(context.Context, Setting) (System, error)
}

// Setting is where and how a System runs.
type Setting struct {
	Root    string    // of the checkout: bin/outcrop and .cache/venv are below
	Dir     string    // its data folder; all that it keeps is here, and nothing else
	Threads int       // that a query may use
	Log     io.Writer // for what the process prints
}

// System is a running peer, serving one workload.
type System interface {
	// Load brings all tables in, and returns when they are durable and queries see them. Its time, CPU time
	// and memory are the peer's figures for loading.
	Load(context.Context, *Dataset) error
	// Settle, after Load, brings the system into the state that it gets into when it is left alone: memory
	// flushed, checkpoint made. What it has on disk is measured behind it.
	Settle(context.Context) error
	// Query answers in full.
	Query(ctx context.Context, sql string) (*Answer, error)
	// Run does all the work of Query up to the rows having arrived, and drops them undecoded.
	Run(ctx context.Context, sql string) error
	// Process is what CPU time and memory are read of.
	Process() *Process
	// Close ends the process, orderly.
	Close() error
}

// Loader is a System that a client, a process beside it, loads.
type Loader interface {
	// LoaderCPU is the CPU time that clients have used so far.
	LoaderCPU() time.Duration
}

// Writer is a System that takes documents while it is asked. The suites for latency and writing need it.
type Writer interface {
	// Write adds documents, NDJSON, to a table, and makes that if it is not there. It returns when they are
	// durable. It may be called by many goroutines at once, also beside Query.
	Write(ctx context.Context, table string, documents []byte) error
}

// Scale of the name, or an error that lists those that there are.
func (w *Workload) Scale(name string) (*Scale, error) {
	var names []string
	for i := range w.Scales {
		if w.Scales[i].Name == name {
			return &w.Scales[i], nil
		}
		names = append(names, w.Scales[i].Name)
	}
	return nil, fmt.Errorf("workload %s has no scale %q; it has %v", w.Name, name, names)
}

// Table of the name; nil: none.
func (w *Workload) Table(name string) *Table {
	i := slices.IndexFunc(w.Tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return &w.Tables[i]
}

// In is the wording of the query for a peer, or the error why there is none.
func (q *Query) In(p *Peer) (string, error) {
	for _, dialect := range p.Dialects {
		if reason, ok := q.Except[dialect]; ok {
			return "", fmt.Errorf("left out: %s", reason)
		}
		if sql, ok := q.For[dialect]; ok {
			return sql, nil
		}
		if dialect == "" && q.SQL != "" {
			return q.SQL, nil
		}
	}
	return "", fmt.Errorf("%s is not worded for %s", q.Name, p.Name)
}

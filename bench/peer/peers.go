// Package peer has the systems that are measured: one file each, one row of the table below a setting.
package peer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// peers are all that there are. The first is the one that the others are compared with.
var peers = []*bench.Peer{
	&outcrop,
	&duckdb,
	&duckdbJSON,
	&clickhouse,
	&clickhouseJSON,
	&postgres,
	&polars,
	&datafusion,
	&bleve,
}

// All are the peers, Outcrop first.
func All() []*bench.Peer { return peers }

// Named are Outcrop and those of the names, or all for none.
func Named(names ...string) ([]*bench.Peer, error) {
	if len(names) == 0 {
		return peers, nil
	}
	var known []string
	for _, p := range peers {
		known = append(known, p.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("there is no peer %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	var out []*bench.Peer
	for i, p := range peers {
		if i == 0 || slices.Contains(names, p.Name) {
			out = append(out, p)
		}
	}
	return out, nil
}

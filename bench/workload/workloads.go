// Package workload has the data and the questions that systems are measured with: one file each, one row of
// the table below.
package workload

import (
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/bench"
)

// workloads are all that there are, in the order in which they run.
var workloads = []*bench.Workload{
	&bsky,
	&ssb,
	&tpch,
	&hits,
	&events20m,
	&rock,
	&rockMixed,
	&rockPatches,
	&httplogs,
	&httplogsUnique,
	&prose,
}

// All are the workloads.
func All() []*bench.Workload { return workloads }

// Named are those of the names, or all for none.
func Named(names ...string) ([]*bench.Workload, error) {
	if len(names) == 0 {
		return workloads, nil
	}
	var out []*bench.Workload
	for _, name := range names {
		found := false
		for _, w := range workloads {
			if w.Name == name {
				out, found = append(out, w), true
			}
		}
		if !found {
			var known []string
			for _, w := range workloads {
				known = append(known, w.Name)
			}
			return nil, fmt.Errorf("there is no workload %q; there are %s", name, strings.Join(known, ", "))
		}
	}
	return out, nil
}

package workload

import (
	"io"
	"testing"

	"github.com/outcropdb/outcrop/bench"
)

// TestChecksums holds the generators to the checksums that workloads state, at the smallest scale.
func TestChecksums(t *testing.T) {
	for _, w := range All() {
		s, err := w.Scale("tiny")
		if err != nil {
			t.Error(err)
			continue
		}
		for _, table := range w.Tables {
			if _, sum, err := bench.Checksum(io.Discard, &table, s.Size, nil); err != nil || sum != s.Checksums[table.Name] {
				t.Errorf("workload %s: table %s: checksum %s, %v; the workload says %q", w.Name, table.Name, sum, err, s.Checksums[table.Name])
			}
		}
	}
}

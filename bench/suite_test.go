package bench_test

import (
	"slices"
	"testing"

	"github.com/outcropdb/outcrop/bench"
	"github.com/outcropdb/outcrop/bench/peer"
	"github.com/outcropdb/outcrop/bench/workload"
)

// TestSuites holds the tables of suites against those of workloads and peers: a name that is in neither would
// leave nothing out, in silence.
func TestSuites(t *testing.T) {
	for _, s := range bench.Suites() {
		if _, err := workload.Named(s.Workloads...); err != nil {
			t.Errorf("suite %s: %v", s.Name, err)
		}
		for _, w := range s.Without {
			if !slices.ContainsFunc(peer.All(), func(p *bench.Peer) bool { return p.Name == w.Peer }) || w.Reason == "" {
				t.Errorf("suite %s leaves out %q for %q: want a peer and a reason", s.Name, w.Peer, w.Reason)
			}
			if _, err := workload.Named(w.But...); err != nil {
				t.Errorf("suite %s: %v", s.Name, err)
			}
		}
		for _, w := range workload.All() {
			if _, err := w.Scale(s.Scale); err != nil {
				t.Errorf("suite %s: %v", s.Name, err)
			}
		}
	}
	if _, err := bench.SuiteNamed("quickest"); err == nil {
		t.Error("found a suite that there is not")
	}
}

package bench

import (
	"slices"
	"testing"
)

func TestReadTop(t *testing.T) {
	out := "File: outcrop\nType: cpu\nDuration: 2.10s, Total samples = 1.42s (67.62%)\nShowing nodes accounting for 0.8s\n" +
		"      flat  flat%   sum%        cum   cum%\n" +
		"     0.17s 12.50% 12.50%      0.17s 12.50%  runtime.memmove\n" +
		"     0.07s  5.00% 17.50%      0.70s 50.00%  github.com/outcropdb/outcrop/exec.(*join[go.shape.int64]).Write (inline)\n"
	got, err := readTop([]byte(out))
	want := []ProfileEntry{{"runtime.memmove", 0.125, 0.125}, {"exec.(*join[go.shape.int64]).Write", 0.05, 0.5}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if _, err := readTop([]byte("no such file")); err == nil {
		t.Error("read what is no table")
	}
}

// TestWorst: the first peer's slowest queries, beside the fastest other, come first; a query that nobody else
// answers does not count.
func TestWorst(t *testing.T) {
	timing := func(peer string, ms float64) Timing { return Timing{Peer: peer, WallMS: []float64{ms}} }
	r := &Runner{Peers: []*Peer{{Name: "a"}}, result: &Result{Queries: []Timed{
		{Workload: "w", Query: "even", Peers: []Timing{timing("a", 1), timing("b", 1), timing("c", 9)}},
		{Workload: "other", Query: "elsewhere", Peers: []Timing{timing("a", 9), timing("b", 1)}},
		{Workload: "w", Query: "alone", Peers: []Timing{timing("a", 9)}},
		{Workload: "w", Query: "slow", Peers: []Timing{timing("a", 3), timing("b", 9), timing("c", 1)}},
	}}}
	var got []string
	for _, t := range r.worst("w") {
		got = append(got, t.Query)
	}
	if want := []string{"slow", "even"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

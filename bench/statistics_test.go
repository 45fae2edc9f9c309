package bench

import (
	"bufio"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/simdjson-go"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		figures []float64
		want    Spread
	}{
		{[]float64{2}, Spread{2, 2, 2}},
		{[]float64{3, 1, 2}, Spread{2, 1, 3}},
		{[]float64{4, 1, 2, 3}, Spread{2.5, 1, 4}},
	} {
		if got := NewSpread(c.figures); got != c.want {
			t.Errorf("%v: got %v, want %v", c.figures, got, c.want)
		}
	}
	// The machine was ten times slower in one round, for both.
	if got, want := PairedRatio([]float64{20, 200, 24}, []float64{10, 100, 8}), (Spread{2, 2, 3}); got != want {
		t.Errorf("paired ratio: got %v, want %v", got, want)
	}
	if got := Geomean([]float64{1, 4, 16}); math.Abs(got-4) > 1e-12 {
		t.Errorf("geomean: got %v, want 4", got)
	}
}

func TestHistogram(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var whole, left, right Histogram
	var all []time.Duration
	for i := range 50_000 {
		d := time.Duration(math.Exp(r.Float64() * 30)) // 1 ns to three hours
		all = append(all, d)
		whole.Add(d)
		if i%3 == 0 {
			left.Add(d)
		} else {
			right.Add(d)
		}
	}
	left.Merge(&right)
	if left != whole {
		t.Error("merged parts are not the whole")
	}
	slices.Sort(all)
	for _, p := range []float64{0, 1, 50, 95, 99, 99.9, 100} {
		exact := all[max(0, int(math.Ceil(p/100*float64(len(all))))-1)]
		got := whole.Percentile(p)
		if got < exact || float64(got) > float64(exact)*(1+1.0/128)+1 {
			t.Errorf("percentile %v: got %d, want %d and up to 1/128 more", p, got, exact)
		}
	}
	if whole.Total() != uint64(len(all)) {
		t.Errorf("total: got %d", whole.Total())
	}
}

func TestHistogramBounds(t *testing.T) {
	for _, d := range []time.Duration{0, 1, 127, 128, 255, 256, 511, 512, 1 << 40, math.MaxInt64} {
		b := bucket(uint64(d))
		if highest(b) < uint64(d) || b > 0 && highest(b-1) >= uint64(d) {
			t.Errorf("%d is in bucket %d, from %d to %d", d, b, highest(b-1)+1, highest(b))
		}
	}
	var h Histogram
	if h.Percentile(99) != 0 {
		t.Error("of nothing: want 0")
	}
	h.Add(-time.Second)
	if h.Percentile(50) != 0 || h.Total() != 1 {
		t.Errorf("below zero: got %v", h.Percentile(50))
	}
}

func TestDrift(t *testing.T) {
	before := []Limit{{Name: "a", Before: 10}, {Name: "b", Before: 10}, {Name: "c", Before: 10}, {Name: "gone", Before: 1}}
	for _, c := range []struct {
		after     []Limit
		discarded bool
	}{
		{[]Limit{{Name: "a", Before: 11}, {Name: "b", Before: 10}, {Name: "c", Before: 40}}, false}, // one jumped
		{[]Limit{{Name: "a", Before: 14}, {Name: "b", Before: 13}, {Name: "c", Before: 10}}, true},
		{[]Limit{{Name: "a", Before: 7}, {Name: "b", Before: 13}, {Name: "c", Before: 10}}, true}, // both ways
		{nil, false},
	} {
		joined, discarded := drift(before, c.after)
		if (discarded != "") != c.discarded || len(joined) != len(c.after) {
			t.Errorf("%v: got %v, %q", c.after, joined, discarded)
		}
	}
}

func TestRateOf(t *testing.T) {
	out := []byte("goos: linux\nBenchmarkFilter/int64_half/generic-2 \t 9\t 9 ns/op\t600 MB/s\nBenchmarkFilter/int64_half/avx2-2   \t 100\t 1234 ns/op\t6600.5 MB/s\t0 B/op\nPASS\n")
	if rate, ok := rateOf(out, "Filter/int64_half"); !ok || rate != 6600.5 {
		t.Errorf("got %v, %v, want the best level's", rate, ok)
	}
	if _, ok := rateOf(out, "Filter/int64_few"); ok {
		t.Error("found a benchmark that did not run")
	}
}

func TestEchoes(t *testing.T) {
	for _, e := range echoes {
		in, stop := newPipe(t)
		address, out := io.Pipe()
		done := make(chan error)
		go func() { done <- ServeEcho(e.name, in, out) }()
		line, err := bufio.NewReader(address).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if h, err := timeEcho(t.Context(), e, strings.TrimSpace(line), 1, 10); err != nil || h.Total() != 10 {
			t.Errorf("%s: got %d replies, %v, want 10", e.name, h.Total(), err)
		}
		stop()
		if err := <-done; err != nil {
			t.Errorf("%s: got %v, want it to end in order", e.name, err)
		}
	}
	if err := ServeEcho("telnet", nil, nil); err == nil {
		t.Error("served a protocol that there is not")
	}
}

func TestParse(t *testing.T) {
	w := fakeWorkload
	w.Scales = []Scale{{Name: "quick"}}
	limits, err := Parse(&w)(t.Context(), "")
	if !simdjson.SupportedCPU() {
		if err == nil {
			t.Error("measured without the instructions that it needs")
		}
		return
	}
	if err != nil || len(limits) != 1 || limits[0].Before <= 0 {
		t.Errorf("got %v, %v", limits, err)
	}
}

func TestLeaves(t *testing.T) {
	s := Suite{Without: []Without{{Peer: "a", But: []string{"w"}, Reason: "slow"}}}
	for _, c := range []struct{ peer, workload, want string }{
		{"a", "w", ""},
		{"a", "v", "slow; --peer a asks for it"},
		{"b", "v", ""},
	} {
		if got := s.leaves(c.peer, c.workload); got != c.want {
			t.Errorf("%s, %s: got %q, want %q", c.peer, c.workload, got, c.want)
		}
	}
}

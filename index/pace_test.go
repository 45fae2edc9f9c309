package index

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/outcropdb/outcrop/index/compact"
	"github.com/outcropdb/outcrop/index/fs"
)

func TestPace(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	busy := false
	p := &pace{ctx: ctx, busy: func() bool { return busy }}
	work := func(d time.Duration) (rested time.Duration) {
		p.begun, p.rested = time.Now().Add(-d), 0
		p.pause()
		return p.rested
	}
	if got := work(time.Second); got != 0 {
		t.Errorf("nobody reads, and it rests for %s", got)
	}
	busy = true
	if got := work(paceSlice / 2); got != 0 {
		t.Errorf("hardly begun, and it rests for %s", got)
	}
	if got := work(3 * paceSlice); got < 3*paceSlice {
		t.Errorf("it rests for %s, want no less than it worked, %s", got, 3*paceSlice)
	}
	cancel()
	if got := work(time.Second); got >= maxRest {
		t.Errorf("at the end it rests for %s", got)
	}
	(*pace)(nil).pause()
}

// TestMergeLeavesTime: a merge rests while a snapshot is open, but not when merges are far behind.
func TestMergeLeavesTime(t *testing.T) {
	for _, test := range []struct {
		open  int
		rests bool
	}{{0, false}, {1, true}} {
		var merges []func()
		s, err := Open(fs.NewCrash(1, 0), "shard", Options{MemtableBytes: MaxMemtableBytes, Background: func(kind Job, job func()) {
			if kind == FlushJob {
				job()
			} else {
				merges = append(merges, job)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range compact.Fan {
			var writes []Write
			for n := range 300 {
				writes = append(writes, upsert(fmt.Sprint(i, " ", n), int64(n)))
			}
			if err := s.Apply(uint64(i+1), writes); err != nil {
				t.Fatal(err)
			}
			if err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for range test.open {
			snapshot, err := s.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			defer snapshot.Close()
		}
		if far := s.newPace(hurrySegments); far.busy() {
			t.Error("merges that are far behind rest")
		}
		merges[0]()
		stats := s.Stats()
		if stats.Merges == 0 || stats.MergeBytes == 0 || stats.FlushBytes <= stats.MergeBytes/2 || (stats.MergeRest > 0) != test.rests {
			t.Errorf("%+v: got %+v", test, stats)
		}
		s.Close()
	}
}

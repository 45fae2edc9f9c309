package index

import (
	"sync/atomic"
	"testing"
)

// TestPool runs merges beside flushes: all of them, on no more goroutines than Workers, never a merge on
// the last one.
func TestPool(t *testing.T) {
	var p pool
	var running, merging, done atomic.Int32
	release := make(chan struct{})
	started := make(chan Job, 100)
	job := func(kind Job, count *atomic.Int32) func() {
		return func() {
			if n := running.Add(1); n > Workers {
				t.Errorf("%d jobs at once", n)
			}
			if n := count.Add(1); kind == MergeJob && n > Workers-1 {
				t.Errorf("%d merges at once", n)
			}
			started <- kind
			<-release
			count.Add(-1)
			running.Add(-1)
			done.Add(1)
		}
	}
	var flushing atomic.Int32
	for range 20 {
		p.run(MergeJob, job(MergeJob, &merging))
	}
	p.run(FlushJob, job(FlushJob, &flushing))
	if a, b := <-started, <-started; a == b {
		t.Errorf("jobs of kinds %d and %d run, want a merge and the flush", a, b)
	}
	close(release)
	p.wait()
	if done.Load() != 21 {
		t.Errorf("%d jobs are done, want 21", done.Load())
	}
	p.run(FlushJob, job(FlushJob, &flushing))
	p.wait()
	if done.Load() != 22 {
		t.Error("a job after a pause is not done")
	}
}

package index

import (
	"fmt"
	"path"
	"testing"

	"github.com/outcropdb/outcrop/index/fs"
)

// watched calls a function before it creates a file.
type watched struct {
	fs.FS
	created func(name string)
}

func (w *watched) Create(name string) (fs.File, error) {
	if w.created != nil {
		w.created(path.Base(name))
	}
	return w.FS.Create(name)
}

// TestMergeWhileApplying overwrites and deletes while segments are merged: when the merged documents are
// about to be written, with what waits to be flushed left waiting or flushed, and again when the manifest
// is. What died is dead in the merged segment, and on disk exactly as far as Durable says.
func TestMergeWhileApplying(t *testing.T) {
	for _, flush := range []bool{false, true} {
		var jobs [2][]func() // by Job: they run when the test says so
		disk := fs.NewCrash(1, 0)
		w := &watched{FS: disk}
		s, err := Open(w, "shard", Options{
			MemtableBytes: 1, Memtables: 10,
			Background: func(kind Job, job func()) { jobs[kind] = append(jobs[kind], job) },
		})
		if err != nil {
			t.Fatal(err)
		}
		run := func(kind Job) {
			job := jobs[kind][0]
			jobs[kind] = jobs[kind][1:]
			job()
		}
		var stream [][]Write
		apply := func(writes ...Write) {
			stream = append(stream, writes)
			if err := s.Apply(uint64(len(stream)), writes); err != nil {
				t.Fatal(err)
			}
		}
		verifyAll := func() { verifyShard(t, s, after(stream, len(stream))) }
		for i := range int64(8) {
			apply(upsert(fmt.Sprint("a", i), 10*i+1), upsert(fmt.Sprint("b", i), 10*i+2), upsert(fmt.Sprint("c", i), 10*i+3), upsert(fmt.Sprint("d", i), 10*i+4))
			run(FlushJob)
		}
		apply(remove("a0"), upsert("b1", 200))
		w.created = func(string) {
			w.created = nil
			apply(remove("a2"), upsert("b3", 201), upsert("new", 202))
			if flush {
				run(FlushJob)
			}
			apply(remove("c4"), upsert("b3", 203), upsert("d7", 204))
			verifyAll()
			w.created = func(name string) {
				if name == "manifest.temporary" {
					w.created = nil
					apply(remove("c6"), upsert("b1", 205))
					verifyAll()
				}
			}
		}
		run(MergeJob)
		if stats := s.Stats(); stats.Merges != 1 || stats.MergeError != nil || w.created != nil {
			t.Fatalf("got %+v", stats)
		}
		verifyAll()
		if !flush {
			run(FlushJob) // what has waited since before the merge
			verifyAll()
		}
		restarted := disk.Restart()
		for _, queue := range jobs {
			for _, job := range queue {
				job() // fails: its disk is gone
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := Open(restarted, "shard", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]uint64{false: 12, true: 10}[flush]; again.Durable() != want {
			t.Errorf("durable %d, want %d: the test did not get to what it is for", again.Durable(), want)
		}
		verifyShard(t, again, after(stream, int(again.Durable())))
	}
}

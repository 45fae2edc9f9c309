package index

import (
	"testing"

	"github.com/outcropdb/outcrop/index/fs"
	"github.com/outcropdb/outcrop/vec"
)

// TestUnboundedRange asks for any value at all where documents have arrays, objects or nothing: a memtable and
// the segment that it becomes say the same, and skip nothing.
func TestUnboundedRange(t *testing.T) {
	s, err := Open(fs.NewCrash(1, 0), "shard", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Apply(1, []Write{upsert("a", 1), upsert("b", 2), upsert("c", 3)}); err != nil {
		t.Fatal(err)
	}
	paths := map[string]bool{"inner.list": true, "inner": true, "n": true, "mixed": true, "absent": false}
	type answer struct {
		skips, looked   bool
		estimate, found int
	}
	ask := func(path vec.Path) (a answer) {
		snapshot, err := s.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		defer snapshot.Close()
		part, p := snapshot.Parts()[0], Predicate{Path: path, Op: vec.OpRange}
		docs, _, err := part.Lookup(p)
		if err != nil {
			t.Fatal(err)
		}
		a = answer{skips: part.Skips(p, 0, part.Rows()), looked: docs != nil, estimate: part.Estimate(p)}
		if docs != nil {
			a.found = int(docs.GetCardinality())
		}
		return a
	}
	memory := map[string]answer{}
	for text := range paths {
		path, err := vec.ParsePath(text)
		if err != nil {
			t.Fatal(err)
		}
		memory[text] = ask(path)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for text, some := range paths {
		path, _ := vec.ParsePath(text)
		got := ask(path)
		want := memory[text]
		if got.skips != !some || got.skips != want.skips || got.estimate != want.estimate || got.looked && want.looked && got.found != want.found {
			t.Errorf("%s: the segment says %+v, the memtable %+v", text, got, want)
		}
	}
}

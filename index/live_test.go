package index

import (
	"math/rand/v2"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// TestLive grows and clears at random over several chunks, keeps older states, and compares all with a list.
func TestLive(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	type state struct {
		live *live
		want []bool
	}
	var states []state
	var want []bool
	var current *live
	for step := range 60 {
		e := edit(current)
		if step%3 == 0 {
			for range random.IntN(10_000) {
				want = append(want, true)
			}
			e.grow(len(want))
		}
		for range random.IntN(200) {
			doc := uint32(random.IntN(len(want) + 10))
			was := int(doc) < len(want) && want[doc]
			if got := e.clear(doc); got != was {
				t.Fatalf("clear %d: got %v, want %v", doc, got, was)
			}
			if was {
				want[doc] = false
			}
		}
		if step%7 == 6 {
			if e = edit(current); e.done() != current {
				t.Error("an edit that changes nothing makes another")
			}
			if len(states) > 0 {
				want = append([]bool(nil), states[len(states)-1].want...)
			}
			continue
		}
		current = e.done()
		states = append(states, state{current, append([]bool(nil), want...)})
	}
	if len(want) < 2*chunkRows {
		t.Fatalf("%d rows are too few to be sure", len(want))
	}
	for i, s := range states {
		count := 0
		bitmap, dead := s.live.bitmap(), s.live.deadRows()
		for doc, is := range s.want {
			if s.live.has(uint32(doc)) != is || bitmap != nil && vec.Bit(bitmap, doc) != is || dead != nil && dead.Contains(uint32(doc)) == is {
				t.Fatalf("state %d: doc %d is to be %v", i, doc, is)
			}
			if is {
				count++
			}
		}
		if s.live.count() != count || s.live.rows != len(s.want) || s.live.has(uint32(len(s.want))) {
			t.Errorf("state %d: %d of %d live, want %d of %d", i, s.live.count(), s.live.rows, count, len(s.want))
		}
		if (bitmap == nil) != (count == len(s.want)) || (dead == nil) != (bitmap == nil) {
			t.Errorf("state %d: a bitmap where all are live, or none", i)
		}
		if again := newLive(len(s.want), dead); again.dead != s.live.dead || dead != nil && !again.deadRows().Equals(dead) {
			t.Errorf("state %d: not the same after the manifest", i)
		}
	}
}

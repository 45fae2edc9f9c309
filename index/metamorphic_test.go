package index

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/outcropdb/outcrop/index/fs"
)

// lives is what happens to each of some documents, in order: upserts, patches, some in vain, and deletes.
func lives(random *rand.Rand, ids int) (all [][]Write) {
	n := int64(0)
	for i := range ids {
		id := fmt.Sprint("id-", i)
		var life []Write
		for range 1 + random.IntN(8) {
			n++
			switch kind := random.IntN(10); {
			case kind == 0:
				life = append(life, patchOf(id, true))
			case kind < 4:
				life = append(life, patchOf(id, false))
			case kind < 6:
				life = append(life, remove(id))
			default:
				life = append(life, upsert(id, n))
			}
		}
		all = append(all, life)
	}
	return all
}

// found is what the writes of a life were told.
type found struct {
	existed bool
	refused string
}

// mixed goes through all lives, those of different documents mixed in any order, in messages of any size, flushed at any
// time. What a write is told does not depend on any of it.
func mixed(t *testing.T, s *Shard, random *rand.Rand, all [][]Write) (told [][]found) {
	var order []int
	for i, life := range all {
		order = append(order, slices.Repeat([]int{i}, len(life))...)
	}
	random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	told = make([][]found, len(all))
	next := make([]int, len(all))
	most := []int{1, 7, 100, len(order)}[random.IntN(4)]
	for sequence := uint64(1); len(order) > 0; sequence++ {
		take := min(1+random.IntN(most), len(order))
		var writes []Write
		for _, i := range order[:take] {
			writes = append(writes, all[i][next[i]])
			next[i]++
		}
		if err := s.Apply(sequence, writes); err != nil {
			t.Fatal(err)
		}
		for k, i := range order[:take] {
			f := found{existed: writes[k].Existed}
			if err := writes[k].Refused; err != nil {
				f.refused = err.Error()
			}
			told[i] = append(told[i], f)
		}
		order = order[take:]
		if random.IntN(20) == 0 {
			if err := s.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return told
}

// TestMetamorphic: documents in another order, in other messages and other segments are the same documents, before
// all segments are merged into one and after; then their fields are the same, too.
func TestMetamorphic(t *testing.T) {
	all := lives(rand.New(rand.NewPCG(3, 0)), 300)
	want := model{}
	for _, life := range all {
		want.apply(life)
	}
	var told [][]found
	var fields []Field
	for variant := range uint64(10) {
		random := rand.New(rand.NewPCG(3, 1+variant))
		s, err := Open(fs.NewCrash(1, 0), "shard", Options{MemtableBytes: []int{1, 24 << 10, MaxMemtableBytes}[random.IntN(3)]})
		if err != nil {
			t.Fatal(err)
		}
		got := mixed(t, s, random, all)
		verifyShard(t, s, want)
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		verifyShard(t, s, want)
		if err := s.merge(s.durable.parts, false); err != nil {
			t.Fatal(err)
		}
		verifyShard(t, s, want)
		if stats := s.Stats(); stats.Segments != 1 || stats.DeadRows != 0 {
			t.Fatalf("variant %d: not merged into one: %+v", variant, stats)
		}
		snapshot, err := s.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		described := snapshot.Fields()
		snapshot.Close()
		s.Close()
		if told == nil {
			told, fields = got, described
		}
		for i := range all {
			if !slices.Equal(got[i], told[i]) {
				t.Errorf("variant %d: writes of document %d are told %v, and %v in another order", variant, i, got[i], told[i])
			}
		}
		if fmt.Sprint(described) != fmt.Sprint(fields) {
			t.Errorf("variant %d: fields %v, in another order %v", variant, described, fields)
		}
	}
}

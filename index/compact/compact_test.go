package compact

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

func TestPick(t *testing.T) {
	const mb = 1 << 20
	sizes := func(raw ...int64) (list []Segment) {
		for _, r := range raw {
			list = append(list, Segment{Rows: 100, Raw: r})
		}
		return list
	}
	dead := func(s Segment, n int) Segment { s.Dead = n; return s }
	for name, c := range map[string]struct {
		segments []Segment
		want     []int
	}{
		"none":                {nil, nil},
		"too few":             {sizes(5, 5, 5, 5, 5, 5, 5), nil},
		"enough":              {sizes(1, 2, 3, 4, 5, 6, 7, 8), []int{0, 1, 2, 3, 4, 5, 6, 7}},
		"smallest of many":    {sizes(9, 1, 2, 3, 4, 5, 6, 7, 8), []int{1, 2, 3, 4, 5, 6, 7, 8}},
		"two tiers, few each": {sizes(1, 1, 1, 1, 60*mb, 60*mb, 60*mb, 60*mb), nil},
		"upper tier":          {sizes(20*mb, 1, 21*mb, 22*mb, 23*mb, 24*mb, 25*mb, 26*mb, 27*mb), []int{0, 2, 3, 4, 5, 6, 7, 8}},
		"no more than fits":   {sizes(90*mb, 91*mb, 92*mb, 93*mb, 94*mb, 95*mb, 96*mb, 97*mb), []int{0, 1}},
		"large ones rest":     {sizes(150*mb, 150*mb, 150*mb, 150*mb, 150*mb, 150*mb, 150*mb, 150*mb, 150*mb), nil},
		"a few dead":          {[]Segment{dead(Segment{Rows: 100, Raw: mb}, 29)}, nil},
		"many dead":           {append(sizes(5), dead(Segment{Rows: 100, Raw: mb}, 30)), []int{1}},
		"no rows":             {[]Segment{{}}, nil},
	} {
		if got := Pick(c.segments, 200*mb); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// list is the documents of a test: numbers.
type list []int64

func (l list) Document(doc uint32) (vec.Value, error) {
	if l[doc] < 0 {
		return nil, errors.New("unreadable")
	}
	return vec.IntValue(vec.Int, l[doc]), nil
}

// TestMergeAndDied kills documents after a merge, and finds the same documents dead in the merged list.
func TestMergeAndDied(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var inputs []Input
		var now [][]uint64
		var want, got []int64
		n := int64(0)
		for range random.IntN(4) {
			rows := random.IntN(200)
			docs, live, later := list{}, make([]uint64, vec.Words(rows)), make([]uint64, vec.Words(rows))
			all := random.IntN(2) == 0
			died := false
			for doc := range rows {
				docs = append(docs, n)
				if all || random.IntN(3) > 0 {
					vec.SetBit(live, doc, true)
					if random.IntN(10) > 0 {
						vec.SetBit(later, doc, true)
					} else {
						want = append(want, n)
						died = true
					}
				}
				n++
			}
			if all {
				live = nil
				if !died {
					later = nil
				}
			}
			inputs, now = append(inputs, Input{docs, rows, live}), append(now, later)
		}
		var merged []int64
		if err := Merge(context.Background(), inputs, func(v vec.Value) error { merged = append(merged, v.Int()); return nil }); err != nil {
			t.Fatal(err)
		}
		Died(inputs, now, func(doc uint32) { got = append(got, merged[doc]) })
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestMergeEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	none := func(vec.Value) error { return nil }
	if err := Merge(ctx, []Input{{list{1}, 1, nil}}, none); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: got %v", err)
	}
	err := Merge(context.Background(), []Input{{list{1, -1}, 2, nil}}, none)
	if err == nil || !strings.Contains(err.Error(), "document 1: unreadable") {
		t.Errorf("unreadable document: got %v", err)
	}
}

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

func TestTidy(t *testing.T) {
	const mb = 1 << 20
	some := func(dead int, raw int64) Segment { return Segment{Rows: 100, Dead: dead, Raw: raw, File: raw / 2} }
	for name, c := range map[string]struct {
		segments []Segment
		spare    int64
		want     []int
	}{
		"none":            {nil, mb, nil},
		"hardly any dead": {[]Segment{{Rows: 1000, Dead: 9, Raw: 8 * mb, File: 4 * mb}}, 100 * mb, nil},
		"the worst":       {[]Segment{some(5, 8*mb), some(9, 8*mb), some(6, 8*mb)}, 100 * mb, []int{1}},
		"small":           {[]Segment{some(20, mb-1)}, 100 * mb, nil},
		"too large":       {[]Segment{some(5, 250*mb)}, 1000 * mb, nil},
		"just enough":     {[]Segment{some(20, 10*mb)}, 4 * mb, []int{0}},
		"no spare bytes":  {[]Segment{some(20, 10*mb)}, 4*mb - 1, nil},
	} {
		if got := Tidy(c.segments, 200*mb, c.spare); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

// TestAmplification counts what is written, over what is flushed, while a shard grows: of upserts that overwrite
// documents all over it, and of new documents. docs/shard.md has the figures.
func TestAmplification(t *testing.T) {
	const flush, rows, maxBytes = 16 << 20, 32 << 10, 256 << 20
	for _, overwrites := range []float64{0, 0.25} {
		for _, flushes := range []int{30, 100, 400} {
			var segments []Segment
			var written, peak float64
			for range flushes {
				all, dead := 0, 0
				for _, s := range segments {
					all, dead = all+s.Rows, dead+s.Dead
				}
				peak = max(peak, float64(dead)/float64(max(all, 1)))
				for i := range segments {
					s := &segments[i]
					s.Dead += int(overwrites * rows * float64(s.Rows-s.Dead) / float64(all-dead))
				}
				segments = append(segments, Segment{Rows: rows, Raw: flush})
				written += flush
				for picked := Pick(segments, maxBytes); len(picked) > 0; picked = Pick(segments, maxBytes) {
					var merged Segment
					for _, i := range slices.Backward(picked) {
						merged.Rows += segments[i].Rows - segments[i].Dead
						merged.Raw += segments[i].Live()
						segments = slices.Delete(segments, i, i+1)
					}
					written += float64(merged.Raw)
					segments = append([]Segment{merged}, segments...)
				}
			}
			if got := written / flush / float64(flushes); got > Amplification {
				t.Errorf("%d flushes, %.0f%% overwrite: %.2f times the bytes are written", flushes, 100*overwrites, got)
			}
			if peak > 0.16 || len(segments) > 40 {
				t.Errorf("%d flushes, %.0f%% overwrite: %.0f%% of rows are dead at times, %d segments", flushes, 100*overwrites, 100*peak, len(segments))
			}
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
				if !all && random.IntN(5) == 0 {
					vec.SetBit(later, doc, true) // too old to be merged
				} else if all || random.IntN(3) > 0 {
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
			}
			if !died && (all || random.IntN(2) == 0) {
				later = nil
			}
			inputs, now = append(inputs, Input{docs, rows, live}), append(now, later)
		}
		var merged []int64
		if err := Merge(context.Background(), inputs, func() {}, func(v vec.Value) error { merged = append(merged, v.Int()); return nil }); err != nil {
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
	if err := Merge(ctx, []Input{{list{1}, 1, nil}}, func() {}, none); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: got %v", err)
	}
	pauses := 0
	err := Merge(context.Background(), []Input{{make(list, 2*stretch+1), 2*stretch + 1, nil}, {list{1, -1}, 2, nil}}, func() { pauses++ }, none)
	if pauses != 4 {
		t.Errorf("%d pauses, want 4", pauses)
	}
	if err == nil || !strings.Contains(err.Error(), "document 1: unreadable") {
		t.Errorf("unreadable document: got %v", err)
	}
}

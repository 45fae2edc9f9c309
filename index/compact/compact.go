// Package compact answers: which segments are worth merging, and what is in the merged one?
package compact

import (
	"context"
	"fmt"
	"math/bits"
	"slices"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

const (
	// Fan is the number of segments of about one size that are merged: each document is written again once
	// per tier, and a tier has fewer segments than this.
	Fan = 8
	// tierBits is log2 of how much larger a tier's segments are than those of the tier below.
	tierBits = 3
	// firstTier bounds the documents' bytes of the segments of the lowest tier.
	firstTier = 1 << 20
	// DeadPercent is the share of dead rows from which a segment is rewritten without them.
	DeadPercent = 30
	// TidyPercent is that share when there is nothing else to do: queries pass over all dead rows, and mask
	// every row of a segment that has any.
	TidyPercent = 1
	// Amplification bounds what is written, over what is flushed, when segments are tidied: a shard that is
	// written to now and then is not rewritten each time.
	Amplification = 3
)

// Segment is what Pick looks at.
type Segment struct {
	Rows, Dead int
	Raw        int64 // bytes of its documents, dead ones included
	File       int64 // bytes of the file
}

// Live is an estimate of the bytes of the live documents.
func (s Segment) Live() int64 {
	return int64(float64(s.Raw) * float64(s.Rows-s.Dead) / float64(max(s.Rows, 1)))
}

// Pick chooses the segments to merge next, as ascending indices; none when all is well. The merged documents
// are to have at most maxBytes.
func Pick(segments []Segment, maxBytes int64) []int {
	if i := worst(segments, DeadPercent); i >= 0 {
		return []int{i}
	}
	tiers := map[int][]int{}
	for i, s := range segments {
		if size := s.Live(); size <= maxBytes/2 {
			tier := (bits.Len64(uint64(size)/firstTier) + tierBits - 1) / tierBits
			tiers[tier] = append(tiers[tier], i)
		}
	}
	for tier := range 64 {
		group := tiers[tier]
		if len(group) < Fan {
			continue
		}
		slices.SortStableFunc(group, func(a, b int) int { return int(segments[a].Live() - segments[b].Live()) })
		var total int64
		n := 0
		for n < len(group) && n < Fan && total+segments[group[n]].Live() <= maxBytes {
			total += segments[group[n]].Live()
			n++
		}
		if n > 1 {
			picked := slices.Clone(group[:n])
			slices.Sort(picked)
			return picked
		}
	}
	return nil
}

// Tidy chooses a segment to rewrite when Pick finds none: the one with the largest share of dead rows, if its
// documents are so many that it matters and at most maxBytes, and if its file will have at most spare bytes.
func Tidy(segments []Segment, maxBytes, spare int64) []int {
	i := worst(segments, TidyPercent)
	if i < 0 {
		return nil
	}
	s := segments[i]
	left := int64(float64(s.File) * float64(s.Rows-s.Dead) / float64(max(s.Rows, 1)))
	if s.Raw < firstTier || s.Live() > maxBytes || left > spare {
		return nil
	}
	return []int{i}
}

// worst is the segment with the largest share of dead rows, of those with so many percent; -1 for none.
func worst(segments []Segment, percent int) int {
	found := -1
	for i, s := range segments {
		if s.Dead == 0 || s.Dead*100 < s.Rows*percent {
			continue
		}
		if found < 0 || float64(s.Dead)*float64(segments[found].Rows) > float64(segments[found].Dead)*float64(s.Rows) {
			found = i
		}
	}
	return found
}

// Input is a segment to merge.
type Input struct {
	Documents column.Documents
	Rows      int
	Live      []uint64 // by doc, at the moment that the merged segment is to show; nil: all are
}

// live is the number of live documents.
func (in *Input) live() int {
	if in.Live == nil {
		return in.Rows
	}
	n := 0
	for _, word := range in.Live {
		n += bits.OnesCount64(word)
	}
	return n
}

// stretch is the number of documents between two pauses.
const stretch = 64

// Merge gives the live documents of the inputs to add, in order: doc ids of the merged segment are their
// numbers, from 0. Now and then it calls pause, which may take its time. It ends early when ctx does.
func Merge(ctx context.Context, inputs []Input, pause func(), add func(vec.Value) error) error {
	for i, in := range inputs {
		for doc := range in.Rows {
			if doc%stretch == 0 {
				if pause(); ctx.Err() != nil {
					return ctx.Err()
				}
			}
			if in.Live != nil && !vec.Bit(in.Live, doc) {
				continue
			}
			document, err := in.Documents.Document(uint32(doc))
			if err == nil {
				err = add(document)
			}
			if err != nil {
				return fmt.Errorf("merge: input %d: document %d: %w", i, doc, err)
			}
		}
	}
	return nil
}

// Died calls f, ascending, with the merged doc ids of the documents that are no longer live: now holds the
// live docs of each input. Docs that are live there and were not merged, because of their age, do not matter.
func Died(merged []Input, now [][]uint64, f func(doc uint32)) {
	next := uint32(0)
	for i, in := range merged {
		if now[i] == nil {
			next += uint32(in.live())
			continue
		}
		for w, current := range now[i] {
			then := ^uint64(0)
			if in.Live != nil {
				then = in.Live[w]
			}
			if tail := in.Rows - 64*w; tail < 64 {
				then &= 1<<tail - 1
			}
			for died := then &^ current; died != 0; died &= died - 1 {
				before := uint64(1)<<bits.TrailingZeros64(died) - 1
				f(next + uint32(bits.OnesCount64(then&before)))
			}
			next += uint32(bits.OnesCount64(then))
		}
	}
}

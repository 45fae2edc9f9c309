package bench

import (
	"math/bits"
	"time"
)

// Histogram counts durations in buckets that are at most 1/128 of their value wide, as HDR histograms do: its
// percentiles are that exact from a nanosecond to hours. The zero value is empty.
type Histogram struct {
	counts [64 << histogramBits]uint64
	total  uint64
	max    time.Duration
}

// histogramBits is how many bits of a value, behind its highest, a bucket keeps.
const histogramBits = 7

// bucket of a value: those below 2^8 have one each, and each further power of two has 2^7.
func bucket(v uint64) int {
	shift := max(0, bits.Len64(v)-histogramBits-1)
	return shift<<histogramBits + int(v>>shift)
}

// highest value of a bucket.
func highest(bucket int) uint64 {
	shift := max(0, bucket>>histogramBits-1)
	return uint64(bucket-shift<<histogramBits+1)<<shift - 1
}

// Add counts a duration; below zero is zero.
func (h *Histogram) Add(d time.Duration) {
	d = max(d, 0)
	h.counts[bucket(uint64(d))]++
	h.total++
	h.max = max(h.max, d)
}

// Merge adds what another has counted.
func (h *Histogram) Merge(other *Histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
	h.max = max(h.max, other.max)
}

// Total is the number of durations.
func (h *Histogram) Total() uint64 { return h.total }

// Percentile is the duration that p percent do not exceed; 0 of nothing.
func (h *Histogram) Percentile(p float64) time.Duration {
	rank := uint64(p / 100 * float64(h.total))
	if float64(rank) < p/100*float64(h.total) || rank == 0 {
		rank++
	}
	seen := uint64(0)
	for i, n := range h.counts {
		if seen += n; seen >= rank && n > 0 {
			return min(time.Duration(highest(i)), h.max)
		}
	}
	return h.max
}

// Percentiles are those that reports show, in ms.
type Percentiles struct {
	Count uint64  `json:"count"`
	P50   float64 `json:"p50_ms"`
	P95   float64 `json:"p95_ms"`
	P99   float64 `json:"p99_ms"`
	P999  float64 `json:"p999_ms"`
	Max   float64 `json:"max_ms"`
}

// Percentiles of all that was counted.
func (h *Histogram) Percentiles() Percentiles {
	ms := func(p float64) float64 { return float64(h.Percentile(p)) / 1e6 }
	return Percentiles{h.total, ms(50), ms(95), ms(99), ms(99.9), float64(h.max) / 1e6}
}

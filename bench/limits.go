package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Limit is what the machine, or a bare kernel on it, can do: no system can be faster.
type Limit struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`   // GB/s, us
	Before float64 `json:"before"` // the run
	After  float64 `json:"after"`
}

// LimitSource measures some limits; Before is where their figures are.
type LimitSource func(ctx context.Context, work string) ([]Limit, error)

// Limits, beside those of kernels, that targets are held against.
const (
	LimitSync = "fdatasync of 4 KiB, p50"
	LimitHTTP = "HTTP echo, p50"
)

// maxDrift is how much faster or slower the machine may have become during a run whose figures count.
const maxDrift = 1.25

func (r *Runner) measureLimits(ctx context.Context) (all []Limit) {
	for i, source := range r.Limits {
		r.progress(int64(i), int64(len(r.Limits)), "measuring the machine's limits")
		limits, err := source(ctx, r.Work)
		if err != nil {
			r.left(Left{Reason: "a limit: " + err.Error()})
		}
		all = append(all, limits...)
	}
	return all
}

// drift joins what was measured before and after a run, and says why the run is discarded, if it is: when the
// median of the limits, slower or faster, is past maxDrift. A single one jumps more than that on most machines.
func drift(before, after []Limit) (joined []Limit, discarded string) {
	var ratios []float64
	for _, b := range before {
		i := slices.IndexFunc(after, func(a Limit) bool { return a.Name == b.Name })
		if i < 0 {
			continue
		}
		b.After = after[i].Before
		joined = append(joined, b)
		ratios = append(ratios, math.Log(b.After/b.Before))
	}
	if len(ratios) == 0 {
		return joined, ""
	}
	for i := range ratios {
		ratios[i] = math.Abs(ratios[i])
	}
	if moved := math.Exp(NewSpread(ratios).Median); moved > maxDrift {
		return joined, fmt.Sprintf("the machine's limits moved by %.0f%% during the run, more than %.0f%%: run it again when nothing else is at work", 100*(moved-1), 100*(maxDrift-1))
	}
	return joined, ""
}

const (
	memoryBlock  = 256 << 20 // bytes: well past any cache
	memoryRounds = 3
	syncBytes    = 4096
	syncRounds   = 100
)

// Memory measures the bandwidth of memory: bytes read and written while copying, in one thread.
func Memory(ctx context.Context, _ string) ([]Limit, error) {
	from, to := make([]byte, memoryBlock), make([]byte, memoryBlock)
	for i := 0; i < len(from); i += os.Getpagesize() {
		from[i], to[i] = 1, 1
	}
	best := time.Duration(math.MaxInt64)
	for range memoryRounds {
		begin := time.Now()
		copy(to, from)
		best = min(best, time.Since(begin))
	}
	return []Limit{{Name: "memory copy, 1 thread", Unit: "GB/s", Before: 2 * memoryBlock / float64(best)}}, ctx.Err()
}

// Sync measures how long it takes to make a small write durable.
func Sync(ctx context.Context, work string) ([]Limit, error) {
	f, err := os.CreateTemp(filepath.Clean(work), "sync")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	h := &Histogram{}
	block := make([]byte, syncBytes)
	for range syncRounds {
		begin := time.Now()
		if _, err := f.Write(block); err != nil {
			return nil, err
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			return nil, fmt.Errorf("fdatasync: %w", err)
		}
		h.Add(time.Since(begin))
	}
	return []Limit{{Name: LimitSync, Unit: "us", Before: micros(h.Percentile(50))}}, ctx.Err()
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

package bench

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// The kernels that targets are held against.
const (
	LimitFilterSum  = "filter and sum two columns"
	LimitDictionary = "sum by dictionary code"
	LimitRadix1M    = "radix aggregation, 1M groups"
	LimitRadix      = "radix aggregation, 4M groups"
	LimitRandomRead = "random read of 32 MB, independent"
	LimitSubstring  = "substring of 45-byte strings"
)

// kernels are the benchmarks of vec/simd that stand for limits: Go's pattern for -bench, as the benchmark
// names itself, what it is the limit of, and, where rows tell more than bytes, how many bytes it counts a row.
var kernels = []struct {
	benchmark, name string
	row             float64
}{
	{"Filter/int64_half", "filter int64, half pass", 0},
	{"Unpack/int64/10", "unpack 10 bits to int64", 0},
	{"ComparePacked/10_bits", "compare packed 10 bits", 0},
	{"Aggregate/sum_int64", "sum int64", 0},
	{"Dictionary/count", "count by dictionary code", 4},
	{"Dictionary/sum_int64", LimitDictionary, 12},
	{"Find/tion", LimitSubstring, 45},
	{"Limit/filter_and_sum", LimitFilterSum, 16},
	{"Limit/radix_1M", LimitRadix1M, 16},
	{"Limit/radix_4M", LimitRadix, 16},
	{"Limit/random_read", LimitRandomRead, 8},
}

const (
	// kernelTime is for how long each kernel runs.
	kernelTime = "100ms"
	// kernelExperiment is what bin/outcrop is built with, and so are the kernels.
	kernelExperiment = "simd"
)

// Kernels measures the kernels of vec/simd in root's checkout, which is built for it by the go command, with
// the best instructions that the machine has.
func Kernels(root string) LimitSource {
	return func(ctx context.Context, work string) ([]Limit, error) {
		binary := filepath.Join(work, "simd.test")
		build := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, "./vec/simd")
		build.Dir = root
		build.Env = append(os.Environ(), "GOEXPERIMENT="+cmp.Or(os.Getenv("GOEXPERIMENT"), kernelExperiment))
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("kernels: go test -c ./vec/simd: %w: %s", err, bytes.TrimSpace(out))
		}
		var limits []Limit
		for _, k := range kernels {
			// Each level of the pattern is anchored: it selects one benchmark.
			pattern := "^Benchmark" + strings.ReplaceAll(k.benchmark, "/", "$/^") + "$"
			out, err := exec.CommandContext(ctx, binary, "-test.run", "^$", "-test.bench", pattern, "-test.benchtime", kernelTime).Output()
			if err != nil {
				return limits, fmt.Errorf("kernels: %s: %w", k.benchmark, err)
			}
			rate, ok := rateOf(out, k.benchmark)
			if !ok {
				return limits, fmt.Errorf("kernels: vec/simd has no benchmark %s", k.benchmark)
			}
			l := Limit{Name: k.name, Unit: "GB/s", Before: rate / 1e3}
			if k.row > 0 {
				l.Unit, l.Before = "Mrow/s", rate/k.row
			}
			limits = append(limits, l)
		}
		return limits, nil
	}
}

// rateOf finds the MB/s of a benchmark in what go test prints: the highest, of those for each level of
// instructions.
func rateOf(out []byte, benchmark string) (rate float64, ok bool) {
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || !strings.HasPrefix(fields[0], "Benchmark"+benchmark) {
			continue
		}
		for i, f := range fields {
			if f != "MB/s" {
				continue
			}
			if at, err := strconv.ParseFloat(fields[i-1], 64); err == nil {
				rate, ok = max(rate, at), true
			}
		}
	}
	return rate, ok
}

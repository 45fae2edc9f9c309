package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// kernels are the benchmarks of vec/simd that stand for limits: Go's pattern for -bench, as the benchmark
// names itself, and what it is the limit of.
var kernels = []struct{ benchmark, name string }{
	{"Filter/int64_half", "filter int64, half pass"},
	{"Unpack/int64/10", "unpack 10 bits to int64"},
	{"ComparePacked/10_bits", "compare packed 10 bits"},
	{"Aggregate/sum_int64", "sum int64"},
	{"Dictionary/count", "count by dictionary code"},
	{"Dictionary/sum_int64", "sum by dictionary code"},
	{"Find/tion", "substring of 45-byte strings"},
}

// kernelTime is for how long each kernel runs.
const kernelTime = "100ms"

// Kernels measures the kernels of vec/simd in root's checkout, which is built for it by the go command.
func Kernels(root string) LimitSource {
	return func(ctx context.Context, work string) ([]Limit, error) {
		binary := filepath.Join(work, "simd.test")
		build := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, "./vec/simd")
		build.Dir = root
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
			limits = append(limits, Limit{Name: k.name, Unit: "GB/s", Before: rate / 1e3})
		}
		return limits, nil
	}
}

// rateOf finds the MB/s of a benchmark in what go test prints.
func rateOf(out []byte, benchmark string) (float64, bool) {
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 || !strings.HasPrefix(fields[0], "Benchmark"+benchmark) {
			continue
		}
		for i, f := range fields {
			if f == "MB/s" {
				rate, err := strconv.ParseFloat(fields[i-1], 64)
				return rate, err == nil
			}
		}
	}
	return 0, false
}

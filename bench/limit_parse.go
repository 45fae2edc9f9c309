package bench

import (
	"context"
	"errors"
	"time"

	"github.com/minio/simdjson-go"
)

const (
	// LimitParse is how fast one thread reads JSON and keeps nothing of it.
	LimitParse = "JSON parse alone, simdjson-go"
	// parseBytes of documents are read over and over, for parseFor.
	parseBytes = 4 << 20
	parseFor   = 200 * time.Millisecond
)

// Parse measures how fast JSON is read: the documents of a workload's first table, one after the other.
func Parse(w *Workload) LimitSource {
	return func(ctx context.Context, _ string) ([]Limit, error) {
		if !simdjson.SupportedCPU() {
			return nil, errors.New("simdjson-go needs AVX2 and CLMUL, which this machine has not")
		}
		all, err := documents(w, "quick", parseBytes)
		if err != nil {
			return nil, err
		}
		var parsed *simdjson.ParsedJson
		best := 0.0
		for begin := time.Now(); time.Since(begin) < parseFor; {
			lap, read := time.Now(), 0
			for _, document := range all {
				if parsed, err = simdjson.Parse(document, parsed, simdjson.WithCopyStrings(false)); err != nil {
					return nil, err
				}
				read += len(document)
			}
			best = max(best, float64(read)/1e6/time.Since(lap).Seconds())
		}
		return []Limit{{Name: LimitParse, Unit: "MB/s", Before: best}}, ctx.Err()
	}
}

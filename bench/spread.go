package bench

import (
	"math"
	"slices"
)

// Spread is the median of some figures, and their range.
type Spread struct {
	Median float64 `json:"median"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// NewSpread is of at least one figure.
func NewSpread(figures []float64) Spread {
	sorted := slices.Sorted(slices.Values(figures))
	n := len(sorted)
	return Spread{Median: (sorted[(n-1)/2] + sorted[n/2]) / 2, Low: sorted[0], High: sorted[n-1]}
}

// PairedRatio is of theirs[i] / ours[i]: what was measured in one round was measured on one machine in one
// mood.
func PairedRatio(theirs, ours []float64) Spread {
	ratios := make([]float64, min(len(theirs), len(ours)))
	for i := range ratios {
		ratios[i] = theirs[i] / ours[i]
	}
	return NewSpread(ratios)
}

// Geomean is the geometric mean; NaN of nothing.
func Geomean(figures []float64) float64 {
	sum := 0.0
	for _, x := range figures {
		sum += math.Log(x)
	}
	return math.Exp(sum / float64(len(figures)))
}

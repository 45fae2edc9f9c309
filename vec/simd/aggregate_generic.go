//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

var (
	sumInt64      = [levels]func([]int64, []uint64) Int128{sumInt64Generic}
	sumFloat64    = [levels]func([]float64, []uint64) float64{sumFloat64Generic}
	minMaxInt64   = [levels]func([]int64, []uint64) (int64, int64){minMaxInt64Generic}
	minMaxFloat64 = [levels]func([]float64, []uint64) (float64, float64, bool){minMaxFloat64Generic}
)

//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

var (
	arithInt64     = [levels]func(operator, []int64, []int64, []int64, int64, int64) bool{arithInt64Generic}
	arithFloat64   = [levels]func(operator, []float64, []float64, []float64, float64, float64){arithFloat64Generic}
	int64ToFloat64 = [levels]func([]float64, []int64){int64ToFloat64Generic}
)

//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

var (
	withinInt64   = [levels]func([]uint64, []int64, int64, int64, uint64){within[int64]}
	withinUint32  = [levels]func([]uint64, []uint32, uint32, uint32, uint64){within[uint32]}
	withinFloat64 = [levels]func([]uint64, []float64, float64, float64, uint64){within[float64]}
	equalInt64    = columnKernel[int64]{equal[int64]}
	equalFloat64  = columnKernel[float64]{equal[float64]}
	lessInt64     = columnKernel[int64]{less[int64]}
	lessFloat64   = columnKernel[float64]{less[float64]}
)

//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

var (
	filter64 = [levels]func([]uint64, []uint64, []uint64) int{filterGeneric[uint64]}
	filter32 = [levels]func([]uint32, []uint32, []uint64) int{filterGeneric[uint32]}
)

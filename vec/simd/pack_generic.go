//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

var (
	unpack64 = [levels]func(out, packed []uint64, start int, base uint64, width int){unpackGeneric[uint64]}
	unpack32 = [levels]func(out []uint32, packed []uint64, start, width int){unpack32Generic}
)

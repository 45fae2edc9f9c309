//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

var withinPacked = [levels]func(out, packed []uint64, start, n, width int, lo, hi, flip uint64){withinPackedGeneric}

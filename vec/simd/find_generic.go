//go:build !(goexperiment.simd && amd64 && !go1.27)

package simd

var find = [levels]func(haystack, needle []byte, fold bool) int{findGeneric}

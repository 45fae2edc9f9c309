//go:build goexperiment.simd && amd64 && !go1.27

package simd

import "bytes"

var (
	find     = [levels]func(haystack, needle []byte) int{bytes.Index, bytes.Index, bytes.Index}
	findFold = [levels]func(haystack, needle []byte) int{findFoldGeneric, findFoldGeneric, findFoldGeneric}
)

package simd

import "bytes"

var (
	find     = [levels]func(haystack, needle []byte) int{bytes.Index}
	findFold = [levels]func(haystack, needle []byte) int{findFoldGeneric}
)

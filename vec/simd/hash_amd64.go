//go:build goexperiment.simd && amd64 && !go1.27

package simd

var (
	hashWords     = [levels]func(out, a []uint64){hashWordsGeneric, hashWordsGeneric, hashWordsGeneric}
	combineHashes = [levels]func(hashes, next []uint64){combineHashesGeneric, combineHashesGeneric, combineHashesGeneric}
)

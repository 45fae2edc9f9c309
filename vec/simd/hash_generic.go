package simd

var (
	hashWords     = [levels]func(out, a []uint64){hashWordsGeneric}
	combineHashes = [levels]func(hashes, next []uint64){combineHashesGeneric}
)

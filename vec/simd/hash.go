package simd

import (
	"math"
	"math/bits"
)

// Two odd multipliers whose products spread every input bit over the upper half (those of splitmix64's finalizer).
const (
	hashMul1 = 0xbf58476d1ce4e5b9
	hashMul2 = 0x94d049bb133111eb
)

// combineTurn keeps the order of combined hashes from being lost.
const combineTurn = 27

// Hash is a permutation of the 64-bit words in which each bit of the result depends on each bit of x.
func Hash(x uint64) uint64 {
	x = (x ^ x>>30) * hashMul1
	x = (x ^ x>>27) * hashMul2
	return x ^ x>>31
}

// HashCombine is the hash of a key whose first columns have the hash prev and whose next column has the hash h.
func HashCombine(prev, h uint64) uint64 {
	x := (bits.RotateLeft64(prev, combineTurn) ^ h) * hashMul1
	return x ^ x>>31
}

// FloatKey is a word that is the same for two floats exactly if SQL has them equal: 0 and -0, and all NaNs.
func FloatKey(x float64) uint64 {
	if x != x {
		x = math.NaN()
	}
	return math.Float64bits(x + 0)
}

// HashInt64 writes the Hash of each of a. len(out) is at least len(a).
func HashInt64(out []uint64, a []int64) { hashWords[active](out, cast[uint64](a)) }

// HashFloat64 writes the Hash of each of a's FloatKey. len(out) is at least len(a).
func HashFloat64(out []uint64, a []float64) {
	for i, x := range a {
		out[i] = Hash(FloatKey(x))
	}
}

// HashCombineColumns writes HashCombine(hashes[i], next[i]) to hashes[i], for every i of next.
func HashCombineColumns(hashes, next []uint64) { combineHashes[active](hashes, next) }

func hashWordsGeneric(out, a []uint64) {
	out = out[:len(a)]
	for i, x := range a {
		out[i] = Hash(x)
	}
}

func combineHashesGeneric(hashes, next []uint64) {
	hashes = hashes[:len(next)]
	for i, h := range next {
		hashes[i] = HashCombine(hashes[i], h)
	}
}

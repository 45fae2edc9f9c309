package vec

import (
	"math/bits"

	"github.com/cespare/xxhash/v2"

	"github.com/outcropdb/outcrop/vec/simd"
)

// hashNull is the hash of null and undefined.
const hashNull = 0x8ebc6af09c88c6e3

// seeds keep equal contents of different types apart. Int's is 0: its vectors are hashed as they are.
var seeds = func() (seeds [32]uint64) {
	for t := range seeds {
		seeds[t] = simd.Hash(hashNull + uint64(t))
	}
	seeds[Int] = 0
	return seeds
}()

func hashInt(t Type, n int64) uint64 { return simd.Hash(uint64(n)) ^ seeds[t] }

// hashFloat hashes whole numbers as the ints they equal.
func hashFloat(f float64) uint64 {
	if f >= -1<<63 && f < 1<<63 {
		if n := int64(f); float64(n) == f {
			return simd.Hash(uint64(n))
		}
	}
	return simd.Hash(simd.FloatKey(f)) ^ seeds[Float]
}

func hashContent(t Type, content []byte) uint64 { return xxhash.Sum64(content) ^ seeds[t] }

// HashValue is the hash of one value, the same as Hash gives for a row.
func HashValue(v Value) uint64 {
	switch t := v.Type(); {
	case t.IsNull():
		return hashNull
	case t == Bool:
		return hashInt(Bool, int64(v[1]))
	case t == Float:
		return hashFloat(v.Float())
	case t == Array:
		h := seeds[Array]
		for element := range v.Elements() {
			h = simd.HashCombine(h, HashValue(element))
		}
		return simd.Hash(h)
	case t == Object:
		h := seeds[Object]
		for key, value := range v.Fields() {
			h += simd.Hash(simd.HashCombine(xxhash.Sum64(key), HashValue(value))) // in any order
		}
		return simd.Hash(h)
	case t.Layout() == Int64s:
		return hashInt(t, v.Int())
	default:
		return hashContent(t, v.Content())
	}
}

// Hash sets out[i] to the hash of row i. Values that are equal by Compare hash alike, so an int and a
// float of one number do, and objects with another order of keys; null and undefined have one fixed
// hash. Hashes are for memory: they may differ in another version of this program. v keeps memory to
// work in, so it must belong to the caller.
func Hash(out []uint64, v *Vector) {
	out = out[:v.Rows]
	switch {
	case v.Rows == 0:
	case v.Form == Const || v.Type.IsNull():
		h := v.hashRow(0)
		for i := range out {
			out[i] = h
		}
	case v.Form == Dict && 0 < v.Values.Rows && v.Values.Rows <= v.Rows:
		v.hashes = sized(v.hashes, v.Values.Rows)
		v.Values.hashFlat(v.hashes)
		simd.Take(out, v.hashes, v.Codes[:v.Rows])
		v.hashNulls(out)
	case v.Form == Flat && v.Type != Dynamic:
		v.hashFlat(out)
		v.hashNulls(out)
	default:
		for i := range out {
			out[i] = v.hashRow(i)
		}
	}
}

// Combine mixes the hash of each row of v into out, for keys of several columns: Hash the first column,
// Combine the others, in one order.
func Combine(out []uint64, v *Vector) {
	v.combine = sized(v.combine, v.Rows)
	Hash(v.combine, v)
	simd.HashCombineColumns(out, v.combine)
}

// hashFlat hashes the data of a Flat vector, whatever null rows have there.
func (v *Vector) hashFlat(out []uint64) {
	switch t := v.Type; t.Layout() {
	case Bitmap:
		hashes := [2]uint64{hashInt(Bool, 0), hashInt(Bool, 1)}
		for i := range out {
			out[i] = hashes[v.Bits[i>>6]>>(i&63)&1]
		}
	case Int64s:
		simd.HashInt64(out, v.I64[:len(out)])
		if seed := seeds[t]; seed != 0 {
			for i := range out {
				out[i] ^= seed
			}
		}
	case Float64:
		for i, f := range v.F64[:len(out)] {
			out[i] = hashFloat(f)
		}
	case Varlen:
		if t == Array || t == Object {
			for i := range out {
				out[i] = v.hashRow(i) // a null row may hold no encoded value
			}
			return
		}
		seed, from := seeds[t], v.Offsets[0]
		for i, to := range v.Offsets[1 : len(out)+1] {
			out[i] = xxhash.Sum64(v.Data[from:to]) ^ seed
			from = to
		}
	}
}

// hashNulls puts the hash of null where rows are null.
func (v *Vector) hashNulls(out []uint64) {
	if v.Valid == nil {
		return
	}
	for w, word := range v.Valid[:Words(len(out))] {
		for word = ^word; word != 0; word &= word - 1 {
			if i := w<<6 + bits.TrailingZeros64(word); i < len(out) {
				out[i] = hashNull
			}
		}
	}
}

func (v *Vector) hashRow(i int) uint64 {
	if v.IsNull(i) {
		return hashNull
	}
	v, i = v.leaf(i)
	switch t := v.Type; t.Layout() {
	case Bitmap:
		return hashInt(Bool, int64(oneIf(Bit(v.Bits, i))))
	case Int64s:
		return hashInt(t, v.I64[i])
	case Float64:
		return hashFloat(v.F64[i])
	default:
		if t == Array || t == Object {
			return HashValue(v.Content(i))
		}
		return hashContent(t, v.Content(i))
	}
}

package vec

import (
	"math"
	"math/bits"

	"github.com/cespare/xxhash/v2"
)

// Odd constants without structure, to multiply with.
const (
	mix0 = 0x9e3779b97f4a7c15
	mix1 = 0xd6e8feb86659fd93
	mix2 = 0xa0761d6478bd642f
)

// hashNull is the hash of null and undefined.
const hashNull = 0x8ebc6af09c88c6e3

// mix spreads every bit of x over the result.
func mix(x uint64) uint64 {
	hi, lo := bits.Mul64(x^mix0, mix1)
	hi, lo = bits.Mul64(hi^lo^mix2, mix1)
	return hi ^ lo
}

// combine mixes h into the hash so far; the order of calls matters.
func combine(so, h uint64) uint64 {
	hi, lo := bits.Mul64(so^mix0, h^mix2)
	return hi ^ lo ^ bits.RotateLeft64(so, 23) + h
}

// seeds keep equal contents of different types apart.
func seed(t Type) uint64 { return uint64(ranks[t&31]) * mix2 }

func hashInt(t Type, n int64) uint64 { return mix(uint64(n) ^ seed(t)) }

// hashFloat hashes whole numbers as the ints they equal.
func hashFloat(f float64) uint64 {
	switch {
	case f >= -1<<63 && f < 1<<63 && f == math.Trunc(f):
		return hashInt(Int, int64(f))
	case f != f:
		return mix(math.Float64bits(math.NaN()) ^ seed(Bool))
	}
	return mix(math.Float64bits(f) ^ seed(Bool))
}

func hashBool(b bool) uint64 { return mix(uint64(oneIf(b)) + seed(Bool)) }

func hashContent(t Type, content []byte) uint64 { return xxhash.Sum64(content) ^ seed(t) }

// HashValue is the hash of one value, the same as Hash gives for a row.
func HashValue(v Value) uint64 {
	switch t := v.Type(); {
	case t.IsNull():
		return hashNull
	case t == Bool:
		return hashBool(v.Bool())
	case t == Float:
		return hashFloat(v.Float())
	case t == Array:
		h := seed(Array)
		for element := range v.Elements() {
			h = combine(h, HashValue(element))
		}
		return mix(h)
	case t == Object:
		h := seed(Object)
		for key, value := range v.Fields() {
			h += mix(combine(xxhash.Sum64(key), HashValue(value))) // in any order
		}
		return mix(h)
	case t.Layout() == Int64s:
		return hashInt(t, v.Int())
	default:
		return hashContent(t, v.Content())
	}
}

// Hash sets out[i] to the hash of row i. Values that are equal by Compare hash alike, so an int and a
// float of one number do, and objects with another order of keys; null and undefined have one fixed
// hash. Hashes are for memory: they may differ in another version of this program.
func Hash(out []uint64, v *Vector) {
	for i := range v.Rows {
		out[i] = v.hashRow(i)
	}
}

// Combine mixes the hash of each row of v into out, for keys of several columns: Hash the first column,
// Combine the others, in one order.
func Combine(out []uint64, v *Vector) {
	for i := range v.Rows {
		out[i] = combine(out[i], v.hashRow(i))
	}
}

func (v *Vector) hashRow(i int) uint64 {
	if v.IsNull(i) {
		return hashNull
	}
	v, i = v.leaf(i)
	switch t := v.Type; t.Layout() {
	case Bitmap:
		return hashBool(Bit(v.Bits, i))
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

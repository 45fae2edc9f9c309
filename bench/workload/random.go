package workload

import (
	"math"
	"sort"
)

// random is a seeded generator, splitmix64: the same numbers on every machine and with every Go.
type random struct{ state uint64 }

func newRandom(seed uint64) *random { return &random{state: seed} }

func (r *random) uint64() uint64 {
	r.state += 0x9e3779b97f4a7c15
	z := r.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// intn is one of 0 to n-1.
func (r *random) intn(n int) int { return int((r.uint64() >> 11) % uint64(n)) }

// float is at least 0 and less than 1.
func (r *random) float() float64 { return float64(r.uint64()>>11) / (1 << 53) }

// chance is true that often: 0.3 is three times in ten.
func (r *random) chance(p float64) bool { return r.float() < p }

// appendText appends n characters of an alphabet of at most 256.
func (r *random) appendText(dst []byte, alphabet string, n int) []byte {
	for range n {
		dst = append(dst, alphabet[r.intn(len(alphabet))])
	}
	return dst
}

// The alphabets of identifiers.
const (
	base32 = "abcdefghijklmnopqrstuvwxyz234567"
	hex    = "0123456789abcdef"
)

// weighted chooses among cases that are not equally likely.
type weighted []float64 // cumulated, ending with 1

func newWeighted(weights ...float64) weighted {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	out, so := make(weighted, len(weights)), 0.0
	for i, w := range weights {
		so += w / sum
		out[i] = so
	}
	out[len(out)-1] = 1
	return out
}

// newZipf is weighted, with case i less likely than the first by (i+1) to the power s.
func newZipf(n int, s float64) weighted {
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = math.Pow(float64(i+1), -s)
	}
	return newWeighted(weights...)
}

func (w weighted) pick(r *random) int { return sort.SearchFloat64s(w, r.float()) }

// scatter spreads the numbers 0 to n-1 over 64 bits, each to another: an identifier for a number.
func scatter(n, seed uint64) uint64 { return newRandom(n*0x2545f4914f6cdd1d + seed).uint64() }

package column

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

const (
	// maxTerms bounds a dictionary: past it, codes are no smaller than what they stand for.
	maxTerms = 1 << 20
	// fewTerms is the share of distinct values, one in so many, up to which a dictionary is considered.
	fewTerms = 3
)

// distinct are the distinct values of a sub-column, sorted, and which of them each value is.
type distinct struct {
	rows  []uint32 // a value that has the term, of each term
	codes []uint32
}

// distinctOf finds the distinct values; nil if they are too many for a dictionary, or not of a type that
// gets one.
func distinctOf(v *Values) *distinct {
	if !mayRecur(v) {
		return nil
	}
	d := &distinct{codes: make([]uint32, v.Count())}
	few := false
	switch v.Kind.Layout() {
	case vec.Int64s:
		few = number(d, v.Count(), func(i int) int64 { return v.Ints[i] })
	case vec.Float64:
		few = number(d, v.Count(), func(i int) uint64 { return math.Float64bits(v.Floats[i]) })
	case vec.Bitmap:
		few = number(d, v.Count(), func(i int) bool { return v.Bools[i] })
	case vec.Varlen:
		few = hasData(v.Kind) && d.numberContents(v)
	}
	if !few {
		return nil
	}
	d.sort(v)
	return d
}

// mayRecur is false when next to none of some values, chosen at random, are equal, which tells for nearly nothing that
// tooMany are distinct. Pairs of equal values are to be expected among n of count, with one value in fewTerms
// distinct: n * n / 2 * fewTerms / count at least.
func mayRecur(v *Values) bool {
	const expected, enough = 40, 8
	count := v.Count()
	n := int(math.Sqrt(2 * expected / fewTerms * float64(count)))
	if count < 8*n || !hasData(v.Kind) || v.Kind == vec.Bool {
		return true
	}
	random := rand.New(rand.NewPCG(uint64(count), 0))
	rows := make([]int, n)
	for i := range rows {
		rows[i] = random.IntN(count)
	}
	slices.Sort(rows)
	rows = slices.Compact(rows)
	hashes := make([]uint64, len(rows))
	for i, row := range rows {
		if v.Kind.Layout() == vec.Varlen {
			hashes[i] = maphash.Bytes(seed, v.content(row))
		} else {
			hashes[i] = uint64(v.key(row))
		}
	}
	slices.Sort(hashes)
	return len(hashes)-len(slices.Compact(hashes)) >= enough
}

// seed is for hashes that stay in memory.
var seed = maphash.MakeSeed()

// tooMany tells that so many terms among count values make no dictionary.
func tooMany(terms, count int) bool { return terms > maxTerms || terms > 1+count/fewTerms }

func number[T comparable](d *distinct, count int, value func(int) T) bool {
	seen := map[T]uint32{}
	for i := range d.codes {
		x := value(i)
		code, ok := seen[x]
		if !ok {
			if code = uint32(len(d.rows)); tooMany(len(d.rows)+1, count) {
				return false
			}
			seen[x] = code
			d.rows = append(d.rows, uint32(i))
		}
		d.codes[i] = code
	}
	return true
}

func (d *distinct) numberContents(v *Values) bool {
	seen := map[string]uint32{}
	for i := range d.codes {
		content := v.content(i)
		code, ok := seen[string(content)]
		if !ok {
			if code = uint32(len(d.rows)); tooMany(len(d.rows)+1, len(d.codes)) {
				return false
			}
			seen[string(content)] = code
			d.rows = append(d.rows, uint32(i))
		}
		d.codes[i] = code
	}
	return true
}

func (v *Values) content(i int) []byte { return v.Data[v.Offsets[i]:v.Offsets[i+1]] }

// key is the key of value i of a type of fixed width.
func (v *Values) key(i int) int64 {
	switch v.Kind.Layout() {
	case vec.Int64s:
		return v.Ints[i]
	case vec.Float64:
		return vec.Key(v.Floats[i])
	}
	if v.Bools[i] {
		return 1
	}
	return 0
}

// sort orders the terms by value and renumbers the codes.
func (d *distinct) sort(v *Values) {
	order := make([]uint32, len(d.rows))
	for code := range order {
		order[code] = uint32(code)
	}
	compare := func(a, b uint32) int { return bytes.Compare(v.content(int(d.rows[a])), v.content(int(d.rows[b]))) }
	if v.Kind.Layout() != vec.Varlen {
		compare = func(a, b uint32) int {
			// Zeros of both signs have one key.
			return cmp.Or(cmp.Compare(v.key(int(d.rows[a])), v.key(int(d.rows[b]))), cmp.Compare(a, b))
		}
	}
	slices.SortFunc(order, compare)
	rows, renumbered := make([]uint32, len(order)), make([]uint32, len(order))
	for code, old := range order {
		rows[code], renumbered[old] = d.rows[old], uint32(code)
	}
	for i, old := range d.codes {
		d.codes[i] = renumbered[old]
	}
	d.rows = rows
}

package simd

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// limitRows is past all caches, in each of the columns that limits are measured on.
const limitRows = 1 << 23

// BenchmarkLimit has what no kernel here does alone: programs made for one question, as a bound for whole
// queries. outcrop-bench runs them on one core and prints them beside its targets.
func BenchmarkLimit(b *testing.B) {
	b.Run("filter and sum", limitFilterSum)
	b.Run("radix 1M", func(b *testing.B) { limitRadix(b, 1<<20) })
	b.Run("radix 4M", func(b *testing.B) { limitRadix(b, 1<<22) })
	b.Run("random read", limitRandomRead)
}

// limitFilterSum sums one column where another is small, half of the rows, a batch at a time.
func limitFilterSum(b *testing.B) {
	r := random()
	x, y, want := make([]int64, limitRows), make([]int64, limitRows), int64(0)
	for i := range x {
		x[i], y[i] = r.Int64N(1000), r.Int64N(1000)
		if x[i] < 500 {
			want += y[i]
		}
	}
	var pass [benchRows / 64]uint64
	b.SetBytes(16 * limitRows)
	for b.Loop() {
		var sum Int128
		for at := 0; at < limitRows; at += benchRows {
			CompareInt64(pass[:], Less, x[at:at+benchRows], 500)
			sum = sum.Add(SumInt64(y[at:at+benchRows], pass[:]))
		}
		if got := sum.big().Int64(); got != want {
			b.Fatalf("got %d, want %d", got, want)
		}
	}
}

// The shape of radix aggregation: so many partitions, each behind a buffer of a cache line.
const (
	radixBits = 8
	radixLine = 64 / int(unsafe.Sizeof(radixRow{}))
)

type radixRow struct{ key, value int64 }

type radixGroup struct {
	key, sum int64
	used     bool
}

// limitRadix sums by a key of so many values: rows go to the partition of their key's hash, through buffers
// that are written out whole, and then each partition gets a table, which stays in cache.
func limitRadix(b *testing.B, groups uint64) {
	r := random()
	rows, want, seen := make([]radixRow, limitRows), 0, make([]bool, groups)
	for i := range rows {
		group := r.Uint64N(groups)
		rows[i] = radixRow{int64(Hash(group)), 1}
		if !seen[group] {
			seen[group] = true
			want++
		}
	}
	out := slices.Clone(rows) // its pages are there
	table := make([]radixGroup, nextPower(int(2*groups)>>radixBits))
	b.SetBytes(int64(unsafe.Sizeof(radixRow{})) * limitRows)
	for b.Loop() {
		ends, got := radixPartition(out, rows), 0
		for p, from := 0, 0; p < len(ends); from, p = ends[p], p+1 {
			got += radixAggregate(table, out[from:ends[p]])
		}
		if got != want {
			b.Fatalf("got %d groups, want %d", got, want)
		}
	}
}

// radixHash spreads keys: multiplied by an odd number, the upper bits choose.
func radixHash(key int64) uint64 { return uint64(key) * hashMul1 }

// radixPartition writes rows to out, those of a partition together, and gives where each ends.
func radixPartition(out, rows []radixRow) (ends [1 << radixBits]int) {
	for _, row := range rows {
		ends[radixHash(row.key)>>(64-radixBits)]++
	}
	var next [1 << radixBits]int
	for p, at := 0, 0; p < len(ends); p++ {
		next[p] = at
		at += ends[p]
		ends[p] = at
	}
	var lines [1 << radixBits][radixLine]radixRow
	var filled [1 << radixBits]uint8
	for _, row := range rows {
		p := uint8(radixHash(row.key) >> (64 - radixBits))
		lines[p][filled[p]%uint8(radixLine)] = row
		if filled[p]++; filled[p] == uint8(radixLine) {
			*(*[radixLine]radixRow)(out[next[p]:]) = lines[p]
			next[p] += radixLine
			filled[p] = 0
		}
	}
	for p := range lines {
		copy(out[next[p]:], lines[p][:filled[p]])
	}
	return ends
}

// radixAggregate sums a partition's values by key, in a table with room for it, and gives the number of keys.
func radixAggregate(table []radixGroup, rows []radixRow) (groups int) {
	clear(table)
	mask := uint64(len(table) - 1)
	for _, row := range rows {
		at := radixHash(row.key) >> radixBits & mask
		for table[at&mask].used && table[at&mask].key != row.key {
			at++
		}
		g := &table[at&mask]
		if !g.used {
			g.key, g.used = row.key, true
			groups++
		}
		g.sum += row.value
	}
	return groups
}

func nextPower(n int) int {
	power := 1
	for power < n {
		power *= 2
	}
	return power
}

// limitRandomRead adds up words of a table like one of a million keys, in an order that no prefetcher
// foresees. None of the reads needs another's result.
func limitRandomRead(b *testing.B) {
	const words = 4 << 20
	r := rand.New(rand.NewPCG(3, 4))
	table, order := make([]int64, words), make([]uint32, words)
	for i := range table {
		table[i], order[i] = int64(i), uint32(i)
	}
	r.Shuffle(words, func(i, j int) { order[i], order[j] = order[j], order[i] })
	b.SetBytes(8 * words)
	for b.Loop() {
		sum := int64(0)
		for _, at := range order {
			sum += table[at&(words-1)]
		}
		if sum != words*(words-1)/2 {
			b.Fatal("a word was left out")
		}
	}
}

package column

import (
	"fmt"
	"math"
	"slices"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/simd"
)

// minRun is the average length of runs from which on they are written as such.
const minRun = 16

// runValues is runs: a value, and the rank behind its last. Both are in memory, where they are few.
type runValues struct {
	t    vec.Type
	ends []uint32
	ints []int64
}

// runsOf are the ends of the runs of equal integers; nil if they are too short.
func runsOf(ns []int64) (ends []uint32) {
	for i := 1; i <= len(ns); i++ {
		if i == len(ns) || ns[i] != ns[i-1] {
			if ends = append(ends, uint32(i)); len(ends)*minRun > len(ns) {
				return nil
			}
		}
	}
	return ends
}

// runs are the ends of v's runs and the value of each; none if they do not pay.
func (v *study) runs() (ends []uint32, ints []int64) {
	if v.Kind.Layout() != vec.Int64s {
		return nil, nil
	}
	ends = runsOf(v.Ints)
	for _, end := range ends {
		ints = append(ints, v.Ints[end-1])
	}
	return ends, ints
}

func sizeRuns(v *study) int {
	ends, ints := v.runs()
	if ends == nil {
		return math.MaxInt
	}
	return 8 + len(ends)*simd.PackedWidth(uint64(v.Count()))/8 + sizeIntegers(ints)
}

// How many there are, the rank behind each, packed, and the values.
func writeRuns(dst []byte, v *study) []byte {
	ends, ints := v.runs()
	width := simd.PackedWidth(uint64(v.Count()))
	packed := make([]uint64, simd.PackedWords(len(ends), width))
	simd.PackUint32(packed, ends, width)
	return writeIntegers(appendNumbers(appendWord(dst, uint64(len(ends))), packed), ints)
}

func openRuns(c *cursor, t vec.Type, count int) (values, error) {
	n := c.word()
	if t.Layout() != vec.Int64s || n == 0 || n > uint64(count) {
		return nil, fmt.Errorf("%d runs of %d values of type %s", n, count, t)
	}
	width := simd.PackedWidth(uint64(count))
	packed := c.words(simd.PackedWords(int(n), width))
	ints, err := openIntegers(c, int(n))
	if err != nil {
		return nil, err
	}
	v := &runValues{t: t, ends: make([]uint32, n), ints: make([]int64, n)}
	simd.UnpackUint32(v.ends, packed, 0, width)
	ints.unpack(v.ints, 0)
	before := uint32(0)
	for i, end := range v.ends {
		if end <= before || int(n)-1 == i && int(end) != count {
			return nil, fmt.Errorf("run %d of %d ends at %d of %d, behind %d", i, n, end, count, before)
		}
		before = end
	}
	return v, nil
}

// run is the number of the run that has the value of a rank.
func (v *runValues) run(rank int) int {
	i, _ := slices.BinarySearch(v.ends, uint32(rank)+1)
	return i
}

func (v *runValues) read(out *vec.Vector, from, to int) error {
	out.Make(v.t, to-from)
	for i, at := v.run(from), from; at < to; i++ {
		end := min(int(v.ends[i]), to)
		fill(out.I64[at-from:end-from], v.ints[i])
		at = end
	}
	return nil
}

// fill makes every element of out, which has one, n: what is filled is copied to what follows it.
func fill(out []int64, n int64) {
	out[0] = n
	for done := 1; done < len(out); done *= 2 {
		copy(out[done:], out[:done])
	}
}

func (v *runValues) gather(out *vec.Vector, ranks []uint32) error {
	out.Make(v.t, len(ranks))
	run := 0
	for i, rank := range ranks {
		if v.ends[run] <= rank { // ranks ascend
			run += 1 + (&runValues{ends: v.ends[run+1:]}).run(int(rank))
		}
		out.I64[i] = v.ints[run]
	}
	return nil
}

func (v *runValues) overlaps(spans []vec.Span, from, to int) bool {
	for i, at := v.run(from), from; at < to; i++ {
		for _, s := range spans {
			if s.Low <= v.ints[i] && v.ints[i] <= s.High {
				return true
			}
		}
		at = int(v.ends[i])
	}
	return false
}

func (v *runValues) terms() *vec.Vector { return nil }

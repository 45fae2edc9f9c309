package column

import (
	"math"
	"testing"
)

// BenchmarkIntegers reads integers in each encoding that they can have: a block, and one here and there.
func BenchmarkIntegers(b *testing.B) {
	const rows = 16 * BlockRows
	for _, s := range samples {
		if s.name != "times" && s.name != "batches" {
			continue
		}
		_, v := s.docs(rows, 1)
		for e, form := range encodings {
			if form.size(newStudy(v)) == math.MaxInt {
				continue
			}
			column := stored(b, v, rows, Encoding(e))
			readBlocks(b, s.name+"/"+form.name, column, rows)
		}
	}
}

package column

import (
	"math/rand/v2"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// TestMayRecur: what has a dictionary is never taken for distinct, however its equal values are spread.
func TestMayRecur(t *testing.T) {
	const rows = 60_000
	r := rand.New(rand.NewPCG(1, 1))
	order := r.Perm(rows)
	for name, c := range map[string]struct {
		value func(i int) int
		want  bool
	}{
		"each three times, together":  {func(i int) int { return i / 3 }, true},
		"each three times, apart":     {func(i int) int { return order[i] / 3 }, true},
		"each three times, in rounds": {func(i int) int { return i % (rows / 3) }, true},
		"one":                         {func(i int) int { return 7 }, true},
		"all distinct":                {func(i int) int { return i }, false},
		"one in a hundred recurs":     {func(i int) int { return i - i%100/99 }, false},
	} {
		v := newValues(vec.Int)
		for i := range rows {
			v.Docs = append(v.Docs, uint32(i))
			v.addInt(int64(c.value(i)))
		}
		if got := mayRecur(v); got != c.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

package exec

import (
	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/vec"
)

// keepRows adds the first rows of a vector to those that an operator keeps. It fails where the offsets of
// the vector kept would no longer reach.
func keepRows(kept, v *vec.Vector, rows int) error {
	kept.AppendRows(v, 0, rows)
	if n := content(kept); n > vec.MaxContent {
		return plan.Errorf(plan.Position{}, "a join or sort keeps %d bytes of one column, at most %d are possible: let it see fewer rows or columns", n, int64(vec.MaxContent))
	}
	return nil
}

// content is the bytes behind v's offsets.
func content(v *vec.Vector) int {
	n := len(v.Data)
	for _, p := range v.Parts {
		n = max(n, content(p))
	}
	return n
}

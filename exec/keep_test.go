package exec

import (
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// The memory of these strings is never touched, so that none is taken.
func TestKeepRowsFailsWhereOffsetsEnd(t *testing.T) {
	full := func(n int) *vec.Vector {
		v := &vec.Vector{}
		v.Make(vec.String, 1)
		v.Data = make([]byte, n, vec.MaxContent+64)
		v.Offsets[0], v.Offsets[1] = 0, uint32(n)
		return v
	}
	one := vec.NewConst(vec.StringValue("four"), 1)
	if err := keepRows(full(vec.MaxContent-4), one, 1); err != nil {
		t.Errorf("up to the limit: %v", err)
	}
	if err := keepRows(full(vec.MaxContent-3), one, 1); err == nil || !strings.Contains(err.Error(), "at most 4294967295") {
		t.Errorf("beyond the limit: %v", err)
	}
}

package substrait

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/outcropdb/outcrop/plan"
)

func roundTrip(t *testing.T, root *plan.Root) *plan.Root {
	t.Helper()
	data, err := Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Marshal(root)
	if err != nil || !bytes.Equal(again, data) {
		t.Fatalf("the second Marshal differs, error %v", err)
	}
	got, err := Unmarshal(t.Context(), data, catalog)
	if err != nil {
		text, _ := JSON(data)
		t.Fatalf("%s\n%s", err, text)
	}
	if second, err := Marshal(got); err != nil || !bytes.Equal(second, data) {
		t.Errorf("Marshal of what came back differs, error %v", err)
	}
	return got
}

func TestRoundTrip(t *testing.T) {
	for name, node := range everything() {
		t.Run(name, func(t *testing.T) {
			root := rootOf(node)
			if diff := cmp.Diff(root, roundTrip(t, root), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("- want, + got:\n%s", diff)
			}
		})
	}
}

package column

import (
	"fmt"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// TestEncodePlain: contents that compress well are as they are, and read the same.
func TestEncodePlain(t *testing.T) {
	const rows = 2*BlockRows + 100
	v := newValues(vec.String)
	for i := range uint32(rows) {
		v.Docs = append(v.Docs, i)
		v.addContent(fmt.Appendf(nil, "%064x", i))
	}
	plain := EncodePlain(nil, v, rows)
	if small, _ := Encode(nil, v, rows); len(plain) < len(v.Data) || len(small) >= len(v.Data) {
		t.Errorf("%d bytes of contents are %d plain, and %d compressed", len(v.Data), len(plain), len(small))
	}
	stored, err := Decode(plain, vec.String, rows, rows)
	if err != nil {
		t.Fatal(err)
	}
	var got vec.Vector
	docs := []uint32{0, BlockRows - 1, BlockRows, rows - 1}
	if err := stored.Read(&got, Selection{Docs: docs}); err != nil {
		t.Fatal(err)
	}
	for i, doc := range docs {
		if want := fmt.Sprintf("%064x", doc); string(got.Content(i)) != want {
			t.Errorf("doc %d: got %s, want %s", doc, got.Content(i), want)
		}
	}
}

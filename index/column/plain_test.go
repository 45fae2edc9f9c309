package column

import (
	"bytes"
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
		v.addContent(sentence(i))
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
		if want := string(sentence(doc)); string(got.Content(i)) != want {
			t.Errorf("doc %d: got %s, want %s", doc, got.Content(i), want)
		}
	}
}

// sentence is a text of any length.
func sentence(i uint32) []byte {
	return fmt.Appendf(bytes.Repeat([]byte("text "), int(i%30)), "number %d", i)
}

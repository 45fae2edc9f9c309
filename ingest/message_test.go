package ingest

import (
	"bytes"
	"testing"

	"github.com/outcropdb/outcrop/index"
	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

func document(t testing.TB, text string) vec.Value {
	t.Helper()
	var r jsonio.Reader
	doc, _, err := r.Document(nil, []byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return doc
}

func TestMessageRoundTrip(t *testing.T) {
	writes := []index.Write{
		{Op: index.Upsert, ID: []byte("a"), Document: document(t, `{"_id":"a","x":[1,{"y":null}]}`)},
		{Op: index.Delete, ID: []byte("")},
		{Op: index.Upsert, ID: bytes.Repeat([]byte("k"), MaxIDBytes), Document: document(t, `{}`)},
		{Op: index.Patch, ID: []byte("a"), Document: vec.Value(document(t, `{"p":[{"op":"remove","path":"/x"}]}`)).Field("p")},
	}
	data := newMessage(77)
	for _, w := range writes {
		data = appendWrite(data, w)
	}
	ticket, got, err := decodeMessage(data)
	if err != nil || ticket != 77 || len(got) != len(writes) {
		t.Fatalf("got ticket %d, %d writes, %v", ticket, len(got), err)
	}
	for i, w := range writes {
		if got[i].Op != w.Op || !bytes.Equal(got[i].ID, w.ID) || !bytes.Equal(got[i].Document, w.Document) {
			t.Errorf("write %d: got %v, want %v", i, got[i], w)
		}
	}
	for n := range data {
		if _, _, err := decodeMessage(data[:n]); err == nil && n != 9 && !boundary(data, n) {
			t.Errorf("%d of %d bytes were taken for a message", n, len(data))
		}
	}
}

// boundary tells the lengths at which a message could end: between writes.
func boundary(data []byte, n int) bool {
	_, writes, err := decodeMessage(data[:n])
	again := newMessage(77)
	for _, w := range writes {
		again = appendWrite(again, w)
	}
	return err == nil && bytes.Equal(again, data[:n])
}

func FuzzDecodeMessage(f *testing.F) {
	f.Add(appendWrite(newMessage(1), index.Write{Op: index.Upsert, ID: []byte("a"), Document: document(f, `{"_id":"a"}`)}))
	f.Add(appendWrite(newMessage(2), index.Write{Op: index.Delete, ID: []byte("b")}))
	f.Add(appendWrite(newMessage(3), index.Write{Op: index.Patch, ID: []byte("c"), Document: vec.NullValue()}))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, writes, err := decodeMessage(data)
		if err != nil {
			return
		}
		for _, w := range writes {
			if w.Op != index.Delete {
				vec.AppendJSON(nil, w.Document) // what was let through can be walked
			}
		}
	})
}

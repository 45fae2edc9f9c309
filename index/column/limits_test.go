package column

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

func TestShredderIsFullAtMaxBytes(t *testing.T) {
	dst, mark := vec.BeginObject(nil)
	doc := vec.Value(vec.EndObject(dst, mark))
	s := NewShredder()
	s.input = MaxBytes - len(doc) // as if so much had been appended
	if err := s.Append(doc); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(doc); err == nil || !strings.Contains(err.Error(), "these documents are full") || s.Rows() != 1 {
		t.Errorf("%v, %d rows", err, s.Rows())
	}
}

func TestElementsBeyondTheLimitAreNotCounted(t *testing.T) {
	var objects []vec.Value
	for i := range MaxElementPaths + 100 {
		dst, mark := vec.BeginObject(nil)
		dst = vec.AppendBool(vec.AppendKey(dst, fmt.Sprint("k", i)), true)
		objects = append(objects, vec.EndObject(dst, mark))
	}
	dst, mark := vec.BeginObject(nil)
	doc := vec.Value(vec.EndObject(array(objects...).Append(vec.AppendKey(dst, "a")), mark))
	s := NewShredder()
	if err := s.Append(doc); err != nil {
		t.Fatal(err)
	}
	view := s.Publish(fixedDocuments{doc})
	// a and a.* are paths as well; the latter counts as one of the elements.
	if got, want := len(view.Fields()), 1+MaxElementPaths; got != want {
		t.Errorf("%d fields, want %d", got, want)
	}
	out := new(vec.Vector)
	if err := view.Column(out, vec.Path{"a"}, 0, 1); err != nil || !out.Value(0).Same(doc.Field("a")) {
		t.Errorf("the array is not what was appended: %v", err)
	}
}

func TestCompressionGivesContentsBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var hexadecimal, anything strings.Builder
	for range 2000 {
		fmt.Fprintf(&hexadecimal, "%016x", r.Uint64())
		anything.WriteByte(byte(r.Uint32()))
	}
	for _, c := range []struct {
		want    codec
		content string
	}{
		{codecNone, strings.Repeat("z", 1<<20)}, // more than maxRatio
		{codecNone, "short"},
		{codecZstd, hexadecimal.String()},
		{codecS2, strings.Repeat(anything.String(), 5)},
	} {
		codec, stored := compress([]byte(c.content))
		if codec != c.want {
			t.Errorf("%.20s...: codec %d, want %d", c.content, codec, c.want)
		}
		if codec == codecNone {
			if string(stored) != c.content {
				t.Errorf("%.20s...: not as it was", c.content)
			}
			continue
		}
		got, err := decompress([]byte("before"), codec, stored, len(c.content))
		if err != nil || string(got) != "before"+c.content {
			t.Errorf("%.20s...: %v", c.content, err)
		}
		for _, size := range []int{len(c.content) - 1, len(c.content) + 1, len(stored)*maxRatio + 1} {
			if got, err := decompress(nil, codec, stored, size); err == nil && len(got) == size {
				t.Errorf("%.20s... gives %d bytes, want %d", c.content, size, len(c.content))
			}
		}
	}
	if _, err := decompress(nil, 9, []byte("x"), 1); err == nil || !strings.Contains(err.Error(), "unknown compression 9") {
		t.Error(err)
	}
}

package column

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// framed is contents that compress, of about size bytes each, the last of them much longer, some of none.
func framed(count, size int) *Values {
	r := rand.New(rand.NewPCG(3, uint64(size)))
	v := newValues(vec.String)
	for i := range count {
		content := fmt.Appendf(nil, "%d%s", r.IntN(1000), strings.Repeat("ab "+fmt.Sprint(r.IntN(99)), size/5))
		switch {
		case i%17 == 3:
			content = nil
		case i == count-1:
			content = bytes.Repeat(content, 20)
		}
		v.Docs = append(v.Docs, uint32(i))
		v.addContent(content)
	}
	return v
}

func TestFramesReadByThemselves(t *testing.T) {
	for _, c := range []struct{ count, size int }{{1, 50}, {255, 50}, {256, 50}, {257, 50}, {BlockRows + 300, 40}, {600, 1500}, {9, 1 << 20}} {
		t.Run(fmt.Sprint(c.count, " of ", c.size), func(t *testing.T) {
			v := framed(c.count, c.size)
			for _, codec := range []codec{codecS2, codecZstd, codecNone} {
				stored, err := Decode(writeBlocks(encodeHead(nil, v, c.count, contents), v, codec), vec.String, c.count, c.count)
				if err != nil {
					t.Fatal(err)
				}
				var got vec.Vector
				for i := 0; i < c.count; i += 1 + c.count/100 {
					doc := (i*7919 + c.count - 1) % c.count // all over the blocks
					if err := stored.Read(&got, Selection{Docs: []uint32{uint32(doc)}}); err != nil {
						t.Fatal(err)
					}
					if !bytes.Equal(got.Content(0), v.content(doc)) {
						t.Fatalf("codec %d: doc %d is %.50q, want %.50q", codec, doc, got.Content(0), v.content(doc))
					}
				}
				for from := 0; from < c.count; from += 64 * 5 {
					to := min(from+700, c.count)
					if err := stored.Read(&got, Selection{From: from, To: to}); err != nil {
						t.Fatal(err)
					}
					for i := range to - from {
						if !bytes.Equal(got.Content(i), v.content(from+i)) {
							t.Fatalf("codec %d: doc %d of %d to %d differs", codec, from+i, from, to)
						}
					}
				}
			}
		})
	}
}

func BenchmarkGatherContents(b *testing.B) {
	v := framed(8*BlockRows, 60)
	stored, err := Decode(writeBlocks(encodeHead(nil, v, v.Count(), contents), v), vec.String, v.Count(), v.Count())
	if err != nil {
		b.Fatal(err)
	}
	var out vec.Vector
	doc := uint32(0)
	for b.Loop() {
		doc = (doc + 3*BlockRows + 977) % uint32(v.Count())
		if err := stored.Read(&out, Selection{Docs: []uint32{doc}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScanContents(b *testing.B) {
	v := framed(8*BlockRows, 60)
	stored, err := Decode(writeBlocks(encodeHead(nil, v, v.Count(), contents), v), vec.String, v.Count(), v.Count())
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(v.Data)))
	var out vec.Vector
	for b.Loop() {
		for from := 0; from < v.Count(); from += BlockRows {
			if err := stored.Read(&out, Selection{From: from, To: from + BlockRows}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

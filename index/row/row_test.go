package row

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

func numbered(n int) []vec.Value {
	docs := make([]vec.Value, n)
	for i := range docs {
		dst, mark := vec.BeginObject(nil)
		dst = vec.AppendInt(vec.AppendKey(dst, "number"), vec.Int, int64(i))
		dst = vec.AppendContent(vec.AppendKey(dst, "text"), vec.String, strings.Repeat(fmt.Sprint(i, " "), i%300))
		docs[i] = vec.EndObject(dst, mark)
	}
	return docs
}

func written(t testing.TB, docs []vec.Value, holds func(vec.Path, vec.Type) bool) []byte {
	var out bytes.Buffer
	w, err := NewWriter(&out, holds)
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range docs {
		if err := w.Append(doc); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDocumentsComeBack(t *testing.T) {
	for _, n := range []int{0, 1, 2000} {
		docs := numbered(n)
		for _, limit := range []int{0, 3 * BlockBytes, 1 << 30} {
			cache := NewCache(limit)
			r, err := Open(written(t, docs, nil), nil, cache)
			if err != nil {
				t.Fatal(err)
			}
			if r.Rows() != n {
				t.Fatalf("%d rows, want %d", r.Rows(), n)
			}
			var readers sync.WaitGroup
			for start := range 3 {
				readers.Go(func() {
					for i := start; i < n; i += 1 + start {
						got, err := r.Document(uint32(i))
						if err != nil || !got.Same(docs[i]) {
							t.Errorf("document %d: %v, %v", i, got, err)
							return
						}
						if used := cache.Bytes(); used > limit {
							t.Errorf("cache holds %d bytes, limit %d", used, limit)
						}
					}
				})
			}
			readers.Wait()
			if _, err := r.Document(uint32(n)); err == nil {
				t.Error("a document behind the last")
			}
		}
	}
}

func TestLargestDocument(t *testing.T) {
	w, err := NewWriter(new(bytes.Buffer), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(make([]byte, MaxDocument+1)); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Error(err)
	}
	large := vec.StringValue(strings.Repeat("x", 20<<20))
	r, err := Open(written(t, []vec.Value{large}, nil), nil, NewCache(0))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Document(0); err != nil || !got.Same(large) {
		t.Error(err)
	}
}

func TestEveryFlippedByteIsAnError(t *testing.T) {
	docs := numbered(40)
	good := written(t, docs, nil)
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0x10
		r, err := Open(bad, nil, NewCache(0))
		for doc := uint32(0); err == nil && doc < 40; doc++ {
			_, err = r.Document(doc)
		}
		if err == nil {
			t.Fatalf("byte %d of %d changed unnoticed", i, len(good))
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(written(f, numbered(3), nil))
	f.Add(written(f, nil, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Open(data, nil, NewCache(1<<20))
		if err != nil {
			return
		}
		for doc := range min(uint32(r.Rows()), 10) {
			_, _ = r.Document(doc)
		}
	})
}

func BenchmarkDocument(b *testing.B) {
	docs := numbered(2000)
	data := written(b, docs, nil)
	for name, limit := range map[string]int{"cached": 1 << 30, "decoded": 0} {
		b.Run(name, func(b *testing.B) {
			r, err := Open(data, nil, NewCache(limit))
			if err != nil {
				b.Fatal(err)
			}
			i := uint32(0)
			for b.Loop() {
				if _, err := r.Document(i % 2000); err != nil {
					b.Fatal(err)
				}
				i += 977
			}
		})
	}
}

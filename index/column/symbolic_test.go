package column

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// manyWords is the size of a vocabulary.
const manyWords = 400

// prose are n texts of words, as people and programs write them.
func prose(n int) *Values {
	r := rand.New(rand.NewPCG(9, 9))
	var words []string
	for range manyWords {
		word := make([]byte, 2+r.IntN(9))
		for i := range word {
			word[i] = "etaoinshrdlucmfw"[min(r.IntN(16), r.IntN(16))]
		}
		words = append(words, string(word))
	}
	var texts []string
	for range n {
		var b strings.Builder
		for range 3 + r.IntN(20) {
			b.WriteString(words[min(r.IntN(manyWords), r.IntN(manyWords), r.IntN(manyWords))])
			b.WriteByte(' ')
		}
		texts = append(texts, b.String())
	}
	return textsOf(texts...)
}

// TestSymbols: any bytes come back, from a table made of them and from one made of others.
func TestSymbols(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	noise := func(letters string) (texts []string) {
		for range 500 {
			text := make([]byte, r.IntN(40))
			for i := range text {
				text[i] = letters[r.IntN(len(letters))]
			}
			texts = append(texts, string(text))
		}
		return texts
	}
	c := tableOf(prose(3000))
	for name, v := range map[string]*Values{
		"prose":   prose(BlockRows + 50),
		"noise":   textsOf(noise("\x00\x01\xfe\xff etaoin")...),
		"zeros":   textsOf(noise("\x00")...),
		"escapes": textsOf(noise("\xff")...),
		"long":    textsOf(strings.Repeat("etaoin shrdlu ", 10_000), "", "e", "et"),
	} {
		own := tableOf(v)
		for _, table := range []*symbolTable{&own.table, &c.table} {
			opened, err := openSymbolic(&cursor{data: writeSymbols(nil, v, table)}, vec.String, v.Count())
			if err != nil {
				t.Fatal(err)
			}
			var all, one vec.Vector
			if err := opened.read(&all, 0, v.Count()); err != nil {
				t.Fatal(err)
			}
			for i := 0; i < v.Count(); i += 1 + i%5 {
				if err := opened.gather(&one, []uint32{uint32(i)}); err != nil {
					t.Fatal(err)
				}
				if want := string(v.content(i)); string(all.Content(i)) != want || string(one.Content(0)) != want {
					t.Fatalf("%s: got %q and %q, want %q", name, all.Content(i), one.Content(0), want)
				}
			}
		}
	}
}

func FuzzSymbols(f *testing.F) {
	f.Add([]byte("the same words\nand the other words\n\xff\x00words"), []byte("words and more words"))
	f.Fuzz(func(t *testing.T, data, other []byte) {
		v := textsOf(strings.Split(string(data), "\n")...)
		c := tableOf(textsOf(string(other), string(data)))
		opened, err := openSymbolic(&cursor{data: writeSymbols(nil, v, &c.table)}, vec.String, v.Count())
		if err != nil {
			t.Fatal(err)
		}
		var out vec.Vector
		if err := opened.read(&out, 0, v.Count()); err != nil {
			t.Fatal(err)
		}
		for i := range v.Count() {
			if string(out.Content(i)) != string(v.content(i)) {
				t.Fatalf("got %q, want %q", out.Content(i), v.content(i))
			}
		}
		countsPool.Put(c)
	})
}

func BenchmarkSymbols(b *testing.B) {
	v := prose(8 * BlockRows)
	b.Run("table", func(b *testing.B) {
		for b.Loop() {
			countsPool.Put(tableOf(v))
		}
	})
	c := tableOf(v)
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(v.Data)))
		for b.Loop() {
			c.table.encodeAll(v)
		}
	})
	b.Run("compress", func(b *testing.B) { // what it stands in for
		b.SetBytes(int64(len(v.Data)))
		for b.Loop() {
			writeBlocks(nil, v)
		}
	})
	for _, e := range []Encoding{contents, symbolic} {
		readBlocks(b, fmt.Sprint(e), stored(b, v, v.Count(), e), v.Count())
	}
}

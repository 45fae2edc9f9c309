package column

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// textsOf is a sub-column of texts that every doc has.
func textsOf(texts ...string) *Values {
	v := newValues(vec.String)
	for i, text := range texts {
		v.Docs = append(v.Docs, uint32(i))
		v.addContent([]byte(text))
	}
	return v
}

// spellAll is spell, whether it pays or not.
func spellAll(v *Values) *speltText {
	s := &speltText{}
	if !s.learn(v, 1) || len(s.alphabets) == 0 {
		return nil
	}
	s.divide()
	s.write(v)
	return s
}

// checkSpelling writes texts, reads them back, and compares the order of numbers and bounds with that of texts.
func checkSpelling(t *testing.T, texts []string) {
	t.Helper()
	v := textsOf(texts...)
	s := spellAll(v)
	if s == nil {
		return
	}
	data := writeSpelt(nil, &study{Values: v, spelt: s, isSpelt: true})
	opened, err := openSpelt(&cursor{data: data}, vec.String, v.Count())
	if err != nil {
		t.Fatal(err)
	}
	var out vec.Vector
	if err := opened.read(&out, 0, len(texts)); err != nil {
		t.Fatal(err)
	}
	number := func(i int) (numbers []int64) {
		for _, word := range s.numbers {
			numbers = append(numbers, word[i])
		}
		return numbers
	}
	bound := make([]uint64, len(s.words))
	for i, text := range texts {
		if got := string(out.Content(i)); got != text {
			t.Fatalf("got %q, want %q", got, text)
		}
		for _, of := range []string{texts[0], text, text + "\x00", text[:len(text)/2], text[:len(text)/2] + "\xff", text[:len(text)/2] + "m"} {
			exact, past := s.bound(bound, []byte(of))
			found := false
			for j, other := range texts {
				found = found || other == of
				order := -1
				if !past {
					signed := make([]int64, len(bound))
					for w, n := range bound {
						signed[w] = toSigned(n)
					}
					order = slices.Compare(number(j), signed)
				}
				if want := cmp.Compare(other, of); (order < 0) != (want < 0) || exact && (order == 0) != (want == 0) {
					t.Fatalf("%q among %q: bound %v, %t, %t, of which the order is %d, want %d", of, other, bound, exact, past, order, want)
				}
			}
			if found && !exact {
				t.Fatalf("%q is one of the texts", of)
			}
		}
	}
}

// spellings are texts as machines make them.
var spellings = map[string]func(r *rand.Rand, i int) string{
	"times": func(r *rand.Rand, i int) string {
		return fmt.Sprintf("2025-05-01T%02d:%02d:%02d.%06dZ", i/60%24, i%60, r.IntN(60), r.IntN(1e6))
	},
	"dates": func(r *rand.Rand, i int) string {
		return fmt.Sprintf("%04d-%02d-%02d", 1992+r.IntN(8), 1+r.IntN(12), 1+r.IntN(31))
	},
	"hex":         func(r *rand.Rand, i int) string { return fmt.Sprintf("%016x", r.Uint64()) },
	"upper uuids": func(r *rand.Rand, i int) string { return strings.ToUpper(uuid(r)) },
	"one word": func(r *rand.Rand, i int) string {
		return fmt.Sprintf("%016X", []uint64{0, r.Uint64(), 1<<64 - 1}[r.IntN(3)])
	},
	"sha256": func(r *rand.Rand, i int) string {
		return fmt.Sprintf("%016x%016x%016x%016x", r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64())
	},
	"numbered": func(r *rand.Rand, i int) string { return fmt.Sprintf("at://user-%d", i*37+r.IntN(37)) },
	"addresses": func(r *rand.Rand, i int) string {
		return fmt.Sprintf("10.%d.%d.%d", r.IntN(256), r.IntN(256), r.IntN(256))
	},
	"growing": func(r *rand.Rand, i int) string { return strings.Repeat("ab", r.IntN(maxPositions/2+1)) },
	"any bytes": func(r *rand.Rand, i int) string {
		return string([]byte{byte(r.IntN(2)) * 255, byte(r.IntN(3)), byte(254 + r.IntN(2))}[:r.IntN(4)])
	},
	"one":      func(r *rand.Rand, i int) string { return "the same, and longer than one step" },
	"too long": func(r *rand.Rand, i int) string { return strings.Repeat("x", maxPositions+r.IntN(2)) },
}

func TestSpelling(t *testing.T) {
	for name, text := range spellings {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 3))
			for _, rows := range []int{1, 2, 60} {
				var texts []string
				for i := range rows {
					texts = append(texts, text(r, i))
				}
				checkSpelling(t, texts)
			}
		})
	}
}

func FuzzSpelling(f *testing.F) {
	for _, text := range spellings {
		r := rand.New(rand.NewPCG(5, 5))
		f.Add([]byte(text(r, 1)+"\n"+text(r, 2)+"\n"+text(r, 3)), byte('\n'))
	}
	f.Fuzz(func(t *testing.T, data []byte, separator byte) {
		if len(data) > 2000 {
			return
		}
		var texts []string
		for _, text := range bytes.SplitN(data, []byte{separator}, 40) {
			texts = append(texts, string(text))
		}
		checkSpelling(t, texts)
	})
}

// TestSpellingPays: texts that machines make are spelt, prose and what recurs is not.
func TestSpellingPays(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for name, want := range map[string]Encoding{
		"times": spelt, "dates": spelt, "hex": spelt, "upper uuids": spelt, "sha256": spelt, "numbered": spelt, "addresses": spelt,
		"growing": dictionary, "one": constant,
	} {
		var texts []string
		for i := range 3 * BlockRows {
			texts = append(texts, spellings[name](r, i))
		}
		if got := choose(textsOf(texts...)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// BenchmarkTexts reads texts of each kind as contents and as numbers: all of a block, and one here and there.
func BenchmarkTexts(b *testing.B) {
	for _, name := range []string{"times", "hex", "sha256", "numbered"} {
		r := rand.New(rand.NewPCG(7, 7))
		var texts []string
		for i := range 16 * BlockRows {
			texts = append(texts, spellings[name](r, i))
		}
		v := textsOf(texts...)
		for _, e := range []Encoding{contents, spelt} {
			s := stored(b, v, len(texts), e)
			readBlocks(b, fmt.Sprintf("%s/%s", name, e), s, len(texts))
		}
	}
}

// readBlocks reads a column that every doc has: a block at a time, and one value here and there.
func readBlocks(b *testing.B, name string, s *Stored, rows int) {
	var out vec.Vector
	b.Run(name+"/block", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			from := i * BlockRows % rows
			if err := s.Read(&out, Selection{From: from, To: min(from+BlockRows, rows)}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run(name+"/one", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := s.Read(&out, Selection{Docs: []uint32{uint32(i * 5003 % rows)}}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

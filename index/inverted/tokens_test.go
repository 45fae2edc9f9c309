package inverted

import (
	"fmt"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// contentsOf are strings as in a Vector, a doc each.
func contentsOf(list ...string) (offsets []uint32, data []byte, docs []uint32) {
	offsets = []uint32{0}
	for i, s := range list {
		data = append(data, s...)
		offsets, docs = append(offsets, uint32(len(data))), append(docs, uint32(i))
	}
	return offsets, data, docs
}

func TestTermsOfTextsAreFound(t *testing.T) {
	long := strings.Repeat("long", 40)
	offsets, data, docs := contentsOf("The quick brown fox", "a lazy dog", "The DOG, the fox", "quicker", "", "Dogged "+long,
		"nothing", "to", "see", "here", "at", "all", "but", "words", "words", "words")
	index, values := BuildTokens(offsets, data, docs)
	x, err := Open(index, len(docs), values, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		terms string
		want  string
	}{
		{"dog", "{1,2,5}"},
		{"dog*", "{1,2,5}"},
		{"*ick*", "{0,3,5}"},
		{"*ick", "{0,5}"},
		{"quick*", "{0,3,5}"},
		{"the fox", "{0,2,5}"},
		{"the dog", "{2,5}"},
		{"none", "{5}"},
		{"words", "{5,13,14,15}"},
	} {
		var terms []vec.Term
		for _, text := range strings.Fields(c.terms) {
			terms = append(terms, vec.Term{
				Text: strings.Trim(text, "*"), Before: strings.HasPrefix(text, "*"), Further: strings.HasSuffix(text, "*"),
			})
		}
		for range 2 { // what is remembered is the same
			docs, ok, err := x.LookupTerms(terms)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			// Few docs are not intersected further: all that is asked for has to be there.
			missed := 0
			for _, want := range strings.Split(strings.Trim(c.want, "{}"), ",") {
				var doc uint32
				fmt.Sscan(want, &doc)
				if !docs.Contains(doc) {
					missed++
				}
			}
			if missed > 0 || len(terms) == 1 && docs.String() != c.want {
				t.Errorf("%s: %v, want %s", c.terms, docs, c.want)
			}
			if n, ok := x.EstimateTerms(terms); !ok || n < int(docs.GetCardinality()) {
				t.Errorf("%s: estimate %d, %t, found %v", c.terms, n, ok, docs)
			}
		}
	}
	if _, ok, _ := x.LookupTerms([]vec.Term{{Text: long}}); ok {
		t.Error("a token is found that is longer than a term")
	}
}

func TestTextsAreToldFromOtherStrings(t *testing.T) {
	for _, c := range []struct {
		content string
		want    bool
	}{
		{"the quick brown fox jumps over the lazy dog", true},
		{"https://example.com/a/b/c/d/e/f/g/h/i?j=k&l=m", false},
		{"Ann Miller", false},
		{"0123456789abcdef", false},
	} {
		offsets, data, _ := contentsOf(c.content, c.content, c.content)
		if got := AreTexts(offsets, data); got != c.want {
			t.Errorf("%q: %t", c.content, got)
		}
	}
	if AreTexts([]uint32{0}, nil) {
		t.Error("nothing is texts")
	}
}

func TestTextsOfLongTokensGetNoList(t *testing.T) {
	offsets, data, docs := contentsOf(strings.Repeat("x", 100), "a b", "c d")
	if index, _ := BuildTokens(offsets, data, docs); index != nil {
		t.Error("a list of which one text in three is in every answer")
	}
}

func BenchmarkBuildTokens(b *testing.B) {
	var list []string
	for i := range 2000 {
		list = append(list, strings.Repeat(fmt.Sprintf("word%d some other words%d ", i%977, i%31), 15))
	}
	offsets, data, docs := contentsOf(list...)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		BuildTokens(offsets, data, docs)
	}
}

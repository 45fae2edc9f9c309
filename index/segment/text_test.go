package segment_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/outcropdb/outcrop/vec"
)

// texts are documents with words by which they are found, an id, and now and then something else than a text.
func texts(t testing.TB, n int) (docs documents, bodies []string) {
	r := rand.New(rand.NewPCG(4, 5))
	for i := range n {
		var body strings.Builder
		for range 10 + r.IntN(40) {
			fmt.Fprintf(&body, "Word%d ", r.IntN(1+r.IntN(2000)))
		}
		switch {
		case i%100 == 7:
			body.WriteString("the Silken-Quokka.")
		case i%250 == 9:
			body.WriteString(strings.Repeat("x", 200) + "quokka" + strings.Repeat("y", 200))
		}
		bodies = append(bodies, body.String())
		value := vec.StringValue(body.String())
		if i%50 == 0 {
			value, bodies[i] = vec.IntValue(vec.Int, int64(i)), ""
		}
		doc, mark := vec.BeginObject(nil)
		doc = value.Append(vec.AppendKey(doc, "body"))
		doc = vec.AppendContent(vec.AppendKey(doc, "id"), vec.String, fmt.Sprintf("id-%d", r.Uint64()))
		doc = vec.AppendContent(vec.AppendKey(doc, "topic"), vec.String, fmt.Sprintf("a b c d e f g h topic %d", i%9))
		docs = append(docs, vec.EndObject(doc, mark))
	}
	return docs, bodies
}

func TestTokensOfTextsAreFound(t *testing.T) {
	docs, bodies := texts(t, 3000)
	s, _, _ := built(t, docs)
	for _, c := range []struct {
		like  string // what is looked for in the text
		first bool   // at its start
		most  int    // docs found beside those that have it
	}{
		{"silken-quokka", false, 12},
		{"Silken", false, 12},
		{"quokka", false, 1},
		{"word1999 ", false, 60},
		{"ord77", false, 1000},
		{"Word12 Word3", false, 400},
		{"Word5 ", true, 3000},
		{"nowhere", false, 12},
		{strings.Repeat("x", 100), false, 12},
	} {
		p := vec.Predicate{Path: vec.Path{"body"}, Op: vec.OpTerms, Terms: vec.TermsOf([]byte(c.like), c.first, false)}
		want := roaring.New()
		for doc, body := range bodies {
			if at := strings.Index(strings.ToLower(body), strings.ToLower(c.like)); at == 0 || at > 0 && !c.first {
				want.Add(uint32(doc))
			}
		}
		got, exact, err := s.Lookup(p)
		if len(c.like) == 100 { // no list knows tokens that long
			if got != nil || err != nil {
				t.Errorf("%s: found %v, %v", p, got, err)
			}
			continue
		}
		if err != nil || got == nil || exact {
			t.Fatalf("%s: %v, %t, %v", p, got, exact, err)
		}
		if missed := roaring.AndNot(want, got); !missed.IsEmpty() {
			t.Errorf("%s: %v are not found", p, missed)
		}
		if n := int(got.GetCardinality()); n > int(want.GetCardinality())+c.most || s.Estimate(p) < n {
			t.Errorf("%s: %d found, %d estimated, %d have it", p, n, s.Estimate(p), want.GetCardinality())
		}
	}
}

// Strings that are not texts, or recur so that a dictionary has them, get no tokens; and where no document has a
// string there is nothing to find.
func TestOnlyTextsHaveTokens(t *testing.T) {
	docs, _ := texts(t, 3000)
	s, _, _ := built(t, docs)
	for _, c := range []struct {
		path  string
		found string
	}{{"id", "scan"}, {"topic", "scan"}, {"nothing", "none"}} {
		p := vec.Predicate{Path: vec.Path{c.path}, Op: vec.OpTerms, Terms: []vec.Term{{Text: "topic"}}}
		docs, _, err := s.Lookup(p)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case c.found == "scan" && (docs != nil || s.Estimate(p) != 3000 || s.Skips(p, 0, 3000)):
			t.Errorf("%s: found %v, estimate %d", p, docs, s.Estimate(p))
		case c.found == "none" && (docs == nil || !docs.IsEmpty() || s.Estimate(p) != 0 || !s.Skips(p, 0, 3000)):
			t.Errorf("%s: found %v, estimate %d", p, docs, s.Estimate(p))
		}
	}
}

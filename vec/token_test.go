package vec

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func tokensOf(text string) (out []string) {
	var t Tokens
	t.Of([]byte(text))
	for {
		token, ok := t.Next()
		if !ok {
			return out
		}
		out = append(out, string(token))
	}
}

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"", ""},
		{" ,;", ""},
		{"The quick-brown FOX, 42nd!", "the quick brown fox 42nd"},
		{"don't a_b", "don t a b"},
		{"Ünïcode ÄÖ straße", "ünïcode äö straße"},
		{"e\u0301te\u0301", "e\u0301te\u0301"},
		{"東京ホテル2024年 ok", "東 京 ホ テ ル 2024 年 ok"},
		{"ไทย", "ไ ท ย"},
		{"a\xff\xfeb", "a b"},
		{"мир-труд", "мир труд"},
		{"x\U0001f600y", "x y"},
	} {
		if got := strings.Join(tokensOf(c.text), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestTermsOf(t *testing.T) {
	for _, c := range []struct {
		literal     string
		first, last bool
		want        string
	}{
		{"quiet quartz quarry", false, false, "*quiet quartz quarry*"},
		{" quiet quarry ", false, false, "quiet quarry"},
		{"quiet", false, false, "*quiet*"},
		{"quiet", true, false, "quiet*"},
		{"Quiet", false, true, "*quiet"},
		{"...", false, false, ""},
		{"東京", false, false, "東 京"},
	} {
		var got []string
		for _, term := range TermsOf([]byte(c.literal), c.first, c.last) {
			got = append(got, strings.Repeat("*", b2i(term.Before))+term.Text+strings.Repeat("*", b2i(term.Further)))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: %q, want %q", c.literal, got, c.want)
		}
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// FuzzTermsOfAPiece: whatever the text, and whichever piece of it, the text's tokens have the piece's terms.
func FuzzTermsOfAPiece(f *testing.F) {
	f.Add("the quick brown fox", 3, 9)
	f.Add("東京タワー İstanbul ǅ", 2, 12)
	f.Fuzz(func(t *testing.T, text string, from, to int) {
		if !utf8.ValidString(text) || from < 0 || to < from || to > len(text) || !utf8.ValidString(text[from:to]) {
			return
		}
		tokens := tokensOf(text)
		for _, term := range TermsOf([]byte(text[from:to]), from == 0, to == len(text)) {
			if !slices.ContainsFunc(tokens, func(token string) bool { return term.in(token) }) {
				t.Fatalf("%q has tokens %q, none is %+v of %q", text, tokens, term, text[from:to])
			}
		}
	})
}

func (t Term) in(token string) bool {
	switch {
	case t.Before && t.Further:
		return strings.Contains(token, t.Text)
	case t.Before:
		return strings.HasSuffix(token, t.Text)
	case t.Further:
		return strings.HasPrefix(token, t.Text)
	}
	return token == t.Text
}

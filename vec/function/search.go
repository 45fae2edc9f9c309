package function

import (
	"bytes"

	"github.com/outcropdb/outcrop/vec"
)

// searches look for words in texts, by vec.Tokens, and in arrays of strings, which are taken as words that somebody
// has made already. Where a field has lists of its tokens or elements, these find the documents first: TermsOf.
var searches = []Function{
	{Name: "tokenize", Help: "tokenize(s[, locale]): the words of s in lower case, as an array; locale is passed over", overloads: []overload{
		{in: sets{text, text}, optional: 1, out: vec.Array, run: tokenize},
	}},
	{Name: "has_term", Help: "has_term(x, term): whether term is an element of the array x, or a word of tokenize(x)", overloads: []overload{
		{in: sets{text, text}, out: vec.Bool, run: hasTerm},
		{in: sets{array, text}, out: vec.Bool, run: arrayContains},
	}},
	{Name: "contains", Help: "contains(x, words[, locale]): whether x has all of tokenize(words), anywhere", overloads: []overload{
		{in: sets{text, text, text}, optional: 1, out: vec.Bool, run: containsAll(tokensOfText)},
		{in: sets{array, text, text}, optional: 1, out: vec.Bool, run: containsAll(tokensOfArray)},
	}},
	{Name: "search", Help: "search(a, b, ...): whether all conditions hold", overloads: []overload{
		{in: sets{boolean, boolean}, variadic: true, out: vec.Bool, run: allHold},
	}},
}

func tokenize(out *vec.Vector, args []*vec.Vector, rows int) error {
	s := textsOf(args[0])
	var t vec.Tokens
	return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
		dst, mark := vec.BeginArray(dst)
		count := 0
		t.Of(s.at(i))
		for token, ok := t.Next(); ok; token, ok = t.Next() {
			dst = vec.AppendContent(dst, vec.String, token)
			count++
		}
		return vec.EndArray(dst, mark, count), nil
	})
}

func hasTerm(out *vec.Vector, args []*vec.Vector, rows int) error {
	s, term := textsOf(args[0]), textsOf(args[1])
	var t vec.Tokens
	return eachBool(out, args, rows, func(i int) (bool, error) {
		want := term.at(i)
		t.Of(s.at(i))
		for token, ok := t.Next(); ok; token, ok = t.Next() {
			if bytes.Equal(token, want) {
				return true, nil
			}
		}
		return false, nil
	})
}

// words calls f with the words of an argument until it returns false.
type words func(t *vec.Tokens, content []byte, f func(word []byte) bool)

func tokensOfText(t *vec.Tokens, content []byte, f func(word []byte) bool) {
	t.Of(content)
	for token, ok := t.Next(); ok && f(token); token, ok = t.Next() {
	}
}

func tokensOfArray(_ *vec.Tokens, content []byte, f func(word []byte) bool) {
	for e := range vec.Value(content).Elements() {
		if e.Type() == vec.String && !f(e.Content()) {
			return
		}
	}
}

// containsAll finds all words that are asked for. No words at all are in nothing.
func containsAll(of words) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x, query := textsOf(args[0]), textsOf(args[1])
		var (
			asked   []byte // what wanted was made of
			wanted  []string
			found   []bool
			t, ofIt vec.Tokens
		)
		return eachBool(out, args, rows, func(i int) (bool, error) {
			if q := query.at(i); wanted == nil || !bytes.Equal(asked, q) {
				asked, wanted = append(asked[:0], q...), wordsOf(&ofIt, q)
				found = make([]bool, len(wanted))
			}
			clear(found)
			left := len(wanted)
			of(&t, x.at(i), func(word []byte) bool {
				for k, want := range wanted {
					if !found[k] && string(word) == want {
						found[k] = true
						left--
						break
					}
				}
				return left > 0
			})
			return left == 0 && len(wanted) > 0, nil
		})
	}
}

// wordsOf are the distinct tokens of a text, not nil.
func wordsOf(t *vec.Tokens, text []byte) []string {
	out := []string{}
	seen := map[string]bool{}
	tokensOfText(t, text, func(word []byte) bool {
		if !seen[string(word)] {
			seen[string(word)] = true
			out = append(out, string(word))
		}
		return true
	})
	return out
}

func allHold(out *vec.Vector, args []*vec.Vector, rows int) error {
	return eachBool(out, args, rows, func(i int) (bool, error) {
		for _, arg := range args {
			if !bitsOf(arg).at(i) {
				return false, nil
			}
		}
		return true, nil
	})
}

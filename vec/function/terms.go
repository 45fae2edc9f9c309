package function

import (
	"github.com/outcropdb/outcrop/vec"
)

// TermsOf are the tokens, or pieces of tokens, that a text has for which a function is true; args are the constants
// behind the text. There are none for functions that say nothing of tokens.
func TermsOf(name string, args ...[]byte) (terms []vec.Term) {
	f, ok := Lookup(name)
	if !ok {
		return nil
	}
	switch f.Name {
	case "like", "ilike":
		return likeTerms(f.Name == "ilike", args)
	case "has_term":
		return []vec.Term{{Text: string(args[0])}}
	case "contains":
		for _, word := range wordsOf(new(vec.Tokens), args[0]) {
			terms = append(terms, vec.Term{Text: word})
		}
	}
	return terms
}

func likeTerms(ignoreCase bool, args [][]byte) (terms []vec.Term) {
	var escape []byte
	if len(args) > 1 {
		escape = args[1]
	}
	m, err := compileLike(args[0], escape)
	if err != nil {
		return nil // running it says why
	}
	for k, p := range m.pieces {
		if ignoreCase && !isASCII(p.text) {
			return nil // folded in another way than tokens
		}
		terms = append(terms, p.terms(k == 0, k == len(m.pieces)-1)...)
	}
	return terms
}

// terms are those of what is between the _ of a piece, which stands at the start or the end of the text or not.
func (p *piece) terms(first, last bool) (terms []vec.Term) {
	if p.any == nil {
		return vec.TermsOf(p.text, first, last)
	}
	rest, at := p.text, 0
	for k := 0; k <= len(p.any); k++ {
		if k < len(p.any) && !p.any[k] {
			at = len(rest) - len(after(rest[at:], 1))
			continue
		}
		terms = append(terms, vec.TermsOf(rest[:at], first, last && k == len(p.any))...)
		if k < len(p.any) {
			rest, at, first = rest[at+1:], 0, false // behind the _
		}
	}
	return terms
}

package vec

import (
	"unicode"
	"unicode/utf8"
)

// Tokens of a text are its words, in lower case: runs of letters, digits and marks. Each Han, Hiragana, Katakana,
// Thai, Lao, Khmer and Myanmar letter is a word of its own, since their words are not set apart. Nothing is left
// out and nothing is stemmed, and letters are folded one by one, so that a piece of a text always has pieces of
// the text's tokens.
type Tokens struct {
	rest  []byte
	token []byte
}

// Of starts over with another text. It is not changed.
func (t *Tokens) Of(text []byte) { t.rest = text }

// kinds of bytes in ASCII: 0 is between words, else the byte in lower case.
var asciiToken = func() (table [utf8.RuneSelf]byte) {
	for c := range table {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z':
			table[c] = byte(c)
		case 'A' <= c && c <= 'Z':
			table[c] = byte(c) | 0x20
		}
	}
	return table
}()

// Next is the next token, valid until the next call; false: there are no more.
func (t *Tokens) Next() (token []byte, ok bool) {
	t.token = t.token[:0]
	text := t.rest
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			i++
			if c = asciiToken[c]; c != 0 {
				t.token = append(t.token, c)
				continue
			}
			if len(t.token) > 0 {
				t.rest = text[i:]
				return t.token, true
			}
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		kind := runeKind(r)
		if kind == inWord {
			t.token = utf8.AppendRune(t.token, unicode.ToLower(r))
			i += size
			continue
		}
		if len(t.token) > 0 {
			t.rest = text[i:]
			return t.token, true
		}
		i += size
		if kind == isWord {
			t.token = utf8.AppendRune(t.token, r)
			t.rest = text[i:]
			return t.token, true
		}
	}
	t.rest = nil
	return t.token, len(t.token) > 0
}

// What a rune is in a text.
const (
	between = iota
	inWord
	isWord
)

// unspaced are the scripts whose words are not set apart.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

func runeKind(r rune) int {
	switch {
	case r < utf8.RuneSelf:
		if asciiToken[r] != 0 {
			return inWord
		}
		return between
	case !unicode.In(r, unicode.L, unicode.M, unicode.N):
		return between
	case unicode.In(r, unspaced...):
		return isWord
	}
	return inWord
}

// Term is a token to look for in texts, or a piece of one.
type Term struct {
	Text    string
	Before  bool // the token may go on before Text
	Further bool // the token may go on behind Text
}

// TermsOf are the pieces of tokens that every text with the literal somewhere has. first and last tell that the
// literal begins or ends where the text does.
func TermsOf(literal []byte, first, last bool) (terms []Term) {
	var t Tokens
	t.Of(literal)
	for {
		token, ok := t.Next()
		if !ok {
			break
		}
		terms = append(terms, Term{Text: string(token)})
	}
	if len(terms) == 0 {
		return nil
	}
	if r, _ := utf8.DecodeRune(literal); !first && runeKind(r) == inWord {
		terms[0].Before = true
	}
	if r, _ := utf8.DecodeLastRune(literal); !last && runeKind(r) == inWord {
		terms[len(terms)-1].Further = true
	}
	return terms
}

// String is the term with * where the token may go on.
func (t Term) String() string {
	text := t.Text
	if t.Before {
		text = "*" + text
	}
	if t.Further {
		text += "*"
	}
	return text
}

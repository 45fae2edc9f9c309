package jsonio

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where and why text is not the JSON that was expected.
type SyntaxError struct {
	Offset  int    // in bytes from the text's beginning; what Scanner reports counts from its input's
	Line    int    // from 1
	Column  int    // in characters, from 1
	Message string // what was found and what was expected

	Rest bool // from Scanner: no document could be found behind the place either

	// meaning: the fault lies within one token, or in what tokens mean, so that the brackets and quotes
	// around it can still be trusted.
	meaning bool
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at line %d, column %d", e.Message, e.Line, e.Column)
}

func syntaxError(offset int, format string, args ...any) *SyntaxError {
	return &SyntaxError{Offset: offset, Message: fmt.Sprintf(format, args...)}
}

func meaningError(offset int, format string, args ...any) *SyntaxError {
	e := syntaxError(offset, format, args...)
	e.meaning = true
	return e
}

// unexpected reports what stands at text[i].
func (r *Reader) unexpected(i int, want string) *SyntaxError {
	return syntaxError(i, "found %s, expected %s", found(r.text, i), want)
}

// misspelt reports that text[i:] is not word, of which only the first letter is known to be right.
func (r *Reader) misspelt(i int, word string) *SyntaxError {
	if strings.HasPrefix(word, string(r.text[i:min(len(r.text), i+len(word))])) {
		i = len(r.text)
	}
	return r.unexpected(i, word)
}

// How many bytes of a token, and of a path, errors quote.
const (
	maxFound = 24
	maxPath  = 200
)

// found describes what stands at text[i].
func found(text []byte, i int) string {
	if i >= len(text) {
		return "the end of the text"
	}
	c, n := utf8.DecodeRune(text[i:])
	switch {
	case c == '\uFEFF':
		return "a byte order mark"
	case c < ' ' || c == utf8.RuneError && n == 1:
		return fmt.Sprintf("byte 0x%02x", text[i])
	case !isWord(text[i]):
		return fmt.Sprintf("%q", c)
	}
	end := i
	for ; end < len(text) && isWord(text[end]); end++ {
		if end-i == maxFound {
			return string(text[i:end]) + "..."
		}
	}
	return string(text[i:end])
}

// isWord tells the characters of numbers, literals and what is mistaken for them.
func isWord(c byte) bool {
	return c-'0' <= 9 || c|0x20-'a' <= 'z'-'a' || c == '_' || c == '.' || c == '-' || c == '+'
}

// where is the beginning of an error about the value at a field.
func where(at *field) string {
	if at.parent == nil {
		return ""
	}
	path := at.path().String()
	if len(path) > maxPath {
		path = strings.ToValidUTF8(path[:maxPath], "") + "..."
	}
	return fmt.Sprintf("field %s: ", path)
}

// cut tells errors for want of more text.
func cut(err error, text []byte) bool {
	var e *SyntaxError
	return errors.As(err, &e) && e.Offset == len(text)
}

// locate fills in line and column.
func locate(err error, text []byte) error {
	var e *SyntaxError
	if errors.As(err, &e) {
		e.Line, e.Column = position(text[:e.Offset])
	}
	return err
}

// position of what follows before, from 1.
func position(before []byte) (line, column int) {
	return bytes.Count(before, []byte{'\n'}) + 1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
}

package sql

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/outcropdb/outcrop/plan"
)

// symbols of more than one character, longest first where one begins another.
var symbols = []string{"->>", "!~*", "->", "::", "||", "<<", ">>", "<>", "<=", ">=", "!=", "==", "!~", "~*"}

const singles = "()[]{},.;:?+-*/%^&|#<>=~"

type lexer struct {
	source string
	offset int // everything before it has been read; at is its position
	at     plan.Position
}

// lex cuts the text into tokens; the last one has kind end.
func lex(source string) ([]token, error) {
	l := &lexer{source: source, at: plan.Position{Line: 1, Column: 1}}
	const most = 4096 // tokens to make room for at once: a long text may be one long string
	tokens := make([]token, 0, min(len(source)/3+2, most))
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		if t.kind == end {
			return tokens, nil
		}
	}
}

// advance moves on to offset to, counting lines and characters.
func (l *lexer) advance(to int) {
	for ; l.offset < to; l.offset++ {
		switch c := l.source[l.offset]; {
		case c == '\n':
			l.at.Line++
			l.at.Column = 1
		case utf8.RuneStart(c):
			l.at.Column++
		}
	}
}

// rest is what has not been read.
func (l *lexer) rest() string { return l.source[l.offset:] }

// take makes a token of the next n bytes.
func (l *lexer) take(k kind, n int, text string) token {
	t := token{kind: k, at: l.at, start: int32(l.offset), stop: int32(l.offset + n), text: text}
	l.advance(l.offset + n)
	return t
}

func (l *lexer) next() (token, error) {
	if err := l.skip(); err != nil {
		return token{}, err
	}
	rest := l.rest()
	if rest == "" {
		return l.take(end, 0, ""), nil
	}
	c := rest[0]
	switch {
	case c == '\'':
		return l.quoted(text, 0)
	case c == '"' || c == '`':
		return l.quoted(quoted, 0)
	case len(rest) > 1 && rest[1] == '\'' && (c == 'E' || c == 'e'):
		return l.escaped()
	case len(rest) > 1 && rest[1] == '\'' && (c == 'X' || c == 'x'):
		return l.binary()
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return l.number()
	case c == '$' && len(rest) > 1 && isDigit(rest[1]):
		n := 1
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		return l.take(parameter, n, rest[1:n]), nil
	}
	if n := identifier(rest); n > 0 {
		t := l.take(word, n, rest[:n])
		t.keyword = keyword(t.text)
		return t, nil
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			return l.take(symbol, len(s), s), nil
		}
	}
	if strings.IndexByte(singles, c) >= 0 {
		return l.take(symbol, 1, rest[:1]), nil
	}
	r, size := utf8.DecodeRuneInString(rest)
	if r == utf8.RuneError && size == 1 {
		return token{}, plan.Errorf(l.at, "byte 0x%02x is not valid UTF-8", c)
	}
	return token{}, plan.Errorf(l.at, "character %q (%U) means nothing in SQL outside quotes", r, r)
}

// skip passes over white space and comments.
func (l *lexer) skip() error {
	for {
		rest := l.rest()
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case unicode.IsSpace(r) || r == '\uFEFF': // a byte order mark is as good as a space
			l.advance(l.offset + size)
		case strings.HasPrefix(rest, "--"):
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			l.advance(l.offset + n)
		case strings.HasPrefix(rest, "/*"):
			n := comment(rest)
			if n < 0 {
				return plan.Errorf(l.at, "comment begins with /* and does not end; expected */")
			}
			l.advance(l.offset + n)
		default:
			return nil
		}
	}
}

// comment is the length of the comment that s begins with, comments inside it included; -1: it has no end.
func comment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); {
		switch s[i : i+2] {
		case "/*":
			depth++
			i += 2
		case "*/":
			depth--
			i += 2
			if depth == 0 {
				return i
			}
		default:
			i++
		}
	}
	return -1
}

// quoted reads from a quote, prefix bytes ahead, to the same quote; two of them stand for one.
func (l *lexer) quoted(k kind, prefix int) (token, error) {
	rest := l.rest()
	quote := rest[prefix : prefix+1]
	for n := prefix + 1; ; {
		i := strings.Index(rest[n:], quote)
		if i < 0 {
			return token{}, l.unterminated(k, quote)
		}
		n += i + 1
		if strings.HasPrefix(rest[n:], quote) {
			n++
			continue
		}
		body := rest[prefix+1 : n-1]
		if bad := invalidUTF8(body); bad >= 0 {
			l.advance(l.offset + prefix + 1 + bad)
			return token{}, plan.Errorf(l.at, "byte 0x%02x is not valid UTF-8", body[bad])
		}
		if k == quoted && body == "" {
			return token{}, plan.Errorf(l.at, "a name cannot be empty; write x[''] for a field with an empty name")
		}
		return l.take(k, n, strings.ReplaceAll(body, quote+quote, quote)), nil
	}
}

func (l *lexer) unterminated(k kind, quote string) error {
	what := "string"
	if k == quoted {
		what = "name"
	}
	return plan.Errorf(l.at, "%s begins here and does not end; expected a closing %s", what, quote)
}

// binary reads X'0aff'.
func (l *lexer) binary() (token, error) {
	at := l.at
	t, err := l.quoted(binary, 1)
	if err != nil {
		return token{}, err
	}
	b, err := hex.DecodeString(t.text)
	if err != nil {
		return token{}, plan.Errorf(at, "expected pairs of hexadecimal digits in X'...', found %q", t.text)
	}
	t.text = string(b)
	return t, nil
}

// escapes are the letters that follow a backslash in E'...', and what they stand for.
var escapes = map[byte]byte{
	'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', '\\': '\\', '\'': '\'', '"': '"', '/': '/',
}

// hexEscapes are the letters that a number of hexadecimal digits, at most this many, follows.
var hexEscapes = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// escaped reads E'...' with backslash escapes.
func (l *lexer) escaped() (token, error) {
	rest := l.rest()
	var value []byte
	for n := 2; n < len(rest); {
		c := rest[n]
		switch {
		case c == '\'' && strings.HasPrefix(rest[n:], "''"):
			value = append(value, '\'')
			n += 2
		case c == '\'':
			if bad := invalidUTF8(string(value)); bad >= 0 {
				return token{}, plan.Errorf(l.at, "string has byte 0x%02x, which is not valid UTF-8; write X'...' for bytes", value[bad])
			}
			return l.take(text, n+1, string(value)), nil
		case c == '\\' && n+1 < len(rest):
			var size int
			if value, size = unescape(value, rest[n+1:]); size == 0 {
				l.advance(l.offset + n)
				r, _ := utf8.DecodeRuneInString(rest[n+1:])
				return token{}, plan.Errorf(l.at, `\%c is not an escape; expected one of \b \f \n \r \t \\ \' \xHH \uHHHH \UHHHHHHHH \OOO`, r)
			}
			n += 1 + size
		default:
			value = append(value, c)
			n++
		}
	}
	return token{}, l.unterminated(text, "'")
}

// unescape appends what the escape after a backslash stands for, and says how long it is; 0: it is none.
func unescape(value []byte, s string) ([]byte, int) {
	if c, ok := escapes[s[0]]; ok {
		return append(value, c), 1
	}
	if digits, ok := hexEscapes[s[0]]; ok {
		n := 1
		for n < len(s) && n <= digits && isHex(s[n]) {
			n++
		}
		code, err := strconv.ParseUint(s[1:n], 16, 32)
		switch {
		case err != nil:
			return value, 0
		case s[0] == 'x':
			return append(value, byte(code)), n
		case n <= digits || !utf8.ValidRune(rune(code)):
			return value, 0
		}
		return utf8.AppendRune(value, rune(code)), n
	}
	n := 0
	for n < len(s) && n < 3 && '0' <= s[n] && s[n] <= '7' {
		n++
	}
	code, err := strconv.ParseUint(s[:n], 8, 8)
	if err != nil {
		return value, 0
	}
	return append(value, byte(code)), n
}

func (l *lexer) number() (token, error) {
	rest := l.rest()
	n := 0
	digits := func(is func(byte) bool) (count int) {
		for ; n < len(rest) && is(rest[n]); n++ {
			count++
		}
		return count
	}
	if len(rest) > 2 && rest[0] == '0' && (rest[1] == 'x' || rest[1] == 'X') && isHex(rest[2]) {
		n = 2
		digits(isHex)
	} else {
		digits(isDigit)
		if n < len(rest) && rest[n] == '.' {
			n++
			digits(isDigit)
		}
		if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
			before := n
			n++
			if n < len(rest) && (rest[n] == '+' || rest[n] == '-') {
				n++
			}
			if digits(isDigit) == 0 {
				n = before
			}
		}
	}
	if more := identifier(rest[n:]); more > 0 {
		return token{}, plan.Errorf(l.at, "expected a number, found %q; a name that begins with a digit is written in double quotes", rest[:n+more])
	}
	return l.take(number, n, rest[:n]), nil
}

// identifier is the length of the name without quotes that s begins with; 0: it begins with none.
func identifier(s string) int {
	for i, r := range s {
		switch {
		case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_':
		case i > 0 && ('0' <= r && r <= '9' || r == '$' || r == '@'):
		case r > unicode.MaxASCII && (unicode.IsLetter(r) || i > 0 && (unicode.IsDigit(r) || unicode.IsMark(r))):
		default:
			return i
		}
	}
	return len(s)
}

// invalidUTF8 is the offset of the first byte of s that is not valid UTF-8, or -1.
func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i := 0; ; {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

package jsonio

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/outcropdb/outcrop/vec"
)

// Bytes in all lanes of a word.
const (
	ones   = 0x0101010101010101
	highs  = 0x80 * ones
	spaces = ' ' * ones
	quotes = '"' * ones
	slants = '\\' * ones
)

// plain is the index of the first byte at or after i that cannot stand for itself in an ASCII string: a
// quote, a backslash, a control character, or a byte beyond ASCII; len(text) when there is none.
func plain(text []byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		// A lane's high bit is set when it is beyond ASCII or the subtraction borrows; borrows reach into
		// higher lanes only, so that the lowest set bit is right.
		if m := ((w - spaces) | ((w ^ quotes) - ones) | ((w ^ slants) - ones) | w) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// special is as plain but passes over bytes beyond ASCII.
func special(text []byte, i int) int {
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		low := w &^ highs // with the high bit set before subtracting, no lane borrows from the next
		m := ((low | highs) - spaces) & ((low ^ quotes | highs) - ones) & ((low ^ slants | highs) - ones)
		if m = ^(m | w) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for i < len(text) && text[i] >= ' ' && text[i] != '"' && text[i] != '\\' {
		i++
	}
	return i
}

// string reads the string whose opening quote is text[i].
func (r *Reader) string(dst []byte, i int) ([]byte, int, error) {
	text := r.text
	j := plain(text, i+1)
	if j < len(text) && text[j] == '"' {
		n := j - i - 1
		if n < 0x80 {
			dst = append(dst, byte(vec.String), byte(n))
		} else {
			dst = binary.AppendUvarint(append(dst, byte(vec.String)), uint64(n))
		}
		return append(dst, text[i+1:j]...), j + 1, nil
	}
	content, end, err := r.unquote(i)
	if err != nil {
		return dst, end, err
	}
	return vec.AppendContent(dst, vec.String, content), end, nil
}

// unquote reads the string whose opening quote is text[i]. The content aliases the text or the scratch.
func (r *Reader) unquote(i int) (content []byte, end int, err error) {
	text, begin := r.text, i+1
	escaped := false
	for i = begin; ; {
		j := plain(text, i)
		if j < len(text) && text[j] >= utf8.RuneSelf {
			if j, err = r.utf8(j); err != nil {
				return nil, j, err
			}
		}
		if j == len(text) {
			return nil, j, r.unexpected(j, `'"' to close the string`)
		}
		switch c := text[j]; {
		case c == '"' && !escaped:
			return text[begin:j], j + 1, nil
		case c == '"':
			r.scratch = append(r.scratch, text[i:j]...)
			return r.scratch, j + 1, nil
		case c != '\\':
			err := r.unexpected(j, "a character of the string; a control character must be escaped there")
			err.meaning = c != '\n' // a line's end more likely tells of a missing quote
			return nil, j, err
		}
		if !escaped {
			escaped, r.scratch = true, r.scratch[:0]
		}
		r.scratch = append(r.scratch, text[i:j]...)
		if i, err = r.escape(j); err != nil {
			return nil, i, err
		}
	}
}

// utf8 checks from text[i] to the next special byte and returns its index.
func (r *Reader) utf8(i int) (int, error) {
	text := r.text
	end := special(text, i)
	if utf8.Valid(text[i:end]) {
		return end, nil
	}
	for i < end {
		c, n := utf8.DecodeRune(text[i:end])
		if c == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	if end == len(text) && !utf8.FullRune(text[i:]) {
		return end, nil // no more than cut short, which the caller reports
	}
	return i, meaningError(i, "found byte 0x%02x, expected UTF-8 text", text[i])
}

// escapes are the one-letter ones.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escape appends what the backslash at text[i] and its followers mean to the scratch.
func (r *Reader) escape(i int) (int, error) {
	text := r.text
	if i+1 == len(text) {
		return i + 1, r.unexpected(i+1, "the rest of an escape")
	}
	if c := escapes[text[i+1]]; c != 0 {
		r.scratch = append(r.scratch, c)
		return i + 2, nil
	}
	if text[i+1] != 'u' {
		err := r.unexpected(i+1, `one of " \ / b f n r t u behind the backslash`)
		err.meaning = text[i+1] >= ' '
		return i + 1, err
	}
	c, err := r.hex(i + 2)
	if err != nil {
		return i, err
	}
	end := i + 6
	if utf16.IsSurrogate(c) {
		low := rune(0)
		if len(text)-end < 2 && (len(text) == end || text[end] == '\\') {
			return end, r.unexpected(len(text), "the low surrogate of a pair")
		}
		if text[end] == '\\' && text[end+1] == 'u' {
			if low, err = r.hex(end + 2); err != nil {
				return end, err
			}
		}
		pair := utf16.DecodeRune(c, low)
		if pair == utf8.RuneError {
			return i, meaningError(i, "found lone surrogate %s, expected a pair", text[i:end])
		}
		c, end = pair, end+6
	}
	r.scratch = utf8.AppendRune(r.scratch, c)
	return end, nil
}

// hex reads four hexadecimal digits.
func (r *Reader) hex(i int) (c rune, err error) {
	for end := i + 4; i < end; i++ {
		if i >= len(r.text) {
			return 0, r.unexpected(i, "four hexadecimal digits")
		}
		d := r.text[i]
		switch {
		case d-'0' <= 9:
			d -= '0'
		case d|0x20-'a' <= 5:
			d = d | 0x20 - 'a' + 10
		default:
			err := r.unexpected(i, "four hexadecimal digits")
			err.meaning = d >= ' '
			return 0, err
		}
		c = c<<4 | rune(d)
	}
	return c, nil
}

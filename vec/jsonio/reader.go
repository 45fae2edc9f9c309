// Package jsonio turns JSON text into encoded values and batches into JSON text.
//
// Text is read in one pass, straight into the form in which documents travel and rest (vec.Value): no tree
// is built on the way, and in steady state nothing is allocated. What is accepted is RFC 8259, strictly:
// well-formed UTF-8, no lone surrogates, no control characters in strings, no number that float64 cannot
// hold. A number written without fraction and exponent is an int when int64 holds it; every other number is
// a float, rounded correctly, also "1.0" and "1e3". So is "-0" an int (0) and "-0.0" a float. Of equal keys
// in one object the last value counts, at the first one's place. A byte order mark is refused, but a Scanner
// passes over one at the beginning of its text.
package jsonio

import (
	"math"

	"github.com/outcropdb/outcrop/vec"
)

// What a document may have at most. Who breaks a limit is told its name and size.
const (
	// MaxDocumentBytes of JSON text: one request's worth.
	MaxDocumentBytes = 10 << 20

	// MaxDepth of arrays and objects within each other. Everything that walks values does so by recursion
	// (check, compare, hash, print); 128 levels keep that within a few tens of kilobytes of stack, and
	// events, configuration and GeoJSON need fewer than 20.
	MaxDepth = 128

	// MaxKeyBytes of a key, unescaped. Keys become names of columns in segments and plans.
	MaxKeyBytes = 4096

	// MaxFields of a document, at all levels together. Each may become a column of its own; keys inside
	// arrays become none and do not count.
	MaxFields = 10_000
)

// Backend chooses who parses. Both give the same values for the same text.
type Backend uint8

const (
	Own      Backend = iota // our single-pass reader: faster, any CPU
	Simdjson                // simdjson-go, then a walk over its tape; on CPUs that it does not support, Own
)

// Reader reads JSON text. The zero Reader is ready to use. It learns the shape of what it reads, so that
// a Reader is best kept for many documents of one origin; it is for one goroutine at a time.
type Reader struct {
	Backend Backend

	text    []byte
	fields  int    // of the document so far
	objects uint64 // opened so far; the count is the newest object's serial number
	root    *field // what is known of the keys of objects
	known   int    // fields below root
	scratch []byte // an unescaped string, or an object being rewritten
	tape    tape
}

// Document reads the object at the start of text, white space before it allowed, and appends it to dst,
// encoded. It returns the number of bytes read, up to the closing brace; what follows is not looked at.
// After an error, which is a *SyntaxError, dst is as long as it was.
func (r *Reader) Document(dst []byte, text []byte) ([]byte, int, error) {
	i := space(text, 0)
	whole := text
	if len(text) > i+MaxDocumentBytes {
		text = text[:i+MaxDocumentBytes]
	}
	r.begin(text)
	if i == len(text) || text[i] != '{' {
		err := r.unexpected(i, "a document, which begins with '{'")
		err.meaning = true
		return dst, 0, locate(err, whole)
	}
	var out []byte
	var err error
	if r.Backend == Simdjson {
		out, i, err = r.simdjson(dst, i)
	} else {
		out, i, err = r.object(dst, i, r.root, 0)
	}
	if err != nil {
		if cut(err, text) && len(text) < len(whole) {
			err = meaningError(i, "document is larger than MaxDocumentBytes, which is %d", MaxDocumentBytes)
		}
		return dst, 0, locate(err, whole)
	}
	return out, i, nil
}

// Value reads text, which is exactly one JSON value of any type with white space around it allowed, and
// appends it to dst, encoded. After an error, which is a *SyntaxError, dst is as long as it was.
func (r *Reader) Value(dst []byte, text []byte) ([]byte, error) {
	if len(text) > MaxDocumentBytes {
		return dst, locate(syntaxError(0, "text of %d bytes is larger than MaxDocumentBytes, which is %d", len(text), MaxDocumentBytes), text)
	}
	r.begin(text)
	var out []byte
	var err error
	i := space(text, 0)
	if r.Backend == Simdjson && i < len(text) && (text[i] == '{' || text[i] == '[') {
		out, i, err = r.simdjson(dst, i)
	} else {
		out, i, err = r.value(dst, i, r.root, 0)
	}
	if err == nil {
		if i = space(text, i); i < len(text) {
			err = r.unexpected(i, "nothing after the value")
		}
	}
	if err != nil {
		return dst, locate(err, text)
	}
	return out, nil
}

func (r *Reader) begin(text []byte) {
	r.text, r.fields = text, 0
	if r.root == nil || r.known > maxKnown {
		r.root, r.known = &field{}, 0
	}
}

// value reads the value that begins at text[i], in objects at the path of at, with depth levels around it.
// It and the functions it calls return dst with the value appended and the index behind it.
func (r *Reader) value(dst []byte, i int, at *field, depth int) ([]byte, int, error) {
	text := r.text
	if i >= len(text) {
		return dst, i, r.unexpected(i, "a value")
	}
	switch c := text[i]; c {
	case '"':
		return r.string(dst, i)
	case '{':
		return r.object(dst, i, at, depth)
	case '[':
		return r.array(dst, i, at, depth)
	case 't':
		if len(text)-i >= 4 && string(text[i:i+4]) == "true" {
			return append(dst, byte(vec.Bool), 1), i + 4, nil
		}
		return dst, i, r.misspelt(i, "true")
	case 'f':
		if len(text)-i >= 5 && string(text[i:i+5]) == "false" {
			return append(dst, byte(vec.Bool), 0), i + 5, nil
		}
		return dst, i, r.misspelt(i, "false")
	case 'n':
		if len(text)-i >= 4 && string(text[i:i+4]) == "null" {
			return append(dst, byte(vec.Null)), i + 4, nil
		}
		return dst, i, r.misspelt(i, "null")
	default:
		if c == '-' || c-'0' <= 9 {
			return r.number(dst, i)
		}
		return dst, i, r.unexpected(i, "a value")
	}
}

func (r *Reader) array(dst []byte, i int, at *field, depth int) ([]byte, int, error) {
	if depth == MaxDepth {
		return dst, i, tooDeep(i)
	}
	text, leave := r.text, r.enterArray()
	dst, mark := vec.BeginArray(dst)
	count := 0
	i = space(text, i+1)
	if i < len(text) && text[i] == ']' {
		r.fields = leave
		return vec.EndArray(dst, mark, 0), i + 1, nil
	}
	for {
		var err error
		if dst, i, err = r.value(dst, i, at, depth+1); err != nil {
			return dst, i, err
		}
		count++
		if i = space(text, i); i < len(text) && text[i] == ',' {
			i = space(text, i+1)
			continue
		}
		if i < len(text) && text[i] == ']' {
			r.fields = leave
			return vec.EndArray(dst, mark, count), i + 1, nil
		}
		return dst, i, r.unexpected(i, "',' or ']'")
	}
}

// enterArray stops counting fields; leaving the array sets fields to what is returned.
func (r *Reader) enterArray() (leave int) {
	leave, r.fields = r.fields, math.MinInt
	return leave
}

func tooDeep(i int) *SyntaxError {
	return meaningError(i, "nested deeper than MaxDepth, which is %d levels", MaxDepth)
}

// space is the index of the first byte at or after i that is not white space.
func space(text []byte, i int) int {
	for i < len(text) && text[i] <= ' ' && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

package jsonio

import (
	"errors"

	"github.com/minio/simdjson-go"

	"github.com/outcropdb/outcrop/vec"
)

// tape is simdjson-go's result, kept for its memory, and the place in it.
type tape struct {
	parsed *simdjson.ParsedJson
	iter   simdjson.Iter
}

// errTape makes Own look at the text. It never reaches a caller.
var errTape = errors.New("our own reader has to decide")

// simdjson reads the array or object at text[i] through simdjson-go. What that refuses, or what we must
// refuse, is read again by our own reader, which alone decides and knows the position of a fault.
func (r *Reader) simdjson(dst []byte, i int) ([]byte, int, error) {
	if simdjson.SupportedCPU() {
		if end, ok := r.tokens(i); ok {
			if out, err := r.tapeDocument(dst, r.text[i:end]); err == nil {
				return out, end, nil
			}
		}
	}
	r.fields = 0
	return r.value(dst, i, r.root, 0)
}

// tokens finds the end of the array or object at text[i] and checks the tokens in it, of which simdjson-go
// accepts some that are wrong: escapes, UTF-8, numbers.
func (r *Reader) tokens(i int) (end int, ok bool) {
	for depth := 0; i < len(r.text); {
		var err error
		switch c := r.text[i]; {
		case c == '"':
			_, i, err = r.unquote(i)
		case c == '-' || c-'0' <= 9:
			r.scratch, i, err = r.number(r.scratch[:0], i)
		case c == '{' || c == '[':
			depth++
			i++
		case c == '}' || c == ']':
			i++
			if depth--; depth == 0 {
				return i, true
			}
		default:
			i++
		}
		if err != nil {
			return i, false
		}
	}
	return i, false
}

// tapeDocument parses text, an array or object, and appends it to dst, encoded.
func (r *Reader) tapeDocument(dst []byte, text []byte) ([]byte, error) {
	parsed, err := simdjson.Parse(text, r.tape.parsed, simdjson.WithCopyStrings(false))
	if err != nil {
		return dst, err
	}
	r.tape.parsed = parsed
	r.tape.iter = parsed.Iter()
	iter := &r.tape.iter
	if iter.AdvanceInto() != simdjson.TagRoot {
		return dst, errTape
	}
	return r.tapeValue(dst, iter, iter.AdvanceInto(), r.root, 0)
}

// tapeValue appends the value that iter stands on, whose tag is given; iter is left on its last entry.
func (r *Reader) tapeValue(dst []byte, iter *simdjson.Iter, tag simdjson.Tag, at *field, depth int) ([]byte, error) {
	switch tag {
	case simdjson.TagNull:
		return vec.AppendNull(dst), nil
	case simdjson.TagBoolTrue, simdjson.TagBoolFalse:
		return vec.AppendBool(dst, tag == simdjson.TagBoolTrue), nil
	case simdjson.TagInteger:
		n, err := iter.Int()
		return vec.AppendInt(dst, vec.Int, n), err
	case simdjson.TagUint, simdjson.TagFloat:
		f, err := iter.Float()
		return vec.AppendFloat(dst, f), err
	case simdjson.TagString:
		content, err := iter.StringBytes()
		return vec.AppendContent(dst, vec.String, content), err
	case simdjson.TagObjectStart:
		return r.tapeObject(dst, iter, at, depth)
	case simdjson.TagArrayStart:
		return r.tapeArray(dst, iter, at, depth)
	}
	return dst, errTape
}

func (r *Reader) tapeArray(dst []byte, iter *simdjson.Iter, at *field, depth int) ([]byte, error) {
	if depth == MaxDepth {
		return dst, errTape
	}
	leave := r.enterArray()
	dst, mark := vec.BeginArray(dst)
	count := 0
	for tag := iter.AdvanceInto(); tag != simdjson.TagArrayEnd; tag = iter.AdvanceInto() {
		var err error
		if dst, err = r.tapeValue(dst, iter, tag, at, depth+1); err != nil {
			return dst, err
		}
		count++
	}
	r.fields = leave
	return vec.EndArray(dst, mark, count), nil
}

func (r *Reader) tapeObject(dst []byte, iter *simdjson.Iter, at *field, depth int) ([]byte, error) {
	if depth == MaxDepth {
		return dst, errTape
	}
	dst, mark := vec.BeginObject(dst)
	r.objects++
	o := open{mark: mark, serial: r.objects}
	for tag := iter.AdvanceInto(); tag != simdjson.TagObjectEnd; tag = iter.AdvanceInto() {
		key, err := iter.StringBytes()
		if err != nil || tag != simdjson.TagString {
			return dst, errTape
		}
		f, err := r.fieldOf(key, at)
		if err != nil {
			return dst, err
		}
		o.add(f)
		if r.fields++; r.fields > MaxFields {
			return dst, errTape
		}
		dst = append(dst, f.encoded...)
		if dst, err = r.tapeValue(dst, iter, iter.AdvanceInto(), f, depth+1); err != nil {
			return dst, err
		}
	}
	return r.closeObject(dst, &o)
}

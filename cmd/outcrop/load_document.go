package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/outcropdb/outcrop/vec"
)

// idField is the key of a document's identity.
const idField = "_id"

// documentWriter writes encoded documents as JSON text that reads back as the same values, each with an _id.
type documentWriter struct {
	idField string // whose value becomes _id; "": the document's own, or one made of prefix and position
	prefix  string
	id      []byte // JSON text of the last document's _id, until the next append; nil: it was made
}

// append writes a document behind dst. position tells it from the others of its file.
func (w *documentWriter) append(dst []byte, document vec.Value, position int64) ([]byte, error) {
	dst = append(dst, `{"`+idField+`":`...)
	begin := len(dst)
	switch own := document.Field(idField); {
	case w.idField != "":
		id, err := idOf(document.Field(w.idField))
		if err != nil {
			return nil, fmt.Errorf("field %s, which is to become its _id: %w", w.idField, err)
		}
		dst = vec.AppendJSONString(dst, id)
	case own.Type() != vec.Undefined:
		dst = appendTyped(dst, own)
	default:
		dst = append(append(append(dst, '"'), w.prefix...), '-')
		dst = append(strconv.AppendInt(dst, position, 10), '"')
		begin = -1
	}
	w.id = nil
	if begin >= 0 {
		w.id = dst[begin:len(dst):len(dst)]
	}
	for key, value := range document.Fields() {
		if string(key) == idField || value.Type() == vec.Undefined {
			continue
		}
		dst = append(vec.AppendJSONString(append(dst, ','), key), ':')
		dst = appendTyped(dst, value)
	}
	return append(dst, '}'), nil
}

// idOf is a value as the content of an _id.
func idOf(v vec.Value) ([]byte, error) {
	switch v.Type() {
	case vec.Undefined:
		return nil, errors.New("is missing")
	case vec.String:
		return v.Content(), nil
	case vec.Int:
		return strconv.AppendInt(nil, v.Int(), 10), nil
	}
	return nil, fmt.Errorf("is of type %s; strings and ints will do", v.Type())
}

// appendTyped writes v as vec.AppendJSON does, but for what does not read back as it was: timestamps, which
// get their type, and floats that are no numbers, which become null.
func appendTyped(dst []byte, v vec.Value) []byte {
	switch v.Type() {
	case vec.Timestamp:
		dst = append(dst, `{"`+vec.TypeKey+`":"TIMESTAMP","value":`...)
		return append(vec.AppendJSON(dst, v), '}')
	case vec.Float:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return append(dst, "null"...)
		}
	case vec.Array:
		dst = append(dst, '[')
		first := true
		for element := range v.Elements() {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = appendTyped(dst, element)
		}
		return append(dst, ']')
	case vec.Object:
		dst = append(dst, '{')
		first := true
		for key, value := range v.Fields() {
			if value.Type() == vec.Undefined {
				continue
			}
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = append(vec.AppendJSONString(dst, key), ':')
			dst = appendTyped(dst, value)
		}
		return append(dst, '}')
	}
	return vec.AppendJSON(dst, v)
}

// appendInferred writes the field of a CSV file as the value that it looks like: a number as JSON writes
// them, a bool, null when it is empty, else a string. What would lose digits, such as 007 or an int beyond
// 64 bits, stays a string.
func appendInferred(dst []byte, field string) []byte {
	if field == "" {
		return vec.AppendNull(dst)
	}
	switch c := field[0]; {
	case c == '-' || c >= '0' && c <= '9':
		integer, number := looksNumeric(field)
		if integer {
			if n, err := strconv.ParseInt(field, 10, 64); err == nil {
				return vec.AppendInt(dst, vec.Int, n)
			}
		} else if number {
			if f, err := strconv.ParseFloat(field, 64); err == nil {
				return vec.AppendFloat(dst, f)
			}
		}
	case field == "true" || field == "TRUE" || field == "True":
		return vec.AppendBool(dst, true)
	case field == "false" || field == "FALSE" || field == "False":
		return vec.AppendBool(dst, false)
	}
	return vec.AppendContent(dst, vec.String, field)
}

// looksNumeric tells whether text is a number by JSON's grammar, and whether it is one without fraction and
// exponent.
func looksNumeric(text string) (integer, number bool) {
	i := 0
	digits := func() bool {
		from := i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(text) && text[i] == '-' {
		i++
	}
	if leading := i; !digits() || text[leading] == '0' && i > leading+1 {
		return false, false
	}
	integer = i == len(text)
	if i < len(text) && text[i] == '.' {
		if i++; !digits() {
			return false, false
		}
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		if !digits() {
			return false, false
		}
	}
	return integer, i == len(text)
}

// checkText refuses what JSON cannot carry.
func checkText(field string) error {
	if !utf8.ValidString(field) {
		return errors.New("is not UTF-8 text; convert the file, for example with iconv")
	}
	return nil
}

package jsonio

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// valueKey goes with vec.TypeKey in an object that stands for a value which JSON has no notation for:
// {"__rockset_type":"DATE","value":"2024-01-31"}.
const valueKey = "value"

// typedTypes are the types that such an object may name, in upper or lower case.
var typedTypes = [...]vec.Type{
	vec.Timestamp, vec.Datetime, vec.Date, vec.Time, vec.MonthInterval, vec.MicrosecondInterval,
	vec.Geography, vec.Bytes, vec.U256,
}

// typedValue replaces the object at dst[mark:], which has vec.TypeKey, by the value that it stands for.
func (r *Reader) typedValue(dst []byte, mark int) ([]byte, error) {
	var name, value vec.Value
	for key, v := range vec.Value(dst[mark:]).Fields() {
		switch string(key) {
		case vec.TypeKey:
			name = v
		case valueKey:
			value = v
		default:
			return dst, fmt.Errorf("found key %q beside %q, expected %q alone", clip(key), vec.TypeKey, valueKey)
		}
	}
	if name.Type() != vec.String {
		return dst, fmt.Errorf("%q is of type %s, expected a string, the name of a type", vec.TypeKey, name.Type())
	}
	t := typeNamed(name.Content())
	if t == vec.Undefined {
		return dst, fmt.Errorf("found %q as %q, expected one of %v", clip(name.Content()), vec.TypeKey, typedTypes)
	}
	switch {
	case value.Type() == vec.String:
		r.scratch = append(r.scratch[:0], value.Content()...)
	case value.Type() == vec.Object && t == vec.Geography:
		r.scratch = vec.AppendJSON(r.scratch[:0], value)
	default:
		return dst, fmt.Errorf("%q of type %s is of type %s, expected a string", valueKey, t, value.Type())
	}
	return appendTyped(dst[:mark], t, r.scratch)
}

// typeNamed is one of typedTypes, or Undefined.
func typeNamed(name []byte) vec.Type {
	for _, t := range typedTypes {
		if strings.EqualFold(string(name), t.String()) {
			return t
		}
	}
	return vec.Undefined
}

// clip shortens what an error quotes.
func clip(text []byte) []byte { return text[:min(len(text), maxFound)] }

// appendTyped appends the value of type t that text stands for.
func appendTyped(dst []byte, t vec.Type, text []byte) ([]byte, error) {
	switch t {
	case vec.Bytes:
		content, err := base64.StdEncoding.AppendDecode(nil, text)
		if err != nil {
			return dst, fmt.Errorf("found %q, expected bytes in base64: %w", clip(text), err)
		}
		return vec.AppendContent(dst, t, content), nil
	case vec.U256:
		content, err := vec.ParseU256(string(text))
		return vec.AppendContent(dst, t, content[:]), err
	case vec.Geography:
		return vec.AppendContent(dst, t, text), checkGeography(text)
	}
	n, err := vec.ParseText(t, text)
	return vec.AppendInt(dst, t, n), err
}

var errGeography = errors.New(`expected a geography as GeoJSON, an object with a "type"`)

// checkGeography leaves coordinates to the functions that use them.
func checkGeography(text []byte) error {
	var r Reader
	object, err := r.Value(nil, text)
	if err != nil {
		return fmt.Errorf("%w: %w", errGeography, err)
	}
	if vec.Value(object).Field("type").Type() != vec.String {
		return errGeography
	}
	return nil
}

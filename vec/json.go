package vec

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// TypeKey is the key that marks an object as a value of a type that JSON lacks.
const TypeKey = "__rockset_type"

// AppendJSON writes v as JSON text behind dst, as results carry it:
//
//	null, undefined   null; an undefined field of an object is left out
//	int               digits
//	float             the shortest digits that read back as the same float, always with a point or an
//	                  exponent, so that 1.0 is no int; "NaN", "Infinity" and "-Infinity" are strings
//	timestamp         a string, 2024-01-31T12:34:56.123456Z
//	other types       {"__rockset_type":"DATE","value":"2024-01-31"}: the text of AppendText; bytes in
//	                  base64; u256 in decimal; geography as GeoJSON text
func AppendJSON(dst []byte, v Value) []byte {
	switch t := v.Type(); t {
	case Undefined, Null:
		return append(dst, "null"...)
	case Bool:
		return strconv.AppendBool(dst, v.Bool())
	case Int:
		return strconv.AppendInt(dst, v.Int(), 10)
	case Float:
		return AppendJSONFloat(dst, v.Float())
	case String:
		return AppendJSONString(dst, v.Content())
	case Timestamp:
		return append(AppendText(append(dst, '"'), t, v.Int()), '"')
	case Array:
		return appendJSONArray(dst, v)
	case Object:
		return appendJSONObject(dst, v)
	default:
		dst = append(dst, `{"`+TypeKey+`":"`...)
		dst = append(dst, upperNames[t]...)
		dst = append(dst, `","value":`...)
		switch t {
		case Bytes:
			dst = append(base64.StdEncoding.AppendEncode(append(dst, '"'), v.Content()), '"')
		case U256:
			dst = append(AppendU256(append(dst, '"'), v.Content()), '"')
		case Geography:
			dst = AppendJSONString(dst, v.Content())
		default:
			dst = append(AppendText(append(dst, '"'), t, v.Int()), '"')
		}
		return append(dst, '}')
	}
}

// upperNames are the types' names as TypeKey gives them.
var upperNames = func() (names [typeCount]string) {
	for t, name := range typeNames {
		names[t] = strings.ToUpper(name)
	}
	return names
}()

func appendJSONArray(dst []byte, v Value) []byte {
	dst = append(dst, '[')
	n := 0
	for element := range v.Elements() {
		if n++; n > 1 {
			dst = append(dst, ',')
		}
		dst = AppendJSON(dst, element)
	}
	return append(dst, ']')
}

func appendJSONObject(dst []byte, v Value) []byte {
	dst = append(dst, '{')
	n := 0
	for key, value := range v.Fields() {
		if value.Type() == Undefined {
			continue
		}
		if n++; n > 1 {
			dst = append(dst, ',')
		}
		dst = append(AppendJSONString(dst, key), ':')
		dst = AppendJSON(dst, value)
	}
	return append(dst, '}')
}

// AppendJSONFloat writes f as AppendJSON does.
func AppendJSONFloat(dst []byte, f float64) []byte {
	switch abs := math.Abs(f); {
	case f != f:
		return append(dst, `"NaN"`...)
	case abs > math.MaxFloat64 && f > 0:
		return append(dst, `"Infinity"`...)
	case abs > math.MaxFloat64:
		return append(dst, `"-Infinity"`...)
	case abs != 0 && abs < 1e-6 || abs >= 1e21:
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	case f == math.Trunc(f):
		return append(strconv.AppendFloat(dst, f, 'f', -1, 64), ".0"...)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

// AppendJSONString writes s as a JSON string, with quotes. Valid UTF-8 stays as it is but for quote,
// backslash and control characters; bytes that are no UTF-8 become U+FFFD.
func AppendJSONString(dst, s []byte) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[from:i]...), `\ufffd`...)
				from = i + 1
			}
			i += n
			continue
		}
		if i++; plain[c] {
			continue
		}
		dst = append(dst, s[from:i-1]...)
		from = i
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, `\b`...)
		case '\f':
			dst = append(dst, `\f`...)
		case '\n':
			dst = append(dst, `\n`...)
		case '\r':
			dst = append(dst, `\r`...)
		case '\t':
			dst = append(dst, `\t`...)
		default:
			const hex = "0123456789abcdef"
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(dst, s[from:]...), '"')
}

// plain tells the ASCII characters that a JSON string need not escape.
var plain = func() (plain [utf8.RuneSelf]bool) {
	for c := range plain {
		plain[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return plain
}()

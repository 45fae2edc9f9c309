package vec

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
)

// Value is one value, encoded: the form in which documents travel in the log and rest in row blocks, and
// in which arrays and objects stand in a vector. It is never changed once made; it may alias a larger
// buffer. The nil Value is undefined.
//
//	type                                 bytes after the type's own
//	undefined null                       none
//	bool                                 0 or 1
//	int, date and time types             signed varint
//	float                                8, IEEE 754 little-endian
//	string bytes geography               uvarint length, content
//	u256                                 32, big-endian
//	array                                uint32 length of what follows, uint32 count, values
//	object                               uint32 length of what follows, then per field: uvarint key length, key, value
//
// Keys of an object are distinct and stand in the order in which they were first written.
type Value []byte

// Type of the value.
func (v Value) Type() Type {
	if len(v) == 0 {
		return Undefined
	}
	return Type(v[0])
}

// IsNull tells null and undefined.
func (v Value) IsNull() bool { return v.Type().IsNull() }

// Bool is the content of a bool.
func (v Value) Bool() bool { return v[1] != 0 }

// Int is the content of an int or a date or time type, in the type's unit.
func (v Value) Int() int64 {
	n, _ := binary.Varint(v[1:])
	return n
}

// Float is the content of a float.
func (v Value) Float() float64 { return math.Float64frombits(binary.LittleEndian.Uint64(v[1:])) }

// Content is the content of a string, bytes, geography or u256. It aliases v.
func (v Value) Content() []byte {
	if v.Type() == U256 {
		return v[1:33]
	}
	n, k := binary.Uvarint(v[1:])
	return v[1+k : 1+k+int(n)]
}

// Len is the number of an array's elements.
func (v Value) Len() int { return int(binary.LittleEndian.Uint32(v[5:])) }

// Elements of an array, in order. Each aliases v.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for rest := v[9:]; len(rest) > 0; {
			n := size(rest)
			if !yield(rest[:n:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}

// Fields of an object, in order. Keys and values alias v.
func (v Value) Fields() iter.Seq2[[]byte, Value] {
	return func(yield func([]byte, Value) bool) {
		for rest := v[5:]; len(rest) > 0; {
			n, k := binary.Uvarint(rest)
			key := rest[k : k+int(n)]
			rest = rest[k+int(n):]
			m := size(rest)
			if !yield(key, rest[:m:m]) {
				return
			}
			rest = rest[m:]
		}
	}
}

// Field is the value of a key of an object; undefined when v is no object or has no such key.
func (v Value) Field(key string) Value {
	if v.Type() != Object {
		return nil
	}
	for k, f := range v.Fields() {
		if string(k) == key {
			return f
		}
	}
	return nil
}

// At follows a path from v.
func (v Value) At(path Path) Value {
	for _, key := range path {
		v = v.Field(key)
	}
	return v
}

// Element is an array's element by its subscript, from 1; undefined when v is no array or n is outside.
func (v Value) Element(n int64) Value {
	if v.Type() != Array || n < 1 || n > int64(v.Len()) {
		return nil
	}
	for e := range v.Elements() {
		if n--; n == 0 {
			return e
		}
	}
	return nil
}

// size is the number of bytes of the value at the start of b, which holds at least that.
func size(b []byte) int {
	switch t := Type(b[0]); t {
	case Undefined, Null:
		return 1
	case Bool:
		return 2
	case Float:
		return 9
	case U256:
		return 33
	case Array, Object:
		return 5 + int(binary.LittleEndian.Uint32(b[1:]))
	case String, Bytes, Geography:
		n, k := binary.Uvarint(b[1:])
		return 1 + k + int(n)
	default:
		i := 1
		for b[i] >= 0x80 {
			i++
		}
		return i + 1
	}
}

// First is the value that b, one or more encoded values, begins with.
func First(b []byte) Value { return b[:size(b)] }

// Append writes val behind dst; a nil Value is written as one undefined byte.
func (v Value) Append(dst []byte) []byte {
	if len(v) == 0 {
		return append(dst, byte(Undefined))
	}
	return append(dst, v...)
}

// AppendNull writes a null.
func AppendNull(dst []byte) []byte { return append(dst, byte(Null)) }

// AppendBool writes a bool.
func AppendBool(dst []byte, b bool) []byte {
	if b {
		return append(dst, byte(Bool), 1)
	}
	return append(dst, byte(Bool), 0)
}

// AppendInt writes an Int or a date or time type.
func AppendInt(dst []byte, t Type, n int64) []byte {
	return binary.AppendVarint(append(dst, byte(t)), n)
}

// AppendFloat writes a float.
func AppendFloat(dst []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(append(dst, byte(Float)), math.Float64bits(f))
}

// AppendContent writes a string, bytes, geography or u256 (32 bytes).
func AppendContent[T string | []byte](dst []byte, t Type, content T) []byte {
	dst = append(dst, byte(t))
	if t != U256 {
		dst = binary.AppendUvarint(dst, uint64(len(content)))
	}
	return append(dst, content...)
}

// AppendKey writes the key of an object's next field; the field's value is to follow.
func AppendKey[T string | []byte](dst []byte, key T) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(key))), key...)
}

// BeginObject starts an object; give mark to EndObject behind its fields.
func BeginObject(dst []byte) (_ []byte, mark int) {
	return append(dst, byte(Object), 0, 0, 0, 0), len(dst)
}

// EndObject ends what BeginObject started.
func EndObject(dst []byte, mark int) []byte {
	binary.LittleEndian.PutUint32(dst[mark+1:], uint32(len(dst)-mark-5))
	return dst
}

// BeginArray starts an array; give mark to EndArray behind its elements.
func BeginArray(dst []byte) (_ []byte, mark int) {
	return append(dst, byte(Array), 0, 0, 0, 0, 0, 0, 0, 0), len(dst)
}

// EndArray ends what BeginArray started; count is the number of elements written since.
func EndArray(dst []byte, mark, count int) []byte {
	binary.LittleEndian.PutUint32(dst[mark+1:], uint32(len(dst)-mark-5))
	binary.LittleEndian.PutUint32(dst[mark+5:], uint32(count))
	return dst
}

// IntValue makes an Int or a value of a date or time type.
func IntValue(t Type, n int64) Value { return AppendInt(nil, t, n) }

// FloatValue makes a float.
func FloatValue(f float64) Value { return AppendFloat(nil, f) }

// BoolValue makes a bool.
func BoolValue(b bool) Value { return AppendBool(nil, b) }

// StringValue makes a string.
func StringValue(s string) Value { return AppendContent(nil, String, s) }

// NullValue is null.
func NullValue() Value { return Value{byte(Null)} }

// Check reports whether b is exactly one well-formed value of at most maxDepth levels. It does not look
// for text that is no UTF-8 or for keys that stand twice: they harm nobody who reads. Bytes that come
// from outside this process (log, disk) pass it before any method of Value meets them.
func Check(b []byte, maxDepth int) error {
	n, err := check(b, maxDepth)
	if err == nil && n != len(b) {
		err = fmt.Errorf("encoded value: %d bytes left over behind it", len(b)-n)
	}
	return err
}

var errShort = errors.New("encoded value: cut short")

func check(b []byte, depth int) (n int, err error) {
	if len(b) == 0 {
		return 0, errShort
	}
	if depth < 0 {
		return 0, errors.New("encoded value: nested too deeply")
	}
	switch t := Type(b[0]); t {
	case Undefined, Null:
		n = 1
	case Bool:
		n = 2
	case Float:
		n = 9
	case U256:
		n = 33
	case Int, Date, Time, Datetime, Timestamp, MonthInterval, MicrosecondInterval:
		_, k := binary.Varint(b[1:])
		return 1 + k, checkVarint(b[1:], k)
	case String, Bytes, Geography:
		length, k := binary.Uvarint(b[1:])
		if err := checkVarint(b[1:], k); err != nil {
			return 0, err
		}
		if length > uint64(len(b)-1-k) {
			return 0, errShort
		}
		return 1 + k + int(length), nil
	case Array, Object:
		return checkNested(b, t, depth)
	default:
		return 0, fmt.Errorf("encoded value: unknown type %d", t)
	}
	if n > len(b) {
		return 0, errShort
	}
	if b[0] == byte(Bool) && b[1] > 1 {
		return 0, fmt.Errorf("encoded value: bool of %d", b[1])
	}
	return n, nil
}

// checkVarint checks the varint at the start of b, of which binary said that it has k bytes. Only the
// shortest form is right, so that equal values are equal bytes.
func checkVarint(b []byte, k int) error {
	switch {
	case k == 0:
		return errShort
	case k < 0 || k > 1 && b[k-1] == 0:
		return errors.New("encoded value: varint is not the shortest of 64 bits")
	}
	return nil
}

func checkNested(b []byte, t Type, depth int) (int, error) {
	head := 5
	if t == Array {
		head = 9
	}
	if len(b) < head {
		return 0, errShort
	}
	end := 5 + int(binary.LittleEndian.Uint32(b[1:]))
	if end < head || end > len(b) {
		return 0, errShort
	}
	count := 0
	for at := head; at < end; count++ {
		if t == Object {
			length, k := binary.Uvarint(b[at:end])
			if err := checkVarint(b[at:end], k); err != nil {
				return 0, err
			}
			if length > uint64(end-at-k) {
				return 0, errShort
			}
			at += k + int(length)
		}
		n, err := check(b[at:end], depth-1)
		if err != nil {
			return 0, err
		}
		at += n
	}
	if t == Array && count != int(binary.LittleEndian.Uint32(b[5:])) {
		return 0, fmt.Errorf("encoded value: array of %d elements says %d", count, binary.LittleEndian.Uint32(b[5:]))
	}
	return end, nil
}

// Same tells whether two values are encoded alike. Equal objects with other key order are not the same;
// for SQL's equality see Compare.
func (v Value) Same(w Value) bool {
	return bytes.Equal(v, w) || v.Type() == Undefined && w.Type() == Undefined
}

// Package vec holds values: the types, one encoded value, a vector of them, a batch of vectors.
package vec

import "math/bits"

// Type is the type of a value. Every value has one; a field's documents may disagree.
// The numbers are written to disk and to the log: never renumber, only append before Dynamic's slot.
type Type uint8

const (
	Undefined           Type = 0  // a missing field or key, a subscript out of range; behaves as null
	Null                Type = 1  // JSON null
	Bool                Type = 2  //
	Int                 Type = 3  // int64
	Float               Type = 4  // float64
	String              Type = 5  // UTF-8 text
	Bytes               Type = 6  // any bytes
	U256                Type = 7  // unsigned 256-bit integer, 32 bytes big-endian
	Date                Type = 8  // days since 1970-01-01
	Time                Type = 9  // microseconds since midnight
	Datetime            Type = 10 // microseconds since 1970-01-01T00:00:00, in no time zone
	Timestamp           Type = 11 // microseconds since 1970-01-01T00:00:00Z
	MonthInterval       Type = 12 // months
	MicrosecondInterval Type = 13 // microseconds
	Geography           Type = 14 // GeoJSON text
	Array               Type = 15 // encoded Value
	Object              Type = 16 // encoded Value
	Dynamic             Type = 31 // of a vector or a plan expression only: rows may differ in type

	typeCount = 17 // Undefined..Object
)

var typeNames = [...]string{
	"undefined", "null", "bool", "int", "float", "string", "bytes", "u256", "date", "time", "datetime",
	"timestamp", "month_interval", "microsecond_interval", "geography", "array", "object",
}

// String is the type's name as TYPEOF and DESCRIBE give it.
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	if t == Dynamic {
		return "dynamic"
	}
	return "invalid"
}

// ParseType finds a type by its name, in lower case. It does not know Dynamic.
func ParseType(name string) (Type, bool) {
	for t, n := range typeNames {
		if n == name {
			return Type(t), true
		}
	}
	return Undefined, false
}

// Layout says which slices of a Vector hold the values of a type.
type Layout uint8

const (
	NoData  Layout = iota // Undefined, Null: validity is all there is
	Bitmap                // Bool: Bits
	Int64s                // Int and the date and time types: I64
	Float64               // Float: F64
	Varlen                // String, Bytes, U256, Geography, Array, Object: Offsets and Data
	Union                 // Dynamic: Tags, Codes and Parts
)

var layouts = [32]Layout{
	Bool: Bitmap, Int: Int64s, Float: Float64, String: Varlen, Bytes: Varlen, U256: Varlen,
	Date: Int64s, Time: Int64s, Datetime: Int64s, Timestamp: Int64s, MonthInterval: Int64s, MicrosecondInterval: Int64s,
	Geography: Varlen, Array: Varlen, Object: Varlen, Dynamic: Union,
}

// Layout of the type's vectors.
func (t Type) Layout() Layout { return layouts[t&31] }

// IsNull tells the two types that behave as null.
func (t Type) IsNull() bool { return t <= Null }

// IsNumber tells Int and Float, the only types that convert to each other by themselves.
func (t Type) IsNumber() bool { return t == Int || t == Float }

// TypeSet is a set of types, as a bitmap: the types that a path has in some documents.
type TypeSet uint32

// SetOf the given types.
func SetOf(types ...Type) (s TypeSet) {
	for _, t := range types {
		s |= 1 << t
	}
	return s
}

// Has tells whether t is in the set.
func (s TypeSet) Has(t Type) bool { return s&(1<<t) != 0 }

// With is the set and t.
func (s TypeSet) With(t Type) TypeSet { return s | 1<<t }

// Len counts the types.
func (s TypeSet) Len() int { return bits.OnesCount32(uint32(s)) }

// Types lists the set, ascending.
func (s TypeSet) Types() []Type {
	var out []Type
	for ; s != 0; s &= s - 1 {
		out = append(out, Type(bits.TrailingZeros32(uint32(s))))
	}
	return out
}

// One is the type a plan gives to a path with this type set: the only type beside null, Null when there
// is none, else Dynamic.
func (s TypeSet) One() Type {
	s &^= SetOf(Undefined, Null)
	switch s.Len() {
	case 0:
		return Null
	case 1:
		return Type(bits.TrailingZeros32(uint32(s)))
	}
	return Dynamic
}

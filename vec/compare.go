package vec

import (
	"bytes"
	"cmp"
	"math"
	"slices"
)

// ranks order values of different types. Null and undefined are equal here, as are an int and a float of
// the same number.
var ranks = [32]uint8{
	Undefined: 0, Null: 0, Bool: 1, Int: 2, Float: 2, String: 3, Bytes: 4, U256: 5, Date: 6, Time: 7, Datetime: 8,
	Timestamp: 9, MonthInterval: 10, MicrosecondInterval: 11, Geography: 12, Array: 13, Object: 14,
}

// Compare orders all values, for ORDER BY, MIN, MAX and DISTINCT: first null and undefined, which are
// equal, then by type in the order of the types' numbers. Int and Float are compared as exact numbers;
// NaN equals itself and is the greatest, -0 equals 0. Arrays are compared element by element, objects
// key by key in the keys' order; what ends first is less. It is 0 only when Hash is equal.
// SQL's operators, by contrast, give null for values of different types; that is up to the functions.
func Compare(a, b Value) int {
	t, u := a.Type(), b.Type()
	if c := cmp.Compare(ranks[t&31], ranks[u&31]); c != 0 {
		return c
	}
	switch {
	case t.IsNull():
		return 0
	case t == Bool:
		return cmp.Compare(a[1], b[1])
	case t == Float && u == Float:
		return compareFloats(a.Float(), b.Float())
	case t == Float:
		return -compareIntFloat(b.Int(), a.Float())
	case u == Float:
		return compareIntFloat(a.Int(), b.Float())
	case t == Array:
		return compareArrays(a, b)
	case t == Object:
		return compareObjects(a, b)
	case t.Layout() == Int64s:
		return cmp.Compare(a.Int(), b.Int())
	}
	return bytes.Compare(a.Content(), b.Content())
}

// Equal is Compare's 0.
func Equal(a, b Value) bool { return Compare(a, b) == 0 }

// compareFloats has NaN greatest, unlike cmp.Compare.
func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b:
		return 0
	}
	return cmp.Compare(oneIf(a != a), oneIf(b != b))
}

// compareIntFloat compares exactly: no int is rounded.
func compareIntFloat(n int64, f float64) int {
	switch {
	case f != f || f >= 1<<63:
		return -1
	case f < -1<<63:
		return 1
	}
	whole := math.Trunc(f)
	if c := cmp.Compare(n, int64(whole)); c != 0 {
		return c
	}
	return cmp.Compare(whole, f)
}

func compareArrays(a, b Value) int {
	x, y := a[9:], b[9:]
	for len(x) > 0 && len(y) > 0 {
		n, m := size(x), size(y)
		if c := Compare(x[:n], y[:m]); c != 0 {
			return c
		}
		x, y = x[n:], y[m:]
	}
	return cmp.Compare(len(x), len(y))
}

type field struct {
	key   []byte
	value Value
}

func compareObjects(a, b Value) int {
	if bytes.Equal(a, b) {
		return 0
	}
	return slices.CompareFunc(sortedFields(a), sortedFields(b), func(x, y field) int {
		if c := bytes.Compare(x.key, y.key); c != 0 {
			return c
		}
		return Compare(x.value, y.value)
	})
}

func sortedFields(v Value) []field {
	var fields []field
	for key, value := range v.Fields() {
		fields = append(fields, field{key, value})
	}
	slices.SortFunc(fields, func(x, y field) int { return bytes.Compare(x.key, y.key) })
	return fields
}

// CompareRows compares row i of v with row j of w as Compare does.
func (v *Vector) CompareRows(i int, w *Vector, j int) int {
	switch a, b := v.IsNull(i), w.IsNull(j); {
	case a && b:
		return 0
	case a:
		return -1
	case b:
		return 1
	}
	v, i = v.leaf(i)
	w, j = w.leaf(j)
	t, u := v.Type, w.Type
	if c := cmp.Compare(ranks[t], ranks[u]); c != 0 {
		return c
	}
	switch {
	case t == Bool:
		return cmp.Compare(oneIf(Bit(v.Bits, i)), oneIf(Bit(w.Bits, j)))
	case t == Float && u == Float:
		return compareFloats(v.F64[i], w.F64[j])
	case t == Float:
		return -compareIntFloat(w.I64[j], v.F64[i])
	case u == Float:
		return compareIntFloat(v.I64[i], w.F64[j])
	case t.Layout() == Int64s:
		return cmp.Compare(v.I64[i], w.I64[j])
	case t == Array:
		return compareArrays(v.Content(i), w.Content(j))
	case t == Object:
		return compareObjects(v.Content(i), w.Content(j))
	}
	return bytes.Compare(v.Content(i), w.Content(j))
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

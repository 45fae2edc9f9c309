package hashtable

import "github.com/outcropdb/outcrop/vec"

// otherInts sets the bits of rows whose key, of an Int64s type, is another than that of their group in column,
// of the same type.
func otherInts(others []uint64, groups []uint32, key, column *vec.Vector) {
	values, kept := key.I64, column.I64
	if key.Form == vec.Dict {
		values = key.Values.I64
	}
	plain := key.Form == vec.Flat && key.Valid == nil && column.Valid == nil
	for i, g := range groups {
		switch {
		case g == NotFound:
		case plain:
			if values[i] != kept[g] {
				others[i>>6] |= 1 << (i & 63)
			}
		default:
			null := key.IsNull(i)
			if null != column.IsNull(int(g)) || !null && values[key.At(i)] != kept[g] {
				others[i>>6] |= 1 << (i & 63)
			}
		}
	}
}

// otherContents is otherInts for types whose values are told apart by their bytes.
func otherContents(others []uint64, groups []uint32, key, column *vec.Vector) {
	leaf := key
	if key.Form == vec.Dict {
		leaf = key.Values
	}
	nulls := key.Valid != nil || column.Valid != nil
	for i, g := range groups {
		if g == NotFound {
			continue
		}
		if nulls {
			null := key.IsNull(i)
			if null != column.IsNull(int(g)) {
				others[i>>6] |= 1 << (i & 63)
			}
			if null {
				continue
			}
		}
		at := key.At(i)
		a := leaf.Data[leaf.Offsets[at]:leaf.Offsets[at+1]]
		b := column.Data[column.Offsets[g]:column.Offsets[g+1]]
		if string(a) != string(b) {
			others[i>>6] |= 1 << (i & 63)
		}
	}
}

package vec

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// readDictionary makes a Dict; or plain rows when the dictionary has nulls or nested unions.
func readDictionary(out *Vector, a *array.Dictionary) error {
	values := new(Vector)
	if err := FromArrow(values, a.Dictionary()); err != nil {
		return err
	}
	codes := make([]uint32, a.Len())
	usable := values.Form == Flat && values.Valid == nil && values.Type != Dynamic && !values.Type.IsNull()
	for i := range codes {
		if a.IsNull(i) {
			continue
		}
		code := a.GetValueIndex(i)
		if code < 0 || code >= values.Rows {
			return fmt.Errorf("row %d: index %d of a dictionary of %d", i, code, values.Rows)
		}
		codes[i] = uint32(code)
	}
	switch {
	case usable:
		out.Reset(values.Type)
		out.Form, out.Rows, out.Codes, out.Values = Dict, len(codes), codes, values
		out.takeNulls(a)
	case values.Rows == 0:
		out.SetNulls(len(codes), false)
	default:
		for i, code := range codes {
			if a.IsNull(i) {
				out.AppendRows(nulls, 0, 1)
			} else {
				out.AppendRows(values, int(code), int(code)+1)
			}
		}
	}
	return nil
}

// readNested reads what consists of other arrays.
func readNested(out *Vector, a arrow.Array) error {
	switch a := a.(type) {
	case *array.Map: // before the lists, of which it is one
		return readMap(out, a)
	case array.ListLike:
		return readList(out, a)
	case *array.Struct:
		return readStruct(out, a)
	case array.Union:
		return readUnion(out, a)
	case *array.RunEndEncoded:
		var values Vector
		if err := FromArrow(&values, a.Values()); err != nil {
			return err
		}
		for i := range a.Len() {
			at := a.GetPhysicalIndex(i)
			out.AppendRows(&values, at, at+1)
		}
		return nil
	}
	return fmt.Errorf("type is not supported: cast it")
}

// appendNested adds a row that was just encoded.
func (v *Vector) appendNested(row []byte) error {
	if len(v.Data)+len(row) > MaxContent {
		return fmt.Errorf("row %d: more than %d bytes in one batch: send smaller ones", v.Rows, uint32(MaxContent))
	}
	v.Append(row)
	return nil
}

func readList(out *Vector, a array.ListLike) error {
	var values Vector
	if err := FromArrow(&values, a.ListValues()); err != nil {
		return err
	}
	out.Reset(Array)
	var row []byte
	for i := range a.Len() {
		if a.IsNull(i) {
			out.Append(NullValue())
			continue
		}
		from, to := a.ValueOffsets(i)
		if from < 0 || to < from || to > int64(values.Rows) {
			return fmt.Errorf("row %d: elements %d to %d of %d", i, from, to, values.Rows)
		}
		mark := 0
		row, mark = BeginArray(row[:0])
		for k := from; k < to; k++ {
			row = values.AppendValue(row, int(k))
		}
		if err := out.appendNested(EndArray(row, mark, int(to-from))); err != nil {
			return err
		}
	}
	return nil
}

func readStruct(out *Vector, a *array.Struct) error {
	fields := make([]Vector, a.NumField())
	last := make(map[string]int, a.NumField())
	for k := range fields {
		if err := FromArrow(&fields[k], a.Field(k)); err != nil {
			return fmt.Errorf("field %q: %w", a.DataType().(*arrow.StructType).Field(k).Name, err)
		}
		last[a.DataType().(*arrow.StructType).Field(k).Name] = k
	}
	out.Reset(Object)
	var row []byte
	for i := range a.Len() {
		if a.IsNull(i) {
			out.Append(NullValue())
			continue
		}
		mark := 0
		row, mark = BeginObject(row[:0])
		for k := range fields {
			name := a.DataType().(*arrow.StructType).Field(k).Name
			if last[name] == k {
				row = fields[k].AppendValue(AppendKey(row, name), i)
			}
		}
		if err := out.appendNested(EndObject(row, mark)); err != nil {
			return err
		}
	}
	return nil
}

func readMap(out *Vector, a *array.Map) error {
	var keys, items Vector
	if err := FromArrow(&keys, a.Keys()); err != nil {
		return err
	}
	if err := FromArrow(&items, a.Items()); err != nil {
		return err
	}
	out.Reset(Object)
	var row, text []byte
	last := map[string]int{}
	for i := range a.Len() {
		if a.IsNull(i) {
			out.Append(NullValue())
			continue
		}
		from, to := a.ValueOffsets(i)
		if from < 0 || to < from || to > int64(min(keys.Rows, items.Rows)) {
			return fmt.Errorf("row %d: entries %d to %d of %d", i, from, to, keys.Rows)
		}
		clear(last)
		for k := int(from); k < int(to); k++ {
			text = keys.appendKeyText(text[:0], k)
			last[string(text)] = k
		}
		mark := 0
		row, mark = BeginObject(row[:0])
		for k := int(from); k < int(to); k++ {
			if text = keys.appendKeyText(text[:0], k); last[string(text)] == k {
				row = items.AppendValue(AppendKey(row, text), k)
			}
		}
		if err := out.appendNested(EndObject(row, mark)); err != nil {
			return err
		}
	}
	return nil
}

// appendKeyText writes row i as the key of an object: text as it is, times as AppendText, others as JSON.
func (v *Vector) appendKeyText(dst []byte, i int) []byte {
	t := v.TypeAt(i)
	if leaf, at := v, i; !t.IsNull() {
		leaf, at = v.leaf(i)
		switch {
		case t == String:
			return append(dst, leaf.Content(at)...)
		case t >= Date && t <= MicrosecondInterval:
			return AppendText(dst, t, leaf.I64[at])
		}
	}
	return AppendJSON(dst, v.Value(i))
}

func readUnion(out *Vector, a array.Union) error {
	children := make([]Vector, a.NumFields())
	for k := range children {
		if err := FromArrow(&children[k], a.Field(k)); err != nil {
			return err
		}
	}
	dense, _ := a.(*array.DenseUnion)
	for i := range a.Len() {
		k, at := a.ChildID(i), i
		if dense != nil {
			at = int(dense.ValueOffset(i))
		}
		if k < 0 || k >= len(children) || at < 0 || at >= children[k].Rows {
			return fmt.Errorf("row %d: value %d of child %d is not there", i, at, k)
		}
		out.AppendRows(&children[k], at, at+1)
	}
	return nil
}

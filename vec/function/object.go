package function

import (
	"fmt"

	"github.com/outcropdb/outcrop/vec"
	"github.com/outcropdb/outcrop/vec/jsonio"
)

// objects, and JSON text. Of equal keys the last value counts, at the first one's place.
var objects = []Function{
	{Name: "object", Help: "object(keys, values): an object of two arrays", overloads: []overload{
		{in: sets{array, array}, out: vec.Object, run: objectOf},
	}},
	{
		Name: "object_create", MinArgs: 0, MaxArgs: -1, whole: objectCreate, returns: always(vec.Object),
		Help: "object_create(key, value, ...), {...}: an object; undefined values are left out",
	},
	{Name: "zip", Help: "zip([[key, value], ...]): an object of an array of entries", overloads: []overload{
		{in: sets{array}, out: vec.Object, run: zip},
	}},
	{Name: "keys", Help: "keys(object): array of its keys", overloads: ofFields(func(dst, key []byte, _ vec.Value) []byte {
		return vec.AppendContent(dst, vec.String, key)
	})},
	{Name: "values", Help: "values(object): array of its values", overloads: ofFields(func(dst, _ []byte, value vec.Value) []byte {
		return value.Append(dst)
	})},
	{Name: "items", Help: "items(object): array of [key, value]", overloads: ofFields(func(dst, key []byte, value vec.Value) []byte {
		dst, mark := vec.BeginArray(dst)
		return vec.EndArray(value.Append(vec.AppendContent(dst, vec.String, key)), mark, 2)
	})},
	{Name: "merge", Help: "merge(...): an object of the fields of several; the last value of a key counts", overloads: []overload{
		{in: sets{object, object}, variadic: true, out: vec.Object, run: merge},
	}},
	{Name: "erase", Help: "erase(object, key, ...): without these keys", overloads: []overload{
		{in: sets{object, text}, variadic: true, out: vec.Object, run: erase},
	}},
	{Name: "json_parse", Aliases: []string{"parse_json"}, Help: "json_parse(text): the value of JSON text", overloads: []overload{
		{in: sets{text}, out: vec.Dynamic, make: jsonParse},
	}},
	{Name: "json_format", Aliases: []string{"to_json"}, Help: "json_format(x): x as JSON text", overloads: []overload{
		{in: sets{anything}, out: vec.String, run: jsonFormat},
	}},
	{
		Name: "json_get", MinArgs: 2, MaxArgs: 2, whole: jsonGet, returns: always(vec.Dynamic),
		Help: "x -> key: an object's value, or an array's element counted from 0",
	},
	{Name: "json_get_text", MinArgs: 2, MaxArgs: 2, whole: jsonGetText, returns: always(vec.String), Help: "x ->> key: x -> key as a string"},
}

// fieldsBuilder collects the fields of an object.
type fieldsBuilder struct {
	keys   [][]byte
	values []vec.Value
	at     map[string]int
}

func (b *fieldsBuilder) reset() {
	b.keys, b.values = b.keys[:0], b.values[:0]
	clear(b.at)
	if b.at == nil {
		b.at = map[string]int{}
	}
}

func (b *fieldsBuilder) set(key []byte, value vec.Value) {
	if k, ok := b.at[string(key)]; ok {
		b.values[k] = value
		return
	}
	b.at[string(key)] = len(b.keys)
	b.keys, b.values = append(b.keys, key), append(b.values, value)
}

// append writes the object, without undefined values.
func (b *fieldsBuilder) append(dst []byte) []byte {
	dst, mark := vec.BeginObject(dst)
	for k, key := range b.keys {
		if b.values[k].Type() != vec.Undefined {
			dst = b.values[k].Append(vec.AppendKey(dst, key))
		}
	}
	return vec.EndObject(dst, mark)
}

func keyOf(v vec.Value) ([]byte, error) {
	if v.Type() != vec.String {
		return nil, fmt.Errorf("a key is %s, want string", v.Type())
	}
	return v.Content(), nil
}

func objectOf(out *vec.Vector, args []*vec.Vector, rows int) error {
	keys, values := textsOf(args[0]), textsOf(args[1])
	var b fieldsBuilder
	var of []vec.Value
	return eachText(out, vec.Object, args, rows, func(dst []byte, i int) ([]byte, error) {
		b.reset()
		of = elementsOf(of[:0], values.value(i))
		if n := keys.value(i).Len(); n != len(of) {
			return nil, fmt.Errorf("%d keys and %d values: want equally many", n, len(of))
		}
		n := 0
		for k := range keys.value(i).Elements() {
			key, err := keyOf(k)
			if err != nil {
				return nil, err
			}
			b.set(key, of[n])
			n++
		}
		return b.append(dst), nil
	})
}

func objectCreate(out *vec.Vector, args []*vec.Vector, rows int) error {
	if len(args)%2 != 0 {
		return fmt.Errorf("takes keys and values in turn, not %d arguments", len(args))
	}
	columns := make([]*values, len(args))
	for k, arg := range args {
		columns[k] = valuesOf(arg)
	}
	var b fieldsBuilder
	return eachText(out, vec.Object, nil, rows, func(dst []byte, i int) ([]byte, error) {
		b.reset()
		for k := 0; k < len(columns); k += 2 {
			key, err := keyOf(columns[k].at(i))
			if err != nil {
				return nil, err
			}
			b.set(key, columns[k+1].at(i))
		}
		return b.append(dst), nil
	})
}

func zip(out *vec.Vector, args []*vec.Vector, rows int) error {
	a := textsOf(args[0])
	var b fieldsBuilder
	return eachText(out, vec.Object, args, rows, func(dst []byte, i int) ([]byte, error) {
		b.reset()
		for entry := range a.value(i).Elements() {
			if entry.Type() != vec.Array || entry.Len() != 2 {
				return nil, fmt.Errorf("an entry is no array of a key and a value")
			}
			key, err := keyOf(entry.Element(1))
			if err != nil {
				return nil, err
			}
			b.set(key, entry.Element(2))
		}
		return b.append(dst), nil
	})
}

// ofFields makes an array with an element for each field.
func ofFields(f func(dst, key []byte, value vec.Value) []byte) []overload {
	return []overload{{in: sets{object}, out: vec.Array, run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
		o := textsOf(args[0])
		return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
			dst, mark := vec.BeginArray(dst)
			count := 0
			for key, value := range o.value(i).Fields() {
				dst = f(dst, key, value)
				count++
			}
			return vec.EndArray(dst, mark, count), nil
		})
	}}}
}

func fieldCount(content []byte) int {
	count := 0
	for range vec.Value(content).Fields() {
		count++
	}
	return count
}

func merge(out *vec.Vector, args []*vec.Vector, rows int) error {
	var b fieldsBuilder
	return eachText(out, vec.Object, args, rows, func(dst []byte, i int) ([]byte, error) {
		b.reset()
		for _, arg := range args {
			for key, value := range vec.Value(arg.Content(i)).Fields() {
				b.set(key, value)
			}
		}
		return b.append(dst), nil
	})
}

func erase(out *vec.Vector, args []*vec.Vector, rows int) error {
	o := textsOf(args[0])
	return eachText(out, vec.Object, args, rows, func(dst []byte, i int) ([]byte, error) {
		dst, mark := vec.BeginObject(dst)
	fields:
		for key, value := range o.value(i).Fields() {
			for _, arg := range args[1:] {
				if string(arg.Content(i)) == string(key) {
					continue fields
				}
			}
			dst = value.Append(vec.AppendKey(dst, key))
		}
		return vec.EndObject(dst, mark), nil
	})
}

func jsonParse() vec.Kernel {
	var reader jsonio.Reader
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		x := args[0]
		var scratch []byte
		return eachValue(out, rows, func(i int) (vec.Value, error) {
			if x.IsNull(i) {
				return vec.NullValue(), nil
			}
			var err error
			scratch, err = reader.Value(scratch[:0], x.Content(i))
			return scratch, err
		})
	}
}

func jsonFormat(out *vec.Vector, args []*vec.Vector, rows int) error {
	x := args[0]
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		return vec.AppendJSON(dst, x.Value(i)), nil
	})
}

// arrow is what -> finds.
func arrow(x, key vec.Value) (vec.Value, error) {
	switch t := key.Type(); {
	case t.IsNull() || x.IsNull():
		return vec.NullValue(), nil
	case t == vec.String:
		return x.Field(string(key.Content())), nil
	case t != vec.Int:
		return nil, wrongType(1, t, text|integer)
	case x.Type() != vec.Array:
		return nil, nil
	case key.Int() >= 0:
		return x.Element(key.Int() + 1), nil
	}
	return subscript(x, key.Int()), nil
}

func jsonGet(out *vec.Vector, args []*vec.Vector, rows int) error {
	x, keys := valuesOf(args[0]), valuesOf(args[1])
	return eachValue(out, rows, func(i int) (vec.Value, error) { return arrow(x.at(i), keys.at(i)) })
}

func jsonGetText(out *vec.Vector, args []*vec.Vector, rows int) error {
	x, keys := valuesOf(args[0]), valuesOf(args[1])
	var one vec.Vector
	return eachText(out, vec.String, nil, rows, func(dst []byte, i int) ([]byte, error) {
		v, err := arrow(x.at(i), keys.at(i))
		switch {
		case err != nil:
			return nil, err
		case v.IsNull():
			return nil, errNull
		}
		one.SetConst(v, 1)
		return appendText(dst, &one, 0)
	})
}

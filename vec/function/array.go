package function

import (
	"fmt"
	"slices"

	"github.com/outcropdb/outcrop/vec"
)

// arrays are subscripted from 1. Their elements may be of any types, null among them; elements are equal
// as vec.Compare has it, null equal to null.
var arrays = []Function{
	{Name: "array_create", MinArgs: 0, MaxArgs: -1, whole: arrayCreate, returns: always(vec.Array), Help: "array_create(...), [...]: the arguments as an array"},
	{
		Name: "element_at", MinArgs: 2, MaxArgs: 2, whole: elementAt, returns: always(vec.Dynamic),
		Help: "x[i]: an array's element by its number, a negative one from the end, or an object's value by its key; undefined if there is none",
	},
	{Name: "get", MinArgs: 2, MaxArgs: 2, whole: elementAt, returns: always(vec.Dynamic), Help: "x.key: what is there in an object; undefined if nothing is"},
	{
		Name: "slice", Help: "slice(array, start[, length]): a part of it; a negative start counts from the end",
		overloads: []overload{{in: sets{array, integer, integer}, optional: 1, out: vec.Array, run: slice}},
	},
	{Name: "array_contains", Help: "array_contains(array, x): whether x is an element", overloads: []overload{
		{in: sets{array, anything}, out: vec.Bool, run: arrayContains},
	}},
	{
		Name: "array_position", MinArgs: 2, MaxArgs: 2, whole: arrayPosition(false), returns: always(vec.Int),
		Help: "array_position(array, x): where x first is, null too; 0 if nowhere",
	},
	{
		Name: "array_last_position", MinArgs: 2, MaxArgs: 2, whole: arrayPosition(true), returns: always(vec.Int),
		Help: "array_last_position(array, x): where x last is; 0 if nowhere",
	},
	{Name: "array_concat", Help: "array_concat(...): one array behind the other", overloads: []overload{
		{in: sets{array, array}, variadic: true, out: vec.Array, run: arrayConcat},
	}},
	ofElements("array_distinct", "each element once", func(e []vec.Value) []vec.Value { return new(valueSet).keep(nil, e) }),
	ofElements("array_sort", "sorted: null, bools, numbers, strings ...", func(e []vec.Value) []vec.Value {
		slices.SortStableFunc(e, vec.Compare)
		return e
	}),
	ofElements("array_flatten", "with the elements of its arrays in their place", flatten),
	ofElements("array_reverse", "from last to first", func(e []vec.Value) []vec.Value { slices.Reverse(e); return e }),
	ofArrays("array_union", "what is in either array, once", func(a, b []vec.Value) []vec.Value {
		s := new(valueSet)
		return s.keep(s.keep(nil, a), b)
	}),
	ofArrays("array_intersect", "what is in both arrays, once", func(a, b []vec.Value) []vec.Value {
		in, s := new(valueSet), new(valueSet)
		in.keep(nil, b)
		return s.keep(nil, slices.DeleteFunc(a, func(v vec.Value) bool { return !in.has(v) }))
	}),
	ofArrays("array_except", "what is in the first array and not in the second, once", func(a, b []vec.Value) []vec.Value {
		s := new(valueSet)
		s.keep(nil, b)
		return s.keep(nil, a)
	}),
	{Name: "array_remove", Help: "array_remove(array, x): without the elements equal to x", overloads: []overload{
		{in: sets{array, anything}, out: vec.Array, run: arrayRemove},
	}},
	{Name: "array_join", Help: "array_join(array, separator[, null]): as a string; nulls left out, or written as given", overloads: []overload{
		{in: sets{array, text, text}, optional: 1, out: vec.String, run: arrayJoin},
	}},
	{Name: "array_max", Help: "the greatest element that is not null", overloads: []overload{{in: sets{array}, out: vec.Dynamic, run: arrayExtreme(1)}}},
	{Name: "array_min", Help: "the least element that is not null", overloads: []overload{{in: sets{array}, out: vec.Dynamic, run: arrayExtreme(-1)}}},
	{Name: "sequence", Aliases: []string{"generate_array"}, Help: "sequence(from, to[, step]): the ints from..to, or dates and times by an interval", overloads: append(
		[]overload{{in: sets{integer, integer, integer}, optional: 1, out: vec.Array, run: sequenceInts}}, sequenceMoments()...)},
}

// MaxSequence is the most elements that sequence makes.
const MaxSequence = 1_000_000

// appendArray writes elements as an array behind dst.
func appendArray(dst []byte, elements []vec.Value) []byte {
	dst, mark := vec.BeginArray(dst)
	for _, e := range elements {
		dst = e.Append(dst)
	}
	return vec.EndArray(dst, mark, len(elements))
}

func elementsOf(dst []vec.Value, v vec.Value) []vec.Value {
	for e := range v.Elements() {
		dst = append(dst, e)
	}
	return dst
}

// valueSet is a set of values.
type valueSet struct{ buckets map[uint64][]vec.Value }

func (s *valueSet) has(v vec.Value) bool {
	return slices.ContainsFunc(s.buckets[vec.HashValue(v)], func(w vec.Value) bool { return vec.Equal(v, w) })
}

// keep adds elements to the set, and to out those that were not in it.
func (s *valueSet) keep(out, elements []vec.Value) []vec.Value {
	if s.buckets == nil {
		s.buckets = map[uint64][]vec.Value{}
	}
	for _, e := range elements {
		if !s.has(e) {
			h := vec.HashValue(e)
			s.buckets[h] = append(s.buckets[h], e)
			out = append(out, e)
		}
	}
	return out
}

// ofElements is a function of one array's elements, which f may change.
func ofElements(name, help string, f func([]vec.Value) []vec.Value) Function {
	return Function{Name: name, Help: name + "(array): " + help, overloads: []overload{{in: sets{array}, out: vec.Array, run: overElements(f)}}}
}

func overElements(f func([]vec.Value) []vec.Value) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		a := textsOf(args[0])
		var elements []vec.Value
		return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
			elements = elementsOf(elements[:0], a.value(i))
			return appendArray(dst, f(elements)), nil
		})
	}
}

var arrayReverse = overElements(func(e []vec.Value) []vec.Value { slices.Reverse(e); return e })

// ofArrays is a function of two arrays' elements.
func ofArrays(name, help string, f func(a, b []vec.Value) []vec.Value) Function {
	run := func(out *vec.Vector, args []*vec.Vector, rows int) error {
		a, b := textsOf(args[0]), textsOf(args[1])
		var x, y []vec.Value
		return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
			x, y = elementsOf(x[:0], a.value(i)), elementsOf(y[:0], b.value(i))
			return appendArray(dst, f(x, y)), nil
		})
	}
	return Function{Name: name, Help: name + "(a, b): " + help, overloads: []overload{{in: sets{array, array}, out: vec.Array, run: run}}}
}

func arrayCreate(out *vec.Vector, args []*vec.Vector, rows int) error {
	return eachText(out, vec.Array, nil, rows, func(dst []byte, i int) ([]byte, error) {
		dst, mark := vec.BeginArray(dst)
		for _, arg := range args {
			dst = arg.AppendValue(dst, i)
		}
		return vec.EndArray(dst, mark, len(args)), nil
	})
}

// elementAt gives undefined wherever there is nothing: documents differ.
func elementAt(out *vec.Vector, args []*vec.Vector, rows int) error {
	x, keys := valuesOf(args[0]), valuesOf(args[1])
	if keys.only.Type() == vec.String {
		key := string(keys.only.Content())
		return eachValue(out, rows, func(i int) (vec.Value, error) { return x.at(i).Field(key), nil })
	}
	return eachValue(out, rows, func(i int) (vec.Value, error) {
		switch k := keys.at(i); k.Type() {
		case vec.Int:
			return subscript(x.at(i), k.Int()), nil
		case vec.String:
			return x.at(i).Field(string(k.Content())), nil
		}
		return nil, nil
	})
}

func subscript(v vec.Value, n int64) vec.Value {
	if n < 0 && v.Type() == vec.Array {
		n += int64(v.Len()) + 1
	}
	return v.Element(n)
}

// part of elements from start on, which counts from 1, or from the end if negative.
func sliceOf(elements []vec.Value, start, length int64) []vec.Value {
	size := int64(len(elements))
	switch {
	case start < 0:
		if start += size; start < 0 {
			return nil
		}
	case start == 0 || start > size:
		return nil
	default:
		start--
	}
	return elements[start : start+min(max(length, 0), size-start)]
}

func slice(out *vec.Vector, args []*vec.Vector, rows int) error {
	a, start := textsOf(args[0]), intsOf(args[1])
	length := column[int64]{rows: []int64{MaxSequence << 20}}
	if len(args) == 3 {
		length = intsOf(args[2])
	}
	var elements []vec.Value
	return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
		elements = elementsOf(elements[:0], a.value(i))
		return appendArray(dst, sliceOf(elements, start.at(i), length.at(i))), nil
	})
}

func arrayContains(out *vec.Vector, args []*vec.Vector, rows int) error {
	a, x := textsOf(args[0]), valuesOf(args[1])
	return eachBool(out, args, rows, func(i int) (bool, error) { return position(a.value(i), x.at(i), false) > 0, nil })
}

// position is the number of the first element, or the last, that equals x; 0: none does.
func position(a, x vec.Value, last bool) int64 {
	n, found := int64(0), int64(0)
	for e := range a.Elements() {
		n++
		if vec.Equal(e, x) {
			if found = n; !last {
				break
			}
		}
	}
	return found
}

func arrayPosition(last bool) Eval {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		a, x := args[0], valuesOf(args[1])
		return eachInt(out, vec.Int, nil, rows, func(i int) (int64, error) {
			switch t := a.TypeAt(i); {
			case t.IsNull():
				return 0, errNull
			case t != vec.Array:
				return 0, wrongType(0, t, array)
			}
			return position(a.Value(i), x.at(i), last), nil
		})
	}
}

func arrayConcat(out *vec.Vector, args []*vec.Vector, rows int) error {
	parts := make([]varlen, len(args))
	for k, arg := range args {
		parts[k] = textsOf(arg)
	}
	return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
		dst, mark := vec.BeginArray(dst)
		count := 0
		for k := range parts {
			for e := range parts[k].value(i).Elements() {
				dst = e.Append(dst)
				count++
			}
		}
		return vec.EndArray(dst, mark, count), nil
	})
}

func flatten(elements []vec.Value) []vec.Value {
	var out []vec.Value
	for _, e := range elements {
		if e.Type() == vec.Array {
			out = elementsOf(out, e)
		} else {
			out = append(out, e)
		}
	}
	return out
}

func arrayRemove(out *vec.Vector, args []*vec.Vector, rows int) error {
	a, x := textsOf(args[0]), valuesOf(args[1])
	return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
		dst, mark := vec.BeginArray(dst)
		count := 0
		other := x.at(i)
		for e := range a.value(i).Elements() {
			if !vec.Equal(e, other) {
				dst = e.Append(dst)
				count++
			}
		}
		return vec.EndArray(dst, mark, count), nil
	})
}

func arrayJoin(out *vec.Vector, args []*vec.Vector, rows int) error {
	a, separator := textsOf(args[0]), textsOf(args[1])
	var null varlen
	if len(args) == 3 {
		null = textsOf(args[2])
	}
	var one vec.Vector
	return eachText(out, vec.String, args, rows, func(dst []byte, i int) ([]byte, error) {
		first := true
		for e := range a.value(i).Elements() {
			if e.IsNull() && null.offsets == nil {
				continue
			}
			if !first {
				dst = append(dst, separator.at(i)...)
			}
			if first = false; e.IsNull() {
				dst = append(dst, null.at(i)...)
				continue
			}
			one.SetConst(e, 1)
			var err error
			if dst, err = appendText(dst, &one, 0); err != nil {
				return nil, err
			}
		}
		return dst, nil
	})
}

func arrayExtreme(want int) vec.Kernel {
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		return eachValue(out, rows, func(i int) (vec.Value, error) {
			best := vec.NullValue()
			if args[0].IsNull(i) {
				return best, nil
			}
			for e := range vec.Value(args[0].Content(i)).Elements() {
				switch t, u := e.Type(), best.Type(); {
				case t.IsNull():
				case u.IsNull():
					best = e
				case t != u && !(t.IsNumber() && u.IsNumber()):
					return nil, different(u, t)
				case vec.Compare(e, best) == want:
					best = e
				}
			}
			return best, nil
		})
	}
}

func tooManyElements() error { return fmt.Errorf("a sequence has at most %d elements", MaxSequence) }

func sequenceInts(out *vec.Vector, args []*vec.Vector, rows int) error {
	from, to := intsOf(args[0]), intsOf(args[1])
	by := column[int64]{rows: []int64{0}}
	if len(args) == 3 {
		by = intsOf(args[2])
	}
	return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
		n, end, step := from.at(i), to.at(i), by.at(i)
		switch {
		case len(args) == 3 && step == 0:
			return nil, fmt.Errorf("a sequence's step must not be 0")
		case step == 0 && n <= end:
			step = 1
		case step == 0:
			step = -1
		}
		return sequence(dst, vec.Int, n, end, step > 0, func(n int64, _ int64) (int64, error) { return addInt(n, step) })
	})
}

// sequence writes from, and what next makes of the element before and its number, as long as to is not passed.
func sequence(dst []byte, t vec.Type, from, to int64, up bool, next func(n, count int64) (int64, error)) ([]byte, error) {
	dst, mark := vec.BeginArray(dst)
	count := int64(0)
	for n := from; up && n <= to || !up && n >= to; {
		if count == MaxSequence {
			return nil, tooManyElements()
		}
		dst = vec.AppendInt(dst, t, n)
		count++
		var err error
		if n, err = next(n, count); err != nil {
			break // past the end of all values, so past to
		}
	}
	return vec.EndArray(dst, mark, int(count)), nil
}

// sequenceMoments steps by intervals; months are counted from the start, so that 31 January is followed
// by the last day of February and 31 March.
func sequenceMoments() []overload {
	var out []overload
	for _, t := range []vec.Type{vec.Date, vec.Datetime, vec.Timestamp} {
		for _, interval := range []vec.Type{vec.MicrosecondInterval, vec.MonthInterval} {
			out = append(out, overload{
				in: sets{setOf(t), setOf(t), setOf(interval)}, out: vec.Array,
				run: func(out *vec.Vector, args []*vec.Vector, rows int) error {
					from, to, by := intsOf(args[0]), intsOf(args[1]), intsOf(args[2])
					return eachText(out, vec.Array, args, rows, func(dst []byte, i int) ([]byte, error) {
						start, step := from.at(i), by.at(i)
						if step == 0 {
							return nil, fmt.Errorf("a sequence's step must not be 0")
						}
						if interval == vec.MicrosecondInterval {
							if _, err := addMicros(t, start, step%vec.Day); t == vec.Date && err != nil {
								return nil, err
							}
						}
						return sequence(dst, t, start, to.at(i), step > 0, func(n, count int64) (int64, error) {
							if interval == vec.MicrosecondInterval {
								return addMicros(t, n, step)
							}
							months, err := mulInt(step, count)
							if err != nil {
								return 0, err
							}
							return addMonths(t, start, months)
						})
					})
				},
			})
		}
	}
	return out
}

package vec

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// addKernel adds ints or floats; concatKernel joins strings. Between them they take forms apart as real
// kernels do, and refuse the string "bad".
func addKernel(out *Vector, args []*Vector, rows int) error {
	a, b := args[0], args[1]
	if a.Type == Int {
		out.Make(Int, rows)
		for i := range rows {
			out.I64[i] = a.I64[a.At(i)] + b.I64[b.At(i)]
		}
		return nil
	}
	out.Make(Float, rows)
	for i := range rows {
		out.F64[i] = a.F64[a.At(i)] + b.F64[b.At(i)]
	}
	return nil
}

var errBad = errors.New("bad text")

func concatKernel(out *Vector, args []*Vector, rows int) error {
	out.Make(String, rows)
	for i := range rows {
		for _, arg := range args {
			out.Data = append(out.Data, arg.Content(i)...)
		}
		if strings.Contains(string(out.Data[out.Offsets[i]:]), "bad") && !AnyNull(args, i) {
			return errBad
		}
		out.Offsets[i+1] = uint32(len(out.Data))
	}
	return nil
}

// pickAdd has kernels for equal types only.
func pickAdd(types []Type) (Kernel, error) {
	for _, t := range types {
		if t == Dynamic || t.IsNull() {
			panic("bug: asked for " + t.String())
		}
	}
	switch {
	case types[0] != types[1]:
		return nil, nil
	case types[0].IsNumber():
		return addKernel, nil
	case types[0] == String:
		return concatKernel, nil
	}
	return nil, fmt.Errorf("no addition of %s", types[0])
}

// add is what pickAdd's kernels mean.
func add(a, b Value) Value {
	switch {
	case a.IsNull() || b.IsNull() || a.Type() != b.Type():
		return NullValue()
	case a.Type() == Int:
		return IntValue(Int, a.Int()+b.Int())
	case a.Type() == Float:
		return FloatValue(a.Float() + b.Float())
	}
	return StringValue(string(a.Content()) + string(b.Content()))
}

func TestApply(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	mixes := [][]Type{{Int}, {Float}, {String}, {Int, Float}, {Int, Float, String}}
	var out Vector
	for range 3000 {
		rows := 1 + r.IntN(100)
		a, am := anyVector(r, rows, mixes[r.IntN(len(mixes))]...)
		b, bm := anyVector(r, rows, mixes[r.IntN(len(mixes))]...)
		if err := Apply(&out, []*Vector{a, b}, rows, pickAdd); err != nil {
			t.Fatal(err)
		}
		var want model
		for i := range rows {
			want = append(want, add(am[i], bm[i]))
		}
		want.check(t, fmt.Sprintf("%s form %d + %s form %d", a.Type, a.Form, b.Type, b.Form), &out)
		am.check(t, "the argument afterwards", a)
	}
}

func TestApplyForms(t *testing.T) {
	dict := &Vector{Type: String, Form: Dict, Rows: 3, Codes: []uint32{1, 0, 1}, Values: &Vector{}}
	dict.Values.Append(StringValue("x"))
	dict.Values.Append(StringValue("y"))
	flat := &Vector{}
	flat.AppendRows(dict, 0, 3)
	one := NewConst(StringValue("-"), 3)
	calls, last := 0, 0
	pick := func(types []Type) (Kernel, error) {
		return func(out *Vector, args []*Vector, rows int) error {
			calls, last = calls+1, rows
			return concatKernel(out, args, rows)
		}, nil
	}
	for _, test := range []struct {
		args []*Vector
		form Form
		rows int // that the kernel saw
		want string
	}{
		{[]*Vector{one, one}, Const, 1, "-- -- --"},
		{[]*Vector{dict, one}, Dict, 2, "y- x- y-"},
		{[]*Vector{one, flat}, Flat, 3, "-y -x -y"},
		{[]*Vector{dict, dict}, Flat, 3, "yy xx yy"},
		{nil, Const, 1, "  "},
	} {
		var out Vector
		calls = 0
		if err := Apply(&out, test.args, 3, pick); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%s %s %s", out.Content(0), out.Content(1), out.Content(2))
		if out.Form != test.form || calls != 1 || last != test.rows || got != test.want {
			t.Errorf("got %q in form %d from %d calls, the last of %d rows; want %q in form %d, of %d rows",
				got, out.Form, calls, last, test.want, test.form, test.rows)
		}
	}
}

// A kernel's error is for a row that is there: not for one that is null, nor for a dictionary's value
// that no row has.
func TestApplyErrors(t *testing.T) {
	bad, good := StringValue("bad"), StringValue("good")
	flat := &Vector{}
	flat.Append(bad)
	flat.Append(good)
	flat.SetNull(0)
	dict := &Vector{Type: String, Form: Dict, Rows: 2, Codes: []uint32{1, 1}, Values: &Vector{}}
	dict.Values.Append(bad)
	dict.Values.Append(good)
	has := &Vector{Type: String, Form: Dict, Rows: 2, Codes: []uint32{1, 0}, Values: dict.Values}
	bools := &Vector{}
	bools.Append(BoolValue(true))
	bools.Append(NullValue())
	none := &Vector{}
	none.Append(BoolValue(true))
	none.Append(BoolValue(true))
	none.SetNull(0)
	none.SetNull(1)
	mixed := &Vector{}
	mixed.Append(bad)
	mixed.Append(IntValue(Int, 1))
	one := NewConst(good, 2)
	var out Vector
	for _, test := range []struct {
		what string
		args []*Vector
		want string
	}{
		{"bad in a null row", []*Vector{flat, one}, "<nil>"},
		{"bad in the dictionary", []*Vector{dict, one}, "<nil>"},
		{"bad in a row", []*Vector{has, one}, "bad text"},
		{"bad in a mixed row", []*Vector{mixed, one}, "bad text"},
		{"types", []*Vector{bools, bools}, "no addition of bool"},
		{"types of null rows", []*Vector{none, none}, "<nil>"},
		{"types of a constant null", []*Vector{bools, NewConst(nil, 2)}, "<nil>"},
	} {
		if err := Apply(&out, test.args, 2, pickAdd); fmt.Sprint(err) != test.want {
			t.Errorf("%s: got %v, want %s", test.what, err, test.want)
		}
	}
}

// isUndefined answers for every row, whatever it is; coalesce takes the first that is not null.
func isUndefined(out *Vector, args []*Vector, rows int) error {
	out.Make(Bool, rows)
	for i := range rows {
		SetBit(out.Bits, i, args[0].IsUndefined(i))
	}
	return nil
}

func coalesce(out *Vector, args []*Vector, rows int) error {
	out.Reset(Null)
	for i := range rows {
		val := NullValue()
		for _, arg := range args {
			if !arg.IsNull(i) {
				val = arg.Value(i)
				break
			}
		}
		out.Append(val)
	}
	return nil
}

func TestApplyNulls(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	mixes := [][]Type{{Int}, {String}, {Bool}, {Int, Object}, {Null}}
	var out Vector
	for range 3000 {
		rows := 1 + r.IntN(100)
		a, am := anyVector(r, rows, mixes[r.IntN(len(mixes))]...)
		b, bm := anyVector(r, rows, mixes[r.IntN(len(mixes))]...)
		what := fmt.Sprintf("%s form %d, %s form %d", a.Type, a.Form, b.Type, b.Form)
		pick := func(kernel Kernel) Pick {
			return func(types []Type) (Kernel, error) {
				for _, typ := range types {
					if typ == Dynamic || typ == Undefined {
						t.Fatalf("asked for %s", typ)
					}
				}
				return kernel, nil
			}
		}
		if err := ApplyNulls(&out, []*Vector{a}, rows, pick(isUndefined)); err != nil {
			t.Fatal(err)
		}
		var want model
		for i := range rows {
			want = append(want, BoolValue(am[i].Type() == Undefined))
		}
		want.check(t, "undefined: "+what, &out)
		if err := ApplyNulls(&out, []*Vector{a, b}, rows, pick(coalesce)); err != nil {
			t.Fatal(err)
		}
		want = want[:0]
		for i := range rows {
			switch {
			case !am[i].IsNull():
				want = append(want, am[i])
			case !bm[i].IsNull():
				want = append(want, bm[i])
			default:
				want = append(want, NullValue())
			}
		}
		want.check(t, "coalesce: "+what, &out)
	}
}

// A kernel may answer in any form, of any type, with nulls of its own, and with its argument's memory.
func TestApplyAnswers(t *testing.T) {
	arg := &Vector{}
	for i := range 100 {
		if arg.Append(IntValue(Int, int64(i))); i%3 == 0 {
			arg.SetNull(i)
		}
	}
	undefined := func(out *Vector, args []*Vector, rows int) error {
		out.Make(Int, rows)
		copy(out.I64, args[0].I64)
		valid, undef := out.MakeValid(true), out.MakeUndef(false)
		for i := range rows {
			if i%2 == 0 {
				SetBit(valid, i, false)
				SetBit(undef, i, true)
			}
		}
		return nil
	}
	for _, test := range []struct {
		what   string
		kernel Kernel
		want   func(i int) Value // of rows that are not null
	}{
		{"constant", func(out *Vector, args []*Vector, rows int) error {
			out.SetConst(StringValue("c"), rows)
			return nil
		}, func(int) Value { return StringValue("c") }},
		{"null", func(out *Vector, args []*Vector, rows int) error {
			out.SetNulls(rows, true)
			return nil
		}, func(int) Value { return nil }},
		{"alias", func(out *Vector, args []*Vector, rows int) error {
			out.Slice(args[0], 0, rows)
			return nil
		}, func(i int) Value { return IntValue(Int, int64(i)) }},
		{"dynamic", func(out *Vector, args []*Vector, rows int) error {
			out.Reset(Dynamic)
			for i := range rows {
				if i%2 == 0 {
					out.Append(BoolValue(true))
				} else {
					out.Append(IntValue(Int, int64(i)))
				}
			}
			return nil
		}, func(i int) Value {
			if i%2 == 0 {
				return BoolValue(true)
			}
			return IntValue(Int, int64(i))
		}},
		{"undefined", undefined, func(i int) Value {
			if i%2 == 0 {
				return nil
			}
			return IntValue(Int, int64(i))
		}},
	} {
		var out Vector
		for range 2 {
			if err := Apply(&out, []*Vector{arg}, 100, func([]Type) (Kernel, error) { return test.kernel, nil }); err != nil {
				t.Fatal(err)
			}
			var want model
			for i := range 100 {
				if i%3 == 0 {
					want = append(want, NullValue())
				} else {
					want = append(want, test.want(i))
				}
			}
			want.check(t, test.what, &out)
		}
	}
	if arg.IsNull(1) || !arg.IsNull(3) || arg.Undef != nil {
		t.Error("the argument's validity was written to")
	}
}

// With constant arguments the answer is one, too, whatever form and type the kernel gave it.
func TestApplyConstAnswers(t *testing.T) {
	words := &Vector{}
	words.Append(StringValue("w"))
	for _, test := range []struct {
		kernel Kernel
		want   Value
	}{
		{func(out *Vector, _ []*Vector, rows int) error { out.SetNulls(rows, true); return nil }, nil},
		{func(out *Vector, _ []*Vector, rows int) error {
			out.Reset(Dynamic)
			out.Append(num(1))
			return nil
		}, num(1)},
		{func(out *Vector, _ []*Vector, rows int) error {
			out.Reset(String)
			out.Form, out.Rows, out.Codes, out.Values = Dict, rows, append(out.Codes, 0), words
			return nil
		}, StringValue("w")},
		{func(out *Vector, args []*Vector, rows int) error { out.Slice(args[0], 0, rows); return nil }, BoolValue(true)},
	} {
		var out Vector
		if err := Apply(&out, []*Vector{NewConst(BoolValue(true), 3)}, 3, func([]Type) (Kernel, error) { return test.kernel, nil }); err != nil {
			t.Fatal(err)
		}
		model{test.want, test.want, test.want}.check(t, "constant", &out)
		if out.Form != Const || out.Type == Dynamic {
			t.Errorf("got form %d of %s", out.Form, out.Type)
		}
	}
}

func TestApplyDoesNotAllocate(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	texts, ints, mixed := &Vector{}, &Vector{}, &Vector{}
	for i := range BatchRows {
		texts.Append(sample(r, String))
		if ints.Append(sample(r, Int)); i%10 == 0 {
			ints.SetNull(i)
		}
		mixed.Append(sample(r, []Type{Int, String, Null, Float}[r.IntN(4)]))
	}
	dict := &Vector{Type: String, Form: Dict, Rows: BatchRows, Codes: make([]uint32, BatchRows), Values: &Vector{}}
	dict.Values.Append(StringValue("a"))
	var out Vector
	for _, args := range [][]*Vector{
		{ints, ints}, {texts, NewConst(StringValue("x"), BatchRows)}, {dict, NewConst(StringValue("x"), BatchRows)}, {mixed, ints}, {mixed, mixed},
	} {
		run := func() {
			if err := Apply(&out, args, BatchRows, pickAdd); err != nil {
				t.Fatal(err)
			}
		}
		run() // a vector that becomes Dynamic trades buffers with its part: both are to have grown
		if n := testing.AllocsPerRun(5, run); n != 0 {
			t.Errorf("%s with %s: %v allocations in steady state", args[0].Type, args[1].Type, n)
		}
	}
}

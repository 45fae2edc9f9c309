package vec

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// model is what a vector is to hold: row by row.
type model []Value

// check compares v with the rows it is to hold, through every way to read one.
func (m model) check(t *testing.T, what string, v *Vector) {
	t.Helper()
	if v.Rows != len(m) {
		t.Fatalf("%s: got %d rows, want %d", what, v.Rows, len(m))
	}
	for i, want := range m {
		got := Value(v.AppendValue(nil, i))
		if !got.Same(want) || !v.Value(i).Same(want) {
			t.Fatalf("%s: row %d: got %s %s, want %s %s", what, i, got.Type(), AppendJSON(nil, got), want.Type(), AppendJSON(nil, want))
		}
		if v.TypeAt(i) != want.Type() || v.IsNull(i) != want.IsNull() || v.IsUndefined(i) != (want.Type() == Undefined) {
			t.Fatalf("%s: row %d: type %s, null %t, undefined %t of %s", what, i, v.TypeAt(i), v.IsNull(i), v.IsUndefined(i), want.Type())
		}
	}
	for _, part := range v.Parts {
		if part.Valid != nil || part.Form != Flat || part.Type.IsNull() || part.Type == Dynamic {
			t.Fatalf("%s: part of type %s, form %d, valid %v", what, part.Type, part.Form, part.Valid)
		}
	}
}

// sample is some value of a type.
func sample(r *rand.Rand, t Type) Value {
	small := int64(r.IntN(5))
	text := strings.Repeat("ab", r.IntN(4)) + fmt.Sprint(small)
	switch t {
	case Undefined:
		return nil
	case Null:
		return NullValue()
	case Bool:
		return BoolValue(small > 1)
	case Float:
		return FloatValue(float64(small) / 2)
	case U256:
		return AppendContent(nil, U256, fmt.Sprintf("%032d", small))
	case Array:
		b, mark := BeginArray(nil)
		b = AppendInt(b, Int, small)
		b = AppendContent(b, String, text)
		return EndArray(b, mark, 2)
	case Object:
		b, mark := BeginObject(nil)
		b = AppendInt(AppendKey(b, "a"), Int, small)
		b = AppendContent(AppendKey(b, text), String, text)
		return EndObject(b, mark)
	case String, Bytes, Geography:
		return AppendContent(nil, t, text)
	}
	return IntValue(t, small)
}

// anyVector makes a vector of a random form, and what it holds.
func anyVector(r *rand.Rand, rows int, types ...Type) (*Vector, model) {
	pick := func() Type {
		if r.IntN(4) == 0 {
			return Type(r.IntN(2))
		}
		return types[r.IntN(len(types))]
	}
	v, m := new(Vector), model{}
	switch form := r.IntN(5); {
	case form == 4 && rows > 0:
		whole, all := anyVector(r, rows+r.IntN(100), types...)
		from := r.IntN(whole.Rows - rows + 1)
		v.Slice(whole, from, from+rows)
		return v, append(m, all[from:from+rows]...)
	case form == 0 && rows > 0:
		val := sample(r, pick())
		v.SetConst(val, rows)
		for range rows {
			m = append(m, val)
		}
	case form == 1 && len(types) == 1:
		words := &Vector{}
		words.Reset(types[0])
		for range 1 + r.IntN(2*rows+1) {
			words.Append(sample(r, types[0]))
		}
		v.Reset(types[0])
		v.Form, v.Rows, v.Values = Dict, rows, words
		for i := range rows {
			v.Codes = append(v.Codes, uint32(r.IntN(words.Rows)))
			m = append(m, words.Value(int(v.Codes[i])))
		}
		if r.IntN(2) == 0 {
			v.MakeUndef(false)
			for i := range rows {
				if r.IntN(3) == 0 {
					v.SetNull(i)
					m[i] = NullValue()
					if r.IntN(2) == 0 {
						SetBit(v.Undef, i, true)
						m[i] = nil
					}
				}
			}
		}
	default:
		nulls := r.IntN(2) == 0
		for range rows {
			t := types[r.IntN(len(types))]
			if nulls {
				t = pick()
			}
			val := sample(r, t)
			v.Append(val)
			m = append(m, val)
		}
	}
	return v, m
}

// typeMixes are the types of the vectors under test: each alone, and some together.
func typeMixes() [][]Type {
	var mixes [][]Type
	for t := Bool; t < typeCount; t++ {
		mixes = append(mixes, []Type{t})
	}
	return append(mixes, []Type{Int, String}, []Type{Bool, Float, Object}, []Type{Null})
}

func TestVectorOperations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	// Reused all along, so that what an earlier use leaves behind would show.
	var sum, took, flat, slice, again Vector
	for _, types := range typeMixes() {
		for range 60 {
			what := fmt.Sprint(types)
			a, am := anyVector(r, r.IntN(150), types...)
			b, bm := anyVector(r, 1+r.IntN(150), types...)
			am.check(t, what+" made", a)

			sum.Reset(a.Type)
			sum.AppendRows(a, 0, a.Rows)
			from := r.IntN(b.Rows)
			to := from + r.IntN(b.Rows-from+1)
			sum.AppendRows(b, from, to)
			both := append(append(model{}, am...), bm[from:to]...)
			extra := sample(r, types[0])
			sum.Append(extra)
			both = append(both, extra)
			both.check(t, what+" appended", &sum)

			var rows []uint32
			var picked model
			for range r.IntN(100) {
				row := r.IntN(sum.Rows)
				rows, picked = append(rows, uint32(row)), append(picked, both[row])
			}
			took.Take(&sum, rows)
			picked.check(t, what+" taken", &took)
			rows, picked = rows[:0], picked[:0]
			for row := range b.Rows {
				if r.IntN(2) == 0 {
					rows, picked = append(rows, uint32(row)), append(picked, bm[row])
				}
			}
			took.Take(b, rows)
			picked.check(t, what+" taken from any form", &took)

			slice.Slice(b, from, to)
			bm[from:to].check(t, what+" sliced", &slice)
			flat.Flatten(&slice)
			bm[from:to].check(t, what+" flattened", &flat)
			again.Slice(&sum, 64*min(1, sum.Rows/64), sum.Rows)
			both[64*min(1, sum.Rows/64):].check(t, what+" sliced at a word", &again)

			// Writing behind an alias leaves the memory it aliases alone.
			slice.Append(extra)
			append(append(model{}, bm[from:to]...), extra).check(t, what+" appended to a slice", &slice)
			bm.check(t, what+" after append to its slice", b)
			slice.Reset(Int)
			slice.Append(IntValue(Int, 7))
			bm.check(t, what+" after reset of its slice", b)
		}
	}
}

func TestVectorBecomesDynamic(t *testing.T) {
	text, one := StringValue("a"), IntValue(Int, 1)
	for _, test := range []struct {
		rows  model
		want  Type
		parts int
	}{
		{model{}, Null, 0},
		{model{nil}, Null, 0},
		{model{nil, NullValue(), one}, Int, 0},
		{model{text, one, NullValue(), text}, Dynamic, 2},
		{model{NullValue(), one, text}, Dynamic, 2},
	} {
		var v Vector
		v.Reset(Null)
		for _, val := range test.rows {
			v.Append(val)
		}
		test.rows.check(t, fmt.Sprint(test.want), &v)
		if v.Type != test.want || len(v.Parts) != test.parts {
			t.Errorf("%d rows: got %s of %d parts, want %s of %d", len(test.rows), v.Type, len(v.Parts), test.want, test.parts)
		}
	}
}

func TestVectorResetKeepsBuffers(t *testing.T) {
	for _, types := range typeMixes() {
		r := rand.New(rand.NewPCG(3, 4))
		var src Vector
		rows := make([]uint32, 300)
		for i := range rows {
			src.Append(sample(r, types[r.IntN(len(types))]))
			if i%7 == 0 {
				src.Append(nil)
			}
			rows[i] = uint32(i)
		}
		var v, w, slice Vector
		allocs := testing.AllocsPerRun(10, func() {
			v.Reset(types[0])
			v.AppendRows(&src, 1, 200)
			v.AppendRows(&src, 5, 200)
			w.Take(&src, rows)
			slice.Slice(&src, 3, 200)
			w.Flatten(&slice)
		})
		if allocs != 0 {
			t.Errorf("%v: %v allocations in steady state", types, allocs)
		}
	}
}

func TestVectorBytes(t *testing.T) {
	var v, alias Vector
	v.Reset(String)
	for range 100 {
		v.Append(StringValue("0123456789"))
	}
	if got := v.Bytes(); got < 1400 || got > 4000 {
		t.Errorf("100 strings of 10 bytes: %d bytes", got)
	}
	alias.Slice(&v, 0, 64)
	if got := alias.Bytes(); got != 0 {
		t.Errorf("an alias: %d bytes", got)
	}
	mixed := &Vector{}
	mixed.Append(StringValue("a"))
	mixed.Append(num(1))
	if err := Apply(&alias, []*Vector{mixed, mixed}, 2, pickAdd); err != nil || alias.Bytes() < mixed.Bytes() {
		t.Errorf("after Apply: %d bytes, %v", alias.Bytes(), err)
	}
	v.Append(IntValue(Int, 1))
	if got := v.Bytes(); got < 1400 {
		t.Errorf("with a part: %d bytes", got)
	}
}

func TestMakeAndContent(t *testing.T) {
	var v Vector
	for range 2 { // the second time in the memory of the first
		v.Make(String, 3)
		for i, s := range []string{"a", "", "bc"} {
			v.Data = append(v.Data, s...)
			v.Offsets[i+1] = uint32(len(v.Data))
		}
		v.SetNull(1)
		model{StringValue("a"), NullValue(), StringValue("bc")}.check(t, "made", &v)
		if !bytes.Equal(v.Content(2), []byte("bc")) {
			t.Errorf("got content %q", v.Content(2))
		}
		v.Make(Bool, 70)
		clear(v.Bits)
		SetBit(v.Bits, 69, true)
		if v.Valid != nil || v.Value(69)[1] != 1 || v.Value(68)[1] != 0 {
			t.Errorf("bools: got %v", v.Bits)
		}
	}
}

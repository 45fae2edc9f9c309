package vec

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/outcropdb/outcrop/vec/simd"
)

func object(fields ...any) Value {
	b, mark := BeginObject(nil)
	for i := 0; i < len(fields); i += 2 {
		b = append(AppendKey(b, fields[i].(string)), fields[i+1].(Value)...)
	}
	return EndObject(b, mark)
}

func list(elements ...Value) Value {
	b, mark := BeginArray(nil)
	for _, e := range elements {
		b = e.Append(b)
	}
	return EndArray(b, mark, len(elements))
}

func num(n int64) Value { return IntValue(Int, n) }

// ordered are values in ascending order; those of one line are equal.
func ordered() [][]Value {
	text := StringValue
	return [][]Value{
		{nil, NullValue(), {byte(Undefined)}},
		{BoolValue(false)},
		{BoolValue(true)},
		{FloatValue(math.Inf(-1))},
		{FloatValue(-1e300)},
		{num(math.MinInt64), FloatValue(-1 << 63)},
		{num(-1), FloatValue(-1)},
		{FloatValue(-0.5)},
		{num(0), FloatValue(0), FloatValue(math.Copysign(0, -1))},
		{FloatValue(5e-324)},
		{num(1), FloatValue(1)},
		{FloatValue(1.5)},
		{num(2)},
		{num(1<<53 - 1), FloatValue(1<<53 - 1)},
		{num(1 << 53), FloatValue(1 << 53)},
		{num(1<<53 + 1)}, // no float
		{num(1<<53 + 2), FloatValue(1<<53 + 2)},
		{num(math.MaxInt64 - 1)},
		{num(math.MaxInt64)},
		{FloatValue(1 << 63)},
		{FloatValue(math.MaxFloat64)},
		{FloatValue(math.Inf(1))},
		{FloatValue(math.NaN()), FloatValue(math.Float64frombits(0xfff8000000000001))},
		{text("")},
		{text("a")},
		{text("aa")},
		{text("b")},
		{AppendContent(nil, Bytes, "a")},
		{AppendContent(nil, U256, fmt.Sprintf("%032d", 1))},
		{AppendContent(nil, U256, fmt.Sprintf("%032d", 2))},
		{IntValue(Date, -1)},
		{IntValue(Date, 1)},
		{IntValue(Time, 0)},
		{IntValue(Datetime, 0)},
		{IntValue(Timestamp, 0)},
		{IntValue(MonthInterval, 0)},
		{IntValue(MicrosecondInterval, 0)},
		{AppendContent(nil, Geography, "a")},
		{list()},
		{list(nil), list(NullValue())},
		{list(nil, nil)},
		{list(num(1)), list(FloatValue(1))},
		{list(num(1), num(2))},
		{list(num(2))},
		{list(list(num(1)))},
		{object()},
		{object("a", num(1)), object("a", FloatValue(1))},
		{object("a", num(1), "b", num(2)), object("b", FloatValue(2), "a", num(1))},
		{object("a", num(2))},
		{object("b", num(0))},
		{object("b", object("x", num(1), "y", num(2))), object("b", object("y", num(2), "x", num(1)))},
	}
}

func TestCompareAndHash(t *testing.T) {
	seen := map[uint64]int{}
	for i, equals := range ordered() {
		for _, a := range equals {
			if line, twice := seen[HashValue(a)]; twice && line != i {
				t.Errorf("lines %d and %d have one hash", i, line)
			}
			seen[HashValue(a)] = i
			for j, others := range ordered() {
				for _, b := range others {
					want := max(-1, min(1, i-j))
					if got := Compare(a, b); got != want {
						t.Errorf("%s %s with %s %s: got %d, want %d", a.Type(), AppendJSON(nil, a), b.Type(), AppendJSON(nil, b), got, want)
					}
					if Equal(a, b) != (i == j) || i == j && HashValue(a) != HashValue(b) {
						t.Errorf("%s with %s: equal %t, hashes %x %x", AppendJSON(nil, a), AppendJSON(nil, b), Equal(a, b), HashValue(a), HashValue(b))
					}
				}
			}
		}
	}
}

func TestCompareIntFloat(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for range 20000 {
		n := int64(r.Uint64()) >> r.IntN(64)
		f := math.Float64frombits(r.Uint64())
		if r.IntN(2) == 0 {
			f = float64(n) + float64(r.IntN(5)-2)/2
		}
		if f != f || math.IsInf(f, 0) {
			continue
		}
		want := new(big.Rat).SetInt64(n).Cmp(new(big.Rat).SetFloat64(f))
		if got := Compare(num(n), FloatValue(f)); got != want {
			t.Fatalf("%d with %v: got %d, want %d", n, f, got, want)
		}
		if want == 0 && HashValue(num(n)) != HashValue(FloatValue(f)) {
			t.Fatalf("%d and %v hash apart", n, f)
		}
	}
}

// Rows of vectors are ordered and hashed as their values are, whatever the form.
func TestRowsCompareAndHash(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	mixes := append(typeMixes(), []Type{Int, Float, String, Bool, Array, Object})
	for _, types := range mixes {
		for range 20 {
			rows := 1 + r.IntN(150)
			v, vm := anyVector(r, rows, types...)
			w, wm := anyVector(r, rows, mixes[r.IntN(len(mixes))]...)
			hashes, both := make([]uint64, rows), make([]uint64, rows)
			Hash(hashes, v)
			Hash(both, v)
			Combine(both, w)
			for i := range rows {
				if hashes[i] != HashValue(vm[i]) {
					t.Fatalf("%v form %d row %d: hash %x, of the value %x", types, v.Form, i, hashes[i], HashValue(vm[i]))
				}
				if want := simd.HashCombine(hashes[i], HashValue(wm[i])); both[i] != want {
					t.Fatalf("%v form %d row %d: combined %x, want %x", types, w.Form, i, both[i], want)
				}
				j := r.IntN(rows)
				if got, want := v.CompareRows(i, w, j), Compare(vm[i], wm[j]); got != want {
					t.Fatalf("%s with %s: rows %d, values %d", AppendJSON(nil, vm[i]), AppendJSON(nil, wm[j]), got, want)
				}
				if got, want := v.CompareRows(i, v, j), Compare(vm[i], vm[j]); got != want {
					t.Fatalf("%s with %s: rows %d, values %d", AppendJSON(nil, vm[i]), AppendJSON(nil, vm[j]), got, want)
				}
			}
		}
	}
}

// Close keys are to fall everywhere: in the low bits, which choose a table's slot, and in the high ones,
// which choose a partition.
func TestHashSpreads(t *testing.T) {
	const keys, buckets = 1 << 16, 1 << 8
	for _, test := range []struct {
		what string
		key  func(i int) Value
	}{
		{"ints", func(i int) Value { return num(int64(i)) }},
		{"multiples", func(i int) Value { return num(int64(i) << 32) }},
		{"floats", func(i int) Value { return FloatValue(float64(i) + 0.5) }},
		{"strings", func(i int) Value { return StringValue(fmt.Sprint(i)) }},
		{"arrays", func(i int) Value { return list(num(int64(i&255)), num(int64(i>>8))) }},
		{"objects", func(i int) Value { return object("a", num(int64(i&255)), "b", num(int64(i>>8))) }},
	} {
		var low, high [buckets]int
		for i := range keys {
			h := HashValue(test.key(i))
			low[h%buckets]++
			high[h>>56]++
		}
		for b := range buckets {
			for _, n := range []int{low[b], high[b]} {
				if want := keys / buckets; n < want/2 || n > want*2 {
					t.Fatalf("%s: %d keys in bucket %d, want about %d", test.what, n, b, want)
				}
			}
		}
	}
	out, v := make([]uint64, 2), &Vector{}
	v.Append(num(1))
	v.Append(num(2))
	w := &Vector{}
	w.Append(num(2))
	w.Append(num(1))
	Hash(out, v)
	if Combine(out, w); out[0] == out[1] {
		t.Error("(1, 2) and (2, 1) have one hash")
	}
}

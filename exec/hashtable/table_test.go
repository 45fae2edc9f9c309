package hashtable

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

func vector(values ...vec.Value) *vec.Vector {
	v := &vec.Vector{}
	v.Reset(vec.Null)
	for _, x := range values {
		v.Append(x)
	}
	return v
}

func ints(values ...int64) *vec.Vector {
	v := &vec.Vector{}
	v.Make(vec.Int, len(values))
	copy(v.I64, values)
	return v
}

func dict(values []string, codes []uint32, valid []uint64) *vec.Vector {
	d := &vec.Vector{}
	d.Reset(vec.String)
	for _, s := range values {
		d.Append(vec.StringValue(s))
	}
	return &vec.Vector{Type: vec.String, Form: vec.Dict, Rows: len(codes), Codes: codes, Values: d, Valid: valid}
}

// insert gives the groups of a vector's rows.
func insert(t *Table, v *vec.Vector) []uint32 {
	groups := make([]uint32, v.Rows)
	if err := t.Insert(groups, []*vec.Vector{v}, v.Rows); err != nil {
		panic(err)
	}
	return groups
}

func TestGroupsOfMixedKeys(t *testing.T) {
	i := func(n int64) vec.Value { return vec.IntValue(vec.Int, n) }
	s := vec.StringValue
	f := vec.FloatValue
	null := vec.NullValue()
	tests := []struct {
		name    string
		batches []*vec.Vector
		want    [][]uint32
	}{
		{"ints", []*vec.Vector{ints(5, 7, 5), ints(7, 9)}, [][]uint32{{0, 1, 0}, {1, 2}}},
		{"ints and null", []*vec.Vector{vector(i(5), null, i(0)), vector(null, vec.Value(nil))}, [][]uint32{{0, 1, 2}, {1, 1}}},
		{"ints, then floats", []*vec.Vector{ints(1, 2), vector(f(1), f(2.5), f(2))}, [][]uint32{{0, 1}, {0, 2, 1}}},
		{"ints, then strings", []*vec.Vector{ints(1), vector(s("1"), s("a"))}, [][]uint32{{0}, {1, 2}}},
		{"mixed", []*vec.Vector{vector(s("a"), i(1), f(1), null, s("a"))}, [][]uint32{{0, 1, 1, 2, 0}}},
		{"NaN is one key, and so are the zeros", []*vec.Vector{vector(f(math.NaN()), f(0), f(math.Copysign(0, -1)), f(math.NaN()))}, [][]uint32{{0, 1, 1, 0}}},
		{"const", []*vec.Vector{vec.NewConst(i(3), 3), ints(3, 4)}, [][]uint32{{0, 0, 0}, {0, 1}}},
		{"dictionaries", []*vec.Vector{
			dict([]string{"x", "y"}, []uint32{1, 0, 1}, nil),
			dict([]string{"z", "y"}, []uint32{0, 1, 0}, []uint64{0b110}),
			vector(s("x"), null),
		}, [][]uint32{{0, 1, 0}, {2, 0, 3}, {1, 2}}},
		{"dates are not ints", []*vec.Vector{ints(1), vector(vec.IntValue(vec.Date, 1))}, [][]uint32{{0}, {1}}},
	}
	for _, test := range tests {
		table := New(1)
		for b, v := range test.batches {
			if got := insert(table, v); fmt.Sprint(got) != fmt.Sprint(test.want[b]) && !sameUpToFresh(got, test.want[b]) {
				t.Errorf("%s: batch %d: got groups %v, want %v", test.name, b, got, test.want[b])
			}
		}
	}
}

// sameUpToFresh is for dictionaries: the order in which new keys of one batch get their numbers is free.
func sameUpToFresh(got, want []uint32) bool {
	to, from := map[uint32]uint32{}, map[uint32]uint32{}
	for i := range got {
		if a, ok := to[got[i]]; ok && a != want[i] {
			return false
		}
		if b, ok := from[want[i]]; ok && b != got[i] {
			return false
		}
		to[got[i]], from[want[i]] = want[i], got[i]
	}
	return true
}

// TestAgainstMap inserts random keys of several columns in random forms and asks for them again.
func TestAgainstMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, columns := range []int{1, 2, 3} {
		for _, kind := range []string{"int", "string", "mixed"} {
			table := New(columns)
			want := map[string]uint32{}
			var keys [][]vec.Value
			for range 40 {
				batch := make([]*vec.Vector, columns)
				rows := r.IntN(300)
				for c := range batch {
					batch[c] = vector()
				}
				for range rows {
					for c := range batch {
						batch[c].Append(randomKey(r, kind))
					}
				}
				groups := make([]uint32, rows)
				if err := table.Insert(groups, batch, rows); err != nil {
					t.Fatal(err)
				}
				for i, g := range groups {
					key, values := rowKey(batch, i)
					known, ok := want[key]
					if !ok {
						want[key] = g
						known = g
						keys = append(keys, values)
					}
					if g != known {
						t.Fatalf("%d columns of %s: key %s is group %d, was %d", columns, kind, key, g, known)
					}
				}
			}
			if table.Len() != len(want) {
				t.Fatalf("%d columns of %s: %d groups, want %d", columns, kind, table.Len(), len(want))
			}
			checkKeys(t, table, columns, want)
			checkFind(t, table, columns, want, keys)
		}
	}
}

func randomKey(r *rand.Rand, kind string) vec.Value {
	n := r.Int64N(200)
	if r.IntN(20) == 0 {
		return vec.NullValue()
	}
	switch {
	case kind == "int" || kind == "mixed" && n%3 == 0:
		return vec.IntValue(vec.Int, n*n*n*7919)
	case kind == "string" || n%3 == 1:
		return vec.StringValue(fmt.Sprint("key ", n))
	}
	return vec.FloatValue(float64(n) / 4)
}

func rowKey(batch []*vec.Vector, i int) (string, []vec.Value) {
	var text string
	var values []vec.Value
	for _, v := range batch {
		value := v.Value(i)
		values = append(values, value)
		if value.Type() == vec.Float && isInt(value.Float()) {
			value = vec.IntValue(vec.Int, int64(value.Float()))
		}
		text += value.Type().String() + ":" + string(vec.AppendJSON(nil, value)) + ";"
	}
	return text, values
}

func checkKeys(t *testing.T, table *Table, columns int, want map[string]uint32) {
	t.Helper()
	out := make([]*vec.Vector, columns)
	for c := range out {
		out[c] = &vec.Vector{}
	}
	for from := 0; from < table.Len(); from += 64 {
		to := min(from+64, table.Len())
		table.Keys(out, from, to)
		for i := range to - from {
			key, _ := rowKey(out, i)
			if g, ok := want[key]; !ok || g != uint32(from+i) {
				t.Fatalf("Keys says that group %d is %s, which is group %d", from+i, key, g)
			}
		}
	}
}

func checkFind(t *testing.T, table *Table, columns int, want map[string]uint32, keys [][]vec.Value) {
	t.Helper()
	batch := make([]*vec.Vector, columns)
	for c := range batch {
		batch[c] = vector()
	}
	for _, key := range keys {
		for c, v := range key {
			batch[c].Append(v)
		}
	}
	nowhere := vec.StringValue("nowhere")
	if batch[0].Type == vec.Int {
		nowhere = vec.IntValue(vec.Int, -5)
	}
	for c := range batch {
		batch[c].Append(nowhere)
	}
	groups := make([]uint32, batch[0].Rows)
	table.Finder().Find(groups, batch, batch[0].Rows)
	for i, g := range groups[:len(keys)] {
		if key, _ := rowKey(batch, i); g != want[key] {
			t.Fatalf("Find(%s) = %d, want %d", key, g, want[key])
		}
	}
	if last := groups[len(groups)-1]; last != NotFound {
		t.Errorf("a key that is not there was found as group %d", last)
	}
	if columns > 1 || batch[0].Type == vec.Dynamic {
		return
	}
	finder, coded := table.Finder(), coded(batch[0])
	for range 2 { // asked for, then remembered
		byCode := make([]uint32, coded.Rows)
		finder.Find(byCode, []*vec.Vector{coded}, coded.Rows)
		if !slices.Equal(byCode, groups) {
			t.Errorf("as a dictionary: groups %v, want %v", byCode, groups)
		}
	}
}

// coded is a vector in dictionary form.
func coded(v *vec.Vector) *vec.Vector {
	out := &vec.Vector{Type: v.Type, Form: vec.Dict, Rows: v.Rows, Values: &vec.Vector{}, Codes: make([]uint32, v.Rows)}
	out.Values.Reset(v.Type)
	for i := range v.Rows {
		if v.IsNull(i) {
			out.SetNull(i)
			continue
		}
		out.Codes[i] = uint32(out.Values.Rows)
		out.Values.AppendRows(v, i, i+1)
	}
	return out
}

// BenchmarkInsert inserts a million keys, of so many distinct ones.
func BenchmarkInsert(b *testing.B) {
	const rows = 1 << 20
	r := rand.New(rand.NewPCG(3, 4))
	number := func(n int64) vec.Value { return vec.IntValue(vec.Int, n*977) }
	text := func(n int64) vec.Value { return vec.StringValue(fmt.Sprintf("https://example.org/%x", n*977)) }
	for _, kind := range []struct {
		name    string
		columns []func(int64) vec.Value
	}{
		{"int", []func(int64) vec.Value{number}},
		{"string", []func(int64) vec.Value{text}},
		{"int,string", []func(int64) vec.Value{number, text}},
		{"int,int,int", []func(int64) vec.Value{number, number, number}},
	} {
		for _, distinct := range []int64{200, 1 << 20} {
			var batches [][]*vec.Vector
			for range rows / vec.BatchRows {
				batch := make([]*vec.Vector, len(kind.columns))
				for c := range batch {
					batch[c] = vector()
				}
				for range vec.BatchRows {
					n := r.Int64N(distinct)
					for c, value := range kind.columns {
						batch[c].Append(value(n))
					}
				}
				batches = append(batches, batch)
			}
			b.Run(fmt.Sprint(kind.name, "/", distinct), func(b *testing.B) {
				groups := make([]uint32, vec.BatchRows)
				b.SetBytes(rows)
				for b.Loop() {
					table := New(len(kind.columns))
					for _, batch := range batches {
						if err := table.Insert(groups, batch, vec.BatchRows); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

// TestCollisions has keys whose hashes share the half that slots keep, so that only comparing tells them apart.
func TestCollisions(t *testing.T) {
	table := newColumnTable(1, 0)
	keys := []*vec.Vector{vector(vec.StringValue("a"), vec.StringValue("b"), vec.StringValue("a"), vec.StringValue("c"), vec.StringValue("b"))}
	groups := make([]uint32, 5)
	var scratch finderScratch
	// The first key is in the slots under the hash of every other one, too.
	for _, h := range hashKeys(keys, 5, &scratch) {
		at := h & uint64(len(table.slots)-1)
		if table.slots[at].group == 0 {
			table.slots[at] = columnSlot{uint32(h >> 32), 1}
		}
	}
	table.hashes = append(table.hashes, 0)
	if err := table.keep(keys, []uint32{0}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"[0 1 0 2 1]", "[0 1 0 2 1]"} {
		if err := table.insert(groups, keys, 5, &scratch); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(groups); got != want {
			t.Errorf("groups %s, want %s", got, want)
		}
		table.find(groups, keys, 5, &scratch)
		if got := fmt.Sprint(groups); got != want {
			t.Errorf("found %s, want %s", got, want)
		}
	}
}

package jsonio

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// column is a Flat vector of the values of a JSON array; of "undefined" in it, undefined.
func column(t testing.TB, text string) *vec.Vector {
	var r Reader
	values, err := r.Value(nil, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v := &vec.Vector{}
	v.Reset(vec.Null)
	for e := range vec.Value(values).Elements() {
		if e.Type() == vec.String && string(e.Content()) == "undefined" {
			e = nil
		}
		v.Append(e)
	}
	return v
}

// dictionary is the same column as codes.
func dictionary(t testing.TB, values string, codes []uint32, valid, undef uint64) *vec.Vector {
	return &vec.Vector{
		Type: vec.String, Form: vec.Dict, Rows: len(codes), Codes: codes,
		Valid: []uint64{valid}, Undef: []uint64{undef}, Values: column(t, values),
	}
}

func testBatch(t testing.TB) (names []string, b *vec.Batch) {
	add := func(name string, v *vec.Vector) {
		names = append(names, name)
		b.Columns = append(b.Columns, v)
		b.Rows = v.Rows
	}
	b = &vec.Batch{}
	add("int", column(t, `[1,null,-3,"undefined",9223372036854775807]`))
	add("float", column(t, `[1.0,1e300,null,-0.0,0.1]`))
	add("string", column(t, `["a","","q\"\n","Zürich","undefined"]`))
	add("bool", column(t, `[true,false,null,true,"undefined"]`))
	add(`odd "key"`, column(t, `[[1,{"a":null}],{"x":[]},null,[],{}]`))
	add("mixed", column(t, `[1,"a",2.5,null,{"a":"b"}]`))
	add("date", column(t, `[{"__rockset_type":"date","value":"2024-01-31"},null,null,null,null]`))
	add("constant", vec.NewConst(vec.StringValue("c"), 5))
	add("null", vec.NewConst(vec.NullValue(), 5))
	add("missing", vec.NewConst(nil, 5))
	add("dict", dictionary(t, `["x","y","z"]`, []uint32{2, 0, 0, 0, 1}, 0b10011, 0b00100))
	add("longdict", dictionary(t, `["a","b","c","d","e","f"]`, []uint32{5, 0, 0, 0, 1}, 0b10011, 0b00100))
	return names, b
}

func TestEncoder(t *testing.T) {
	names, b := testBatch(t)
	first := `{"int":1,"float":1.0,"string":"a","bool":true,"odd \"key\"":[1,{"a":null}],"mixed":1,` +
		`"date":{"__rockset_type":"DATE","value":"2024-01-31"},"constant":"c","null":null,"dict":"z","longdict":"f"}`
	for _, omit := range []bool{false, true} {
		e := NewEncoder(names, omit)
		for range 2 { // again with what the encoder has kept
			var rows []byte
			for row := range b.Rows {
				rows = append(e.AppendRow(rows, b, row), '\n')
			}
			if got := string(e.Append([]byte("x"), b, '\n')); got != "x"+string(rows) {
				t.Errorf("omit %v: Append writes\n%s\nAppendRow\n%s", omit, got, rows)
			}
			lines := strings.Split(strings.TrimSpace(string(rows)), "\n")
			if omit && lines[0] != first {
				t.Errorf("got %s, want %s", lines[0], first)
			}
			for i, line := range lines {
				if !json.Valid([]byte(line)) {
					t.Errorf("row %d is no JSON: %s", i, line)
				}
				if has := strings.Contains(line, `"missing":null`); has == omit {
					t.Errorf("omit %v: %s", omit, line)
				}
				if i == 2 && strings.Contains(line, `"dict":null`) == omit {
					t.Errorf("omit %v: %s", omit, line)
				}
			}
		}
	}
	none := NewEncoder(nil, true)
	if got := string(none.Append(nil, &vec.Batch{Rows: 2}, ',')); got != "{},{}," {
		t.Errorf("rows without columns: %s", got)
	}
}

func BenchmarkEncoder(b *testing.B) {
	var r Reader
	names := []string{"id", "price", "name", "kind"}
	kinds := make([]uint32, vec.BatchRows)
	columns := make([]*vec.Vector, len(names))
	for c := range 3 {
		columns[c] = &vec.Vector{}
		columns[c].Reset(vec.Null)
	}
	for i := range vec.BatchRows {
		doc, _, err := r.Document(nil, event(i))
		if err != nil {
			b.Fatal(err)
		}
		v := vec.Value(doc)
		columns[0].Append(v.Field("user_id"))
		columns[1].Append(v.Field("latency"))
		columns[2].Append(v.Field("page").Field("url"))
		kinds[i] = uint32(i % 3)
	}
	columns[3] = &vec.Vector{Type: vec.String, Form: vec.Dict, Rows: vec.BatchRows, Codes: kinds, Values: column(b, `["x","y","z"]`)}
	batch := &vec.Batch{Rows: vec.BatchRows, Columns: columns}
	e := NewEncoder(names, false)
	out := e.Append(nil, batch, '\n')
	b.Run("batch", func(b *testing.B) {
		b.SetBytes(int64(len(out)))
		b.ReportAllocs()
		for b.Loop() {
			out = e.Append(out[:0], batch, '\n')
		}
	})
	b.Run("rows", func(b *testing.B) {
		b.SetBytes(int64(len(out)))
		for b.Loop() {
			out = out[:0]
			for row := range batch.Rows {
				out = append(e.AppendRow(out, batch, row), '\n')
			}
		}
	})
}

package vec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

func TestArrowRoundTrip(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	r := rand.New(rand.NewPCG(7, 8))
	var back Vector
	for _, types := range typeMixes() {
		for range 20 {
			v, want := anyVector(r, r.IntN(100), types...)
			a, err := ToArrow(v, mem)
			if err != nil {
				t.Fatalf("%v: %v", types, err)
			}
			if a.Len() != v.Rows || !arrow.TypeEqual(a.DataType(), ArrowType(v.Type)) {
				t.Fatalf("%v: got %d rows of %s", types, a.Len(), a.DataType())
			}
			if err := FromArrow(&back, a); err != nil {
				t.Fatalf("%v: %v", types, err)
			}
			for i, val := range want {
				switch val.Type() { // what Arrow does not keep
				case Undefined:
					want[i] = NullValue()
				case U256:
					want[i] = AppendContent(nil, Bytes, val.Content())
				case Geography:
					want[i] = AppendContent(nil, String, val.Content())
				}
				if !val.IsNull() && ArrowType(v.Type) == arrowJSON {
					want[i] = AppendContent(nil, String, AppendJSON(nil, val))
				}
			}
			want.check(t, fmt.Sprintf("%v through Arrow", types), &back)
			a.Release()
		}
	}
}

func TestArrowSharesMemory(t *testing.T) {
	var v, back Vector
	v.Reset(Int)
	v.Append(IntValue(Int, 42))
	a, err := ToArrow(&v, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Release()
	if err := FromArrow(&back, a); err != nil {
		t.Fatal(err)
	}
	if unsafe.SliceData(back.I64) != unsafe.SliceData(v.I64) {
		t.Error("int64 was copied")
	}
	back.Append(IntValue(Int, 1))
	back.Reset(Int)
	back.Append(IntValue(Int, 7))
	if v.I64[0] != 42 {
		t.Error("a vector from Arrow wrote into the array")
	}
}

func TestToArrowAs(t *testing.T) {
	mem := memory.DefaultAllocator
	var mixed Vector
	mixed.Reset(Dynamic)
	mixed.Append(IntValue(Int, 1))
	mixed.Append(nil)
	for _, test := range []struct {
		v    *Vector
		as   Type
		want string
	}{
		{NewConst(nil, 2), Int, "[(null) (null)]"},
		{NewConst(nil, 2), String, "[(null) (null)]"},
		{NewConst(IntValue(Int, 3), 2), Int, "[3 3]"},
		{NewConst(IntValue(Int, 3), 2), Dynamic, "[3,3]"},
		{&mixed, Int, "[1 (null)]"},
		{&mixed, Dynamic, "[1,null]"},
	} {
		a, err := ToArrowAs(test.v, test.as, mem)
		if err != nil {
			t.Errorf("%s as %s: %v", test.v.Type, test.as, err)
			continue
		}
		if got := fmt.Sprint(a); got != test.want || !arrow.TypeEqual(a.DataType(), ArrowType(test.as)) {
			t.Errorf("%s as %s: got %s of %s, want %s", test.v.Type, test.as, got, a.DataType(), test.want)
		}
		a.Release()
	}
	for _, test := range []struct {
		v    *Vector
		as   Type
		want string
	}{
		{&mixed, String, "row 0 is of type int in a column of string"},
		{NewConst(IntValue(MonthInterval, math.MaxInt32+1), 1), MonthInterval, "row 0: month_interval 2147483648 does not fit into Arrow's 32 bits"},
		{NewConst(AppendContent(nil, Bytes, "x"), 1), U256, "row 0 is of type bytes in a column of u256"},
	} {
		if _, err := ToArrowAs(test.v, test.as, mem); err == nil || err.Error() != test.want {
			t.Errorf("as %s: got %v, want %s", test.as, err, test.want)
		}
	}
}

// fromJSON makes an array of Arrow's own JSON.
func fromJSON(t *testing.T, typ arrow.DataType, text string) arrow.Array {
	t.Helper()
	a, _, err := array.FromJSON(memory.DefaultAllocator, typ, strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", typ, err)
	}
	return a
}

func TestFromArrow(t *testing.T) {
	text, ints := arrow.BinaryTypes.String, arrow.PrimitiveTypes
	list := arrow.ListOf(ints.Int32)
	pair := arrow.StructOf(arrow.Field{Name: "a", Type: ints.Int64, Nullable: true}, arrow.Field{Name: "b", Type: text, Nullable: true})
	for _, test := range []struct {
		typ      arrow.DataType
		rows     string
		typeName string
		want     string // as JSON
	}{
		{arrow.Null, `[null, null]`, "null", `[null,null]`},
		{arrow.FixedWidthTypes.Boolean, `[true, null, false]`, "bool", `[true,null,false]`},
		{ints.Int8, `[-128, null, 127]`, "int", `[-128,null,127]`},
		{ints.Int16, `[-32768, 5]`, "int", `[-32768,5]`},
		{ints.Int32, `[-2147483648]`, "int", `[-2147483648]`},
		{ints.Int64, `[-9223372036854775808, null]`, "int", `[-9223372036854775808,null]`},
		{ints.Uint8, `[255]`, "int", `[255]`},
		{ints.Uint16, `[65535]`, "int", `[65535]`},
		{ints.Uint32, `[4294967295]`, "int", `[4294967295]`},
		{ints.Uint64, `[1, null, 9223372036854775807]`, "int", `[1,null,9223372036854775807]`},
		{ints.Uint64, `[1, null, 18446744073709551615]`, "dynamic", `[1,null,18446744073709552000.0]`},
		{arrow.FixedWidthTypes.Float16, `[1.5, null]`, "float", `[1.5,null]`},
		{ints.Float32, `[0.5, null]`, "float", `[0.5,null]`},
		{ints.Float64, `[0.1, null, 2]`, "float", `[0.1,null,2.0]`},
		{&arrow.Decimal32Type{Precision: 5, Scale: 2}, `["123.45", null]`, "float", `[123.45,null]`},
		{&arrow.Decimal64Type{Precision: 15, Scale: 0}, `["-7"]`, "int", `[-7]`},
		{&arrow.Decimal128Type{Precision: 38, Scale: 1}, `["0.1", null]`, "float", `[0.1,null]`},
		{
			&arrow.Decimal128Type{Precision: 38, Scale: 0}, `["9223372036854775807", "9223372036854775808"]`, "dynamic",
			`[9223372036854775807,9223372036854776000.0]`,
		},
		{&arrow.Decimal256Type{Precision: 60, Scale: 0}, `["12"]`, "int", `[12]`},
		{text, `["a", null, "", "é"]`, "string", `["a",null,"","é"]`},
		{arrow.BinaryTypes.LargeString, `["a", null, "bc"]`, "string", `["a",null,"bc"]`},
		{arrow.BinaryTypes.StringView, `["a", null, "longer than twelve bytes"]`, "string", `["a",null,"longer than twelve bytes"]`},
		{arrow.BinaryTypes.Binary, `["AAE=", null]`, "bytes", `[{"__rockset_type":"BYTES","value":"AAE="},null]`},
		{arrow.BinaryTypes.LargeBinary, `["AAE="]`, "bytes", `[{"__rockset_type":"BYTES","value":"AAE="}]`},
		{arrow.BinaryTypes.BinaryView, `["AAE="]`, "bytes", `[{"__rockset_type":"BYTES","value":"AAE="}]`},
		{&arrow.FixedSizeBinaryType{ByteWidth: 2}, `["AAE=", null]`, "bytes", `[{"__rockset_type":"BYTES","value":"AAE="},null]`},
		{arrow.FixedWidthTypes.Date32, `["2024-01-31", null]`, "date", `[{"__rockset_type":"DATE","value":"2024-01-31"},null]`},
		{arrow.FixedWidthTypes.Date64, `["1969-12-31"]`, "date", `[{"__rockset_type":"DATE","value":"1969-12-31"}]`},
		{arrow.FixedWidthTypes.Time32s, `["12:34:56"]`, "time", `[{"__rockset_type":"TIME","value":"12:34:56.000000"}]`},
		{arrow.FixedWidthTypes.Time64ns, `["12:34:56.123456789"]`, "time", `[{"__rockset_type":"TIME","value":"12:34:56.123456"}]`},
		{
			&arrow.TimestampType{Unit: arrow.Second}, `["2024-01-31 12:34:56", null]`, "datetime",
			`[{"__rockset_type":"DATETIME","value":"2024-01-31T12:34:56.000000"},null]`,
		},
		{&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, `["1969-12-31 23:59:59.999Z"]`, "timestamp", `["1969-12-31T23:59:59.999000Z"]`},
		{&arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}, `["1969-12-31 23:59:59.999999999Z"]`, "timestamp", `["1969-12-31T23:59:59.999999Z"]`},
		{arrow.FixedWidthTypes.Duration_ms, `["1500ms"]`, "microsecond_interval", `[{"__rockset_type":"MICROSECOND_INTERVAL","value":"0 00:00:01.500000"}]`},
		{arrow.FixedWidthTypes.MonthInterval, `[{"months": 14}, null]`, "month_interval", `[{"__rockset_type":"MONTH_INTERVAL","value":"1-2"},null]`},
		{
			arrow.FixedWidthTypes.DayTimeInterval, `[{"days": 1, "milliseconds": 2}]`, "microsecond_interval",
			`[{"__rockset_type":"MICROSECOND_INTERVAL","value":"1 00:00:00.002000"}]`,
		},
		{
			arrow.FixedWidthTypes.MonthDayNanoInterval, `[{"months": 1, "days": 0, "nanoseconds": 0}]`, "month_interval",
			`[{"__rockset_type":"MONTH_INTERVAL","value":"0-1"}]`,
		},
		{&arrow.DictionaryType{IndexType: ints.Int8, ValueType: text}, `["a", "b", null, "a"]`, "string", `["a","b",null,"a"]`},
		{&arrow.DictionaryType{IndexType: ints.Uint32, ValueType: ints.Int64}, `[5, 5]`, "int", `[5,5]`},
		{list, `[[1, null], null, [], [2]]`, "array", `[[1,null],null,[],[2]]`},
		{arrow.LargeListOf(list), `[[[1], null]]`, "array", `[[[1],null]]`},
		{arrow.FixedSizeListOf(2, text), `[["a", "b"], null]`, "array", `[["a","b"],null]`},
		{arrow.ListViewOf(ints.Int32), `[[1], [2, 3]]`, "array", `[[1],[2,3]]`},
		{pair, `[{"a": 1, "b": "x"}, null, {"a": null}]`, "object", `[{"a":1,"b":"x"},null,{"a":null,"b":null}]`},
		{arrow.MapOf(text, ints.Int32), `[[{"key": "k", "value": 1}, {"key": "k", "value": 2}], null, []]`, "object", `[{"k":2},null,{}]`},
		{arrow.MapOf(ints.Int32, pair), `[[{"key": 7, "value": {"a": 1, "b": null}}]]`, "object", `[{"7":{"a":1,"b":null}}]`},
		{arrow.MapOf(arrow.FixedWidthTypes.Date32, ints.Int32), `[[{"key": "2024-01-31", "value": 1}]]`, "object", `[{"2024-01-31":1}]`},
		{arrow.RunEndEncodedOf(ints.Int32, text), `["a", "a", null, "b"]`, "string", `["a","a",null,"b"]`},
	} {
		a := fromJSON(t, test.typ, test.rows)
		for _, cut := range []int{0, 1} { // an array that starts inside of its buffers, too
			var v Vector
			part := array.NewSlice(a, int64(min(cut, a.Len())), int64(a.Len()))
			if err := FromArrow(&v, part); err != nil {
				t.Errorf("%s: %v", test.typ, err)
				continue
			}
			if cut > 0 {
				var whole Vector
				if err := FromArrow(&whole, a); err != nil {
					t.Fatal(err)
				}
				for i := range v.Rows {
					if !v.Value(i).Same(whole.Value(i + 1)) {
						t.Errorf("%s: row %d of a slice: got %s", test.typ, i, AppendJSON(nil, v.Value(i)))
					}
				}
				continue
			}
			list, mark := BeginArray(nil)
			for i := range v.Rows {
				list = v.AppendValue(list, i)
			}
			if got := string(AppendJSON(nil, EndArray(list, mark, v.Rows))); got != test.want || v.Type.String() != test.typeName {
				t.Errorf("%s: got %s %s, want %s %s", test.typ, v.Type, got, test.typeName, test.want)
			}
		}
	}
}

func TestFromArrowUnion(t *testing.T) {
	b := array.NewDenseUnionBuilder(memory.DefaultAllocator, arrow.DenseUnionOf(
		[]arrow.Field{{Name: "i", Type: arrow.PrimitiveTypes.Int64, Nullable: true}, {Name: "s", Type: arrow.BinaryTypes.String}}, []arrow.UnionTypeCode{3, 5}))
	b.Append(3)
	b.Child(0).(*array.Int64Builder).Append(7)
	b.Append(5)
	b.Child(1).(*array.StringBuilder).Append("x")
	b.Append(3)
	b.Child(0).AppendNull()
	a := b.NewDenseUnionArray()
	var v Vector
	if err := FromArrow(&v, a); err != nil {
		t.Fatal(err)
	}
	model{IntValue(Int, 7), StringValue("x"), NullValue()}.check(t, "union", &v)
}

func TestFromArrowDictionaryWithNulls(t *testing.T) {
	words := fromJSON(t, arrow.BinaryTypes.String, `["a", null]`)
	for _, test := range []struct {
		codes, words arrow.Array
		want         model
		form         Form
	}{
		{fromJSON(t, arrow.PrimitiveTypes.Int16, `[1, 0, null]`), words, model{NullValue(), StringValue("a"), NullValue()}, Flat},
		{fromJSON(t, arrow.PrimitiveTypes.Uint8, `[null, null]`), array.NewSlice(words, 0, 0), model{NullValue(), NullValue()}, Const},
		{fromJSON(t, arrow.PrimitiveTypes.Int8, `[0, null]`), array.NewSlice(words, 0, 1), model{StringValue("a"), NullValue()}, Dict},
	} {
		typ := &arrow.DictionaryType{IndexType: test.codes.DataType(), ValueType: test.words.DataType()}
		var v Vector
		if err := FromArrow(&v, array.NewDictionaryArray(typ, test.codes, test.words)); err != nil {
			t.Fatal(err)
		}
		test.want.check(t, typ.String(), &v)
		if v.Form != test.form {
			t.Errorf("got form %d, want %d", v.Form, test.form)
		}
	}
	typ := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}
	var v Vector
	err := FromArrow(&v, array.NewDictionaryArray(typ, fromJSON(t, arrow.PrimitiveTypes.Int8, `[0, 9]`), words))
	if err == nil || !strings.Contains(err.Error(), "row 1: index 9 of a dictionary of 2") {
		t.Errorf("got %v", err)
	}
}

func TestFromArrowRefuses(t *testing.T) {
	for _, test := range []struct {
		a    arrow.Array
		want string
	}{
		{fromJSON(t, arrow.BinaryTypes.Binary, `["/w=="]`), "row 0: text is not UTF-8"},
		{fromJSON(t, arrow.FixedWidthTypes.MonthDayNanoInterval, `[{"months": 1, "days": 1, "nanoseconds": 0}]`), "months and of days"},
		{fromJSON(t, arrow.FixedWidthTypes.DayTimeInterval, `[{"days": 2147483647, "milliseconds": 0}]`), "beyond 64 bits"},
		{fromJSON(t, arrow.PrimitiveTypes.Int64, `[9223372036854775807]`), "beyond 64 bits"},
		{fromJSON(t, arrow.PrimitiveTypes.Int32, `[5, 3]`), "offsets"},
	} {
		data := test.a.Data()
		switch test.a.(type) {
		case *array.Binary: // bytes, said to be text
			data = array.NewData(arrow.BinaryTypes.String, 1, data.Buffers(), nil, 0, 0)
		case *array.Int64: // a number of seconds
			data = array.NewData(&arrow.TimestampType{Unit: arrow.Second}, 1, data.Buffers(), nil, 0, 0)
		case *array.Int32: // offsets that fall
			data = array.NewData(arrow.BinaryTypes.Binary, 1, []*memory.Buffer{nil, data.Buffers()[1], memory.NewBufferBytes(make([]byte, 9))}, nil, 0, 0)
		}
		var v Vector
		if err := FromArrow(&v, array.MakeFromData(data)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", data.DataType(), err, test.want)
		}
	}
}

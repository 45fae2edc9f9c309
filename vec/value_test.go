package vec

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestValueReads(t *testing.T) {
	doc := object("a", num(1), "b", list(StringValue("x"), nil, object("c", FloatValue(2.5))), "d", NullValue())
	if err := Check(doc, 3); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		got  Value
		want Value
	}{
		{doc.Field("a"), num(1)},
		{doc.Field("none"), nil},
		{num(1).Field("a"), nil},
		{doc.At(Path{"d"}), NullValue()},
		{doc.At(Path{"d", "e"}), nil},
		{doc.At(nil), doc},
		{doc.Field("b").Element(1), StringValue("x")},
		{doc.Field("b").Element(2), nil},
		{doc.Field("b").Element(3).Field("c"), FloatValue(2.5)},
		{doc.Field("b").Element(0), nil},
		{doc.Field("b").Element(4), nil},
		{doc.Element(1), nil},
	} {
		if !test.got.Same(test.want) {
			t.Errorf("got %s, want %s", AppendJSON(nil, test.got), AppendJSON(nil, test.want))
		}
	}
	if got := doc.Field("b").Len(); got != 3 {
		t.Errorf("got %d elements", got)
	}
	if !Value(nil).Same(Value{byte(Undefined)}) || num(1).Same(FloatValue(1)) {
		t.Error("Same")
	}
}

func TestCheckRefuses(t *testing.T) {
	deep := num(1)
	for range 5 {
		deep = list(deep)
	}
	if err := Check(deep, 5); err != nil {
		t.Errorf("5 levels of 5: %v", err)
	}
	for _, test := range []struct {
		b     []byte
		depth int
		want  string
	}{
		{nil, 9, "cut short"},
		{deep, 4, "nested too deeply"},
		{[]byte{byte(Bool)}, 9, "cut short"},
		{[]byte{byte(Bool), 2}, 9, "bool of 2"},
		{[]byte{byte(Float), 1}, 9, "cut short"},
		{[]byte{byte(U256), 1}, 9, "cut short"},
		{[]byte{byte(Int), 0x80}, 9, "cut short"},
		{append([]byte{byte(Int)}, bytes.Repeat([]byte{0xff}, 12)...), 9, "varint"},
		{[]byte{byte(Int), 0x80, 0}, 9, "varint"},
		{[]byte{byte(String), 0x81, 0, 'a'}, 9, "varint"},
		{[]byte{byte(Object), 4, 0, 0, 0, 0x81, 0, 'a', byte(Null)}, 9, "varint"},
		{[]byte{byte(String), 2, 'a'}, 9, "cut short"},
		{[]byte{byte(String), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, 9, "cut short"},
		{[]byte{byte(Null), 0}, 9, "1 bytes left over"},
		{[]byte{17}, 9, "unknown type 17"},
		{[]byte{byte(Dynamic)}, 9, "unknown type 31"},
		{[]byte{byte(Array), 4, 0, 0, 0, 1, 0, 0, 0}, 9, "array of 0 elements says 1"},
		{[]byte{byte(Array), 3, 0, 0, 0, 0, 0, 0, 0}, 9, "cut short"},
		{[]byte{byte(Object), 2, 0, 0, 0, 5, 'a'}, 9, "cut short"},
		{[]byte{byte(Object), 0xff, 0xff, 0xff, 0xff}, 9, "cut short"},
	} {
		if err := Check(test.b, test.depth); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("% x: got %v, want %q", test.b, err, test.want)
		}
	}
}

// walk uses all that a checked value allows.
func walk(v Value) (values int) {
	values = 1
	switch t := v.Type(); t {
	case Bool:
		v.Bool()
	case Float:
		v.Float()
	case String, Bytes, Geography, U256:
		v.Content()
	case Array:
		for e := range v.Elements() {
			values += walk(e)
		}
		v.Element(int64(v.Len()))
	case Object:
		for key, f := range v.Fields() {
			values += walk(f)
			v.Field(string(key))
		}
	default:
		if !t.IsNull() {
			v.Int()
		}
	}
	return values
}

// Check never panics, and what passes it can be walked, written, compared, hashed and put into a vector.
func FuzzCheck(f *testing.F) {
	r := rand.New(rand.NewPCG(19, 20))
	for t := Undefined; t < typeCount; t++ {
		f.Add([]byte(sample(r, t).Append(nil)))
	}
	f.Add([]byte(object("a", list(num(1), object("b", NullValue())))))
	f.Add([]byte{byte(Array), 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if Check(b, 20) != nil {
			return
		}
		v := Value(b)
		if n := walk(v); n < 1 || n > len(b) {
			t.Errorf("%d values in %d bytes", n, len(b))
		}
		AppendJSON(nil, v)
		if !Equal(v, v) || HashValue(v) != HashValue(bytes.Clone(b)) {
			t.Error("a value is not equal to itself")
		}
		var vector Vector
		vector.Append(v)
		vector.Append(num(1))
		vector.Append(v)
		if got := vector.Value(2); !got.Same(v) {
			t.Errorf("got % x back, want % x", got, v)
		}
	})
}

package vec

import (
	"slices"
	"testing"
)

func TestTypes(t *testing.T) {
	for typ := Undefined; typ < typeCount; typ++ {
		if got, ok := ParseType(typ.String()); !ok || got != typ {
			t.Errorf("%s: parsed as %s, %t", typ, got, ok)
		}
	}
	for _, name := range []string{"dynamic", "INT", "", "invalid"} {
		if got, ok := ParseType(name); ok {
			t.Errorf("%q: parsed as %s", name, got)
		}
	}
	if Dynamic.String() != "dynamic" || Type(20).String() != "invalid" {
		t.Errorf("got %s and %s", Dynamic, Type(20))
	}
}

func TestTypeSet(t *testing.T) {
	for _, test := range []struct {
		set  TypeSet
		list []Type
		one  Type
	}{
		{SetOf(), nil, Null},
		{SetOf(Null, Undefined), []Type{Undefined, Null}, Null},
		{SetOf(Object, Null), []Type{Null, Object}, Object},
		{SetOf(Int).With(Float), []Type{Int, Float}, Dynamic},
	} {
		if got := test.set.Types(); !slices.Equal(got, test.list) || test.set.Len() != len(test.list) || test.set.One() != test.one {
			t.Errorf("%v: got %v, one %s", test.list, got, test.set.One())
		}
		for typ := Undefined; typ < typeCount; typ++ {
			if test.set.Has(typ) != slices.Contains(test.list, typ) {
				t.Errorf("%v has %s: %t", test.list, typ, test.set.Has(typ))
			}
		}
	}
}

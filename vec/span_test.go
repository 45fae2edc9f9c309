package vec_test

import (
	"math"
	"testing"

	"github.com/outcropdb/outcrop/vec"
)

// TestSpansHoldWhatComparesSo puts many values against many bounds: a value is in a span exactly if
// Compare says that it satisfies the predicate.
func TestSpansHoldWhatComparesSo(t *testing.T) {
	var values []vec.Value
	for _, n := range []int64{0, 1, -1, 5, 1 << 53, 1<<53 + 1, math.MaxInt64, math.MaxInt64 - 1, math.MinInt64} {
		values = append(values, vec.IntValue(vec.Int, n), vec.IntValue(vec.Timestamp, n), vec.FloatValue(float64(n)))
	}
	for _, f := range []float64{0.5, -0.5, math.Copysign(0, -1), 5.5, 1e300, -1e300, math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, -5e-324} {
		values = append(values, vec.FloatValue(f))
	}
	for _, s := range []string{"", "\x00", "a", "a\x00", "ab", "b", "\xff", "\xff\xff"} {
		values = append(values, vec.StringValue(s), vec.AppendContent(nil, vec.Bytes, s))
	}
	values = append(values, vec.BoolValue(false), vec.BoolValue(true), vec.AppendContent(nil, vec.U256, make([]byte, 32)))
	for _, low := range values {
		for _, high := range append(values, nil) {
			for open := range 4 {
				p := vec.Predicate{Op: vec.OpRange, Low: low, High: high, LowOpen: open&1 != 0, HighOpen: open&2 != 0}
				for _, v := range values {
					want := satisfies(v, low, func(order int) bool { return order > 0 || order == 0 && !p.LowOpen }) &&
						(high == nil || satisfies(v, high, func(order int) bool { return order < 0 || order == 0 && !p.HighOpen }))
					if got := in(t, p, v); got != want {
						t.Fatalf("%v in %v to %v, open %d: %t", v, low, high, open, got)
					}
				}
			}
		}
		for _, v := range values {
			p := vec.Predicate{Op: vec.OpIn, Values: []vec.Value{vec.StringValue("other"), low}}
			if got, want := in(t, p, v), satisfies(v, low, func(order int) bool { return order == 0 }); got != want {
				t.Fatalf("%v = %v: %t", v, low, got)
			}
			if low.Type() == vec.String {
				p := vec.Predicate{Op: vec.OpPrefix, Values: []vec.Value{low}}
				prefix := string(low.Content())
				want := v.Type() == vec.String && len(v.Content()) >= len(prefix) && string(v.Content()[:len(prefix)]) == prefix
				if got := in(t, p, v); got != want {
					t.Fatalf("%v starts with %v: %t", v, low, got)
				}
			}
		}
		if !in(t, vec.Predicate{Op: vec.OpExists}, low) {
			t.Fatalf("%v does not exist", low)
		}
	}
}

func satisfies(v, bound vec.Value, holds func(order int) bool) bool {
	a, b := v.Type(), bound.Type()
	return (a == b || a.IsNumber() && b.IsNumber()) && holds(vec.Compare(v, bound))
}

func in(t *testing.T, p vec.Predicate, v vec.Value) bool {
	spans, ok := p.Spans(v.Type())
	if !ok {
		t.Fatalf("no spans of %s", v.Type())
	}
	for _, s := range spans {
		if v.Type().Layout() == vec.Varlen {
			if s.Has(v.Content()) {
				return true
			}
			continue
		}
		var key int64
		switch v.Type() {
		case vec.Bool:
			if v.Bool() {
				key = 1
			}
		case vec.Float:
			key = vec.Key(v.Float())
		default:
			key = v.Int()
		}
		if s.Low <= key && key <= s.High {
			return true
		}
	}
	return false
}

func TestSpansOfNestedTypesAreNotKnown(t *testing.T) {
	for _, typ := range []vec.Type{vec.Array, vec.Object, vec.Geography} {
		if _, ok := (vec.Predicate{Op: vec.OpExists}).Spans(typ); ok {
			t.Errorf("spans of %s", typ)
		}
	}
}

func TestPointIsOneContent(t *testing.T) {
	spans, _ := vec.Predicate{Op: vec.OpIn, Values: []vec.Value{vec.StringValue("x")}}.Spans(vec.String)
	if content, ok := spans[0].Point(); !ok || string(content) != "x" {
		t.Errorf("%q, %t", content, ok)
	}
	spans, _ = vec.Predicate{Op: vec.OpPrefix, Values: []vec.Value{vec.StringValue("x")}}.Spans(vec.String)
	if _, ok := spans[0].Point(); ok {
		t.Error("a prefix is a point")
	}
}

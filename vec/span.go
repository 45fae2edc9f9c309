package vec

import (
	"bytes"
	"math"
	"sort"
)

// Span is an interval of the values of one type, in Compare's order. Values of fixed width are told by
// their keys, Low <= key <= High; others by their content, From <= content < To, where a nil To is open.
type Span struct {
	Low, High int64
	From, To  []byte
}

// Key maps a float to an integer of the same order as Compare's: zeros are equal, NaN is greatest. The
// key of an Int or a date or time type is its number, that of a bool 0 or 1.
func Key(f float64) int64 {
	switch {
	case f != f:
		return math.MaxInt64
	case f == 0:
		return 0
	}
	n := int64(math.Float64bits(f))
	return n ^ (n >> 63 & math.MaxInt64)
}

// FromKey is the float of a Key.
func FromKey(key int64) float64 {
	if key == math.MaxInt64 {
		return math.NaN()
	}
	return math.Float64frombits(uint64(key ^ (key >> 63 & math.MaxInt64)))
}

// Has tells whether the content of a value is in the span.
func (s Span) Has(content []byte) bool {
	return bytes.Compare(s.From, content) <= 0 && (s.To == nil || bytes.Compare(content, s.To) < 0)
}

// Point is the one content that a span of contents holds, if it holds only one.
func (s Span) Point() ([]byte, bool) {
	n := len(s.From)
	return s.From, len(s.To) == n+1 && s.To[n] == 0 && bytes.Equal(s.To[:n], s.From)
}

// Spans are the values of type t that satisfy p, perhaps none. They are not known, ok is false, for types
// whose contents do not have Compare's order.
func (p Predicate) Spans(t Type) (spans []Span, ok bool) {
	switch {
	case t.IsNull():
		return nil, true
	case t == Array || t == Object || t == Geography || t.Layout() == Union:
		return nil, false
	}
	switch p.Op {
	case OpIn:
		for _, v := range p.Values {
			if s, some := span(t, v, v, false, false); some {
				spans = append(spans, s)
			}
		}
	case OpRange:
		if s, some := span(t, p.Low, p.High, p.LowOpen, p.HighOpen); some {
			spans = append(spans, s)
		}
	case OpPrefix:
		if t == String && p.Values[0].Type() == String {
			prefix := p.Values[0].Content()
			spans = append(spans, Span{From: prefix, To: behind(prefix)})
		}
	case OpExists:
		s, _ := span(t, nil, nil, false, false)
		spans = append(spans, s)
	}
	return spans, true
}

// span is the interval of values of type t between two bounds, of which a nil one is open; false if empty.
func span(t Type, low, high Value, lowOpen, highOpen bool) (s Span, some bool) {
	if low != nil && !compares(t, low.Type()) || high != nil && !compares(t, high.Type()) {
		return s, false
	}
	if t.Layout() == Varlen {
		if low != nil {
			if s.From = low.Content(); lowOpen {
				s.From = append(bytes.Clone(s.From), 0)
			}
		}
		if high != nil {
			if s.To = high.Content(); !highOpen {
				s.To = append(bytes.Clone(s.To), 0)
			}
			if s.To == nil {
				s.To = []byte{}
			}
		}
		return s, s.To == nil || bytes.Compare(s.From, s.To) < 0
	}
	s = Span{Low: math.MinInt64, High: math.MaxInt64}
	some = true
	if low != nil {
		s.Low, some = lowKey(t, low, lowOpen)
	}
	if high != nil && some {
		s.High, some = highKey(t, high, highOpen)
	}
	return s, some && s.Low <= s.High
}

// compares tells whether SQL compares values of the two types, neither null.
func compares(a, b Type) bool { return a == b || a.IsNumber() && b.IsNumber() }

// lowKey is the least key of a value of type t that is not below bound, or, when open, is above it.
func lowKey(t Type, bound Value, open bool) (key int64, some bool) {
	key, side := nearKey(t, bound)
	if side < 0 || side == 0 && open {
		return key + 1, key < math.MaxInt64
	}
	return key, true
}

// highKey is the greatest key of a value of type t that is not above bound, or, when open, is below it.
func highKey(t Type, bound Value, open bool) (key int64, some bool) {
	key, side := nearKey(t, bound)
	if side > 0 || side == 0 && open {
		return key - 1, key > math.MinInt64
	}
	return key, true
}

// nearKey is a key of type t next to bound; side tells whether its value is below, at or above bound.
func nearKey(t Type, bound Value) (key int64, side int) {
	switch {
	case bound.Type() == Bool:
		if bound.Bool() {
			return 1, 0
		}
		return 0, 0
	case t == Float && bound.Type() == Float:
		return Key(bound.Float()), 0
	case t == Float:
		n := bound.Int()
		f := float64(n)
		switch {
		case f == 1<<63 || int64(f) > n:
			side = 1
		case int64(f) < n:
			side = -1
		}
		return Key(f), side
	case bound.Type() == Float:
		switch f := math.Floor(bound.Float()); {
		case f != f || f >= 1<<63:
			return math.MaxInt64, -1
		case f < -1<<63:
			return math.MinInt64, 1
		case f < bound.Float():
			return int64(f), -1
		default:
			return int64(f), 0
		}
	}
	return bound.Int(), 0
}

// behind is the least content behind all that begin with prefix; nil if there is none.
func behind(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for n := len(end); n > 0; n-- {
		if end[n-1]++; end[n-1] != 0 {
			return end[:n]
		}
	}
	return nil
}

// Within is which rows of v, low..high-1, are in the span: v is Flat, has no nulls, and its rows ascend.
func (v *Vector) Within(s Span) (low, high int) {
	var below, upTo func(i int) bool // whether row i is before the span, or before its end
	if v.Type.Layout() == Varlen {
		below = func(i int) bool { return bytes.Compare(v.Content(i), s.From) < 0 }
		upTo = func(i int) bool { return s.To == nil || bytes.Compare(v.Content(i), s.To) < 0 }
	} else {
		below = func(i int) bool { return v.key(i) < s.Low }
		upTo = func(i int) bool { return v.key(i) <= s.High }
	}
	low = sort.Search(v.Rows, func(i int) bool { return !below(i) })
	return low, low + sort.Search(v.Rows-low, func(i int) bool { return !upTo(low + i) })
}

// key is the Key of row i of a Flat v of fixed width.
func (v *Vector) key(i int) int64 {
	switch v.Type.Layout() {
	case Int64s:
		return v.I64[i]
	case Float64:
		return Key(v.F64[i])
	}
	if Bit(v.Bits, i) {
		return 1
	}
	return 0
}

package memtable

import (
	"bytes"
	"math"

	"github.com/outcropdb/outcrop/index/column"
	"github.com/outcropdb/outcrop/vec"
)

// matcher is a predicate made ready for the values of one type: one of the tests is set, or all match.
type matcher struct {
	all     bool
	unknown bool // the values are not in the sub-column: objects, or are not compared here: arrays
	more    bool // it may match values that do not satisfy the predicate
	int     func(int64) bool
	float   func(float64) bool
	content func([]byte) bool
}

// comparable tells that SQL compares values of the two types.
func comparable(t, u vec.Type) bool { return t == u || t.IsNumber() && u.IsNumber() }

// relevant are those of the values that SQL compares with values of type t.
func relevant(t vec.Type, values []vec.Value) (out []vec.Value) {
	for _, v := range values {
		if comparable(t, v.Type()) {
			out = append(out, v)
		}
	}
	return out
}

// mayMatch is a cheap test by types and bounds.
func mayMatch(values *column.Values, p vec.Predicate) bool {
	t := values.Type()
	low, high := values.Bounds()
	bounded := low != nil && !(high.Type() == vec.Float && math.IsNaN(high.Float()))
	switch p.Op {
	case vec.OpExists:
		return true
	case vec.OpPrefix:
		return t == vec.String
	case vec.OpIn:
		for _, v := range relevant(t, p.Values) {
			if !bounded || vec.Compare(low, v) <= 0 && vec.Compare(v, high) <= 0 {
				return true
			}
		}
		return false
	}
	if p.Low != nil && (!comparable(t, p.Low.Type()) || bounded && beyond(vec.Compare(p.Low, high), p.LowOpen)) {
		return false
	}
	return p.High == nil || comparable(t, p.High.Type()) && !(bounded && beyond(vec.Compare(low, p.High), p.HighOpen))
}

// beyond tells that a comparison of bound and value leaves nothing between them.
func beyond(comparison int, open bool) bool { return comparison > 0 || comparison == 0 && open }

// compile makes p ready for the values, which mayMatch.
func compile(values *column.Values, p vec.Predicate) (m matcher) {
	t := values.Type()
	switch {
	case p.Op == vec.OpExists || p.Op == vec.OpRange && p.Low == nil && p.High == nil:
		m.all = true
	case t == vec.Array || t == vec.Object:
		m.unknown = true
	case p.Op == vec.OpPrefix:
		prefix := p.Values[0].Content()
		m.content = func(b []byte) bool { return bytes.HasPrefix(b, prefix) }
	case t == vec.Float:
		m.float, m.more = floatTest(p)
	case t.Layout() == vec.Varlen:
		m.content = contentTest(t, p)
	default:
		m.int, m.more = intTest(t, p)
	}
	return m
}

// scan adds the docs of matching values.
func (m matcher) scan(docs []uint32, values *column.Values) []uint32 {
	switch {
	case m.all:
		return append(docs, values.Docs...)
	case m.float != nil:
		for i, f := range values.Floats {
			if m.float(f) {
				docs = append(docs, values.Docs[i])
			}
		}
	case m.content != nil:
		for i, doc := range values.Docs {
			if m.content(values.Data[values.Offsets[i]:values.Offsets[i+1]]) {
				docs = append(docs, doc)
			}
		}
	case values.Kind == vec.Bool:
		for i, b := range values.Bools {
			if m.int(boolInt(b)) {
				docs = append(docs, values.Docs[i])
			}
		}
	default:
		for i, n := range values.Ints {
			if m.int(n) {
				docs = append(docs, values.Docs[i])
			}
		}
	}
	return docs
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// integer is v as an integer: the first not below it, or for up false the last not above; exact tells that
// it is v itself. ok is false when there is none: NaN, or beyond int64 on that side.
func integer(v vec.Value, up bool) (n int64, exact, ok bool) {
	switch v.Type() {
	case vec.Bool:
		return boolInt(v.Bool()), true, true
	case vec.Float:
		f := v.Float()
		whole := math.Floor(f)
		if up {
			whole = math.Ceil(f)
		}
		switch {
		case f != f || up && whole >= 1<<63 || !up && whole < -1<<63:
			return 0, false, false
		case whole >= 1<<63:
			return math.MaxInt64, false, true
		case whole < -1<<63:
			return math.MinInt64, false, true
		}
		return int64(whole), whole == f, true
	}
	return v.Int(), true, true
}

func intTest(t vec.Type, p vec.Predicate) (test func(int64) bool, more bool) {
	if p.Op == vec.OpIn {
		set := map[int64]bool{}
		var only int64
		for _, v := range relevant(t, p.Values) {
			if n, exact, ok := integer(v, true); ok && exact {
				set[n], only = true, n
			}
		}
		if len(set) == 1 {
			return func(n int64) bool { return n == only }, false
		}
		return func(n int64) bool { return set[n] }, false
	}
	low, high, none := int64(math.MinInt64), int64(math.MaxInt64), false
	if p.Low != nil {
		n, exact, ok := integer(p.Low, true)
		open := exact && p.LowOpen
		if none = !ok || open && n == math.MaxInt64; !none {
			low = n + boolInt(open)
		}
	}
	if p.High != nil && !none {
		n, exact, ok := integer(p.High, false)
		open := exact && p.HighOpen
		switch {
		case ok && open && n == math.MinInt64:
			none = true
		case ok:
			high = n - boolInt(open)
		case p.High.Float() != p.High.Float():
			more = true // NaN is the greatest in order, and yet no comparison with it need be true
		default:
			none = true
		}
	}
	return func(n int64) bool { return !none && low <= n && n <= high }, more
}

// maxExact is the greatest number below which all integers are floats.
const maxExact = 1 << 53

// nearby is v as a float between down and up, which are v itself unless that takes rounding.
func nearby(v vec.Value) (down, up float64) {
	if v.Type() == vec.Float {
		return v.Float(), v.Float()
	}
	n := v.Int()
	f := float64(n)
	if -maxExact <= n && n <= maxExact {
		return f, f
	}
	return math.Nextafter(f, math.Inf(-1)), math.Nextafter(f, math.Inf(1))
}

// floatTest takes in NaN, which other places may take or leave, and the neighbours of large integers.
func floatTest(p vec.Predicate) (test func(float64) bool, more bool) {
	type span struct{ down, up float64 }
	var spans []span
	if p.Op == vec.OpIn {
		for _, v := range relevant(vec.Float, p.Values) {
			down, up := nearby(v)
			spans = append(spans, span{down, up})
		}
		return func(f float64) bool {
			for _, s := range spans {
				if s.down <= f && f <= s.up || f != f {
					return true
				}
			}
			return false
		}, true
	}
	low, high := math.Inf(-1), math.Inf(1)
	if p.Low != nil {
		low, _ = nearby(p.Low)
	}
	if p.High != nil {
		_, high = nearby(p.High)
	}
	return func(f float64) bool { return !(f < low || f > high) }, true
}

func contentTest(t vec.Type, p vec.Predicate) func([]byte) bool {
	if p.Op == vec.OpIn {
		set := map[string]bool{}
		var only []byte
		for _, v := range relevant(t, p.Values) {
			only = v.Content()
			set[string(only)] = true
		}
		if len(set) == 1 {
			return func(b []byte) bool { return bytes.Equal(b, only) }
		}
		return func(b []byte) bool { return set[string(b)] }
	}
	return func(b []byte) bool {
		if p.Low != nil {
			if c := bytes.Compare(p.Low.Content(), b); beyond(c, p.LowOpen) {
				return false
			}
		}
		if p.High != nil {
			if c := bytes.Compare(b, p.High.Content()); beyond(c, p.HighOpen) {
				return false
			}
		}
		return true
	}
}

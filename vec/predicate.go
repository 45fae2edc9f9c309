package vec

import "strings"

// PredicateOp is the kind of a Predicate.
type PredicateOp uint8

const (
	OpIn     PredicateOp = iota // the value equals one of Values
	OpRange                     // Low <= value <= High; a nil bound is open, LowOpen and HighOpen exclude the bound itself
	OpPrefix                    // the value is a string and starts with Values[0]'s content
	OpExists                    // the value is neither null nor undefined
	OpTerms                     // the value is a string and its tokens have all of Terms
)

// Predicate is a condition on one path that an index can answer: what plans push down and indexes look up.
// Values are compared as SQL does: int with float by number, other types only among themselves; null and
// undefined never satisfy one.
//
// With Each, Path leads to an array, and the condition is met by a document of which any element meets it: the
// element itself, or of an object what Below leads to in it, through objects alone.
type Predicate struct {
	Path              Path
	Each              bool
	Below             Path
	Op                PredicateOp
	Values            []Value
	Low, High         Value
	LowOpen, HighOpen bool
	Terms             []Term
}

// String writes the predicate for EXPLAIN.
func (p Predicate) String() string {
	text := func(v Value) string { return string(AppendJSON(nil, v)) }
	path := p.Field()
	switch p.Op {
	case OpIn:
		if len(p.Values) == 1 {
			return path + " = " + text(p.Values[0])
		}
		var list []string
		for i, v := range p.Values {
			if i == 8 {
				list = append(list, "...")
				break
			}
			list = append(list, text(v))
		}
		return path + " in (" + strings.Join(list, ", ") + ")"
	case OpPrefix:
		return path + " starts with " + text(p.Values[0])
	case OpExists:
		return path + " is not null"
	case OpTerms:
		list := make([]string, len(p.Terms))
		for i, term := range p.Terms {
			list[i] = term.String()
		}
		return path + " has " + strings.Join(list, ", ")
	}
	var sides []string
	if p.Low != nil {
		sides = append(sides, path+operator(" >", p.LowOpen)+text(p.Low))
	}
	if p.High != nil {
		sides = append(sides, path+operator(" <", p.HighOpen)+text(p.High))
	}
	return strings.Join(sides, " and ")
}

// Field is the path that the condition is on: a.b, or a.b[*].c where it is on the elements of an array.
func (p Predicate) Field() string {
	if !p.Each {
		return p.Path.String()
	}
	field := p.Path.String() + "[*]"
	if len(p.Below) > 0 {
		field += "." + p.Below.String()
	}
	return field
}

func operator(base string, open bool) string {
	if open {
		return base + " "
	}
	return base + "= "
}

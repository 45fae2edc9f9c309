// Package inverted answers: here is a value of this field, which doc ids have it?
package inverted

import "github.com/outcropdb/outcrop/vec"

// Op is the kind of a Predicate.
type Op uint8

const (
	In     Op = iota // the value equals one of Values
	Range            // Low <= value <= High; a nil bound is open, LowOpen and HighOpen exclude the bound itself
	Prefix           // the value is a string and starts with Values[0]'s content
	Exists           // the value is neither null nor undefined
)

// Predicate is a condition on one path. Values are compared as SQL does: int with float by number, other
// types only among themselves; null and undefined never satisfy one.
type Predicate struct {
	Path              vec.Path
	Op                Op
	Values            []vec.Value
	Low, High         vec.Value
	LowOpen, HighOpen bool
}

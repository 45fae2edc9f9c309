// Package inverted answers: here is a value of this field, which doc ids have it?
package inverted

import "github.com/outcropdb/outcrop/vec"

// Predicate is the condition that a Lookup answers.
type Predicate = vec.Predicate

// The kinds of a Predicate, under the names of this package.
const (
	In     = vec.OpIn
	Range  = vec.OpRange
	Prefix = vec.OpPrefix
	Exists = vec.OpExists
)

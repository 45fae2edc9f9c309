// Package column answers: here is a doc id, what is the value of this field?
//
// A field is a path, and a path has one sub-column for each type that it takes in some document: the doc
// ids that have the type there, ascending, and as many values. A Shredder takes documents apart into
// sub-columns in memory; Encode and Decode carry one sub-column to a file and back.
package column

import "github.com/outcropdb/outcrop/vec"

// Limits of a Shredder. What exceeds them stays readable, through its document.
const (
	// MaxPaths bounds the distinct paths that get sub-columns, since each costs memory whether it is used
	// or not. Fields at other paths are the rest: read from the documents that have them. A Shredder gives
	// sub-columns to the first paths that come, Frequent to those that the most documents have.
	MaxPaths = 10_000
	// MaxRestKeys bounds the distinct keys of the rest of which it is known which documents have them. Fields
	// with other keys are looked for in all documents that have such keys.
	MaxRestKeys = 1_000_000
	// MaxDepth is the number of steps of the longest path that gets sub-columns; what is deeper is the rest.
	MaxDepth = 64
	// MaxElementPaths bounds the paths through arrays that are counted for DESCRIBE.
	MaxElementPaths = 1_000
	// MaxBytes bounds the encoded size of a Shredder's documents: offsets are 32 bits wide.
	MaxBytes = 1<<32 - 1
)

// Rest is the pseudo type under which Sub lists the documents that have, directly in the object at a
// path, keys beyond the limits, or one such key. Each such Sub is a Keyed.
const Rest = vec.Dynamic

// AnyType is what Types says about a path of the rest: it may have any type, in any document.
const AnyType = vec.TypeSet(1<<(vec.Object+1) - 1)

// Documents gives whole documents: of a path that has objects or is of the rest, columns read them.
type Documents interface {
	// Document is the document of that id, encoded.
	Document(doc uint32) (vec.Value, error)
}

// Selection is the docs to read: those of Docs, ascending, or when that is nil From..To-1.
type Selection struct {
	From, To int
	Docs     []uint32
}

// Len is the number of selected docs.
func (s Selection) Len() int {
	if s.Docs != nil {
		return len(s.Docs)
	}
	return s.To - s.From
}

// Doc is the selection's doc number i.
func (s Selection) Doc(i int) uint32 {
	if s.Docs != nil {
		return s.Docs[i]
	}
	return uint32(s.From + i)
}

// Sub is one sub-column: the values of one type at one path. It never changes; any number of workers may
// read it at once.
type Sub interface {
	// Type of the values; Null and Object sub-columns know only their docs, as does that of type Rest.
	Type() vec.Type
	// Count is the number of docs that have a value here.
	Count() int
	// Present sets bit i of bits, and leaves the others, if the selection's doc i has a value here, and
	// returns how many have. With nil bits it only counts.
	Present(bits []uint64, selection Selection) (int, error)
	// Read makes out a vector with a row for each selected doc, null where that has no value here. Not for
	// types that know only their docs. out may alias the sub-column.
	Read(out *vec.Vector, selection Selection) error
}

// Field is a line of DESCRIBE: how often a type occurs at a path. In Path the step "*" stands for any
// element of an array, and Total for the elements, or the documents, that could have had it.
type Field struct {
	Path         vec.Path
	Type         vec.Type
	Count, Total uint64
}

// Package plan is a query as relations and expressions, one to one with Substrait's and named after them.
// It knows no files and no SQL text; names have become collections, paths and column numbers.
package plan

import (
	"context"

	"github.com/outcropdb/outcrop/vec"
)

// Field is one column of a relation. A name of "*" marks a document column whose fields stand for
// columns of their own: SELECT * gives one, and results splice its fields into the row.
type Field struct {
	Name string
	Type vec.Type
}

// Node is a relation: rows of the columns that Schema lists. Nodes are not changed once built; a rule
// that rewrites one makes another. See Rewrite.
type Node interface {
	Schema() []Field
	// Inputs are the relations that this one reads, in order.
	Inputs() []Node
	// WithInputs is a copy that reads other inputs, as many, of the same schemas.
	WithInputs(inputs []Node) Node
}

// Root is the outermost relation of a query: its input, and the names under which the columns go out.
// Names may repeat.
type Root struct {
	Input Node
	Names []string
}

// Catalog tells what a name in FROM stands for.
type Catalog interface {
	// Resolve a name of one or more parts. Exactly one of collection (its id, a Read's Collection) and
	// viewSQL (a SELECT to stand in its place) is not empty. The error of an unknown name suggests a near one.
	Resolve(ctx context.Context, name []string) (collection, viewSQL string, err error)
}

// Stats is what the binder and the optimizer know of the documents; snapshots meet it. All of it may be
// out of date by the time the query runs: it decides speed and static types, never answers.
type Stats interface {
	Rows(collection string) int64
	// Selectivity of p among the collection's documents, 0..1.
	Selectivity(collection string, p vec.Predicate) float64
	// Types of the values that path has, Undefined among them where documents lack it.
	Types(collection string, path vec.Path) vec.TypeSet
	// Fields are the names of top-level fields, sorted.
	Fields(collection string) []string
}

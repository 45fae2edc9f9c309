// Package bind gives the names in a query their meaning: its syntax tree becomes a plan.
//
// Names of fields, columns and tables are told apart by case; those of functions and types are not. A path
// a.b.c begins, if it can, with the alias or name of a table in FROM; else its first name is a column of a
// table, or a top-level field of a collection's documents. Documents have no fixed fields, so the rule is:
// a collection has the fields that any of its documents ever had, and _id, _event_time and _meta, and, as
// long as it is empty, every field. Any other name is an error that suggests the nearest one. Below the top
// level there is no such check: a key that is missing is undefined. See documents.has.
//
// An alias of the select list is seen by ORDER BY before a field of its name, by GROUP BY and HAVING behind
// one, and elsewhere not at all. Nulls are greater than all values: last in an ascending order, first in a
// descending one.
//
// What the parser takes and this package does not bind yet is an error, "not supported yet: ...".
package bind

import (
	"context"

	"github.com/outcropdb/outcrop/plan"
	"github.com/outcropdb/outcrop/plan/sql"
	"github.com/outcropdb/outcrop/vec"
)

const (
	// MaxQueries is how many queries, subqueries and references to queries of WITH and to views one
	// statement may have: a few lines of WITH can refer to each other millions of times.
	MaxQueries = 10_000
	// MaxViewDepth is how many views may stand inside each other. It ends those that contain themselves.
	MaxViewDepth = 32
	// MaxGroupingSets is how many sets GROUPING SETS, ROLLUP and CUBE may make together.
	MaxGroupingSets = 4096
)

// Options are what a query is bound with beside its text.
type Options struct {
	// ExpandStar makes * one column for each field that a collection has now. Else it is one column,
	// named "*", of documents.
	ExpandStar bool
	// Parameters are the types of the parameters that the caller gave, by name; the nth ? is named n.
	Parameters map[string]vec.Type
}

// Query binds a query. Errors have their place in the text; those of the caller are *plan.Error.
func Query(ctx context.Context, q *sql.Query, catalog plan.Catalog, stats plan.Stats, o Options) (*plan.Root, error) {
	b := &binder{ctx: ctx, catalog: catalog, stats: stats, options: o}
	t, err := b.query(q, environment{})
	if err != nil {
		return nil, err
	}
	root := &plan.Root{Input: t.build()}
	for _, c := range t.columns {
		root.Names = append(root.Names, c.name)
	}
	return root, nil
}

// binder is what all of a statement shares.
type binder struct {
	ctx     context.Context
	catalog plan.Catalog
	stats   plan.Stats
	options Options
	queries int // bound so far
}

// environment is what a query sees of what is around it.
type environment struct {
	with  *commonTable // queries of WITH, the innermost first
	outer *scope       // of the query that this one is an expression of
	views int          // that this query stands in
}

// commonTable is a query of WITH. Every reference binds it anew.
type commonTable struct {
	def     *sql.CommonTable
	in      environment // of its query
	binding bool        // a reference to it now would be recursive
	next    *commonTable
}

// table is a bound query. It is built when what refers to it is bound as well.
type table struct {
	columns []column
	build   func() plan.Node

	// deepen finds or adds a column for a path in the documents of column i: x.a of a query SELECT * FROM c
	// AS x then is column a of c, with its type and its index, and not something to find in each document.
	// nil, or ok false: there is no such way.
	deepen func(i int, path vec.Path) (at int, t vec.Type, ok bool)
}

// column is one column of a table.
type column struct {
	name      string
	t         vec.Type
	documents *documents // of a column "*", whose fields stand for columns
	hidden    bool       // added by deepen: no name means it
}

func unsupported(at sql.Node, what string, args ...any) error {
	return plan.Errorf(at.Pos(), "not supported yet: "+what, args...)
}

// Package sql turns SQL text into a syntax tree, and a syntax tree back into text.
//
// The tree says what was written, not what it means: names are not resolved and types are not
// known. Keywords and unit names are in upper case in it, names of functions, types and options
// in lower case, names of fields, tables and aliases as they were written.
package sql

import "github.com/outcropdb/outcrop/plan"

// Node is any piece of the tree.
type Node interface {
	Pos() plan.Position
}

// Place is where a node begins in the text; of an operator written after its first operand
// (a + b, x::int, x IS NULL, a JOIN b) it is where the operator is.
// Every node embeds it.
type Place struct{ At plan.Position }

// Pos is where the node is.
func (p Place) Pos() plan.Position { return p.At }

// Name is one identifier, without its quotes. Text is empty where there is no name.
type Name struct {
	Place
	Text string
}

// Option is a name with a value, in HINT(...), OPTION(...), WITH (...), SET (...) and FORMAT=(...).
type Option struct {
	Place
	Name  string // in lower case
	Value Expr   // nil when only the name is given
}

// Statement is what Parse returns: *Query, *Insert, *Export, *Delete, *Update, *Describe, *Explain,
// *Create, *Alter, *Drop or *WithOptions.
type Statement interface {
	Node
	statement()
}

// WithOptions is OPTION(...) before a statement. It is never directly inside another one.
type WithOptions struct {
	Place
	Options   []Option
	Statement Statement
}

// Insert is INSERT INTO table [(columns)] query.
type Insert struct {
	Place
	Table   *TableName
	Columns []Name // empty: as the query names them
	Query   *Query
}

// Export is INSERT INTO 'url' INTEGRATION = 'name' FORMAT = (...) query.
type Export struct {
	Place
	URL         string
	Integration string // "" where not given
	Format      []Option
	Query       *Query
}

// Delete is DELETE FROM table [AS alias] [WHERE condition].
type Delete struct {
	Place
	Table *TableName
	Alias Name
	Where Expr // nil: all
}

// Update is UPDATE table [AS alias] SET assignments [WHERE condition].
type Update struct {
	Place
	Table *TableName
	Alias Name
	Set   []Assignment
	Where Expr // nil: all
}

// Assignment is target = value. Target is a path: a Column, or a Field or Subscript of a path.
type Assignment struct {
	Place
	Target Expr
	Value  Expr
}

// Describe is DESCRIBE table [OPTION(...)].
type Describe struct {
	Place
	Table   *TableName
	Options []Option
}

// Explain is EXPLAIN [ANALYZE] [(FORMAT format)] statement.
type Explain struct {
	Place
	Analyze   bool
	Format    string // TEXT (also when not given), JSON or SUBSTRAIT
	Statement Statement
}

// Create is CREATE [OR REPLACE] kind [IF NOT EXISTS] name ..., by kind:
//
//	COLLECTION name [WITH (options)] [AS query]        the query is the ingest transformation
//	VIEW name [WITH (options)] AS query
//	ALIAS name FOR table [WITH (options)]
//	WORKSPACE name [WITH (options)]
//	LAMBDA name [(parameter type [DEFAULT value], ...)] [WITH (options)] AS query or INSERT
type Create struct {
	Place
	Kind        string // COLLECTION, VIEW, ALIAS, WORKSPACE or LAMBDA
	OrReplace   bool
	IfNotExists bool
	Name        *TableName
	Parameters  []LambdaParameter // LAMBDA
	Options     []Option
	For         *TableName // ALIAS: what it stands for
	Body        Statement  // what follows AS, or nil; a *Query, in LAMBDA also *Insert or *Export
	Text        string     // Body as it was written
}

// LambdaParameter is one declared parameter of a query lambda.
type LambdaParameter struct {
	Place
	Name    string // without the colon
	Type    *Type
	Default Expr // nil: none
}

// Alter is ALTER kind [IF EXISTS] name, followed by SET (options) or what Create has:
// FOR table for ALIAS, AS query for COLLECTION, VIEW and LAMBDA.
type Alter struct {
	Place
	Kind     string // as in Create
	IfExists bool
	Name     *TableName
	Options  []Option
	For      *TableName
	Body     Statement
	Text     string
}

// Drop is DROP kind [IF EXISTS] name.
type Drop struct {
	Place
	Kind     string // as in Create
	IfExists bool
	Name     *TableName
}

// Query is a whole query: a body and what applies to its result.
type Query struct {
	Place
	With    *With // or nil
	Body    Body
	OrderBy []OrderItem
	Limit   Expr // nil: all rows
	Offset  Expr // nil: 0
	// WithTies: rows equal to the last by OrderBy come too (FETCH FIRST n ROWS WITH TIES).
	WithTies bool
	Hints    []Option
}

// With is WITH [RECURSIVE] and its named queries.
type With struct {
	Place
	Recursive bool
	Tables    []CommonTable
}

// CommonTable is one named query of WITH.
type CommonTable struct {
	Place
	Name    Name
	Columns []Name // empty: as the query names them
	Query   *Query
}

// Body is what a Query is made of: *Select, *Values, *SetOperation, or a *Query in parentheses that
// has a WITH, ORDER BY, LIMIT, OFFSET or HINT of its own. Parentheses without effect leave no trace.
type Body interface {
	Node
	body()
}

// Select is SELECT ... up to, not including, ORDER BY.
type Select struct {
	Place
	Distinct   bool   // DISTINCT, with or without ON
	DistinctOn []Expr // DISTINCT ON (...)
	Items      []SelectItem
	From       []Table // joined crosswise; empty: one row without columns
	Where      Expr
	GroupBy    []Grouping
	Having     Expr
	Windows    []NamedWindow
	Qualify    Expr
	ClusterBy  []Expr // of an ingest transformation
}

// SelectItem is one entry of the select list; a *Star is only found here, without an alias.
type SelectItem struct {
	Place
	Expr  Expr
	Alias Name
}

// Grouping is one element of GROUP BY. With Kind "" it is a set of expressions: a is {a}, (a, b) is
// {a, b}, () is {}. Otherwise Kind is ROLLUP, CUBE or GROUPING SETS, and Elements are what it is of;
// those of ROLLUP and CUBE are sets of expressions.
type Grouping struct {
	Place
	Kind     string
	Exprs    []Expr
	Elements []Grouping
}

// NamedWindow is name AS (...) of the WINDOW clause.
type NamedWindow struct {
	Place
	Name   Name
	Window *Window
}

// Values is VALUES (a, b), (c, d): rows of equal length. VALUES 1, 2 is VALUES (1), (2).
type Values struct {
	Place
	Rows [][]Expr
}

// SetOperation is left op [ALL] right. Op is UNION, INTERSECT or EXCEPT.
type SetOperation struct {
	Place
	Op          string
	All         bool
	Left, Right Body
}

// OrderItem is one expression of ORDER BY.
type OrderItem struct {
	Place
	Expr       Expr
	Descending bool
	Nulls      string // FIRST, LAST, or "" where not given
}

// Table is what FROM reads: *TableRef or *Join.
type Table interface {
	Node
	table()
}

// TableRef is a source of rows with what may be written after it.
type TableRef struct {
	Place
	Lateral bool
	Source  Source
	Alias   Name
	Columns []Name // AS alias(columns)
	Sample  *Sample
	Hints   []Option
}

// Source is what a TableRef reads: *TableName, *Query, *Unnest, *TableFunction, or in parentheses
// with something written after them, a *Join or another *TableRef.
type Source interface {
	Node
	source()
}

// TableName is a name of any number of dotted parts, at least one: workspaces, then the resource.
type TableName struct {
	Place
	Parts []Name
}

// Path is the parts as strings.
func (t *TableName) Path() []string {
	parts := make([]string, len(t.Parts))
	for i, p := range t.Parts {
		parts[i] = p.Text
	}
	return parts
}

// Unnest is UNNEST(expr [AS element] [WITH ORDINALITY [AS ordinal]]) or UNNEST(expr) WITH ORDINALITY.
type Unnest struct {
	Place
	Expr       Expr
	Element    Name // names the column of elements
	Ordinality bool
	Ordinal    Name // names the column of positions from 1
}

// TableFunction is a call that yields rows.
type TableFunction struct {
	Place
	Call       *Call
	Ordinality bool
}

// Sample is TABLESAMPLE method (percent) [REPEATABLE (seed)].
type Sample struct {
	Place
	Method  string // BERNOULLI or SYSTEM
	Percent Expr
	Seed    Expr // or nil
}

// Join is left kind JOIN right. At most one of Natural, On and Using is set; CROSS has none,
// the others have one.
type Join struct {
	Place
	Kind        string // INNER, LEFT, RIGHT, FULL or CROSS
	Left, Right Table
	Natural     bool
	On          Expr
	Using       []Name
	Hints       []Option
}

func (*WithOptions) statement() {}
func (*Query) statement()       {}
func (*Insert) statement()      {}
func (*Export) statement()      {}
func (*Delete) statement()      {}
func (*Update) statement()      {}
func (*Describe) statement()    {}
func (*Explain) statement()     {}
func (*Create) statement()      {}
func (*Alter) statement()       {}
func (*Drop) statement()        {}

func (*Select) body()       {}
func (*Values) body()       {}
func (*SetOperation) body() {}
func (*Query) body()        {}

func (*TableRef) table() {}
func (*Join) table()     {}

func (*TableName) source()     {}
func (*Query) source()         {}
func (*Unnest) source()        {}
func (*TableFunction) source() {}
func (*Join) source()          {}
func (*TableRef) source()      {}

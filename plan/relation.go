package plan

import "github.com/outcropdb/outcrop/vec"

// Read is the documents of a collection, or of those the ones that pass Filter. Substrait: ReadRel with a
// named table whose base schema has one field per column, named by the column's path.
type Read struct {
	Collection string          // id, the key of the snapshots given to exec
	Name       string          // as the query called it, for people
	Columns    []Column        // what is read; FieldRef i is Columns[i]
	Filter     Expr            // over Columns; nil: all documents
	Output     []int           // which Columns go out, in order; nil: all. The rest only serve Filter
	Access     Access          // set by the optimizer; the zero Access scans
	Implied    []vec.Predicate // set by the optimizer: relations above drop what comes of documents that do not meet them
	Hint       string          // access path named by HINT(access_path=...): "", "column_scan", "index_filter", ...
}

// Column is a path of a collection's documents. The empty path is the whole document.
type Column struct {
	Path vec.Path
	Type vec.Type // of all its values beside null when the plan was bound, else Dynamic
}

// AccessKind is a way to reach documents.
type AccessKind uint8

const (
	Scan    AccessKind = iota // read the columns of all documents, skipping by min and max
	Lookup                    // start from the inverted lists of Access.Predicates, all of which must hold
	Primary                   // start from the _ids of Access.Predicates[0], an OpIn on _id
)

// Access says how a Read reaches its documents. Whatever it says, Filter holds for what comes out.
type Access struct {
	Kind       AccessKind
	Predicates []vec.Predicate // for Scan: what zone maps are asked; else see AccessKind
	Estimate   float64         // rows expected to pass Predicates
	Reason     string          // why this kind, for EXPLAIN
}

// Values is rows of constants. Substrait: ReadRel with a virtual table.
type Values struct {
	Fields []Field
	Rows   [][]Expr // Literals and Parameters
}

// Filter passes on rows for which Condition is true.
type Filter struct {
	Input     Node
	Condition Expr
}

// Project computes Expressions over Input; nothing else goes out. Substrait: ProjectRel whose emit keeps
// only the expressions.
type Project struct {
	Input       Node
	Expressions []Expr
	Names       []string
}

// Aggregate groups Input by Keys and computes Measures over each group: output columns are the keys, then
// the measures, then, if there is more than one grouping set, an int that numbers the set of the row.
// No keys: one group, which exists even without rows. No measures: DISTINCT.
type Aggregate struct {
	Input    Node
	Keys     []Expr
	Sets     [][]int // grouping sets as positions in Keys; nil: one set of all keys. Keys outside a row's set are null
	Measures []Measure
	Names    []string // of keys and measures
}

// Measure is one aggregate function over a group.
type Measure struct {
	Function string // name of a function.AggregateFunction
	Args     []Expr
	Distinct bool
	Filter   Expr // rows that count; nil: all
	Order    []SortField
	Limit    int64 // of ARRAY_AGG; 0: none
	Type     vec.Type
	At       Position
}

// SortField is one key of an order.
type SortField struct {
	Expr       Expr
	Descending bool
	NullsFirst bool
}

// Sort orders rows.
type Sort struct {
	Input  Node
	Fields []SortField
}

// Fetch drops Offset rows and passes on the next Count. Either may be nil: 0, and all.
type Fetch struct {
	Input         Node
	Offset, Count Expr // Literal or Parameter, int
}

// JoinKind is the kind of a Join, named as in Substrait.
type JoinKind uint8

const (
	Inner JoinKind = iota
	Left
	Right
	Full
	LeftSemi
	LeftAnti
)

// Join pairs rows of Left and Right: output columns are Left's, then Right's (for LeftSemi and LeftAnti
// only Left's). The optimizer moves equalities from Condition to Equal, which the hash table serves.
// A cross join has neither.
type Join struct {
	Left, Right Node
	Kind        JoinKind
	Equal       []EqualPair
	Condition   Expr // over Left's columns, then Right's; nil: true
}

// EqualPair is an equality between the sides of a join.
type EqualPair struct {
	Left  Expr // over Left's columns
	Right Expr // over Right's columns
}

// SetKind is the kind of a Set.
type SetKind uint8

const (
	UnionAll SetKind = iota
)

// Set combines inputs of the same number of columns; names come from the first.
type Set struct {
	Kind    SetKind
	Sources []Node
}

// Unnest gives a row per element of the array that Array yields, and none when it is empty, null or no
// array at all: Input's columns, then the element, then its number from 1 if Ordinality is set.
// Outer: a row with a null element instead of none. Substrait: ExtensionSingleRel.
type Unnest struct {
	Input      Node
	Array      Expr
	Ordinality bool
	Outer      bool
	Names      []string // of the element, and the number
}

func (r *Read) Inputs() []Node      { return nil }
func (v *Values) Inputs() []Node    { return nil }
func (f *Filter) Inputs() []Node    { return []Node{f.Input} }
func (p *Project) Inputs() []Node   { return []Node{p.Input} }
func (a *Aggregate) Inputs() []Node { return []Node{a.Input} }
func (s *Sort) Inputs() []Node      { return []Node{s.Input} }
func (f *Fetch) Inputs() []Node     { return []Node{f.Input} }
func (j *Join) Inputs() []Node      { return []Node{j.Left, j.Right} }
func (s *Set) Inputs() []Node       { return s.Sources }
func (u *Unnest) Inputs() []Node    { return []Node{u.Input} }

func (r *Read) WithInputs([]Node) Node      { return r }
func (v *Values) WithInputs([]Node) Node    { return v }
func (f *Filter) WithInputs(in []Node) Node { c := *f; c.Input = in[0]; return &c }
func (p *Project) WithInputs(in []Node) Node {
	c := *p
	c.Input = in[0]
	return &c
}
func (a *Aggregate) WithInputs(in []Node) Node { c := *a; c.Input = in[0]; return &c }
func (s *Sort) WithInputs(in []Node) Node      { c := *s; c.Input = in[0]; return &c }
func (f *Fetch) WithInputs(in []Node) Node     { c := *f; c.Input = in[0]; return &c }
func (j *Join) WithInputs(in []Node) Node      { c := *j; c.Left, c.Right = in[0], in[1]; return &c }
func (s *Set) WithInputs(in []Node) Node       { c := *s; c.Sources = in; return &c }
func (u *Unnest) WithInputs(in []Node) Node    { c := *u; c.Input = in[0]; return &c }

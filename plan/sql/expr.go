package sql

// Expr is an expression: one of the types below. Parentheses leave no trace in the tree.
type Expr interface {
	Node
	expr()
}

// Literal is a constant. Value is nil (NULL), bool, int64, float64, string or []byte;
// an integer outside int64 is a float64. A minus before a number is part of it.
type Literal struct {
	Place
	Value any
}

// Undefined is the constant UNDEFINED.
type Undefined struct{ Place }

// TypedLiteral is DATE '...' and the like. Type is DATE, TIME, DATETIME or TIMESTAMP.
type TypedLiteral struct {
	Place
	Type string
	Text string
}

// Interval is INTERVAL amount unit [TO unit]. Units are singular: YEAR, QUARTER, MONTH, WEEK, DAY,
// HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND. Without a Unit the amount is a string that names
// its own, such as '1 day 2 hours'.
type Interval struct {
	Place
	Amount Expr
	Unit   string
	To     string
}

// Parameter is :name, or with an empty Name the parameter at Index from 1: $1, or the first ?.
type Parameter struct {
	Place
	Name  string
	Index int
}

// Column is a name standing alone or at the start of a path: a field, a table or an alias.
type Column struct {
	Place
	Name string
}

// Field is of.name: a table's column or an object's field.
type Field struct {
	Place
	Of   Expr
	Name string
}

// Subscript is of[index].
type Subscript struct {
	Place
	Of    Expr
	Index Expr
}

// Slice is of[from:to]; From and To may be nil.
type Slice struct {
	Place
	Of       Expr
	From, To Expr
}

// Star is * or of.*, in a select list only.
type Star struct {
	Place
	Of     Expr // nil: of all tables
	Except []Name
}

// Unary is an operator before its operand: -, +, ~ or NOT.
type Unary struct {
	Place
	Op   string
	Expr Expr
}

// Binary is an operator between two operands: OR, AND, =, <>, <, <=, >, >=, IS DISTINCT FROM,
// IS NOT DISTINCT FROM, ||, +, -, *, /, %, ^, &, |, #, <<, >>, ~, ~*, !~, !~*, ->, ->>, AT TIME ZONE.
// == is =, and != is <>.
type Binary struct {
	Place
	Op          string
	Left, Right Expr
}

// Is is expr IS [NOT] what, where What is NULL, UNDEFINED, TRUE, FALSE or UNKNOWN.
type Is struct {
	Place
	Expr Expr
	Not  bool
	What string
}

// Between is expr [NOT] BETWEEN [SYMMETRIC] low AND high.
type Between struct {
	Place
	Expr      Expr
	Not       bool
	Symmetric bool
	Low, High Expr
}

// In is expr [NOT] IN (list) or (query): List has elements or Query is set.
type In struct {
	Place
	Expr  Expr
	Not   bool
	List  []Expr
	Query *Query
}

// Like is expr [NOT] op pattern [ESCAPE escape], where Op is LIKE, ILIKE or SIMILAR TO.
type Like struct {
	Place
	Expr    Expr
	Not     bool
	Op      string
	Pattern Expr
	Escape  Expr // or nil
}

// Quantified is expr op ANY (query) or expr op ALL (array): Query or Array is set. SOME is ANY.
// Op is a comparison as in Binary, LIKE, ILIKE, NOT LIKE or NOT ILIKE.
type Quantified struct {
	Place
	Expr       Expr
	Op         string
	Quantifier string // ANY or ALL
	Query      *Query
	Array      Expr
}

// Exists is EXISTS (query).
type Exists struct {
	Place
	Query *Query
}

// Subquery is (query) as a value.
type Subquery struct {
	Place
	Query *Query
}

// Case is CASE [operand] WHEN condition THEN result ... [ELSE result] END.
type Case struct {
	Place
	Operand Expr // nil: conditions are booleans
	Whens   []When
	Else    Expr // nil: NULL
}

// When is one WHEN condition THEN result.
type When struct {
	Place
	Condition Expr
	Result    Expr
}

// Cast is CAST(expr AS type), expr::type, or with Try TRY_CAST(expr AS type).
type Cast struct {
	Place
	Expr Expr
	Type *Type
	Try  bool
}

// Type is a type's name, such as int, varchar(10), double precision, timestamp with time zone, int[].
type Type struct {
	Place
	Name       string // in lower case, words separated by one space
	Parameters []int64
	Dimensions int // how many [] follow
}

// Call is a function call. Spellings with keywords inside become ordinary calls, whose arguments
// come in this order:
//
//	EXTRACT(unit FROM x)                extract('UNIT', x)    the unit as Interval has it, or as written
//	POSITION(a IN b)                    position(a, b)
//	SUBSTRING(x FROM a [FOR b])         substring(x, a [, b])     without FROM, a is 1
//	TRIM([BOTH|LEADING|TRAILING] c FROM x)   trim, ltrim, rtrim(x, c)
//	OVERLAY(x PLACING y FROM a [FOR b]) overlay(x, y, a [, b])
//	CURRENT_DATE and the like           current_date()
type Call struct {
	Place
	Name        string // in lower case
	Args        []Expr
	Star        bool // f(*)
	Distinct    bool
	OrderBy     []OrderItem // f(x ORDER BY ...)
	Limit       Expr        // f(x ORDER BY ... LIMIT n), or nil
	WithinGroup []OrderItem // f(x) WITHIN GROUP (ORDER BY ...)
	Filter      Expr        // FILTER (WHERE ...), or nil
	Nulls       string      // IGNORE or RESPECT (NULLS), or ""
	Over        *Window     // or nil
}

// Window is OVER (...): Base is the name of a window of the WINDOW clause that it builds on, which
// may be all there is (OVER name).
type Window struct {
	Place
	Base        Name
	PartitionBy []Expr
	OrderBy     []OrderItem
	Frame       *Frame // or nil
}

// Frame is ROWS|RANGE|GROUPS BETWEEN start AND end [EXCLUDE ...]. A frame written without BETWEEN
// ends at the current row.
type Frame struct {
	Place
	Unit       string // ROWS, RANGE or GROUPS
	Start, End Bound
	Exclude    string // CURRENT ROW, GROUP, TIES, NO OTHERS, or "" where not given
}

// Bound is one end of a frame.
type Bound struct {
	Place
	Kind   string // UNBOUNDED PRECEDING, PRECEDING, CURRENT ROW, FOLLOWING or UNBOUNDED FOLLOWING
	Offset Expr   // of PRECEDING and FOLLOWING, else nil
}

// Lambda is parameters -> body, the argument of a call such as array_map. The arrow is also the JSON
// operator, so: an argument that begins with a name, or with names in parentheses, directly followed by
// -> is a Lambda, unless -> is followed by a string or integer that ends the argument or has another
// ->, ->> or :: after it. array_map(x -> 'a' || x, xs) has a Lambda; coalesce(doc -> 'a' -> 'b', 1) has
// the JSON operator, and so has f((doc -> k) = 1), where the argument begins with a parenthesis.
type Lambda struct {
	Place
	Parameters []Name
	Body       Expr
}

// Array is [a, b] or ARRAY[a, b].
type Array struct {
	Place
	Elements []Expr
}

// Object is {'key': value, ...}.
type Object struct {
	Place
	Fields []ObjectField
}

// ObjectField is one 'key': value of an Object; a key may also be written as a name.
type ObjectField struct {
	Place
	Key   string
	Value Expr
}

// Row is (a, b) or ROW(a, b).
type Row struct {
	Place
	Elements []Expr
}

func (*Literal) expr()      {}
func (*Undefined) expr()    {}
func (*TypedLiteral) expr() {}
func (*Interval) expr()     {}
func (*Parameter) expr()    {}
func (*Column) expr()       {}
func (*Field) expr()        {}
func (*Subscript) expr()    {}
func (*Slice) expr()        {}
func (*Star) expr()         {}
func (*Unary) expr()        {}
func (*Binary) expr()       {}
func (*Is) expr()           {}
func (*Between) expr()      {}
func (*In) expr()           {}
func (*Like) expr()         {}
func (*Quantified) expr()   {}
func (*Exists) expr()       {}
func (*Subquery) expr()     {}
func (*Case) expr()         {}
func (*Cast) expr()         {}
func (*Call) expr()         {}
func (*Lambda) expr()       {}
func (*Array) expr()        {}
func (*Object) expr()       {}
func (*Row) expr()          {}

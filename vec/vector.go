package vec

// Form says how the rows of a vector refer to its data.
type Form uint8

const (
	Flat  Form = iota // row i is element i
	Const             // every row is element 0; validity, too, has one bit
	Dict              // row i is row Codes[i] of Values, itself Flat; Valid and Undef are by row
)

// Vector is a column of values in Arrow's layout, in plain slices. Which slices hold the data follows
// from Type.Layout. A vector belongs to one worker, who reuses its slices from batch to batch: who wants
// to keep rows copies them (AppendRows). Slices may alias a segment's memory, so a
// vector that was read is not written to; Reset first, which lets go of aliases.
type Vector struct {
	Type Type
	Form Form
	Rows int

	Valid []uint64 // bit i: row i is neither null nor undefined; nil: all rows are
	Undef []uint64 // bit i: row i is undefined, and then not Valid; nil: no row is

	I64     []int64   // Int64s
	F64     []float64 // Float64
	Bits    []uint64  // Bitmap
	Offsets []uint32  // Varlen: row i is Data[Offsets[i]:Offsets[i+1]]; Offsets[0] need not be 0
	Data    []byte    // for Array and Object each row is an encoded Value
	Codes   []uint32  // Dict: row of Values. Union: row of Parts[Tags[i]]
	Values  *Vector   // Dict: Flat, of the same Type, all Valid
	Tags    []uint8   // Union: which part row i is in
	Parts   []*Vector // Union: Flat, of distinct types, none Dynamic or Null; null rows are told by Valid alone

	shared bool // the slices alias memory that others own
}

// Batch is a few rows of a query: up to BatchRows in the usual case, always dense.
// Columns have Rows rows each. It belongs to one worker and is reused.
type Batch struct {
	Rows    int
	Columns []*Vector
}

// BatchRows is the number of rows that scans put into a batch: few enough that a batch's columns
// stay in the L2 cache, a multiple of 64.
const BatchRows = 2048

package function

import (
	"github.com/outcropdb/outcrop/vec"
)

// Aggregate is the states of one aggregate call, one state per group, in columns. Groups are numbered
// densely from 0. It belongs to one worker; workers' aggregates are merged at the end.
type Aggregate interface {
	// Update takes rows rows into the states: row i belongs to group groups[i], or with nil groups every
	// row to group 0. groups are below numGroups, which never falls from call to call. args are the call's
	// arguments and behind them its Order keys, each rows long, of any form and type; they are not kept.
	// COUNT(*) has no arguments. Rows that FILTER drops are not passed.
	Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error
	// Merge takes the states of other, of the same Call, into this: its group g into group mapping[g] (nil:
	// into g), below numGroups. other is not used afterwards.
	Merge(other Aggregate, mapping []uint32, numGroups int) error
	// Result writes the answers of groups from..to-1 into out, which it resets. A group that never had a row
	// answers like an empty table. States stay as they are.
	Result(out *vec.Vector, from, to int) error
	// Bytes of memory held, for the budget: cheap to ask after every Update.
	Bytes() int
}

// AggregateFunction is one aggregate.
type AggregateFunction struct {
	Name    string   // lower case
	Aliases []string // other names that LookupAggregate knows
	Help    string   // one line

	Substrait string // as Function.Substrait

	MinArgs, MaxArgs int // COUNT(*) has none

	// Ordered aggregates depend on the order of rows: their calls take ORDER BY. Of the others it changes
	// nothing and may be dropped.
	Ordered bool
	// Limited aggregates' calls take LIMIT.
	Limited bool

	// Returns is the type of a call in a plan, as Function.Returns.
	Returns func(args []vec.Type) vec.Type

	start func(Call) Aggregate
}

// Call is how an aggregate function is called: f(DISTINCT args ORDER BY keys LIMIT n).
type Call struct {
	Args     int     // how many of Update's args are the function's own; the keys of Order follow
	Distinct bool    // take equal arguments (all of them) once; their keys are the first's
	Order    []Order // one per key
	Limit    int64   // of the rows taken into a group's answer, in order; negative: none
}

// Order is how one key sorts.
type Order struct {
	Descending bool
	NullsFirst bool
}

// New makes the states for one call, with no groups yet. Its errors and its Aggregate's are *Error.
func (f *AggregateFunction) New(call Call) (Aggregate, error) {
	panic("bug: being written")
}

// Extension is the function's Substrait name, and the URN of the extension that defines it.
func (f *AggregateFunction) Extension() (urn, name string) { return extension(f.Substrait, f.Name) }

var aggregateTable []AggregateFunction

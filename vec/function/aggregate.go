package function

import (
	"fmt"

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
	// into g), below numGroups, or nowhere if that is Skip. other is not used afterwards but to merge groups
	// that were left out so far.
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
	if call.Args < f.MinArgs || f.MaxArgs >= 0 && call.Args > f.MaxArgs {
		return nil, &Error{f.Name, fmt.Sprintf("takes %s, not %d", f.Arity(), call.Args)}
	}
	if call.Distinct && call.Args == 0 {
		return nil, &Error{f.Name, "DISTINCT wants an argument"}
	}
	if call.Distinct {
		return &named{f.Name, newDistinct(f.start, call)}, nil
	}
	return &named{f.Name, f.start(call)}, nil
}

// Arity is how many arguments the function takes, in words for an error.
func (f *AggregateFunction) Arity() string { return arity(f.MinArgs, f.MaxArgs) }

// Takes tells whether the function can be called with that many arguments.
func (f *AggregateFunction) Takes(args int) bool {
	return f.MinArgs <= args && (f.MaxArgs < 0 || args <= f.MaxArgs)
}

// Extension is the function's Substrait name, and the URN of the extension that defines it.
func (f *AggregateFunction) Extension() (urn, name string) { return extension(f.Substrait, f.Name) }

// named puts the function's name on errors.
type named struct {
	name string
	Aggregate
}

func (n *named) Update(groups []uint32, numGroups int, args []*vec.Vector, rows int) error {
	return wrap(n.name, n.Aggregate.Update(groups, numGroups, args, rows))
}

func (n *named) Merge(other Aggregate, mapping []uint32, numGroups int) error {
	return wrap(n.name, n.Aggregate.Merge(other.(*named).Aggregate, mapping, numGroups))
}

func (n *named) Result(out *vec.Vector, from, to int) error {
	return wrap(n.name, n.Aggregate.Result(out, from, to))
}

var aggregateTable = []AggregateFunction{
	{
		Name: "count", Substrait: "functions_aggregate_generic:count", MinArgs: 0, MaxArgs: 1, Returns: always(vec.Int),
		start: func(Call) Aggregate { return new(count) }, Help: "count(*): rows; count(x): those where x is not null",
	},
	{
		Name: "count_if", MinArgs: 1, MaxArgs: 1, Returns: always(vec.Int),
		start: func(Call) Aggregate { return new(countIf) }, Help: "rows where x is true",
	},
	{
		Name: "sum", Substrait: "functions_arithmetic:sum", MinArgs: 1, MaxArgs: 1, Returns: first,
		start: func(Call) Aggregate { return new(sum) }, Help: "the sum of ints, exact; or of floats",
	},
	{
		Name: "avg", Aliases: []string{"mean"}, Substrait: "functions_arithmetic:avg", MinArgs: 1, MaxArgs: 1, Returns: always(vec.Float),
		start: func(Call) Aggregate { return &sum{average: true} }, Help: "the mean, a float",
	},
	{
		Name: "min", Substrait: "functions_arithmetic:min", MinArgs: 1, MaxArgs: 1, Returns: first,
		start: func(Call) Aggregate { return &extremum{want: -1} }, Help: "the least value",
	},
	{
		Name: "max", Substrait: "functions_arithmetic:max", MinArgs: 1, MaxArgs: 1, Returns: first,
		start: func(Call) Aggregate { return &extremum{want: 1} }, Help: "the greatest value",
	},
	{
		Name: "min_by", Aliases: []string{"arg_min"}, MinArgs: 2, MaxArgs: 2, Returns: first,
		start: func(Call) Aggregate { return &extremumBy{want: -1} }, Help: "min_by(x, y): x where y is least",
	},
	{
		Name: "max_by", Aliases: []string{"arg_max"}, MinArgs: 2, MaxArgs: 2, Returns: first,
		start: func(Call) Aggregate { return &extremumBy{want: 1} }, Help: "max_by(x, y): x where y is greatest",
	},
	{
		Name: "arbitrary", Aliases: []string{"any_value"}, Substrait: "functions_aggregate_generic:any_value", MinArgs: 1, MaxArgs: 1, Returns: first,
		start: func(Call) Aggregate { return new(arbitrary) }, Help: "any value that is not null",
	},
	{
		Name: "bool_and", Aliases: []string{"every"}, Substrait: "functions_boolean:bool_and", MinArgs: 1, MaxArgs: 1, Returns: always(vec.Bool),
		start: func(Call) Aggregate { return &allOrAny{and: true} }, Help: "whether all are true",
	},
	{
		Name: "bool_or", Substrait: "functions_boolean:bool_or", MinArgs: 1, MaxArgs: 1, Returns: always(vec.Bool),
		start: func(Call) Aggregate { return new(allOrAny) }, Help: "whether one is true",
	},
	{
		Name: "bitwise_and_agg", Aliases: []string{"bit_and"}, MinArgs: 1, MaxArgs: 1, Returns: always(vec.Int),
		start: func(Call) Aggregate { return &bitFold{op: foldAnd} }, Help: "all ints, bit by bit AND",
	},
	{
		Name: "bitwise_or_agg", Aliases: []string{"bit_or"}, MinArgs: 1, MaxArgs: 1, Returns: always(vec.Int),
		start: func(Call) Aggregate { return &bitFold{op: foldOr} }, Help: "all ints, bit by bit OR",
	},
	{
		Name: "bitwise_xor_agg", Aliases: []string{"bit_xor"}, MinArgs: 1, MaxArgs: 1, Returns: always(vec.Int),
		start: func(Call) Aggregate { return &bitFold{op: foldXor} }, Help: "all ints, bit by bit XOR",
	},
	spread("stddev", "the standard deviation of a sample", moments.stddevSample, "stddev_samp"),
	spread("stddev_pop", "the standard deviation of all", moments.stddev),
	spread("variance", "the variance of a sample", moments.varianceSample, "var_samp"),
	spread("var_pop", "the variance of all", moments.variance, "variance_pop"),
	{
		Name: "approx_distinct", Aliases: []string{"approx_count_distinct"}, Substrait: "functions_aggregate_approx:approx_count_distinct",
		MinArgs: 1, MaxArgs: 1, Returns: always(vec.Int), start: func(Call) Aggregate { return new(approximate) },
		Help: "about how many different values there are, within a per cent or so",
	},
	{
		Name: "array_agg", MinArgs: 1, MaxArgs: 1, Ordered: true, Limited: true, Returns: always(vec.Array),
		start: collected(appendArrayAgg, true), Help: "array_agg([DISTINCT] x [ORDER BY ...] [LIMIT n]): array of the values, null too",
	},
	{
		Name: "string_agg", Aliases: []string{"listagg", "group_concat"}, Substrait: "functions_string:string_agg", MinArgs: 1, MaxArgs: 2,
		Ordered: true, Limited: true, Returns: always(vec.String), start: collected(appendStringAgg, false),
		Help: "string_agg(s[, separator] [ORDER BY ...]): the strings one behind the other",
	},
	{
		Name: "map_agg", Aliases: []string{"hmap_agg", "object_agg"}, MinArgs: 2, MaxArgs: 2, Ordered: true, Returns: always(vec.Object),
		start: collected(appendMapAgg, false), Help: "map_agg(key, value): an object; the last value of a key counts",
	},
	{
		Name: "approx_percentile", Aliases: []string{"percentile_cont", "quantile_cont"}, MinArgs: 2, MaxArgs: 2, Returns: always(vec.Float),
		start: collected(appendPercentile, false), Help: "percentile_cont(x, p): the number that a share p, from 0 to 1, is below; between two it is interpolated",
	},
	{
		Name: "percentile_disc", MinArgs: 2, MaxArgs: 2, Returns: first, start: collected(appendQuantile, false),
		Help: "percentile_disc(x, p): the first value that a share p, from 0 to 1, is not above",
	},
	{
		Name: "median", MinArgs: 1, MaxArgs: 1, Returns: always(vec.Float), start: collected(appendMedian, false),
		Help: "percentile_cont(x, 0.5)",
	},
	{
		Name: "mode", Substrait: "functions_arithmetic:mode", MinArgs: 1, MaxArgs: 1, Returns: first, start: collected(appendMode, false),
		Help: "the most frequent value; the least of several",
	},
}

package function

import (
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/internal/nearest"
)

//go:generate go test -run TestReference . -rewrite

// topics are all scalar functions.
var topics = [][]Function{
	comparisons, conditionals, arithmetic, mathematics, bitOperations, stringFunctions, patterns, searches, hashes,
	dates, constructors, formats, arrays, objects, vectors,
}

// functions by name and alias, and aggregates by theirs.
var (
	functions  = byName(topics)
	aggregates = aggregatesByName(aggregateTable)
)

// Lookup finds a function by its name or an alias, in any case.
func Lookup(name string) (*Function, bool) {
	f, ok := functions[strings.ToLower(name)]
	return f, ok
}

// LookupAggregate finds an aggregate function by its name or an alias, in any case.
func LookupAggregate(name string) (*AggregateFunction, bool) {
	f, ok := aggregates[strings.ToLower(name)]
	return f, ok
}

// Names lists the functions, without aliases, sorted.
func Names() []string {
	var names []string
	for name, f := range functions {
		if name == f.Name {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// AggregateNames lists the aggregate functions, without aliases, sorted.
func AggregateNames() []string {
	var names []string
	for name, f := range aggregates {
		if name == f.Name {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Nearest is the name of a function or aggregate that looks most like an unknown one; "" when none is close.
func Nearest(name string) string {
	return nearest.Name(name, append(Names(), AggregateNames()...))
}

// byName indexes the tables and works out how many arguments each function takes.
func byName(topics [][]Function) map[string]*Function {
	index := map[string]*Function{}
	for _, topic := range topics {
		for i := range topic {
			f := &topic[i]
			if len(f.overloads) > 0 {
				f.MinArgs, f.MaxArgs = f.overloads[0].bounds()
				for _, o := range f.overloads[1:] {
					least, most := o.bounds()
					f.MinArgs = min(f.MinArgs, least)
					if f.MaxArgs = max(f.MaxArgs, most); most < 0 {
						f.MaxArgs = -1
					}
				}
			}
			for _, name := range append([]string{f.Name}, f.Aliases...) {
				if index[name] != nil {
					panic("bug: two functions are named " + name)
				}
				index[name] = f
			}
		}
	}
	return index
}

func (o *overload) bounds() (least, most int) {
	if o.variadic {
		return len(o.in) - 1, -1
	}
	return len(o.in) - o.optional, len(o.in)
}

func aggregatesByName(table []AggregateFunction) map[string]*AggregateFunction {
	index := map[string]*AggregateFunction{}
	for i := range table {
		f := &table[i]
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			if index[name] != nil {
				panic("bug: two aggregate functions are named " + name)
			}
			index[name] = f
		}
	}
	return index
}

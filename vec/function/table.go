// Package function says what each SQL function and operator means: its name, its Substrait name, the
// types it takes and gives, its kernel; and for aggregates, their states.
//
// A function is a row of a table, a topic a file. AND, OR, NOT, CASE, IF, COALESCE, TRY and IN as SQL
// has them (three-valued, lazy) are the executor's; what stands here under such a name is the plain
// function of values already computed.
package function

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/outcropdb/outcrop/vec"
)

// Function is one SQL function or operator. Operators go by Substrait's names: add, subtract, multiply,
// divide, modulus, negate, equal, not_equal, lt, lte, gt, gte, concat, like, is_null ...
type Function struct {
	Name    string   // lower case
	Aliases []string // other names that Lookup knows
	Help    string   // one line

	// Substrait is "file:name" where the standard has the function with the same arguments in the same
	// order, else empty; see Extension.
	Substrait string

	MinArgs, MaxArgs int // MaxArgs is -1 when there may be any number

	// Volatile functions (random) answer anew for each row, and are not folded.
	Volatile bool

	// Now is set for functions of the time at which the query started, in microseconds since 1970
	// (current_date): whoever runs the query puts the constant in the call's place, and New is not for them.
	// An argument, if there is one, is a constant string, the time zone; "" is UTC.
	Now func(micros int64, zone string) (vec.Value, error)

	overloads []overload // the usual function: strict, by types; or else one of the next two
	pick      vec.Pick   // chooses by code; strict
	whole     Eval       // sees vectors as they are: nulls, any form, Dynamic
	returns   func(args []vec.Type) vec.Type
}

// overload is one list of types that a function takes.
type overload struct {
	in       []vec.TypeSet // by argument
	optional int           // how many of the last arguments may be left out
	variadic bool          // the last argument may come any number of times, also not at all
	out      vec.Type      // of the result; Dynamic when it depends on values
	run      vec.Kernel
	make     func() vec.Kernel // instead of run: a kernel that keeps something from batch to batch
}

// Eval computes a call for a batch: out, which it resets, from args, each rows long, of any form and
// type. out may alias args' memory. The error is an *Error. It is for one worker at a time.
type Eval func(out *vec.Vector, args []*vec.Vector, rows int) error

// New makes what evaluates one call, in one worker. It keeps compiled patterns from batch to batch.
func (f *Function) New() Eval {
	if f.whole != nil {
		return func(out *vec.Vector, args []*vec.Vector, rows int) error {
			switch {
			case rows == 0:
				out.Reset(vec.Null)
				return nil
			case !f.Volatile && allConst(args):
				return f.wrap(f.once(out, args, rows))
			}
			return f.wrap(f.whole(out, args, rows))
		}
	}
	pick := f.pick
	if pick == nil {
		pick = f.chooser()
	}
	return func(out *vec.Vector, args []*vec.Vector, rows int) error {
		return f.wrap(vec.Apply(out, args, rows, pick))
	}
}

// once computes one row for all.
func (f *Function) once(out *vec.Vector, args []*vec.Vector, rows int) error {
	if err := f.whole(out, args, 1); err != nil {
		return err
	}
	out.SetConst(out.AppendValue(nil, 0), rows)
	return nil
}

func allConst(args []*vec.Vector) bool {
	for _, arg := range args {
		if arg.Form != vec.Const {
			return false
		}
	}
	return true
}

// Returns is the type of a call in a plan, from the types of its arguments, which may be Dynamic; Dynamic
// when it is known only at run time. Null is an argument that is always null.
func (f *Function) Returns(args []vec.Type) vec.Type {
	if f.returns != nil {
		return f.returns(args)
	}
	out := vec.Null
	for i := range f.overloads {
		o := &f.overloads[i]
		if !o.might(args) {
			continue
		}
		if !slices.ContainsFunc(args, func(t vec.Type) bool { return t == vec.Dynamic || t.IsNull() }) {
			return o.out // what chooser takes
		}
		if out != vec.Null && out != o.out {
			return vec.Dynamic
		}
		out = o.out
	}
	if out == vec.Null && !slices.ContainsFunc(args, vec.Type.IsNull) {
		return vec.Dynamic // fails at run time, unless there are no rows
	}
	return out
}

// Extension is the function's Substrait name, and the URN of the extension that defines it: the standard's
// or Outcrop's own.
func (f *Function) Extension() (urn, name string) { return extension(f.Substrait, f.Name) }

// URN prefixes of Substrait's standard extensions, and the URN of Outcrop's own.
const (
	StandardURN = "extension:io.substrait:"
	OwnURN      = "extension:com.outcropdb:functions"
)

func extension(standard, own string) (urn, name string) {
	if file, name, ok := strings.Cut(standard, ":"); ok {
		return StandardURN + file, name
	}
	return OwnURN, own
}

// Error is a mistake of the caller that a function met in values: a wrong type, an overflow. TRY catches it.
type Error struct {
	Function string
	Message  string
}

func (e *Error) Error() string { return "function " + e.Function + ": " + e.Message }

func (f *Function) wrap(err error) error { return wrap(f.Name, err) }

func wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	return &Error{name, err.Error()}
}

// might tells whether arguments of these plan types could suit o.
func (o *overload) might(args []vec.Type) bool {
	if !o.takes(len(args)) {
		return false
	}
	for i, t := range args {
		if t != vec.Dynamic && !t.IsNull() && !o.at(i).Has(t) {
			return false
		}
	}
	return true
}

func (o *overload) takes(args int) bool {
	if o.variadic {
		return args >= len(o.in)-1
	}
	return len(o.in)-o.optional <= args && args <= len(o.in)
}

// at is what o takes as argument i.
func (o *overload) at(i int) vec.TypeSet { return o.in[min(i, len(o.in)-1)] }

// chooser picks among the overloads; a kernel is made once.
func (f *Function) chooser() vec.Pick {
	kernels := make([]vec.Kernel, len(f.overloads))
	return func(types []vec.Type) (vec.Kernel, error) {
		for i := range f.overloads {
			o := &f.overloads[i]
			if !o.might(types) {
				continue
			}
			if kernels[i] == nil {
				if kernels[i] = o.run; o.make != nil {
					kernels[i] = o.make()
				}
			}
			return kernels[i], nil
		}
		return nil, f.mismatch(types)
	}
}

// mismatch says which argument no overload takes.
func (f *Function) mismatch(types []vec.Type) error {
	rest := make([]*overload, 0, len(f.overloads))
	for i := range f.overloads {
		if o := &f.overloads[i]; o.takes(len(types)) {
			rest = append(rest, o)
		}
	}
	for i, t := range types {
		var want vec.TypeSet
		fits := rest[:0:0]
		for _, o := range rest {
			want |= o.at(i)
			if t.IsNull() || o.at(i).Has(t) {
				fits = append(fits, o)
			}
		}
		if len(fits) == 0 && want != 0 {
			return wrongType(i, t, want)
		}
		rest = fits
	}
	return fmt.Errorf("takes %s, not %d", arity(f.MinArgs, f.MaxArgs), len(types))
}

func wrongType(arg int, got vec.Type, want vec.TypeSet) error {
	return fmt.Errorf("argument %d is %s, want %s", arg+1, got, typeList(want))
}

// typeList is "int, float or string".
func typeList(set vec.TypeSet) string {
	types := set.Types()
	var b strings.Builder
	for i, t := range types {
		switch {
		case i == 0:
		case i == len(types)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(t.String())
	}
	return b.String()
}

// arity is "2 arguments" in words.
func arity(least, most int) string {
	switch {
	case least == most && least == 1:
		return "1 argument"
	case least == most:
		return fmt.Sprintf("%d arguments", least)
	case most < 0 && least == 1:
		return "at least 1 argument"
	case most < 0:
		return fmt.Sprintf("at least %d arguments", least)
	}
	return fmt.Sprintf("%d to %d arguments", least, most)
}

// Arity is how many arguments the function takes, in words for an error.
func (f *Function) Arity() string { return arity(f.MinArgs, f.MaxArgs) }

// Takes tells whether the function can be called with that many arguments.
func (f *Function) Takes(args int) bool {
	return f.MinArgs <= args && (f.MaxArgs < 0 || args <= f.MaxArgs)
}

// Strict tells functions whose answer is null where an argument is, and that look at nothing but values.
func (f *Function) Strict() bool { return f.whole == nil && f.Now == nil }
